"""One migration: its phase, its people, and all that belongs to it."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from bot.config.schema.decision import DecisionKeys
from bot.config.schema.document import Later
from bot.config.schema.plan import RiskEntry, StepKeys, SuccessKeys, risk
from bot.config.schema.suites import CategoryKeys
from bot.config.schema.types import Keys, Owner, Text
from bot.config.schema.watch import CoverageKeys, ProbeKeys
from bot.domain.configuration import Impact, Migration, Rule
from bot.domain.phase import Phase


class ImpactKeys(Keys):
    """What is at stake, as stated by people; reports mark it as stated."""

    model_config = ConfigDict(title="impact")

    summary: Text | None = Field(default=None, description="What users feel.")
    value_at_risk: Text | None = Field(default=None, description='As in "$500K+ ARR".')
    segments: tuple[Text, ...] = Field(default=(), description="Who is concerned.")

    def value(self) -> Impact:
        """The impact."""
        return Impact(**self.model_dump())


class MigrationKeys(Keys):
    """One migration, known by its tracked issue."""

    model_config = ConfigDict(title="a migration")

    issue: Annotated[int, Field(ge=1)] = Field(description="The number of the tracked issue.")
    title: Text | None = Field(
        default=None, description='What it is called in reports; "Issue 7" without this.'
    )
    phase: Phase = Field(
        description=(
            "detect (reported), migrate (nothing may be added), validate (all at target), "
            "done (and so for ever)."
        )
    )
    owners: tuple[Owner, ...] = Field(default=(), description="Who answers for it.")
    blocking: bool = Field(default=True, description="false: reported, never failing the check.")
    impact: ImpactKeys | None = Field(default=None, description="What is at stake, as stated.")
    rules: tuple[Later, ...] = Field(default=(), description="What the scanner looks for.")
    tests: tuple[CategoryKeys, ...] = Field(default=(), description="Categories of tests.")
    probes: tuple[ProbeKeys, ...] = Field(default=(), description="Live services to watch.")
    coverage: tuple[CoverageKeys, ...] = Field(default=(), description="Coverage figures.")
    decision: DecisionKeys | None = Field(default=None, description="When to proceed.")
    plan: tuple[StepKeys, ...] = Field(default=(), description="The steps, phase by phase.")
    risks: tuple[RiskEntry, ...] = Field(default=(), description="What may go wrong.")
    rollback: tuple[Text, ...] = Field(default=(), description="The way back, step by step.")
    success: tuple[SuccessKeys, ...] = Field(default=(), description="How success is known.")

    def value(self, rules: tuple[Rule, ...]) -> Migration:
        """The migration, with its rules."""
        return Migration(
            issue=self.issue,
            title=self.title or f"Issue {self.issue}",
            phase=self.phase,
            rules=rules,
            owners=self.owners,
            blocking=self.blocking,
            impact=self.impact.value() if self.impact else None,
            tests=tuple(category.value() for category in self.tests),
            probes=tuple(probe.value() for probe in self.probes),
            coverage=tuple(figure.value() for figure in self.coverage),
            decision=self.decision.value() if self.decision else None,
            plan=tuple(step.value() for step in self.plan),
            risks=tuple(risk(entry) for entry in self.risks),
            rollback=self.rollback,
            success=tuple(criterion.value() for criterion in self.success),
        )


class MigrationFileKeys(MigrationKeys):
    """One migration that has a file of its own in .github/canon."""

    model_config = ConfigDict(title="a migration's file")

    version: Literal[1] = Field(default=1, description="The version of this language: 1.")
