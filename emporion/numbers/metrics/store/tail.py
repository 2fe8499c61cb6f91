"""The ledger rows that are not in the store yet, kept in memory from one question to the next."""

import threading
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.ledger_state import LedgerState

MOST_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """Some rows of the tail, in a table of the process's DuckDB."""

    relation: duck.Relation
    least_id: int
    highest_id: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class _Kept:
    state: LedgerState
    position: int
    segments: tuple[Segment, ...]


_lock = threading.Lock()
_kept: dict[str, _Kept] = {}


def tail(position: int, state: LedgerState) -> tuple[Segment, ...]:
    """The rows after `position` up to what `state` saw. No query when nothing was posted since the last question."""
    if position >= state.highest_id:
        return ()
    # Rows of a transaction that may still be rolled back are nobody else's to see.
    if connection.in_atomic_block or not state.epoch:
        return _segments(ledger_rows(position, state.highest_id))
    with _lock:
        kept = _kept.get(state.epoch)
        if kept is None or kept.position != position or kept.state != state:
            kept = _Kept(state, position, _brought_up(kept, position, state))
            _kept.clear()
            _kept[state.epoch] = kept
        return kept.segments


def _brought_up(kept: _Kept | None, position: int, state: LedgerState) -> tuple[Segment, ...]:
    # Only with one writer are the rows below the highest known id all known.
    if kept is None or kept.position != position or connection.vendor == "postgresql":
        return _segments(ledger_rows(position, state.highest_id))
    known = kept.state.highest_id
    segments = kept.segments + _segments(ledger_rows(known, state.highest_id))
    return segments if len(segments) <= MOST_SEGMENTS else (_merged(segments),)


def _segments(rows: pa.Table) -> tuple[Segment, ...]:
    if not rows.num_rows:
        return ()
    ids, days = pc.min_max(rows["id"]).as_py(), pc.min_max(rows["day"]).as_py()
    return (Segment(duck.table(rows), ids["min"], ids["max"], days["min"], days["max"]),)


def _merged(segments: tuple[Segment, ...]) -> Segment:
    rows = " UNION ALL ".join(f'SELECT * FROM "{segment.relation.name}"' for segment in segments)
    return Segment(
        duck.table_of(rows),
        min(segment.least_id for segment in segments),
        max(segment.highest_id for segment in segments),
        min(segment.first_day for segment in segments),
        max(segment.last_day for segment in segments),
    )
