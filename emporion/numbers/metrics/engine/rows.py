"""Rows on their way to an answer: what else they need beside them, which of them count, what they are grouped by."""

from collections.abc import Iterable, Mapping

import ibis

from emporion.numbers.metrics.engine.dimensions import Dimension, Span, Through
from emporion.numbers.metrics.engine.resolving import Condition, Resolved
from emporion.numbers.metrics.scan import Scan, one_of

_UNITS: Mapping[Span, str] = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def key_names(question: Resolved) -> list[str]:
    """The columns that hold the values of the dimensions asked by, in their order."""
    return [f"k{number}" for number in range(len(question.by))]


def keyed(rows: ibis.Table, question: Resolved, scan: Scan) -> ibis.Table:
    """Those of `rows` that the conditions and the viewer's scope let through, with the keys beside their columns.

    No row is ever doubled: what is joined has one row per key.
    """
    dimensions = [*question.by, *(condition.dimension for condition in question.conditions)]
    joined = _beside(rows, [asked.through for asked in dimensions if asked.through], scan)
    conditions = [_holds(joined, condition) for condition in question.conditions]
    limited = _scoped(joined.filter(conditions) if conditions else joined, question, scan)
    keys = {name: _key(limited, asked) for name, asked in zip(key_names(question), question.by, strict=True)}
    return limited.mutate(**keys) if keys else limited


def _beside(rows: ibis.Table, wanted: Iterable[Through], scan: Scan) -> ibis.Table:
    by_table: dict[str, dict[str, Through]] = {}
    for through in wanted:
        by_table.setdefault(through.table, {})[_joined_name(through)] = through
    for table, columns in by_table.items():
        key = next(iter(columns.values())).key
        side = scan.dimensions[table]
        picked = side.select(
            **{name: side[through.column] for name, through in columns.items()}, joined_key=side[key]
        )
        rows = rows.left_join(picked, rows[key] == picked.joined_key).drop("joined_key")
    return rows


def _joined_name(through: Through) -> str:
    return f"{through.table}__{through.column}"


def _key(rows: ibis.Table, asked: Dimension) -> ibis.Value:
    if asked.span:
        return rows.day if asked.span == "day" else rows.day.truncate(_UNITS[asked.span])
    if asked.record == "subject":
        return rows.subject_kind + ":" + rows.subject_id.cast("string")
    value = rows[_joined_name(asked.through) if asked.through else asked.column]
    return value if asked.record else value.nullif("")


def _holds(rows: ibis.Table, condition: Condition) -> ibis.Value:
    return one_of(_key(rows, condition.dimension), condition.values)


def _scoped(rows: ibis.Table, question: Resolved, scan: Scan) -> ibis.Table:
    """Facts of the viewer's people, of their zones, and all facts of accounts that their people own now."""
    viewer = question.viewer
    if viewer.sees_all:
        return rows
    seen = []
    if "member_id" in rows.columns and viewer.member_ids:
        seen.append(rows.member_id.isin(sorted(viewer.member_ids)))
    if "territory_id" in rows.columns and viewer.territory_ids:
        seen.append(rows.territory_id.isin(sorted(viewer.territory_ids)))
    if "customer_id" in rows.columns and viewer.member_ids:
        customers = scan.dimensions["customers"]
        owned = customers.filter(customers.owner_id.isin(sorted(viewer.member_ids)))
        seen.append(rows.customer_id.isin(owned.customer_id))
    if not seen:
        return rows.limit(0)
    return rows.filter(ibis.or_(*(condition.fill_null(False) for condition in seen)))
