import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import configure_logging
from bot.settings import Settings


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def configured(stream: io.StringIO, **settings: Any) -> structlog.stdlib.BoundLogger:
    configure_logging(Settings(**settings), stream=stream)
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("bot.test")
    return logger


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(token: str) -> None:
    raise RuntimeError(f"{len(token)} characters")


def test_a_line_says_what_when_and_what_it_is_about(stream: io.StringIO) -> None:
    log = configured(stream, CANON_LOG_FORMAT="json")
    with structlog.contextvars.bound_contextvars(target="7/branch/main"):
        log.info("run.finished", run=3)
    (line,) = lines(stream)
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert (
        line.items()
        >= {
            "level": "info",
            "event": "run.finished",
            "target": "7/branch/main",
            "run": 3,
            "logger": "bot.test",
        }.items()
    )


def test_libraries_speak_in_the_same_format_and_no_more_than_needed(stream: io.StringIO) -> None:
    configured(stream, CANON_LOG_FORMAT="json")
    logging.getLogger("procrastinate.worker").info("each little step")
    logging.getLogger("procrastinate.worker").warning("something is wrong")
    (line,) = lines(stream)
    assert (line["event"], line["logger"]) == ("something is wrong", "procrastinate.worker")


def test_the_level_is_the_least_that_is_told(stream: io.StringIO) -> None:
    log = configured(stream, CANON_LOG_FORMAT="json", CANON_LOG_LEVEL="warning")
    log.info("quiet")
    log.warning("heard")
    assert [line["event"] for line in lines(stream)] == ["heard"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_is_told_with_its_trace_and_without_the_values_in_it(
    stream: io.StringIO, form: str
) -> None:
    log = configured(stream, CANON_LOG_FORMAT=form)
    try:
        fail("hunter2-hunter2")
    except RuntimeError:
        log.exception("job.failed")
    told = stream.getvalue()
    assert "15 characters" in told
    assert "in fail" in told or '"name": "fail"' in told
    assert "hunter2-hunter2" not in told.replace('fail("hunter2-hunter2")', "")


def test_where_there_is_no_terminal_it_is_json(stream: io.StringIO) -> None:
    configured(stream).info("hello")
    assert lines(stream)[0]["event"] == "hello"


def test_a_terminal_gets_text() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    configured(stream).info("hello")
    assert "hello" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
