"""Batches of rows on their way into the records: each one transaction of under a second with its checkpoint."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import EmporionError
from emporion.kernel.importable import Fate, Importable, ImportBatch, ImportRow, RowFate

Children = Mapping[str, Mapping[str, Sequence[ImportRow]]]
# What one bad row can cause. Everything else (no disk, no connection) stops the import at its last checkpoint.
_OF_A_ROW = (EmporionError, IntegrityError, DataError, ValidationError, OverflowError)


@dataclass(slots=True)
class Batch:
    """Rows of one step with their children; `cells` are the rows as they stand in the file, by line."""

    rows: list[ImportRow] = field(default_factory=list)
    cells: dict[int, Sequence[str]] = field(default_factory=dict)
    children: dict[str, dict[str, list[ImportRow]]] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How many rows it is to write, children included."""
        return len(self.rows) + sum(len(rows) for of in self.children.values() for rows in of.values())


class Pace:
    """How many rows to write at once, so that a transaction takes about half a second on this machine."""

    FIRST, LEAST, MOST = 1_000, 50, 10_000
    WANTED_SECONDS = 0.5

    def __init__(self) -> None:
        self.rows = self.FIRST
        self._began = 0.0

    def start(self) -> None:
        """A batch begins."""
        self._began = time.perf_counter()

    def stop(self, rows: int) -> None:
        """A batch of that many rows ended."""
        took = time.perf_counter() - self._began
        fitting = int(rows * self.WANTED_SECONDS / took) if took > 0 else self.MOST
        self.rows = max(self.LEAST, min(self.MOST, fitting, self.rows * 2))


def write_rows(
    importable: Importable, rows: Sequence[ImportRow], children: Children, by: Viewer, at: datetime
) -> list[RowFate]:
    """What became of every row and child. A row that cannot be written is found by halving, and rejected alone."""
    if importable.write is None:
        raise NotImplementedError(f"{importable.name} cannot be written")
    try:
        with transaction.atomic():
            return list(importable.write(ImportBatch(rows, by=by, at=at, children=children)))
    except _OF_A_ROW as problem:
        if len(rows) == 1:
            return _all_rejected(importable, rows[0], children, _reason(problem))
    half = len(rows) // 2
    first = write_rows(importable, rows[:half], children, by, at)
    return first + write_rows(importable, rows[half:], children, by, at)


def _all_rejected(importable: Importable, row: ImportRow, children: Children, reason: str) -> list[RowFate]:
    key = row.values.get(importable.key[0])
    of_child = f"its row of {importable.name} was refused: {reason}"
    fates = [RowFate(row.number, Fate.REJECTED, "", reason)]
    for name, by_parent in children.items():
        fates += [
            RowFate(
                child.number,
                Fate.REJECTED,
                "",
                of_child,
                importable=name,
            )
            for child in by_parent.get(str(key), ())
        ]
    return fates


def _reason(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return "; ".join(problem.messages)
    return str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
