"""Rows of nested targets, put aside until their parents come: on disk, found again by the parent's key."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from emporion.kernel.batches import batched

_KEYS_AT_ONCE = 900
_BETWEEN = "\x1f"


class Shelved(NamedTuple):
    """A row as it stands in its file; `source` is the number of its step among the nested, `fault` why it is none."""

    parent: str
    source: int
    fault: str
    number: int
    cells: list[str]


class Shelf:
    """A temporary database that the system removes by itself, however the process ends."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(
            "CREATE TABLE rows (parent TEXT, source INTEGER, fault TEXT, number INTEGER, cells TEXT)"
        )
        self._base.execute("CREATE TABLE taken (parent TEXT PRIMARY KEY) WITHOUT ROWID")

    def put(self, source: int, rows: Iterable[tuple[str, str, int, Sequence[str]]]) -> None:
        """Rows of one step: parent's key, fault, line, cells."""
        self._base.execute("BEGIN")
        self._base.executemany(
            "INSERT INTO rows VALUES (?, ?, ?, ?, ?)",
            ((parent, source, fault, number, _joined(cells)) for parent, fault, number, cells in rows),
        )
        self._base.execute("COMMIT")

    def sort(self) -> None:
        """To be called once, when all rows are there."""
        self._base.execute("CREATE INDEX rows_by_parent ON rows (parent)")

    def take(self, parents: Sequence[str]) -> list[Shelved]:
        """The rows of these parents, each parent's in the order of the files."""
        found: list[Shelved] = []
        for some in batched(parents, _KEYS_AT_ONCE):
            marks = ", ".join("?" * len(some))
            question = f"SELECT parent, source, fault, number, cells FROM rows WHERE parent IN ({marks}) ORDER BY rowid"
            found += map(_shelved, self._base.execute(question, some))
            self._base.execute("BEGIN")
            self._base.executemany("INSERT OR IGNORE INTO taken VALUES (?)", ((parent,) for parent in some))
            self._base.execute("COMMIT")
        return found

    def left_over(self) -> Iterator[Shelved]:
        """The rows whose parent never came."""
        question = (
            "SELECT parent, source, fault, number, cells FROM rows"
            " WHERE parent NOT IN (SELECT parent FROM taken) ORDER BY rowid"
        )
        return map(_shelved, self._base.execute(question))

    def close(self) -> None:
        """Frees the space."""
        self._base.close()


def _joined(cells: Sequence[str]) -> str:
    joined = _BETWEEN.join(cells)
    if joined.count(_BETWEEN) >= len(cells):
        return _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in cells)
    return joined


def _shelved(row: tuple[str, int, str, int, str]) -> Shelved:
    return Shelved(row[0], row[1], row[2], row[3], row[4].split(_BETWEEN))
