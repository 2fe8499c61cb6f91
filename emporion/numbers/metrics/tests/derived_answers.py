"""Derived metrics answered from facts in memory, by raw ids: their rows summed up or counted, nothing else."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis

from emporion.kernel.periods import Period
from emporion.kernel.preferences.definitions import Value
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.scan import Codes, Scan, narrowed
from emporion.numbers.metrics.shape import Derived, Ratio
from emporion.numbers.metrics.tests.facts_table import COLUMNS, FactsTable

Cells = dict[tuple[Any, ...], Any]


def cells(
    metric: Metric,
    facts: FactsTable,
    period: Period,
    *by: str,
    settings: Mapping[str, Value] | None = None,
    only: Mapping[str, Codes] | None = None,
) -> Cells:
    """The metric by the values of `by`; a ratio is an exact fraction, money is in ten-thousandths."""
    scan = facts.scan(period, settings=settings, only=only)
    shape = metric.shape
    if isinstance(shape, Ratio):
        above, below = (leaf_cells(_derived(part), scan, by) for part in (shape.numerator, shape.denominator))
        return {place: Fraction(int(above.get(place, 0)), int(size)) for place, size in below.items()}
    return leaf_cells(_derived(shape), scan, by)


def number(metric: Metric, facts: FactsTable, period: Period, **asked: Any) -> Any:
    """The metric for everyone together; None where a ratio has nothing to divide by."""
    nothing = None if isinstance(metric.shape, Ratio) else 0
    return cells(metric, facts, period, **asked).get((), nothing)


def leaf_cells(leaf: Derived, scan: Scan, by: tuple[str, ...]) -> Cells:
    """One part's sums or counts by cell, without the empty ones."""
    made = leaf.rows(scan)
    assert made is not None
    rows = narrowed(made, scan.only)
    assert str(rows.value.type()) == "int64"
    figure = rows[leaf.counts].nunique() if leaf.counts else rows.value.sum()
    expression = rows.group_by(*by).agg(figure=figure) if by else rows.agg(figure=figure)
    return {tuple(row[name] for name in by): int(row["figure"]) for row in _rows(expression) if row["figure"]}


def _derived(shape: object) -> Derived:
    assert isinstance(shape, Derived)
    return shape


def facts_of(leaf: object, scan: Scan) -> list[dict[str, Any]]:
    """The facts behind a part, and that they have every column of the ledger."""
    expression = _derived(leaf).facts(scan)
    assert expression is not None
    assert set(expression.columns) == set(COLUMNS)
    return _rows(expression)


def _rows(expression: ibis.Table) -> list[dict[str, Any]]:
    backend = ibis.get_backend(expression)
    answer = backend.con.sql(ibis.to_sql(expression, dialect="duckdb"))
    rows: list[dict[str, Any]] = answer.to_arrow_table().to_pylist()
    return rows
