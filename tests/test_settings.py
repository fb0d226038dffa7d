from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot import settings
from bot.settings import SettingsInvalidError
from bot.settings_reference import example, reference


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those of the test."""
    monkeypatch.chdir(tmp_path)
    for field in settings.Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


@pytest.fixture(scope="module")
def private_key() -> str:
    key = generate_private_key(65537, 2048)
    form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return key.private_bytes(*form).decode()


def complaint(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalidError) as caught:
        settings.load()
    return str(caught.value)


def test_without_any_settings_there_are_defaults() -> None:
    found = settings.load()
    assert (found.port, found.check_name, found.github_url) == (8000, "canon", "https://github.com")
    assert found.data_dir.is_absolute()
    assert found.database_url is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("CANON_GITHUB_API_URL", "https://github.example/api/v3/")
    monkeypatch.setenv("CANON_PROBE_HOSTS", "a.example, b.example,")
    found = settings.load()
    assert found.port == 9000
    assert found.github_api_url == "https://github.example/api/v3"
    assert found.probe_hosts == ("a.example", "b.example")


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert settings.load().port == 8000


def test_a_dotenv_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=1234\nCANON_CHECK_NAME=gate\n")
    monkeypatch.setenv("PORT", "9000")
    found = settings.load()
    assert (found.port, found.check_name) == (9000, "gate")


def test_one_or_two_webhook_secrets_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANON_GITHUB_WEBHOOK_SECRET", "new, old")
    secrets = settings.load().github_webhook_secrets
    assert [secret.get_secret_value() for secret in secrets] == ["new", "old"]


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("CANON_GITHUB_TOKEN_FILE", str(tmp_path / "token"))
    token = settings.load().github_token
    assert token is not None
    assert token.get_secret_value() == "from a file"


def test_the_dotenv_file_may_name_the_file_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one,two")
    (tmp_path / ".env").write_text(f"CANON_GITHUB_WEBHOOK_SECRET_FILE={tmp_path}/secret\n")
    assert len(settings.load().github_webhook_secrets) == 2


@pytest.mark.parametrize("written", [lambda key: key, lambda key: key.replace("\n", "\\n")])
def test_the_private_key_is_read_with_its_line_ends_as_they_are_or_written_out(
    monkeypatch: pytest.MonkeyPatch, private_key: str, written: object
) -> None:
    assert callable(written)
    monkeypatch.setenv("CANON_GITHUB_APP_ID", "12")
    monkeypatch.setenv("CANON_GITHUB_PRIVATE_KEY", written(private_key))
    key = settings.load().github_private_key
    assert key is not None
    assert key.get_secret_value() == private_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "web"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WEB_CONCURRENCY", "0"),
        ("DATABASE_URL", "mysql://host/database"),
        ("CANON_GITHUB_API_URL", "api.github.com"),
        ("CANON_GITHUB_URL", "ftp://github.com"),
        ("CANON_GITHUB_URL", "https://user@github.com"),
        ("CANON_GITHUB_APP_ID", "an app"),
        ("CANON_GITHUB_PRIVATE_KEY", "nonsense"),
        ("CANON_GITHUB_WEBHOOK_SECRET", "a1,b2,c3"),
        ("CANON_CHECK_NAME", "x" * 101),
        ("CANON_WORKER_CONCURRENCY", "0"),
        ("CANON_SWEEP_SECONDS", "-1"),
        ("CANON_SANDBOX", "docker"),
        ("CANON_SANDBOX_UID", "0"),
        ("CANON_LOG_FORMAT", "xml"),
        ("CANON_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_is_for(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    text = complaint(monkeypatch, **{name: value})
    assert text.startswith(f"{name} ")
    assert "(it is: " in text


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = complaint(monkeypatch, PORT="web", CANON_LOG_LEVEL="loud", CANON_SANDBOX="docker")
    assert [line.split()[0] for line in text.splitlines()] == [
        "CANON_LOG_LEVEL",
        "CANON_SANDBOX",
        "PORT",
    ]


@pytest.mark.parametrize(
    "name", ["CANON_GITHUB_PRIVATE_KEY", "CANON_GITHUB_WEBHOOK_SECRET", "DATABASE_URL"]
)
def test_what_was_found_in_a_secret_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text = complaint(monkeypatch, **{name: "hunter2,hunter2,hunter2"})
    assert "hunter2" not in text


def test_a_private_key_that_was_cut_short_is_told_so(
    monkeypatch: pytest.MonkeyPatch, private_key: str
) -> None:
    text = complaint(monkeypatch, CANON_GITHUB_PRIVATE_KEY=private_key[:400])
    assert "cut short" in text
    assert private_key[100:150] not in text


def test_a_secret_and_its_file_together_are_one_too_many(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("b")
    names = {"CANON_GITHUB_TOKEN": "a", "CANON_GITHUB_TOKEN_FILE": str(tmp_path / "token")}
    assert complaint(monkeypatch, **names).startswith("CANON_GITHUB_TOKEN and CANON_GITHUB_TOKEN_F")


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = complaint(monkeypatch, CANON_GITHUB_TOKEN_FILE=str(tmp_path / "none"))
    assert f"CANON_GITHUB_TOKEN_FILE: cannot read {tmp_path / 'none'}" in text


def test_a_token_beside_an_app_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    text = complaint(monkeypatch, CANON_GITHUB_TOKEN="t", CANON_GITHUB_APP_ID="1")
    assert "remove" in text


def test_a_worker_must_be_allowed_to_miss_a_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    text = complaint(monkeypatch, CANON_HEARTBEAT_SECONDS="5", CANON_STALLED_SECONDS="10")
    assert text.startswith("CANON_STALLED_SECONDS must be at least three times")


def test_all_that_is_missing_is_told_with_how_to_get_it() -> None:
    missing = settings.load().missing()
    assert [setting.name for setting in missing] == [
        "CANON_GITHUB_APP_ID",
        "CANON_GITHUB_PRIVATE_KEY",
        "CANON_GITHUB_WEBHOOK_SECRET",
    ]
    text = settings.explain_missing(missing)
    assert all(f"{setting.name}: {setting.how}" in text for setting in missing)


def test_with_a_token_no_app_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANON_GITHUB_TOKEN", "t")
    names = [setting.name for setting in settings.load().missing()]
    assert names == ["CANON_GITHUB_WEBHOOK_SECRET"]


@pytest.mark.parametrize(
    ("path", "text"), [("docs/settings.md", reference), (".env.example", example)]
)
def test_the_written_reference_is_up_to_date(path: str, text: object) -> None:
    assert callable(text)
    root = Path(__file__).resolve().parents[1]
    assert (root / path).read_text() == text(), "run python -m bot.settings_reference"
