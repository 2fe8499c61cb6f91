"""Rows that belong to others (the lines of an order): put aside first, then handed over with their parents.

A parent with a child that cannot be read is turned away with all its children: half an order is a wrong number.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from emporion.doors.importing.mapping.evaluation import Cells, Sheets, taken
from emporion.doors.importing.mapping.rules import FromColumn
from emporion.doors.importing.reading.tables import BrokenRow
from emporion.doors.importing.running.converting import Converter
from emporion.doors.importing.running.journal import Reject
from emporion.doors.importing.running.lookups import cells_of
from emporion.doors.importing.running.planning import Step
from emporion.doors.importing.running.shelf import Shelf, Shelved
from emporion.kernel.importable import ImportRow

_SOURCE_BITS = 40  # a child's number holds its file above its line, so that it is unique within a batch
_LINE = (1 << _SOURCE_BITS) - 1


@dataclass(slots=True)
class Children:
    """The children of a piece's rows: by target and parent's key; the cells they come from by number; the parents
    that must be refused, with the reason; and the rejected children themselves."""

    rows: dict[str, dict[str, list[ImportRow]]] = field(default_factory=dict)
    cells: dict[int, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)


class Nested:
    """All rows nested in one target, from all their files."""

    def __init__(self, steps: Sequence[Step], converters: Sequence[Converter], sheets: Sheets) -> None:
        self.steps, self.converters, self.sheets = steps, converters, sheets
        self.shelf = Shelf()
        self._files = [step.file for step in steps]

    def collect(self) -> Iterator[tuple[str, int, int]]:
        """Puts every row aside; yields the file, the rows so far and their number. Call it once."""
        for source, step in enumerate(self.steps):
            read = 0
            for chunk in step.table.chunks():
                cells = cells_of(chunk, step.table, step.options)
                keep = taken(step.load.where, cells, self.sheets)
                parents = self.converters[source].parent_keys(cells)
                rows = (
                    # A parent that a lookup did not find has no key: such rows are left over, and say why.
                    (parent, "", number, row) if isinstance(parent, str) else ("", parent.reason, number, row)
                    for wanted, parent, number, row in zip(
                        keep, parents, chunk.numbers, chunk.rows, strict=True
                    )
                    if wanted
                )
                self.shelf.put(source, rows)
                self.shelf.put(source, (self._broken(step, row, source) for row in chunk.broken))
                read += len(chunk)
                yield step.file, read, step.table.row_count
        self.shelf.sort()

    def _broken(self, step: Step, row: BrokenRow, source: int) -> tuple[str, str, int, Sequence[str]]:
        """A row that cannot be read still refuses its parent, where the parent's cell is there."""
        rule = step.rules[self.converters[source].parent]
        if isinstance(rule.source, FromColumn):
            place = step.table.header.index(rule.source.name)
            if place < len(row.cells):
                return row.cells[place].strip(), row.reason, row.number, row.cells
        return "", row.reason, row.number, row.cells

    def of(self, parents: Sequence[str]) -> Children:
        """The children of these parents."""
        shelved = self.shelf.take(parents)
        found = Children()
        by_source: dict[int, list[Shelved]] = defaultdict(list)
        for row in shelved:
            if row.fault:
                self._reject(found, row, "", row.fault)
            else:
                by_source[row.source].append(row)
        for source, rows in sorted(by_source.items()):
            self._convert(found, source, rows)
        if found.refused:
            self._refuse_siblings(found, shelved)
        return found

    def _convert(self, found: Children, source: int, rows: Sequence[Shelved]) -> None:
        step, converter = self.steps[source], self.converters[source]
        cells = Cells(
            step.table.header,
            [row.cells for row in rows],
            empty=step.options.empty,
            repair=converter.repair,
        )
        numbers = [source << _SOURCE_BITS | row.number for row in rows]
        made = converter.convert(numbers, cells)
        for fault in made.faults:
            self._reject(found, rows[fault.place], fault.column, fault.reason, fault.target)
        of_target = found.rows.setdefault(step.importable.name, {})
        for row, place in zip(made.rows, made.places, strict=True):
            of_target.setdefault(rows[place].parent, []).append(row)
            found.cells[row.number] = rows[place].cells

    def _reject(self, found: Children, row: Shelved, column: str, reason: str, target: str = "") -> None:
        step = self.steps[row.source]
        found.rejects.append(
            Reject(step.importable.name, step.file, row.number, target, column, reason, row.cells)
        )
        found.refused.setdefault(
            row.parent,
            f"its line {row.number} of {step.file} is rejected{f', {column}' if column else ''}: {reason}",
        )

    def _refuse_siblings(self, found: Children, shelved: Sequence[Shelved]) -> None:
        told = {(reject.file, reject.row) for reject in found.rejects}
        for row in shelved:
            step = self.steps[row.source]
            if row.parent in found.refused and (step.file, row.number) not in told:
                reason = f"goes with {row.parent}, of which another row is rejected"
                place = (step.importable.name, step.file, row.number)
                found.rejects.append(Reject(*place, "", "", reason, row.cells))
        for by_parent in found.rows.values():
            for parent in found.refused:
                by_parent.pop(parent, None)

    def file_of(self, number: int) -> str:
        """The file of a child's number."""
        return self._files[number >> _SOURCE_BITS]

    def line_of(self, number: int) -> int:
        """The line of a child's number."""
        return number & _LINE

    def left_over(self) -> Iterator[Reject]:
        """Rows whose parent never came."""
        for row in self.shelf.left_over():
            step = self.steps[row.source]
            column = self.converters[row.source].shown(self.converters[row.source].parent)
            reason = (
                row.fault or f"{row.parent!r} is not among the {step.importable.nested_in} of this import"
            )
            place = (step.importable.name, step.file, row.number)
            yield Reject(*place, "", column, reason if row.parent or row.fault else "is empty", row.cells)
