"""The numbers of a page: what is collected over its days, and states on the last of them that is known."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from emporion.doors.web.panels.answers import Row, may_see, rows_of
from emporion.doors.web.panels.plans import Asked
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.definitions import adds_up
from emporion.numbers.planning.states import STATES


def page_rows(
    names: Sequence[str], asked: Asked, *, by: Sequence[str] = (), where: Mapping[str, Any] | None = None
) -> list[Row]:
    """A row per value of `by`. Before the period has begun nothing is known of a state, and no number is no zero. One
    question to the engine, two where states end earlier than the period."""
    seen = [name for name in names if may_see(name, asked.viewer)]
    known, period = asked.known, asked.span.period
    states = [name for name in seen if name in STATES]
    flows = [name for name in seen if name not in STATES]
    if known == period or not states:
        parts = [(seen, period)]
    else:
        parts = [(flows, period)] + ([(states, known)] if known is not None else [])
    found = [
        (part, rows_of(part, by=by, period=days, viewer=asked.viewer, knowing=asked.knowing, where=where))
        for part, days in parts
        if part and days is not None
    ]
    rows = found[0][1] if len(found) == 1 else _joined(found, by)
    return [_without_zeros(row) for row in rows] if asked.is_ahead else rows


def _joined(found: Sequence[tuple[Sequence[str], Sequence[Row]]], by: Sequence[str]) -> list[Row]:
    """The rows of several questions side by side; what has no row in one of them has nothing there."""
    nothing = {name: Decimal(0) if adds_up(metric(name)) else None for part, _rows in found for name in part}
    joined: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _part, rows in found:
        for row in rows:
            key = tuple(row[f"{name}_id"] if f"{name}_id" in row else row[name] for name in by)
            joined.setdefault(key, dict(nothing)).update(row)
    return list(joined.values())


def _without_zeros(row: Row) -> Row:
    return {name: None if value == 0 else value for name, value in row.items()}
