"""A test plan for people at a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.test_plan import Need
from bot.reports.plain import visible
from bot.reports.testing_words import EXPECTED
from bot.reports.words import plural

if TYPE_CHECKING:
    from bot.cli.terminal import Palette
    from bot.domain.test_plan import MissingTest, PlannedCategory, PlannedFile, TestPlan

_DIGITS: Final = 12
_MOST: Final = 8
NEEDS: Final = {
    Need.NONE: "needs nothing",
    Need.REAL_SERVICES: "needs real services",
    Need.STAGING: "needs staging",
}


def plan_text(plan: "TestPlan", written: Sequence[str], palette: "Palette") -> str:
    """The sums, then what to keep, to update and to write, then what each category must show."""
    blocks = [
        list(_head(plan, palette)),
        list(_keep(plan, palette)),
        list(_update(plan, palette)),
        list(_missing(plan, palette)),
        list(_categories(plan, palette)),
        [f"Written: {visible(path)}" for path in written],
        list(_closing(plan)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _head(plan: "TestPlan", palette: "Palette") -> Iterator[str]:
    title = palette.bold(f"#{plan.migration} {visible(plan.title)}")
    yield f"{title}: test plan, phase {plan.phase}"
    shares, (keep, update, write) = plan.shares, plan.shares.percentages
    yield (
        f"  {plural(shares.keep, 'test')} to keep ({keep}%), {shares.update:,} to update"
        f" ({update}%), {shares.write:,} to write ({write}%)"
    )


def _keep(plan: "TestPlan", palette: "Palette") -> Iterator[str]:
    if plan.keep:
        yield palette.bold("Keep passing, as they are:")
        yield from _some([_line(one, palette) for one in plan.keep])


def _update(plan: "TestPlan", palette: "Palette") -> Iterator[str]:
    if plan.update:
        yield palette.bold("Update:")
    for file in plan.update:
        yield _line(file, palette)
        width = max(len(str(one.location.line)) for one in file.changes)
        yield from _some(
            [
                f"      {one.location.line:>{width}}  {visible(one.symbol)} -> "
                + (visible(one.replacement) if one.replacement else "(no replacement known)")
                for one in file.changes
            ],
            "      ",
        )


def _line(file: "PlannedFile", palette: "Palette") -> str:
    tests = plural(file.tests, "test") if file.tests else "support"
    weak = f", {len(file.weak)} weak" if file.weak else ""
    risk = f"{file.risk:<6}"
    shown = palette.bad(risk) if file.risk == "high" else risk
    return f"  {shown}  {palette.place(visible(file.path))}  {palette.dim(tests + weak)}"


def _missing(plan: "TestPlan", palette: "Palette") -> Iterator[str]:
    if plan.missing:
        yield palette.bold("Write:")
    for one in plan.missing:
        yield f"  {palette.place(visible(one.path))}  {palette.dim(_about(one))}"
        yield f"      {one.rule} ({one.kind}, {one.severity}): {visible(one.why)}"


def _about(missing: "MissingTest") -> str:
    fails = {None: "not scanned", True: "fails now", False: "passes already"}[missing.fails_now]
    return f"{plural(len(missing.names), 'test')}, {fails}"


def _categories(plan: "TestPlan", palette: "Palette") -> Iterator[str]:
    if plan.categories:
        yield palette.bold("Run:")
    for one in plan.categories:
        yield from _category(one, palette)


def _category(category: "PlannedCategory", palette: "Palette") -> Iterator[str]:
    proposed = ", not configured yet" if category.proposed else ""
    yield (
        f"  {palette.bold(visible(category.name))} ({EXPECTED[category.expect]}):"
        f" {NEEDS[category.need]}{proposed}"
    )
    yield f"      now: {category.now}; after: {category.after}"
    yield "      " + palette.dim(visible(category.now.basis))
    yield f"      $ {visible(category.command if category.proposed else category.check)}"


def _closing(plan: "TestPlan") -> Iterator[str]:
    yield from (f"Note: {visible(one)}" for one in plan.caveats)
    yield f"commit {plan.commit[:_DIGITS]}{plan.commit[40:]}"


def _some(lines: Sequence[str], indent: str = "  ") -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"{indent}and {len(lines) - _MOST:,} more"
