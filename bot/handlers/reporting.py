"""Reports of the service: in the repository's own layout, with a page where they do not fit."""

from dataclasses import replace

from bot.domain.evidence import MigrationEvidence
from bot.domain.pages import report_page
from bot.domain.report import ReportKind
from bot.handlers.commits import template_at
from bot.handlers.evidence import Snapshot, context
from bot.handlers.services import Services
from bot.reports.report import Form, Layout, render_report


def markdown(services: Services, at: Snapshot, kind: ReportKind, found: MigrationEvidence) -> str:
    """A report for a comment; what it had to leave out is on a page that it links to.

    Raises `InputError` for a template of more than 1 MiB.
    """
    layout = _layout(services, at, kind)
    issue = found.migration.issue
    page = services.pages.reserve(at.repository.id, issue, kind, at.commit)
    about = replace(context(services, at), details_url=report_page(services.public_url, page))
    text = render_report(kind, found, about, layout=layout)
    if about.details_url is not None and about.details_url in text:
        html = render_report(kind, found, about, Form.HTML, layout=layout)
        services.pages.put(page, html, at=services.clock.now())
    return text


def _layout(services: Services, at: Snapshot, kind: ReportKind) -> Layout | None:
    """The template for this kind at the snapshot, where the repository has one."""
    source = template_at(services.commits(at.git_dir), at.commit, kind)
    return None if source is None else Layout(source, services.layouts)
