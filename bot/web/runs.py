"""`/runs/NUMBER/SECRET`: what one run's tests came to, and what their commands wrote.

The address is all that protects it: it is posted where the repository's readers see it, holds 122
random bits, and anything else is answered with 404.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template

from bot.domain.testing import CategoryResult, Judgement, TestResult
from bot.ports.store import Run, Runs
from bot.ports.testing import CategoryRecord, TestResults
from bot.reports.testing_words import EXPECTED, JUDGED, OUTCOMES
from bot.suites.assessment import readable
from bot.version import VERSION

_PAGE: Final = re.compile("[0-9a-f]{32}")
_LARGEST_NUMBER: Final = 2**63 - 1
_MOST_TESTS: Final = 2_000


def run_pages(runs: Runs, results: TestResults) -> Blueprint:
    """A page for each run, and one for each of its categories."""
    blueprint = Blueprint("runs", __name__)

    @blueprint.get("/runs/<int:number>/<page>")
    def run_page(number: int, page: str) -> Response:
        run = _found(number, page)
        return _answer(
            "pages/run.html.j2", run=run, where=_where(run), records=results.of_run(run.id)
        )

    @blueprint.get("/runs/<int:number>/<page>/<int:issue>/<category>")
    def category_page(number: int, page: str, issue: int, category: str) -> Response:
        run = _found(number, page)
        record = _record(results.of_run(run.id), issue, category)
        log = results.log(run.id, issue, category)
        tests = _worst_first(record.result)
        return _answer(
            "pages/category.html.j2",
            run=run,
            where=_where(run),
            record=record,
            tests=tests[:_MOST_TESTS],
            left_out=max(0, len(tests) - _MOST_TESTS),
            log=None if log is None else readable(log),
        )

    def _found(number: int, page: str) -> Run:
        run = None
        if number <= _LARGEST_NUMBER and _PAGE.fullmatch(page):
            run = runs.paged(number, page)
        return run or abort(HTTPStatus.NOT_FOUND)

    def _where(run: Run) -> str:
        state = runs.target(run.key)
        return "" if state is None else state.target.repository.full_name

    return blueprint


def _record(records: Sequence[CategoryRecord], issue: int, category: str) -> CategoryRecord:
    found = {(record.issue, record.result.category): record for record in records}
    return found.get((issue, category)) or abort(HTTPStatus.NOT_FOUND)


def _worst_first(result: CategoryResult) -> Sequence[TestResult]:
    return sorted(result.tests, key=lambda test: test.judged is Judgement.AS_EXPECTED)


def _answer(template: str, **views: object) -> Response:
    response = make_response(
        render_template(
            template,
            version=VERSION,
            expected=EXPECTED,
            outcomes=OUTCOMES,
            judged=JUDGED,
            **views,
        )
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
