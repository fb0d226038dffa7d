"""`tests`: categories of tests, and what each phase expects of them."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core.core_schema import ValidationInfo

from bot.config.schema.types import Count, Duration, Keys, MisfitError, RelativePath, Slug, Text
from bot.domain.phase import Phase
from bot.domain.suite import Category, Executor, Expectation, ExpectedCounts, Trigger
from bot.scanner.parameters import Glob

_GUARDS: Mapping[Phase, Expectation] = dict.fromkeys(Phase, Expectation.PASS)
_DETECTS: Mapping[Phase, Expectation] = {
    Phase.DETECT: Expectation.FAIL,
    Phase.MIGRATE: Expectation.ANY,
    Phase.VALIDATE: Expectation.PASS,
    Phase.DONE: Expectation.PASS,
}
_DEFAULT_WORKFLOW = "canon-tests.yml"
_WORKFLOW = r"^[A-Za-z0-9_-][A-Za-z0-9._-]*\.ya?ml$"


def _is_workflow(value: str) -> str:
    if not re.fullmatch(_WORKFLOW, value):
        raise MisfitError("the name of a file in .github/workflows, such as canon-tests.yml")
    return value


Workflow = Annotated[
    str,
    AfterValidator(_is_workflow),
    WithJsonSchema({"title": "file name", "type": "string", "pattern": _WORKFLOW}),
]


class CountKeys(Keys):
    """What the plan expects a run to show."""

    model_config = ConfigDict(title="counts")

    total: Count | None = Field(default=None, description="How many tests there are.")
    failing: Count | None = Field(default=None, description="How many of them fail.")

    @field_validator("failing")
    @classmethod
    def _not_more_than_all(cls, value: int | None, info: ValidationInfo) -> int | None:
        total = info.data.get("total")
        if value is not None and total is not None and value > total:
            raise MisfitError(f"at most {total}, as `total` says")
        return value


class CategoryKeys(Keys):
    """One category of tests."""

    model_config = ConfigDict(title="a test category")

    category: Slug = Field(description="The category's name, such as unit or integration.")
    run: Text = Field(
        description="The command, run by a shell; {junit} stands for the result file it writes."
    )
    expect: Literal["detects", "guards"] | Mapping[Phase, Expectation] = Field(
        default="guards",
        description=(
            "detects: fails until the migration is done; guards: passes always; or what each "
            "phase expects (a phase that is left out expects pass)."
        ),
    )
    setup: Text | None = Field(
        default=None, description="Makes the environment; cached by the files in setup_files."
    )
    setup_files: tuple[RelativePath, ...] = Field(
        default=(), description="The files that setup reads, and all that it sees."
    )
    when: Annotated[tuple[Trigger, ...], Field(min_length=1)] = Field(
        default=tuple(Trigger), description="What the category is run for."
    )
    paths: tuple[Glob, ...] = Field(
        default=(), description="Run only where a changed file matches; always, without this."
    )
    timeout: Duration = Field(
        default=600.0,
        description="The command is killed after this time.",
        json_schema_extra={"default": "10m"},
    )
    runs_on: Executor = Field(
        default=Executor.SANDBOX, description="Canon's own sandbox, or GitHub Actions."
    )
    workflow: Workflow = Field(
        default=_DEFAULT_WORKFLOW, description="For actions: a file in .github/workflows."
    )
    services: tuple[Slug, ...] = Field(
        default=(), description="For actions: the services that the tests need."
    )
    listed: tuple[Text, ...] = Field(
        default=(), description="Tests that must be among the results."
    )
    counts: CountKeys | None = Field(
        default=None, description="What the plan expects; a difference is reported."
    )

    @field_validator("setup_files")
    @classmethod
    def _files_of_a_setup(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value and "setup" in info.data and info.data["setup"] is None:
            raise MisfitError("`setup` beside it: without it these files serve nothing")
        return value

    def value(self) -> Category:
        """The category, with an expectation for every phase."""
        on_actions = self.runs_on is Executor.ACTIONS
        return Category(
            name=self.category,
            run=self.run,
            expect=self._expectations(),
            setup=self.setup,
            setup_files=self.setup_files,
            when=self.when,
            paths=self.paths,
            timeout=self.timeout,
            executor=self.runs_on,
            workflow=self.workflow if on_actions else None,
            services=self.services if on_actions else (),
            listed=self.listed,
            counts=ExpectedCounts(total=self.counts.total, failing=self.counts.failing)
            if self.counts
            else None,
        )

    def _expectations(self) -> Mapping[Phase, Expectation]:
        if self.expect == "detects":
            return _DETECTS
        return _GUARDS if isinstance(self.expect, str) else {**_GUARDS, **self.expect}
