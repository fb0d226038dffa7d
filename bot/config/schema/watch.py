"""`probes` and `coverage`: what is watched outside the code."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.config.schema.types import (
    Duration,
    Keys,
    Percentage,
    RelativePath,
    Slug,
    Text,
    alternative,
    either_of,
    goes_with,
    url_of,
)
from bot.domain.probe import CoverageGoal, HttpRequest, Probe, WebSocketExchange
from bot.scanner.parameters import Glob

T = TypeVar("T")

HttpUrl = Annotated[str, AfterValidator(lambda value: url_of(value, ("https", "http")))]
WebSocketUrl = Annotated[str, AfterValidator(lambda value: url_of(value, ("wss", "ws")))]


class ProbeKeys(Keys):
    """One probe of a live service, by HTTP or by WebSocket."""

    model_config = ConfigDict(
        title="a probe",
        json_schema_extra={
            "oneOf": [
                alternative("http", without=("websocket", "send", "expect_in_order")),
                alternative("websocket", without=("http", "status")),
            ]
        },
    )

    name: Slug = Field(description="The probe's name, as in the measure probe.<name>.up.")
    http: HttpUrl | None = Field(default=None, description="A URL that is asked with GET.")
    status: Annotated[int, Field(ge=100, le=599)] | None = Field(
        default=None, description="For http: the status that means up; 200 without this."
    )
    websocket: WebSocketUrl | None = Field(
        default=None,
        description="A URL that is connected to, instead of http.",
        validate_default=True,
    )
    send: Text | None = Field(
        default=None, description="For websocket: the message that is sent first."
    )
    expect_in_order: tuple[Text, ...] | None = Field(
        default=None, description="For websocket: events that must come, in this order."
    )
    within: Duration = Field(
        default=10.0,
        description="A later answer counts as none.",
        json_schema_extra={"default": "10s"},
    )
    every: Duration = Field(
        default=900.0, description="How often it is probed.", json_schema_extra={"default": "15m"}
    )
    alert_below: Percentage | None = Field(
        default=None,
        description="A failure that brings the last day's availability below this opens an alert; "
        "three good answers in a row close it.",
    )

    @field_validator("status", "send", "expect_in_order")
    @classmethod
    def _part_of_its_kind(cls, value: T, info: ValidationInfo) -> T:
        return goes_with(value, info, "http" if info.field_name == "status" else "websocket")

    @field_validator("websocket")
    @classmethod
    def _one_of_both(cls, value: str | None, info: ValidationInfo) -> str | None:
        return either_of(value, info, "http")

    def value(self) -> Probe:
        """The probe, times in seconds."""
        return Probe(
            name=self.name,
            within=self.within,
            every=self.every,
            alert_below=self.alert_below,
            http=HttpRequest(url=self.http, status=self.status or 200) if self.http else None,
            websocket=WebSocketExchange(
                url=self.websocket, send=self.send, expect_in_order=self.expect_in_order or ()
            )
            if self.websocket
            else None,
        )


class CoverageKeys(Keys):
    """One coverage figure, read from a file that a test category writes."""

    model_config = ConfigDict(title="a coverage entry")

    name: Slug = Field(description="The figure's name, as in the measure coverage.<name>.")
    file: RelativePath = Field(description="A coverage.xml or .coverage file.")
    paths: tuple[Glob, ...] = Field(default=(), description="Which files count; all without this.")
    at_least: Percentage | None = Field(default=None, description="The share that is wanted.")

    def value(self) -> CoverageGoal:
        """The goal, as a share."""
        return CoverageGoal(
            name=self.name, file=self.file, paths=self.paths, at_least=self.at_least
        )
