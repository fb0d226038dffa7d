"""What the pull request says that brings a first configuration."""

from bot.config.first import First
from bot.reports.rendering import render


def tracking_markdown(issue: int, path: str, first: First, asked_by: str) -> str:
    """What was found by looking at the repository, and what people are to put right."""
    return render("tracking", issue=issue, path=path, found=first.candidates, asked_by=asked_by)
