"""Where the violations are, and whose they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.decide.codeowners import Owners
from bot.domain.codeowners import CodeOwners
from bot.domain.measurement import Unmeasured
from bot.reports.frame import Frame

_MOST_DIRECTORIES: Final = 10
_DEEPEST: Final = 6
_NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One directory or owner: how many violations, in how many files; a bar of the largest."""

    name: str
    count: int
    files: int
    bar: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Violations by directory and by owner; `no_owners` says why the latter is not known."""

    directories: Sequence[Share]
    directories_left_out: int
    owners: Sequence[Share]
    owners_left_out: int
    no_owners: str | None
    owners_file: str | None
    owners_url: str | None


def where(frame: Frame) -> Where:
    """The directories and owners with most violations first; waived ones are left out."""
    counted = [one for one in frame.evidence.violations if one.waiver is None]
    paths = Counter(one.path for one in counted)
    directories = frame.rows(_shares(_by_directory(paths), frame))
    owners = _by_owner(paths, frame.evidence.owners)
    known = frame.rows(_shares(owners, None))
    file = frame.evidence.owners
    return Where(
        directories=directories.shown,
        directories_left_out=directories.left_out,
        owners=known.shown,
        owners_left_out=known.left_out,
        no_owners=file.reason if isinstance(file, Unmeasured) else None,
        owners_file=None if isinstance(file, Unmeasured) else file.path,
        owners_url=None if isinstance(file, Unmeasured) else frame.at(file.path, 1),
    )


def bar(part: int, whole: int, width: int = 10) -> str:
    """`part` of `whole` as blocks: a part is never shown as nothing, nor as all."""
    if not whole:
        return "█" * width
    filled = round(width * part / whole)
    if part:
        filled = max(1, filled)
    if part < whole:
        filled = min(width - 1, filled)
    return "█" * filled + "░" * (width - filled)


_Groups = Mapping[str, Mapping[str, int]]


def _by_directory(paths: Mapping[str, int]) -> _Groups:
    """Directory -> file -> count, at the depth that tells most in few lines."""
    folders: dict[str, dict[str, int]] = {}
    for path, count in paths.items():
        folders.setdefault(path.rpartition("/")[0], {})[path] = count
    depth = 1
    while depth < _DEEPEST and len(_at(depth + 1, folders)) <= _MOST_DIRECTORIES:
        depth += 1
    groups: dict[str, dict[str, int]] = {}
    for folder, files in folders.items():
        groups.setdefault(_above(folder, depth), {}).update(files)
    return groups


def _at(depth: int, folders: Iterable[str]) -> set[str]:
    return {_above(folder, depth) for folder in folders}


def _above(folder: str, depth: int) -> str:
    return "/".join(folder.split("/")[:depth]) or "."


def _by_owner(paths: Mapping[str, int], file: CodeOwners | Unmeasured) -> _Groups:
    if isinstance(file, Unmeasured):
        return {}
    book = Owners(file)
    groups: dict[str, dict[str, int]] = {}
    for path, count in paths.items():
        for owner in book.of(path) or (_NOBODY,):
            groups.setdefault(owner, {})[path] = count
    return groups


def _shares(groups: _Groups, frame: Frame | None) -> Sequence[Share]:
    sums = {name: sum(files.values()) for name, files in groups.items()}
    largest = max(sums.values(), default=0)
    return [
        Share(
            name=name,
            count=sums[name],
            files=len(groups[name]),
            bar=bar(sums[name], largest),
            url=None if frame is None else frame.folder(name),
        )
        for name in sorted(sums, key=lambda name: (-sums[name], name))
    ]
