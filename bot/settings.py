"""What the operator sets: the environment, a `.env` file, and files that hold secrets.

Read once, where a process starts, and handed on as a value. Errors name the variable and what it
holds, never what was found in it.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.errors import InputError


class SettingsInvalidError(InputError):
    """One or more settings are wrong; the text has a line for each."""


@dataclass(frozen=True, slots=True)
class MissingSetting:
    """A setting without which the service cannot serve, and how to get it."""

    name: str
    how: str


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError("must be an address such as https://github.com, without a user name")
    return value.rstrip("/")


def _postgresql(value: SecretStr) -> SecretStr:
    if urlsplit(value.get_secret_value()).scheme not in {"postgresql", "postgres"}:
        raise ValueError("must start with postgresql://")
    return value


def _private_key(value: SecretStr) -> SecretStr:
    """Accept the PEM text as GitHub gives it, also with its line ends written out."""
    text = value.get_secret_value().replace("\\n", "\n").strip()
    if "PRIVATE KEY-----" not in text.partition("\n")[0]:
        raise ValueError("must be the text of the .pem file that GitHub gave, from -----BEGIN on")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("is cut short or damaged: paste the whole .pem file again") from None
    return SecretStr(text + "\n")


def _one_or_two(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if len(value) > 2:
        raise ValueError("holds more than two secrets: keep the new one and the one it replaces")
    return value


def _data_dir() -> Path:
    if sys.platform == "linux" and os.geteuid() == 0:
        return Path("/var/lib/canon")
    return user_data_path("canon", appauthor=False)


def _cores() -> int:
    return os.cpu_count() or 1


WebAddress = Annotated[str, AfterValidator(_web_address)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Directory = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
File = Directory
Directories = Annotated[tuple[Directory, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[
    tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_one_or_two)
]


class Settings(BaseSettings):
    """All settings; each field's alias is the variable's name."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )

    port: int = Field(8000, alias="PORT", ge=1, le=65535, description="port of the web server")
    host: str = Field("0.0.0.0", alias="CANON_HOST", description="address the web server binds")  # noqa: S104 - GitHub must reach it
    web_concurrency: int = Field(
        default_factory=_cores,
        alias="WEB_CONCURRENCY",
        ge=1,
        description="web server processes (default: one for each core)",
    )
    database_url: Annotated[SecretStr, AfterValidator(_postgresql)] | None = Field(
        None,
        alias="DATABASE_URL",
        description="PostgreSQL, as `postgresql://...`; without it an embedded server in"
        " `CANON_DATA_DIR` is used",
    )
    data_dir: Directory = Field(
        default_factory=_data_dir,
        alias="CANON_DATA_DIR",
        description="where the embedded database and the mirrors are (default: the platform's"
        " data directory; `/var/lib/canon` for root)",
    )
    cache_dir: Directory = Field(
        default_factory=lambda: user_cache_path("canon", appauthor=False),
        alias="CANON_CACHE_DIR",
        description="the command line's cache of facts (default: the platform's cache directory)",
    )
    github_api_url: WebAddress = Field(
        "https://api.github.com",
        alias="CANON_GITHUB_API_URL",
        description="root of the REST API; `https://HOST/api/v3` for GitHub Enterprise Server",
    )
    github_url: WebAddress = Field(
        "https://github.com",
        alias="CANON_GITHUB_URL",
        description="where git and the web pages are",
    )
    github_app_id: int | None = Field(
        None, alias="CANON_GITHUB_APP_ID", gt=0, description="the GitHub App's number"
    )
    github_private_key: Annotated[SecretStr, AfterValidator(_private_key)] | None = Field(
        None,
        alias="CANON_GITHUB_PRIVATE_KEY",
        description="the GitHub App's private key: the text of its .pem file",
    )
    github_token: SecretStr | None = Field(
        None,
        alias="CANON_GITHUB_TOKEN",
        description="instead of an App: a fine-grained token; results are then posted as commit"
        " statuses, since only Apps may write check runs",
    )
    github_webhook_secrets: Secrets = Field(
        (),
        alias="CANON_GITHUB_WEBHOOK_SECRET",
        description="the webhook's secret; two, separated by a comma, while one replaces the other",
    )
    public_url: WebAddress | None = Field(
        None, alias="CANON_PUBLIC_URL", description="this service's own address, for links to it"
    )
    check_name: str = Field(
        "canon",
        alias="CANON_CHECK_NAME",
        min_length=1,
        max_length=100,
        description="name of the check run, or context of the commit status",
    )
    worker_concurrency: int = Field(
        2, alias="CANON_WORKER_CONCURRENCY", ge=1, le=64, description="jobs at a time in one worker"
    )
    sweep_seconds: float = Field(
        60,
        alias="CANON_SWEEP_SECONDS",
        gt=0,
        description="how often heads without a current verdict are looked for",
    )
    deadline_seconds: float = Field(
        600, alias="CANON_DEADLINE_SECONDS", gt=0, description="how long one evaluation may take"
    )
    heartbeat_seconds: float = Field(
        1, alias="CANON_HEARTBEAT_SECONDS", gt=0, description="how often a worker says it is alive"
    )
    stalled_seconds: float = Field(
        8,
        alias="CANON_STALLED_SECONDS",
        gt=0,
        description="silence after which a worker counts as dead and its jobs are run by others",
    )
    shutdown_seconds: float = Field(
        20,
        alias="CANON_SHUTDOWN_SECONDS",
        gt=0,
        description="how long a stopping process waits for work in hand before handing it back",
    )
    phase_labels: bool = Field(
        False,
        alias="CANON_PHASE_LABELS",
        description="whether tracked issues carry their phase as a label, such as `canon:detect`",
    )
    weekly_summary: bool = Field(
        False,
        alias="CANON_WEEKLY_SUMMARY",
        description="whether tracked issues get a comment on Mondays that sums up the week",
    )
    retention_days: int = Field(
        30, alias="CANON_RETENTION_DAYS", ge=4, description="how long deliveries are kept"
    )
    sandbox: Literal["bubblewrap", "off"] = Field(
        "bubblewrap",
        alias="CANON_SANDBOX",
        description="what runs tests from repositories; `off` reports them as not run",
    )
    sandbox_uid: int | None = Field(
        None,
        alias="CANON_SANDBOX_UID",
        gt=0,
        description="first of the unprivileged uids for the sandbox, needed when started as root",
    )
    sandbox_cgroup: str | None = Field(
        None,
        alias="CANON_SANDBOX_CGROUP",
        description="a delegated control group (version 2) for limits on all processes of a test"
        " run together, or `none`; default: Canon looks for one",
    )
    sandbox_toolchains: Directories = Field(
        (),
        alias="CANON_SANDBOX_TOOLCHAINS",
        description="directories that test runs see besides `/usr`, comma-separated",
    )
    sandbox_concurrency: int = Field(
        default_factory=_cores,
        alias="CANON_SANDBOX_CONCURRENCY",
        ge=1,
        le=64,
        description="sandboxes at a time on this machine, and test categories at a time in one"
        " evaluation (default: one for each core)",
    )
    certificates: File | None = Field(
        None, alias="SSL_CERT_FILE", description="certificates that a `setup:` trusts"
    )
    tests_seconds: float = Field(
        3600,
        alias="CANON_TESTS_SECONDS",
        gt=0,
        description="how long all test categories of one evaluation may take together, besides"
        " `CANON_DEADLINE_SECONDS`",
    )
    progress_seconds: float = Field(
        10,
        alias="CANON_PROGRESS_SECONDS",
        gt=0,
        description="how often a check says how far its tests are",
    )
    probe_hosts: Names = Field(
        (), alias="CANON_PROBE_HOSTS", description="hosts that probes may reach, comma-separated"
    )
    package_indexes: Names = Field(
        ("pypi.org", "files.pythonhosted.org"),
        alias="CANON_PACKAGE_INDEXES",
        description="hosts that a `setup:` may reach, comma-separated",
    )
    log_format: Literal["text", "json"] | None = Field(
        None,
        alias="CANON_LOG_FORMAT",
        description="`text` or `json` (default: text on a terminal, json elsewhere)",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="CANON_LOG_LEVEL", description="the least grave messages to log"
    )

    secrets: ClassVar[frozenset[str]] = frozenset(
        {"database_url", "github_private_key", "github_token", "github_webhook_secrets"}
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then `.env`, then files named by `NAME_FILE`."""
        del file_secret_settings
        return (init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls))

    def missing(self) -> Sequence[MissingSetting]:
        """The credentials that the service needs and does not have."""
        found = []
        if self.github_token is None:
            if self.github_app_id is None:
                found.append(
                    MissingSetting(
                        "CANON_GITHUB_APP_ID",
                        "create a GitHub App under Settings > Developer settings > GitHub Apps;"
                        " its id stands at the top of its page",
                    )
                )
            if self.github_private_key is None:
                found.append(
                    MissingSetting(
                        "CANON_GITHUB_PRIVATE_KEY",
                        "press 'Generate a private key' on the App's page and give the text of the"
                        " .pem file, or its path as CANON_GITHUB_PRIVATE_KEY_FILE",
                    )
                )
        if not self.github_webhook_secrets:
            found.append(
                MissingSetting(
                    "CANON_GITHUB_WEBHOOK_SECRET",
                    "choose a long random text (openssl rand -hex 32) and enter the same text as"
                    " the webhook's secret on GitHub",
                )
            )
        return found


class _SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE` names a file that holds the secret `NAME`."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        del field_name
        name = field.alias
        path = _environment().get(f"{name}_FILE")
        if not path:
            return None, name, False
        if _environment().get(name):
            raise SettingsInvalidError(f"{name} and {name}_FILE are both set: remove one of them")
        try:
            return Path(path).read_text(encoding="utf-8").strip(), name, False
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SettingsInvalidError(
                f"{name}_FILE: cannot read {path} ({reason}): name a file that Canon may read"
            ) from None

    def __call__(self) -> dict[str, Any]:
        fields = ((name, Settings.model_fields[name]) for name in sorted(Settings.secrets))
        values = (self.get_field_value(field, name)[:2] for name, field in fields)
        return {alias: value for value, alias in values if value is not None}


def _environment() -> Mapping[str, str | None]:
    return {**dotenv_values(".env"), **os.environ}


def load() -> Settings:
    """Read all settings.

    Raises `SettingsInvalidError` with a line for each fault: the variable, what is wrong with it,
    and what it holds. Values are never shown.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsInvalidError(_explain(error)) from None
    if settings.github_token and (settings.github_app_id or settings.github_private_key):
        raise SettingsInvalidError(
            "CANON_GITHUB_TOKEN is set beside CANON_GITHUB_APP_ID or CANON_GITHUB_PRIVATE_KEY:"
            " remove the token, or both of the App's"
        )
    if settings.stalled_seconds < 3 * settings.heartbeat_seconds:
        raise SettingsInvalidError(
            "CANON_STALLED_SECONDS must be at least three times CANON_HEARTBEAT_SECONDS:"
            " raise the first or lower the second"
        )
    return settings


def explain_missing(missing: Sequence[MissingSetting]) -> str:
    """What to set, and how to get it: a line for each setting."""
    lines = [f"  {setting.name}: {setting.how}" for setting in missing]
    return "\n".join(
        [
            "Canon cannot talk to GitHub yet. Set these in the environment or in .env:",
            *lines,
            "For single repositories a fine-grained token will do instead of an App's id and key:",
            "set CANON_GITHUB_TOKEN.",
        ]
    )


def _explain(error: ValidationError) -> str:
    meaning = {field.alias: field.description for field in Settings.model_fields.values()}
    faults = {
        str(fault["loc"][0]): fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    }
    return "\n".join(
        f"{name} {fault} (it is: {meaning[name]})" for name, fault in sorted(faults.items())
    )
