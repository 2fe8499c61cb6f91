"""Why rows were not taken, grouped: the same reason in the same column of a file counts together, whatever the cells
say. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from emporion.doors.importing.mapping.faults import ALSO

MOST = 100  # groups that are shown
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_LINE = re.compile(r"\bline \d+")


class Turned(NamedTuple):
    """Rows of a file that were turned away for one reason (or several, as the importing door writes them), and the
    first of their lines."""

    file: str
    row: int
    column: str
    reason: str
    rows: int = 1


def grouped(turned: Iterable[Turned]) -> list[Turned]:
    """By file, column and kind of reason, how many rows and the first of them; the most frequent first. A row with two
    reasons counts for both."""
    found: dict[tuple[str, str, str], Turned] = {}
    for one in turned:
        for column, reason in _reasons(one):
            key = (one.file, column, _kind(reason))
            known = found.get(key)
            count = one.rows + (known.rows if known else 0)
            row = min(one.row, known.row) if known else one.row
            found[key] = Turned(one.file, row, column, known.reason if known else reason, count)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].rows, pair[0]))
    return [one._replace(reason=kind) if one.rows > 1 else one for (_f, _c, kind), one in ordered]


def _reasons(one: Turned) -> Iterator[tuple[str, str]]:
    """Each reason with its column: the first column stands beside, those of the others before their reasons."""
    first, *others = one.reason.split(ALSO)
    yield one.column, first
    for other in others:
        column, colon, reason = other.partition(": ")
        yield (column, reason) if colon else (one.column, other)


def _kind(reason: str) -> str:
    """A reason without what the cell said."""
    return _LINE.sub("line …", _QUOTED.sub("…", reason))
