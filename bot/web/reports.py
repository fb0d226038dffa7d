"""`/reports/SECRET`: a whole report, where a comment had to leave some of it out.

As for the pages of runs, the address is all that protects it: it is posted where the repository's
readers see it, and holds 122 random bits.
"""

import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, make_response

from bot.ports.pages import ReportPages

_PAGE: Final = re.compile("[0-9a-f]{32}")


def report_pages(pages: ReportPages) -> Blueprint:
    """A page for each report that was too long for a comment."""
    blueprint = Blueprint("reports", __name__)

    @blueprint.get("/reports/<page>")
    def report_page(page: str) -> Response:
        html = pages.get(page) if _PAGE.fullmatch(page) else None
        if html is None:
            abort(HTTPStatus.NOT_FOUND)
        response = make_response(html)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return blueprint
