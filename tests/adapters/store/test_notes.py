from sqlalchemy import Engine

from bot.adapters.store.notes import DatabaseNotes


def test_a_note_is_made_once_it_is_said_to_be(engine: Engine) -> None:
    notes = DatabaseNotes(engine)
    assert not notes.is_made("7/issue/1", "<!-- closed -->")
    notes.made("7/issue/1", "<!-- closed -->")
    assert notes.is_made("7/issue/1", "<!-- closed -->")


def test_a_note_may_be_said_to_be_made_again(engine: Engine) -> None:
    notes = DatabaseNotes(engine)
    notes.made("7/issue/1", "<!-- closed -->")
    notes.made("7/issue/1", "<!-- closed -->")
    assert notes.is_made("7/issue/1", "<!-- closed -->")


def test_other_targets_and_other_notes_are_other_notes(engine: Engine) -> None:
    notes = DatabaseNotes(engine)
    notes.made("7/issue/1", "<!-- closed -->")
    assert not notes.is_made("7/issue/2", "<!-- closed -->")
    assert not notes.is_made("7/issue/1", "<!-- regressed -->")
