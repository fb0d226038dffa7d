"""What a route gives back: an `Answer`, or a `Refusal` raised."""

from dataclasses import dataclass, field
from typing import Any

from simulator.model import Json

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body; None has no body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """An answer in GitHub's error shape."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[Json] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}
        super().__init__(f"{status} {message}")

    def answer(self) -> Answer:
        """The refusal as an answer."""
        body: Json = {
            "message": self.message,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }
        if self.errors is not None:
            body["errors"] = self.errors
        return Answer(body, self.status, self.headers)


def not_found() -> Refusal:
    """404, which also hides what one may not see."""
    return Refusal(404, "Not Found")


def invalid(resource: str, field_: str, code: str, message: str | None = None) -> Refusal:
    """422 in the shape of `validation-error`."""
    detail: Json = {"resource": resource, "field": field_, "code": code}
    if message is not None:
        detail["message"] = message
    return Refusal(422, "Validation Failed", [detail])
