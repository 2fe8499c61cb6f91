"""The owner and the territory that a customer's own row names: they hold from the day the customer entered the base.

Later ones come by files of their own (customer_owners, customer_zones). An empty cell says nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from emporion.kernel.bulk import insert_rows
from emporion.kernel.importable import Fate
from emporion.kernel.ledger.posting import post_new
from emporion.kernel.record_writing import PlannedRow
from emporion.records.customers.actions.base import SUBJECT, post_base, reader
from emporion.records.customers.facts import RULE_VERSION
from emporion.records.customers.models import CustomerOwner, CustomerZone
from emporion.records.customers.reposting import repost_customers
from emporion.records.customers.rules import BaseHistory, Since, first_day

NOBODY = 0  # In what undo writes again: there was no first owner or zone; an empty cell would say nothing.


class _First(NamedTuple):
    column: str
    model: type[CustomerOwner] | type[CustomerZone]
    attribute: str


_FIRST = (_First("owner", CustomerOwner, "member_id"), _First("territory", CustomerZone, "territory_id"))
FIRST_COLUMNS = tuple(first.column for first in _FIRST)


def write_first_rows(rows: Sequence[PlannedRow], at: datetime) -> None:
    """Owners and zones of the rows that stand, then the facts of all that are new or changed."""
    created = [row for row in rows if row.fate is Fate.CREATED]
    moved: dict[str, list[int]] = {}
    for first in _FIRST:
        _insert(first, created)
        moved[first.column] = _rewrite(first, [row for row in rows if row.stored])
    _post_new(created, at)
    post_base([row.record_id for row in rows if row.fate is Fate.CHANGED], at=at)
    repost_customers(moved["territory"], at=at)


def _insert(first: _First, rows: Iterable[PlannedRow]) -> None:
    named = (
        (row.record_id, first_day(row.values.get("in_base_from")).isoformat(), row.values[first.column])
        for row in rows
        if row.values.get(first.column)
    )
    insert_rows(first.model._meta.db_table, ("customer_id", "starts_on", first.attribute), named)


def _post_new(created: Sequence[PlannedRow], at: datetime) -> None:
    facts_of = reader()
    new = ((row.record_id, facts_of(_history(row))) for row in created if row.values.get("in_base_from"))
    post_new(SUBJECT, new, at=at, rule_version=RULE_VERSION)


def _history(row: PlannedRow) -> BaseHistory:
    entered_on = row.values["in_base_from"]
    owners, zones = ([_since(row, column, entered_on)] for column in FIRST_COLUMNS)
    source = row.values.get("source") or ""
    return BaseHistory(row.record_id, source, entered_on, row.values.get("left_base_on"), owners, zones)


def _since(row: PlannedRow, column: str, day: date) -> Since:
    return day, row.values.get(column) or None


class _Move(NamedTuple):
    """What the first row was, and what it is to be: a day and whom or where, or nothing."""

    row: PlannedRow
    before: Since
    after: Since


def _rewrite(first: _First, rows: Sequence[PlannedRow]) -> list[int]:
    """The customers of whom it was rewritten."""
    stored = _stored(first, rows)
    moves = [move for row in rows if (move := _move(first, row, stored)) and move.before != move.after]
    wanted = [move for move in moves if not move.row.touched]
    for row in (move.row for move in moves if move.row.touched):
        row.keep()
    for move in wanted:
        first.model.objects.filter(customer_id=move.row.record_id, starts_on=move.before[0]).delete()
        if move.after[1] is not None:
            first.model.objects.update_or_create(
                customer_id=move.row.record_id,
                starts_on=move.after[0],
                defaults={first.attribute: move.after[1]},
            )
        if move.before[1] != move.after[1]:
            move.row.changed_beside({first.column: move.before[1] or NOBODY})
    return [move.row.record_id for move in wanted]


def _stored(first: _First, rows: Sequence[PlannedRow]) -> dict[tuple[int, date], int]:
    """By customer and day, whom or where the rows on record name. One query."""
    ids = [
        row.record_id
        for row in rows
        if row.values.get(first.column) is not None or "in_base_from" in row.previous
    ]
    found = first.model.objects.filter(customer_id__in=ids).exclude(**{first.attribute: None})
    keys = found.values_list("customer_id", "starts_on", first.attribute)
    return {(customer_id, day): held for customer_id, day, held in keys}


def _move(first: _First, row: PlannedRow, stored: dict[tuple[int, date], int]) -> _Move | None:
    old_day = first_day(row.stored["in_base_from"])
    new_day = first_day(row.values.get("in_base_from", row.stored["in_base_from"]))
    held = stored.get((row.record_id, old_day))
    said = row.values.get(first.column)
    wanted = held if said is None else said or None
    if held is None and wanted is None:
        return None
    return _Move(row, (old_day, held), (new_day, wanted))
