"""The ledger rows that are not in the store yet, kept in memory from one question to the next."""

import threading
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
from django.db import connection

from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.ledger_state import LedgerState

MOST_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """Some rows of the tail, in a table of the process's DuckDB."""

    relation: duck.Relation
    rows: int
    least_id: int
    highest_id: int
    first_day: date
    last_day: date


Segments = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows after `position` up to the highest of `state`, the newest that anybody asked with."""

    state: LedgerState
    position: int
    segments: Segments


_lock = threading.Lock()
_kept: dict[str, _Kept] = {}


def tail(position: int, state: LedgerState) -> Segments:
    """The rows after `position` up to what `state` saw. No query when nothing was posted since the last question."""
    if position >= state.highest_id:
        return ()
    # Rows of a transaction that may still be rolled back are nobody else's to see.
    if connection.in_atomic_block or not state.epoch:
        return _segments(ledger_rows(position, state.highest_id))
    with _lock:
        kept = _kept.get(state.epoch)
        if kept is not None and _holds(kept, position, state):
            # A page goes on with the ledger and the files it began with, while others know later ones.
            return _between(kept.segments, position, state.highest_id)
        made = _Kept(state, position, _brought_up(kept, position, state))
        if kept is None or not _is_earlier(position, state, kept):
            _kept.clear()
            _kept[state.epoch] = made
        return made.segments


def _holds(kept: _Kept, position: int, state: LedgerState) -> bool:
    """Whether all that is asked for is among the rows kept. Only with one writer are the rows below the highest known
    id all known: elsewhere another state has other rows."""
    if kept.state == state:
        return kept.position <= position
    is_before = state.highest_id < kept.state.highest_id
    return connection.vendor != "postgresql" and is_before and kept.position <= position


def _is_earlier(position: int, state: LedgerState, kept: _Kept) -> bool:
    """Whether this is asked by a page that began before the last flush."""
    return position < kept.position and state.highest_id <= kept.state.highest_id


def _brought_up(kept: _Kept | None, position: int, state: LedgerState) -> Segments:
    """Those kept with what came since, where they are some of what is asked for; all of it read anew elsewhere."""
    if (
        kept is None
        or connection.vendor == "postgresql"
        or not kept.position <= position
        or not kept.state.highest_id < state.highest_id
    ):
        return _segments(ledger_rows(position, state.highest_id))
    known = max(kept.state.highest_id, position)
    arrived = _segments(ledger_rows(known, state.highest_id))
    return _few(_between(kept.segments, position, known) + arrived)


def _between(segments: Segments, position: int, highest_id: int) -> Segments:
    """The rows with position < id <= highest_id."""
    found: list[Segment] = []
    for segment in segments:
        if segment.highest_id <= position or segment.least_id > highest_id:
            continue
        if segment.least_id > position and segment.highest_id <= highest_id:
            found.append(segment)
        else:
            found += _cut(segment, position, highest_id)
    return tuple(found)


def _cut(segment: Segment, position: int, highest_id: int) -> Segments:
    condition = f"id > {position} AND id <= {highest_id}"
    return _measured(duck.table_of(f'SELECT * FROM "{segment.relation.name}" WHERE {condition}'))


def _segments(rows: pa.Table) -> Segments:
    return _measured(duck.table(rows)) if rows.num_rows else ()


def _measured(relation: duck.Relation) -> Segments:
    question = f'SELECT count(*), min(id), max(id), min(day), max(day) FROM "{relation.name}"'
    rows, *borders = duck.cursor().execute(question).fetchall()[0]
    return (Segment(relation, rows, *borders),) if rows else ()


def _few(segments: Segments) -> Segments:
    """Small ones at the end become one when there are many; a large one is not copied for a few rows more."""
    if len(segments) <= MOST_SEGMENTS:
        return segments
    first, after = len(segments) - 1, segments[-1].rows
    while first and segments[first - 1].rows <= after:
        first -= 1
        after += segments[first].rows
    first = min(first, len(segments) - 2)
    return (*segments[:first], _merged(segments[first:]))


def _merged(segments: Segments) -> Segment:
    rows = " UNION ALL ".join(f'SELECT * FROM "{segment.relation.name}"' for segment in segments)
    return replace(
        segments[-1],
        relation=duck.table_of(rows),
        rows=sum(segment.rows for segment in segments),
        least_id=min(segment.least_id for segment in segments),
        first_day=min(segment.first_day for segment in segments),
        last_day=max(segment.last_day for segment in segments),
    )
