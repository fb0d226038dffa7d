"""Evaluating anew, running tests, and stopping."""

from bot.config.problems import did_you_mean, one_of
from bot.domain.configuration import Migration
from bot.domain.errors import InputError
from bot.handlers.commands.done import Done, declined
from bot.handlers.commands.here import Here
from bot.ports.store import RunState
from bot.ports.testing import TestRequest
from bot.reports.markdown import Markdown, code, link
from bot.reports.stamp import short


def scan(here: Here) -> Done:
    """Evaluate the head again."""
    if (closed := _closed(here)) is not None:
        return closed
    return Done(f"Evaluating {_head(here)} again: {_where(here)}", (here.again("command"),))


def test(here: Here, category: str | None, migration: int | None) -> Done:
    """Run one test category, or all."""
    if (closed := _closed(here)) is not None:
        return closed
    about = _with_tests(here, category, migration)
    _ask(here, TestRequest(at=here.received_at, issue=about, category=category))
    what = "all test categories" if category is None else f"the test category {code(category)}"
    answer = f"Running {what} on {_head(here)}: {_where(here)}"
    return Done(answer, (here.again("command"),))


def retest(here: Here, migration: int | None) -> Done:
    """Run the categories again that did not end as expected."""
    if (closed := _closed(here)) is not None:
        return closed
    about = _with_tests(here, None, migration)
    _ask(here, TestRequest(at=here.received_at, issue=about, unexpected=True))
    answer = (
        "Running the test categories again that did not end as expected, "
        f"on {_head(here)}: {_where(here)}"
    )
    return Done(answer, (here.again("command"),))


def cancel(here: Here) -> Done:
    """Stop what is running here."""
    runs = here.services.runs
    newest = runs.newest(here.target.key)
    if newest is None or newest.state is not RunState.RUNNING:
        return declined("Nothing is running here.")
    runs.cancel(here.target.key, by=here.comment.author, at=here.received_at)
    return Done(f"Stopping the run on {_commit(here, newest.head_sha)}; its check says so.")


def _closed(here: Here) -> Done | None:
    if here.pull is not None and not here.pull.open:
        return declined("This pull request is closed: there is nothing to evaluate.")
    return None


def _ask(here: Here, request: TestRequest) -> None:
    here.services.testing.requests.ask(here.target.key, here.head, request)


def _with_tests(here: Here, category: str | None, named: int | None) -> int | None:
    """The migration that is meant, None for all of them; raises `InputError` where it has none."""
    migrations = here.configuration.migrations if named is None else (here.migration(named),)
    names = [one.name for migration in migrations for one in migration.tests]
    if not names:
        raise InputError("the configuration has no test categories here")
    if category is not None and category not in names:
        near = did_you_mean(category, names) or f"there are {one_of(dict.fromkeys(names))}"
        raise InputError(f"there is no test category {category}; {near}")
    return named if named is not None else _of_this_issue(here, migrations)


def _of_this_issue(here: Here, migrations: tuple[Migration, ...]) -> int | None:
    number = here.comment.number
    return number if any(one.issue == number and one.tests for one in migrations) else None


def _where(here: Here) -> str:
    return f"the check {code(here.services.check_name)} will say."


def _head(here: Here) -> Markdown:
    return _commit(here, here.head)


def _commit(here: Here, sha: str) -> Markdown:
    url = f"{here.services.github_url.rstrip('/')}/{here.repository.full_name}/commit/{sha}"
    return link(code(short(sha)), url)
