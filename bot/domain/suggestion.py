from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to write in the place of some whole lines of a file, without the last line's end.

    Lines are 1-based, and both of them are replaced; `text` has line feeds, whatever the file has.
    """

    start_line: int
    end_line: int
    text: str
