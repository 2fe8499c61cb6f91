"""One file into one target: piece by piece, each with its checkpoint."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from emporion.doors.importing.mapping.evaluation import Sheets
from emporion.doors.importing.running.batches import Pace, write_rows
from emporion.doors.importing.running.converting import Converter
from emporion.doors.importing.running.journal import Journal, Reject
from emporion.doors.importing.running.lookups import cells_of
from emporion.doors.importing.running.nesting import Children, Nested
from emporion.doors.importing.running.pieces import Piece, pieces
from emporion.doors.importing.running.planning import Step
from emporion.doors.importing.running.references import References
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.importable import ColumnKind, Fate, Importable, ImportRow, RowFate

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all steps of one run share."""

    journal: Journal
    sheets: Sheets
    references: References
    zone: ZoneInfo
    by: Viewer
    at: datetime
    progress: Progress


@dataclass(slots=True)
class Seen:
    """The keys met so far in one target: by hash, in which step and on which line."""

    keys: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Portion:
    """What one transaction writes. `cells` are the rows as they stand in the file, by line."""

    rows: list[ImportRow]
    cells: Mapping[int, Sequence[str]]
    rejects: list[Reject]
    children: Children = field(default_factory=Children)


class StepRun:
    """A step while it runs."""

    def __init__(self, step: Step, number: int, shop: Workshop, seen: Seen, nested: Nested | None) -> None:
        self.step, self.number, self.shop, self.seen, self.nested = step, number, shop, seen, nested
        self.converter = Converter(step, shop.sheets, shop.references, shop.zone)
        self.pace = Pace()

    def run(self, *, counted: bool, done: int) -> None:
        """Every row after line `done`, then once more those that a later row may have cured. `counted`: this step
        is the one that counts the file's rows as read."""
        read = 0
        self.shop.journal.counts.of(self.step.file)
        for piece in pieces(self.step.table, self.pace, done):
            if piece.done:
                self._portion(piece)
            else:
                self._write_piece(piece, counted=counted)
            read += len(piece.chunk)
            self.shop.progress(self.step.file, read, self.step.table.row_count)
        while self._retry():
            pass

    def pass_over(self) -> None:
        """For a step that was done before: only what later steps of the same target must know of it."""
        for chunk in self.step.table.chunks():
            self._portion(Piece(chunk, 0, done=True))

    @property
    def _key(self) -> str:
        return self.step.importable.key[0]

    def _portion(self, piece: Piece, only: Mapping[int, int] | None = None) -> _Portion:
        """The piece converted; its keys are noted, and the children of its rows are taken."""
        chunk = piece.chunk
        made = self.converter.convert(chunk.numbers, cells_of(chunk, self.step.table, self.step.options))
        rejects = [self._reject(row.number, "", row.reason, row.cells) for row in chunk.broken]
        for fault in made.faults:
            number, cells = chunk.numbers[fault.place], chunk.rows[fault.place]
            rejects.append(self._reject(number, fault.target, fault.reason, cells))
        portion = _Portion([], dict(zip(chunk.numbers, chunk.rows, strict=True)), rejects)
        for row in made.rows:
            if only is None and not self._is_new(row, portion):
                continue
            portion.rows.append(row)
        if only is not None:
            portion.rows = [row for row in portion.rows if row.number in only]
            portion.rejects = [reject for reject in rejects if reject.row in only]
        if self.nested:
            self._gather(portion, self.nested)
        return portion

    def _reject(self, number: int, target: str, reason: str, cells: Sequence[str]) -> Reject:
        column = self.converter.shown(target) if target else ""
        return Reject(self.step.importable.name, self.step.file, number, target, column, reason, cells)

    def _is_new(self, row: ImportRow, portion: _Portion) -> bool:
        """Whether the row's key comes for the first time in this step (in any, where only the first is wanted)."""
        names = self.step.importable.key
        key = tuple(row.values.get(name) for name in names)
        if None in key and not self.step.load.first_only:
            return True  # a part of the key follows from other columns: the records know better
        step, line = self.seen.keys.setdefault(hash(key), (self.number, row.number))
        if (step, line) == (self.number, row.number):
            return True
        if self.step.load.first_only:
            return False
        if step != self.number:
            return True
        reason = f"line {line} has the same {' and '.join(names)} already"
        portion.rejects.append(self._reject(row.number, names[-1], reason, portion.cells[row.number]))
        return False

    def _write_piece(self, piece: Piece, *, counted: bool) -> None:
        portion = self._portion(piece)
        journal = self.shop.journal
        self.pace.start()
        with transaction.atomic():
            self._write(portion)
            if counted:
                journal.counts.add(self.step.file, "read", len(piece.chunk))
            journal.moved_on(steps=self.number, rows=piece.last)
        self.pace.stop(max(len(piece.chunk), 1))

    def _write(self, portion: _Portion) -> list[RowFate]:
        rows, importable = portion.rows, self.step.importable
        fates = (
            write_rows(importable, rows, portion.children.rows, self.shop.by, self.shop.at) if rows else []
        )
        self._account(portion, fates)
        return fates

    def _gather(self, portion: _Portion, nested: Nested) -> None:
        """The rows' children; rows with a child that is no good are turned away."""
        portion.children = nested.of([str(row.values[self._key]) for row in portion.rows])
        refused = portion.children.refused
        portion.rejects += portion.children.rejects
        if refused:
            for row in portion.rows:
                if reason := refused.get(str(row.values[self._key])):
                    portion.rejects.append(self._reject(row.number, "", reason, portion.cells[row.number]))
            portion.rows = [row for row in portion.rows if str(row.values[self._key]) not in refused]

    def _account(self, portion: _Portion, fates: Sequence[RowFate]) -> None:
        """Counts, rejects and records of what was written."""
        journal, rows = self.shop.journal, {row.number: row for row in portion.rows}
        own = [fate for fate in fates if not fate.importable]
        for fate in own:
            if fate.fate is Fate.CREATED:
                self._remember(rows[fate.number], fate)
        self._count(self.step.file, Counter(fate.fate for fate in own))
        if self.nested and len(own) < len(fates):
            of_file = self.nested.file_of
            tally = Counter((of_file(fate.number), fate.fate) for fate in fates if fate.importable)
            for (file, what), count in tally.items():
                self._count(file, {what: count})
        portion.rejects += [self._rejected(portion, fate) for fate in fates if fate.fate is Fate.REJECTED]
        journal.note_records(self.step.importable.name, own)
        journal.note_rejects(portion.rejects)

    def _count(self, file: str, tally: Mapping[Fate, int]) -> None:
        """Rejects are counted when they are noted."""
        for fate, count in tally.items():
            if fate is not Fate.REJECTED:
                what = Fate.UNCHANGED if fate is Fate.KEPT else fate
                self.shop.journal.counts.add(file, str(what), count)

    def _remember(self, row: ImportRow, fate: RowFate) -> None:
        if fate.record_id is not None and "code" in row.values:
            self.shop.references.add(self.step.importable.record, row.values["code"], fate.record_id)

    def _rejected(self, portion: _Portion, fate: RowFate) -> Reject:
        if fate.importable and self.nested:
            file, line = self.nested.file_of(fate.number), self.nested.line_of(fate.number)
            cells = portion.children.cells[fate.number]
            return Reject(fate.importable, file, line, fate.column, fate.column, fate.reason, cells)
        return self._reject(fate.number, fate.column, fate.reason, portion.cells[fate.number])

    def _retry(self) -> bool:
        """Rows turned away because they name another row of the same target are tried again, when the whole file is
        in. Whether one went in, so that another round may help."""
        targets = naming_own_kind(self.step.importable)
        if not targets:
            return False
        journal, name = self.shop.journal, self.step.importable.name
        waiting = journal.waiting(name, self.step.file, targets)
        cured = False
        for piece in pieces(self.step.table, self.pace, 0) if waiting else ():
            portion = self._portion(piece, waiting)
            lines = {row.number for row in portion.rows} | {reject.row for reject in portion.rejects}
            again = [waiting[line] for line in lines]
            if not again:
                continue
            with transaction.atomic():
                journal.withdraw(self.step.file, again)
                fates = self._write(portion)
                journal.moved_on(steps=self.number, rows=journal.run.rows_done)
            cured = cured or any(fate.fate is not Fate.REJECTED for fate in fates)
        return cured


def naming_own_kind(importable: Importable) -> list[str]:
    """Columns that name, by code, other rows of the same target: a later row may cure an earlier one."""
    return [
        column.name
        for column in importable.columns
        if column.kind is ColumnKind.CODE and column.name not in importable.key and not importable.nested_in
    ]
