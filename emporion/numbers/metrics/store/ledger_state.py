"""How far the ledger is, in one query, and whether a store belongs to it."""

import uuid
from dataclasses import dataclass

from django.db import connection

from emporion.kernel.errors import EmporionError
from emporion.kernel.ledger.models import Epoch, LedgerFact
from emporion.kernel.reading import once
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.snapshot import Snapshot, row_mark

REBUILD = "make the store anew with `emporion ledger rebuild`"
_LAST = ("id", "kind", "subject_kind", "subject_id", "amount", "quantity", "recorded_at")


class StoreAhead(EmporionError):
    """The fact store holds what this ledger never had: the database was restored or exchanged."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The ledger as a reader finds it. `mark` differs whenever the rows after `after` do."""

    epoch: str
    highest_id: int
    mark: tuple[object, ...]


def ledger_state(after: int) -> LedgerState:
    """The epoch, the highest id visible and a mark of the rows after `after`. One query, one for a whole page."""
    return once(("ledger", after), lambda: _state(after))


def _state(after: int) -> LedgerState:
    with connection.cursor() as cursor:
        cursor.execute(_state_query(), [after] if connection.vendor == "postgresql" else [])
        code, counted, *last = cursor.fetchone()
    epoch = str(uuid.UUID(str(code))) if code else ""
    return LedgerState(epoch, last[0] or 0, (counted, *last))


def _state_query() -> str:
    facts, epochs = LedgerFact._meta.db_table, Epoch._meta.db_table
    # On PostgreSQL a lower id may become visible after a higher one; SQLite has one writer.
    counted = f"(SELECT count(*) FROM {facts} WHERE id > %s)" if connection.vendor == "postgresql" else "0"
    last = f"SELECT {', '.join(_LAST)} FROM {facts} ORDER BY id DESC LIMIT 1"
    return (
        f"SELECT (SELECT code FROM {epochs} ORDER BY id DESC LIMIT 1), {counted},"
        f" {', '.join(f'highest.{column}' for column in _LAST)}"
        f" FROM (SELECT 1 AS one) AS alone LEFT JOIN ({last}) AS highest ON true"
    )


def refuse_foreign(snapshot: Snapshot, state: LedgerState) -> None:
    """Raises where the store is of another epoch or reaches further than the ledger."""
    if snapshot.table is None:
        return
    if snapshot.epoch != state.epoch:
        raise StoreAhead(f"the fact store belongs to another ledger than this database: {REBUILD}")
    if snapshot.position > state.highest_id:
        raise StoreAhead(
            f"the fact store reaches to row {snapshot.position}, the ledger only to {state.highest_id}: {REBUILD}"
        )


def refuse_exchanged(snapshot: Snapshot) -> None:
    """Raises where the ledger has another row than the store under the id that the store reached. One query."""
    if snapshot.position and mark_of(snapshot.position) != snapshot.last_row:
        raise StoreAhead(f"the fact store holds another row {snapshot.position} than the ledger: {REBUILD}")


def mark_of(row_id: int) -> int:
    """The mark of a ledger row; 0 when there is none. One query."""
    rows = ledger_rows(row_id - 1, row_id).to_pylist()
    return row_mark(rows[0]) if rows else 0
