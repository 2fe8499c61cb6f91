"""Lookup tables and followers, read from their files before the rows that need them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from zoneinfo import ZoneInfo

from emporion.doors.importing.mapping.conversion import reader
from emporion.doors.importing.mapping.evaluation import Cells, FoundRows, Sheets, evaluate, taken
from emporion.doors.importing.mapping.letters import repaired
from emporion.doors.importing.mapping.rules import (
    FromColumn,
    LookupTable,
    NextOf,
    Rule,
    rules_within,
    source_columns,
)
from emporion.doors.importing.reading.tables import Chunk, FileOptions, Table
from emporion.doors.importing.running.planning import Plan, Step, check_columns, used_tables
from emporion.kernel.errors import Refusal, UnknownName


def cells_of(chunk: Chunk, table: Table, options: FileOptions) -> Cells:
    """A chunk's cells by column name."""
    repair = repaired if options.repair_letters else None
    return Cells(table.header, chunk.rows, empty=options.empty, repair=repair)


def sheets_for(plan: Plan, zone: ZoneInfo) -> Sheets:
    """Everything the plan's rules look into. Memory: the keys and the taken columns of the lookup files."""
    steps = [*plan.steps, *plan.nested]
    rules = [rule for step in steps for rule in (*step.rules.values(), *(c.rule for c in step.load.where))]
    tables = _load_tables(plan, used_tables(rules))
    sheets = Sheets(tables)
    for step in steps:
        for name, rule in step.rules.items():
            for inner in rules_within(rule):
                if isinstance(inner.source, NextOf):
                    sheets.followers[inner.source] = _followers(step, name, inner, inner.source, zone)
    return sheets


def _load_tables(plan: Plan, used: Mapping[str, set[str]]) -> dict[str, FoundRows]:
    loaded: dict[str, FoundRows] = {}
    waiting = dict(used)
    for (
        table
    ) in plan.mapping.tables.values():  # tables that another's key or condition looks into come with it
        keys = [*([table.key] if table.key else []), *(condition.rule for condition in table.where)]
        for name, columns in used_tables(keys).items():
            waiting[name] = waiting.get(name, set()) | columns
    for name in plan.mapping.tables:  # in the mapping's order: a table may look into those above it
        if name in waiting:
            loaded[name] = _load(plan, plan.mapping.tables[name], sorted(waiting.pop(name)), loaded)
    for name in waiting:
        raise UnknownName("lookup table of the mapping", name, get_close_matches(name, plan.mapping.tables))
    return loaded


def _load(
    plan: Plan, table: LookupTable, columns: Sequence[str], loaded: Mapping[str, FoundRows]
) -> FoundRows:
    if table.key is None:
        if any(columns):
            raise Refusal("bad_mapping", f"the table {table.name!r} is a list of values: take nothing of it")
        return FoundRows(table.name, ("",), {key: (value,) for key, value in table.values.items()})
    if not all(columns):
        raise Refusal(
            "bad_mapping", f"say which column of the table {table.name!r} to take: {table.name}.COLUMN"
        )
    source, options = plan.lookups[table.name]
    conditions = [name for condition in table.where for name in source_columns(condition.rule)]
    check_columns([*columns, *source_columns(table.key), *conditions], source)
    found = FoundRows(table.name, tuple(columns), {})
    for chunk in source.chunks():
        _add_rows(found, table, table.key, cells_of(chunk, source, options), Sheets(loaded))
    return found


def _add_rows(found: FoundRows, table: LookupTable, key: Rule, cells: Cells, sheets: Sheets) -> None:
    """Of several rows with one key, the first."""
    keep = taken(table.where, cells, sheets)
    rows = zip(*(cells.column(name) for name in found.columns), strict=True)
    for wanted, text, row in zip(keep, evaluate(key, cells, sheets), rows, strict=True):
        if wanted and isinstance(text, str) and text:
            found.rows.setdefault(text, row)


def _followers(
    step: Step, name: str, rule: Rule, source: NextOf, zone: ZoneInfo
) -> dict[tuple[str, ...], str]:
    """For each cell, within its group, the cell whose value comes next."""
    column = step.importable.column(name)
    if column is None:
        raise Refusal("bad_mapping", f"`next` cannot fill {name}")
    read = reader(column, rule.formats, zone)
    groups: dict[tuple[str, ...], set[str]] = {}
    for chunk in step.table.chunks():
        cells = cells_of(chunk, step.table, step.options)
        keep = taken(step.load.where, cells, Sheets())
        keys = (
            zip(*(cells.column(part) for part in source.within), strict=True)
            if source.within
            else [()] * len(keep)
        )
        for wanted, key, text in zip(
            keep, keys, evaluate(Rule(FromColumn(source.name)), cells, Sheets()), strict=True
        ):
            if wanted and isinstance(text, str) and text:
                groups.setdefault(key, set()).add(text)
    found = {}
    for key, texts in groups.items():
        readable = [(value, text) for text in texts if not hasattr(value := read(text), "reason")]
        ordered = [text for _, text in sorted(readable)]
        found.update({(*key, text): after for text, after in pairwise(ordered)})
    return found
