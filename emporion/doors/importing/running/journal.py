"""The run's own records: its checkpoint, what it wrote and what it turned away, kept in each batch's transaction."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from emporion.doors.importing.models import ImportedRecord, ImportReject, ImportRun, RunState
from emporion.doors.importing.plain_lines import plain_line
from emporion.doors.importing.running.outcome import Counts
from emporion.doors.importing.running.written_files import open_over, write_row_as_text
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.bulk import insert_rows
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Fate, RowFate

FIRST_REJECTS = 5
_LONGEST_NAME = 255
_HEAD = ["file", "row", "column", "reason"]


class Reject(NamedTuple):
    """A row turned away. `target` is the target column at fault, `column` the name it has in the file."""

    importable: str
    file: str
    row: int
    target: str
    column: str
    reason: str
    cells: Sequence[str]


class Journal:
    """Where one run stands. Everything is written inside the caller's transaction."""

    def __init__(self, run: ImportRun, *, resumed: bool) -> None:
        self.run = run
        self.resumed = resumed
        self.counts = Counts(run.counts)

    @classmethod
    def begin(cls, preset: str, source: Path, digest: str, by: Viewer, at: datetime) -> "Journal":
        """The unfinished run of the same mapping over the same files, to go on with it, or a new one."""
        unfinished = ImportRun.objects.filter(digest=digest, source=str(source), state=RunState.RUNNING)
        if run := unfinished.order_by("-id").first():
            return cls(run, resumed=True)
        made = ImportRun(preset=preset, source=str(source), digest=digest, by=by.name, started_at=at)
        made.save(force_insert=True)
        return cls(made, resumed=False)

    def moved_on(self, *, steps: int, rows: int) -> None:
        """The checkpoint after a batch. Refuses when another process has moved it meanwhile."""
        before = ImportRun.objects.filter(
            pk=self.run.pk,
            state=RunState.RUNNING,
            steps_done=self.run.steps_done,
            rows_done=self.run.rows_done,
        )
        if not before.update(steps_done=steps, rows_done=rows, counts=self.counts.files):
            raise Refusal(
                "import_elsewhere", "this import is being run or undone by another process; wait for it"
            )
        self.run.steps_done, self.run.rows_done = steps, rows

    def finish(self, at: datetime, watermark: int) -> None:
        """The run is done."""
        ImportRun.objects.filter(pk=self.run.pk).update(
            state=RunState.DONE, finished_at=at, watermark=watermark, counts=self.counts.files
        )

    def note_records(self, importable: str, fates: Iterable[RowFate]) -> None:
        """What undo will need."""
        rows = [
            (self.run.pk, importable, fate.record_id, str(fate.fate), _as_json(fate.previous))
            for fate in fates
            if fate.fate in (Fate.CREATED, Fate.CHANGED)
            and fate.record_id is not None
            and not fate.importable
        ]
        columns = ("run_id", "importable", "record_id", "fate", "previous")
        insert_rows(ImportedRecord._meta.db_table, columns, rows)

    def note_rejects(self, rejects: Iterable[Reject]) -> None:
        """Rows turned away, counted and kept for the file of rejects."""
        kept = list(rejects)
        for reject in kept:
            self.counts.add(reject.file, "rejected")
        columns = ("run_id", "importable", "file", "row", "target", "column", "reason", "cells")
        insert_rows(ImportReject._meta.db_table, columns, [self._stored(reject) for reject in kept])

    def _stored(self, reject: Reject) -> tuple[object, ...]:
        cells = json.dumps([cell.replace("\0", "") for cell in reject.cells], ensure_ascii=False)
        names = (reject.importable, reject.file[:_LONGEST_NAME], reject.row, reject.target)
        return (self.run.pk, *names, reject.column[:_LONGEST_NAME], reject.reason, cells)

    def waiting(self, importable: str, file: str, targets: Sequence[str]) -> dict[int, int]:
        """Rejects that a later row of the same file may have cured: by line, the reject's id."""
        found = ImportReject.objects.filter(
            run=self.run, importable=importable, file=file, target__in=targets
        )
        return dict(found.values_list("row", "id"))

    def withdraw(self, file: str, reject_ids: Sequence[int]) -> None:
        """Rejects of rows that are to be tried again."""
        ImportReject.objects.filter(id__in=reject_ids).delete()
        self.counts.add(file, "rejected", -len(reject_ids))

    def first_rejects(self) -> tuple[str, ...]:
        """The first few, as lines to show."""
        return tuple(map(str, ImportReject.objects.filter(run=self.run).order_by("id")[:FIRST_REJECTS]))

    def write_rejects(self, path: Path) -> None:
        """A CSV file of all rejects: file, row, column, reason, and the row's cells as they were, but
        that a formula is made text."""
        width = max(map(len, self._cells()), default=0)
        with open_over(path) as file:
            csv.writer(file).writerow([*_HEAD, *(f"cell {number}" for number in range(1, width + 1))])
            rejects = ImportReject.objects.filter(run=self.run).order_by("id")
            for name, row, column, reason, cells in rejects.values_list(*_HEAD, "cells").iterator(
                chunk_size=2_000
            ):
                write_row_as_text(file, [name, row, plain_line(column), plain_line(reason), *cells])

    def _cells(self) -> Iterator[list[str]]:
        rejects = ImportReject.objects.filter(run=self.run)
        return rejects.values_list("cells", flat=True).iterator(chunk_size=2_000)


def _as_json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept for an undo")
