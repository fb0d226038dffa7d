def run_page(public_url: str | None, run: int, page: str) -> str | None:
    """The address of a run's page; None where the service does not know its own.

    `page` is the part that nobody can guess: what a run says may be about a private repository.
    """
    return None if public_url is None else f"{public_url.rstrip('/')}/runs/{run}/{page}"


def report_page(public_url: str | None, page: str) -> str | None:
    """The address of a whole report; None where the service does not know its own."""
    return None if public_url is None else f"{public_url.rstrip('/')}/reports/{page}"
