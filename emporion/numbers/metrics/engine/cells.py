"""All parts of an answer in one query: a row per cell that has something in it, a column per leaf."""

from collections.abc import Mapping, Sequence

import ibis
import pyarrow as pa

from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.definitions import Value
from emporion.numbers.metrics.engine.compiling import compiled, with_stand_ins
from emporion.numbers.metrics.engine.parts import Part, parts
from emporion.numbers.metrics.engine.resolving import Resolved
from emporion.numbers.metrics.engine.rows import key_names
from emporion.numbers.metrics.engine.scanning import scan_of
from emporion.numbers.metrics.scan import FactView, Tables

Place = tuple[object, ...]


def cells(question: Resolved, facts: FactView, settings: Mapping[str, Value]) -> pa.Table:
    """Keys as ids, words and first days; leaves as whole numbers of their unit, never empty. One query, or none.

    Without dimensions there is always exactly one row.
    """
    keys = key_names(question)
    if not question.leaves:
        return pa.table({key: pa.nulls(0) for key in keys}) if keys else pa.table({"row": pa.array([0])})
    asked, ids = with_stand_ins(question)
    known = compiled(
        (asked, tuple(sorted(settings.items()))), facts, lambda named: _answer(asked, named, settings)
    )
    return _whole(known.run(facts, ids, question.period), keys)


def _answer(question: Resolved, facts: Tables, settings: Mapping[str, Value]) -> ibis.Table:
    keys, columns = key_names(question), [f"c{number}" for number in range(len(question.leaves))]
    whole = [_widened(part, keys, columns) for part in parts(question, scan_of(question, facts, settings))]
    union = ibis.union(*whole) if len(whole) > 1 else whole[0]
    sums = {column: union[column].sum().fill_null(0) for column in columns}
    if not keys:
        return union.aggregate(**sums)
    answer = union.group_by(keys).aggregate(**sums)
    return answer.filter(ibis.or_(*(answer[column] != 0 for column in columns)))


def _widened(part: Part, keys: list[str], columns: list[str]) -> ibis.Table:
    """The part with all columns, those empty that it has nothing to say about."""
    if len(part.columns) == len(columns):
        return part.table.select(*keys, *columns)
    given = {name: part.table[name] for name in keys}
    absent = ibis.null("int64")
    return part.table.select(
        **given, **{name: part.table[name] if name in part.columns else absent for name in columns}
    )


def _whole(cells: pa.Table, keys: list[str]) -> pa.Table:
    """Sums as 64-bit numbers; refuses what is larger, rather than lose a digit."""
    try:
        columns = {
            name: _key(cells[name]) if name in keys else cells[name].cast(pa.int64())
            for name in cells.column_names
        }
    except pa.ArrowInvalid:
        raise Refusal(
            "too_large", "a sum is larger than the ledger can hold; ask for a shorter period"
        ) from None
    return pa.table(columns)


def _key(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A first day is a day: DuckDB truncates days to instants, which equal no day."""
    return values.cast(pa.date32()) if pa.types.is_timestamp(values.type) else values


def by_place(cells: pa.Table, question: Resolved) -> dict[Place, int]:
    """The number of the row of each cell, by the values of its keys."""
    columns = [cells[name].to_pylist() for name in key_names(question)]
    rows = range(cells.num_rows)
    return {tuple(column[row] for column in columns): row for row in rows}


def aligned(cells: pa.Table, question: Resolved, places: Sequence[Place]) -> pa.Table:
    """The cells of those places in that order; a place that had no cell gets one with nothing in it."""
    row_of, keys = by_place(cells, question), key_names(question)
    taken = cells.take(pa.array([row_of.get(place) for place in places], pa.int64()))
    columns = {name: pa.array([place[number] for place in places]) for number, name in enumerate(keys)}
    for name in taken.column_names:
        if name not in columns:
            is_sum = name.startswith("c") and name[1:].isdigit()
            columns[name] = taken[name].fill_null(0) if is_sum else taken[name]
    return pa.table(columns)


def on_common_rows(first: pa.Table, second: pa.Table, question: Resolved) -> tuple[pa.Table, pa.Table]:
    """Both tables with a row for every cell that either has, in the same order."""
    places = list(dict.fromkeys([*by_place(first, question), *by_place(second, question)]))
    return aligned(first, question, places), aligned(second, question, places)
