"""Rows of text become rows of values, a column at a time, with a reason for each that cannot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from emporion.doors.importing.mapping.conversion import reader
from emporion.doors.importing.mapping.evaluation import MOST_REMEMBERED, Cells, Sheets, Text, evaluate, taken
from emporion.doors.importing.mapping.faults import ALSO, Fault, shown
from emporion.doors.importing.mapping.letters import repaired
from emporion.doors.importing.mapping.rules import Rule, text_columns
from emporion.doors.importing.running.planning import Step, target_column
from emporion.doors.importing.running.references import References, folded
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, Importable, ImportRow


@dataclass(frozen=True, slots=True)
class RowFault:
    """Which row of a chunk (its place) is rejected, in which column first, and why: the reasons of all its columns."""

    place: int
    target: str
    column: str
    reason: str

    def and_also(self, column: str, reason: str) -> "RowFault":
        """The same with what is wrong in one more column."""
        return replace(self, reason=f"{self.reason}{ALSO}{column}: {reason}")


@dataclass(slots=True)
class Converted:
    """A chunk's rows that stand, each with its place in the chunk, and those that do not."""

    rows: list[ImportRow] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    passed_over: int = 0


@dataclass(slots=True)
class _Field:
    """A target column with its rule, its reader, and what it has read so far."""

    name: str
    column: Column
    rule: Rule
    read: Callable[[str], Any]
    shown_as: str
    known: dict[Text, Any] = field(default_factory=dict)
    faulty: bool = False


class Converter:
    """Converts the chunks of one step."""

    def __init__(self, step: Step, sheets: Sheets, references: References, zone: ZoneInfo) -> None:
        self.step, self.sheets, self.references = step, sheets, references
        self.fields = [_field(step.importable, name, rule, zone) for name, rule in step.rules.items()]
        self.parent = parent_column(step.importable)
        self.repair = repaired if step.options.repair_letters else None
        self._shown = {of.name: of.shown_as for of in self.fields}

    def shown(self, target: str) -> str:
        """A target column by the name it has in the file, where it has one."""
        return self._shown.get(target, target)

    def convert(self, numbers: Sequence[int], cells: Cells) -> Converted:
        """The chunk's rows as values."""
        keep = taken(self.step.load.where, cells, self.sheets) if self.step.load.where else None
        bad: dict[int, RowFault] = {}
        columns = [self._column(of, cells, keep, bad) for of in self.fields]
        names = [of.name for of in self.fields]
        rows = zip(*columns, strict=True) if columns else iter([()] * cells.size)
        made = Converted(faults=[bad[place] for place in sorted(bad)])
        nests = any("." in name for name in names)
        if not bad and keep is None and not nests:  # almost every chunk
            pairs = zip(numbers, rows, strict=True)
            made.rows = [ImportRow(number, dict(zip(names, values, strict=True))) for number, values in pairs]
            made.places = list(range(len(made.rows)))
            return made
        for place, (number, values) in enumerate(zip(numbers, rows, strict=True)):
            if place in bad:
                continue
            if keep is not None and not keep[place]:
                made.passed_over += 1
                continue
            named = dict(zip(names, values, strict=True))
            made.rows.append(ImportRow(number, _nested(named) if nests else named))
            made.places.append(place)
        return made

    def parent_keys(self, cells: Cells) -> list[Text]:
        """For rows of a nested target: the key of the parent each belongs to."""
        return evaluate(self.step.rules[self.parent], cells, self.sheets)

    def _column(
        self, of: _Field, cells: Cells, keep: Sequence[bool] | None, bad: dict[int, RowFault]
    ) -> list[Any]:
        texts = evaluate(of.rule, cells, self.sheets)
        values = self._ids(of, texts) if of.column.kind is ColumnKind.REFERENCE else _values(of, texts)
        if of.faulty:
            for place, value in enumerate(values):
                if type(value) is Fault and (keep is None or keep[place]):
                    known = bad.get(place)
                    bad[place] = (
                        known.and_also(of.shown_as, value.reason)
                        if known
                        else RowFault(place, of.name, of.shown_as, value.reason)
                    )
        return values

    def _ids(self, of: _Field, texts: Sequence[Text]) -> list[Any]:
        by, kind = of.rule.by, of.column.refers_to
        ids: Mapping[str, Any] = self.references.by(kind, by) if by else self.references.of(kind)
        values: list[Any] = []
        for text in texts:
            value: Any = ids.get(folded(text) if by else text) if isinstance(text, str) else text
            if value is None:
                value = self._unknown(of, text)
            values.append(value)
            if type(value) is Fault:
                of.faulty = True
        return values

    def _unknown(self, of: _Field, text: Text) -> Any:
        if not text:
            return Fault("is empty") if of.column.required else of.column.default
        if of.rule.missing == "empty" and not of.column.required:
            return of.column.default
        return Fault(f"no {of.column.refers_to} has the {of.rule.by or 'code'} {shown(str(text))}")


def _field(importable: Importable, name: str, rule: Rule, zone: ZoneInfo) -> _Field:
    column = target_column(importable, name)
    if column is None:
        raise Refusal("column_missing", f"{importable.name} has no column {name!r}")
    if column.name != name:  # a member of a JSON column is text by itself
        column = Column(name, longest=column.longest)
    sources = text_columns(rule)
    return _Field(
        name, column, rule, reader(column, rule.formats, zone), sources[0] if len(sources) == 1 else name
    )


def _values(of: _Field, texts: Sequence[Text]) -> list[Any]:
    """Every text read, each different one once."""
    known = of.known
    if len(known) > MOST_REMEMBERED:
        known.clear()
    for text in set(texts).difference(known):
        if isinstance(text, Fault):
            value: Any = text
        elif text:
            value = of.read(text)
        else:
            value = (
                Fault("is empty") if of.column.required and of.column.default is None else of.column.default
            )
        known[text] = value
        if type(value) is Fault:
            of.faulty = True
    return [known[text] for text in texts]


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`custom.NAME` columns gathered under `custom`."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        whole, dot, member = name.partition(".")
        if dot:
            made.setdefault(whole, {})[member] = value
        else:
            made[name] = value
    return made


def parent_column(importable: Importable) -> str:
    """Of a nested target, the column that names the parent: the first of its key."""
    return importable.key[0] if importable.nested_in else ""
