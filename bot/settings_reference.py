"""Writes docs/settings.md and .env.example: `python -m bot.settings_reference`."""

from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings import Settings

_INTRODUCTION = """\
# Settings

<!-- Written by `python -m bot.settings_reference` from bot/settings.py; do not edit. -->

Canon reads environment variables, and a file named `.env` in the directory it is started from; the
environment wins. A secret `NAME` may also be given as `NAME_FILE`: the path of a file with it.

| name | meaning | default | secret |
|---|---|---|---|
"""

_EXAMPLE = """\
# Copy to .env and fill in. All settings: docs/settings.md
# (written by `python -m bot.settings_reference`)
"""

_NEEDED = (
    "github_app_id",
    "github_private_key",
    "github_token",
    "github_webhook_secrets",
    "public_url",
    "database_url",
    "data_dir",
)


def reference() -> str:
    """The page about all settings, in Markdown."""
    return _INTRODUCTION + "".join(
        f"| `{field.alias}` | {field.description} | {_default(field)} |"
        f" {'yes' if name in Settings.secrets else ''} |\n"
        for name, field in Settings.model_fields.items()
    )


def example() -> str:
    """A `.env` with what most installations set, all of it commented out."""
    fields = (Settings.model_fields[name] for name in _NEEDED)
    return _EXAMPLE + "".join(f"\n# {field.description}\n# {field.alias}=\n" for field in fields)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None or field.default in {None, ()}:
        return ""
    value = field.default
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    (root / "docs" / "settings.md").write_text(reference(), encoding="utf-8")
    (root / ".env.example").write_text(example(), encoding="utf-8")
