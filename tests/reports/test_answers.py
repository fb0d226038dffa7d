from datetime import date

import pytest

from bot.commands.parser import Refusal, parse
from bot.domain.configuration import Place
from bot.domain.errors import (
    ConfigurationInvalidError,
    ConfigurationProblem,
    CouldNotCheckError,
    InputError,
)
from bot.reports.answers import Answered, answers, failed, gave_up, refused
from bot.reports.limits import LONGEST_COMMENT
from tests.reports.gfm import page
from tests.reports.hostile import HOSTILE

TODAY = date(2026, 10, 1)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_is_shown_and_acts_on_nothing(text: str) -> None:
    line = f"/canon {text}"
    said = page(answers([Answered(line, refused(Refusal(line, text, "/canon help")))]))

    assert (said.links, said.images, said.acted_upon, said.comments) == ([], [], [], [])
    assert set(said.structure) <= {"p", "/p", "strong", "/strong"}


@pytest.mark.parametrize("text", HOSTILE)
def test_errors_quote_nothing_that_acts(text: str) -> None:
    problem = ConfigurationProblem(path="a.yml", line=1, column=1, message=text)
    for error in (
        InputError(text),
        CouldNotCheckError(text),
        ConfigurationInvalidError([problem]),
    ):
        said = page(failed(error))
        assert (said.links, said.images, said.acted_upon, said.comments) == ([], [], [], [])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_answer_is_a_command(text: str) -> None:
    line = f"/canon {text}"

    for answer in (refused(Refusal(line, text, "/canon help")), failed(InputError(line))):
        assert parse(answers([Answered(line, answer)]), today=TODAY) == ()


def test_a_refusal_is_a_sentence_with_the_usage() -> None:
    refusal = Refusal("/canon waive", "`--until` is missing", "/canon waive ...")

    assert refused(refusal) == "`--until` is missing.\n\nUsage: `/canon waive ...`"


def test_of_many_problems_of_a_configuration_the_first_are_told() -> None:
    place = Place("a.yml", 1, 1)
    problems = [
        ConfigurationProblem(path=place.path, line=n, column=1, message=f"wrong {n}")
        for n in range(1, 9)
    ]

    said = failed(ConfigurationInvalidError(problems))

    assert "wrong 5" in said
    assert "wrong 6" not in said
    assert said.endswith("- 3 more")


def test_an_answer_that_has_no_room_beside_the_others_says_so() -> None:
    given = [Answered(f"/canon report {n}", f"{n}" * 30_000) for n in range(1, 5)]

    text = answers(given)

    assert len(text.encode()) <= LONGEST_COMMENT
    assert text.count("has no room beside the others") == 2
    assert "**`/canon report 4`**" in text


def test_giving_up_names_the_attempts() -> None:
    assert "tried 5 times" in gave_up(5)
