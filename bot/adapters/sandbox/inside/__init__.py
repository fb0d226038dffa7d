"""Programs that run inside sandboxes, as bytes; nothing here is imported by Canon itself."""

from pathlib import Path


def source(name: str) -> bytes:
    """The source of one of the modules here."""
    return (Path(__file__).parent / name).read_bytes()
