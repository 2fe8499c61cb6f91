"""Reading facts: one consistent snapshot of files and tail, as of a watermark, for as many questions as one likes."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Literal, TypeVar

import ibis
import pyarrow as pa

from emporion.kernel.ledger.closing import closed_spans
from emporion.kernel.reading import once
from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.columns import INSTANT, read_schema, stored_schema
from emporion.numbers.metrics.store.dimensions import department_day, dimension_table
from emporion.numbers.metrics.store.ledger_state import LedgerState, ledger_state, refuse_foreign
from emporion.numbers.metrics.store.snapshot import Snapshot, StoredFile, current_snapshot
from emporion.numbers.metrics.store.tail import Segment, tail
from emporion.numbers.metrics.store.visibility import Piece, Visibility, day_condition, touches, within

View = Literal["closed", "now"]
P = TypeVar("P", bound=Piece)


def open_facts(*, as_of: int | None = None, view: View = "closed") -> "FactReader":
    """A snapshot of all facts as of that watermark, the latest by default; all questions of a page that only reads ask
    the same one, so that its numbers are of one moment.

    `closed` shows closed days as they were closed, `now` with what was learnt later.
    Raises StoreAhead when the store is not this ledger's. Cost: two queries, three when facts wait to be flushed; once
    for a whole page.
    """
    return once(("facts", as_of, view), partial(_opened, as_of, view))


def _opened(as_of: int | None, view: View) -> "FactReader":
    snapshot, state, segments = once("facts of now", _as_they_are)
    closed = tuple(closed_spans()) if view == "closed" else ()
    return FactReader(snapshot, segments, state, Visibility(as_of, closed))


def _as_they_are() -> tuple[Snapshot, LedgerState, tuple[Segment, ...]]:
    snapshot = current_snapshot()
    state = ledger_state(snapshot.position)
    refuse_foreign(snapshot, state)
    return snapshot, state, tail(snapshot.position, state)


class FactReader:
    """Facts as one question sees them; later commits and flushes do not change what it gives."""

    def __init__(
        self, snapshot: Snapshot, segments: Sequence[Segment], state: LedgerState, visibility: Visibility
    ) -> None:
        self._snapshot = snapshot
        self._files = [file for file in snapshot.files if not visibility.is_nothing(file)]
        self._segments = [segment for segment in segments if not visibility.is_nothing(segment)]
        self._visibility = visibility
        self._read: dict[tuple[date | None, date | None, int | None], tuple[duck.Relation, ibis.Table]] = {}
        self._dimensions: dict[str, tuple[duck.Relation, ibis.Table]] = {}
        self.watermark = (
            state.highest_id if visibility.as_of is None else min(visibility.as_of, state.highest_id)
        )

    def read(self, start: date | None, end: date | None, *, member_id: int | None = None) -> ibis.Table:
        """Facts with start <= day < end (None: without that border): the ledger's columns and `month`.

        `member_id` leaves out files that cannot hold facts of that member; it does not limit the rows.
        """
        key = (start, end, member_id)
        if key not in self._read:
            relation = duck.view(self._query(start, end, member_id), self._held)
            self._read[key] = (relation, ibis.table(read_schema(), name=relation.name))
        return self._read[key][1]

    def dimension(self, name: str) -> ibis.Table:
        """A dimension table by name, for example `customers`; brought up to date first."""
        if name not in self._dimensions:
            self._dimensions[name] = dimension_table(name, self._today)
        return self._dimensions[name][1]

    def latest_day(self) -> date | None:
        """The last day that has a visible fact; None when there is none."""
        return self._latest_day

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Runs an expression over this snapshot's tables."""
        return duck.backend().to_pyarrow(expression)

    @cached_property
    def _today(self) -> date:
        return department_day()

    @cached_property
    def _latest_day(self) -> date | None:
        pieces: list[Piece] = [*self._files, *self._segments]
        days = [piece.last_day for piece in pieces if self._visibility.is_whole(piece)]
        doubtful = [piece for piece in pieces if not self._visibility.is_whole(piece)]
        if any(piece.last_day > max(days, default=date.min) for piece in doubtful):
            facts = self.read(None, None)
            days += [
                day for day in self.fetch(facts.aggregate(last=facts.day.max()))["last"].to_pylist() if day
            ]
        return max(days, default=None)

    @cached_property
    def _held(self) -> tuple[duck.Relation, ...]:
        return tuple(segment.relation for segment in self._segments)

    def _query(self, start: date | None, end: date | None, member_id: int | None) -> str:
        files = [file for file in self._files if touches(file, start, end) and _may_hold(file, member_id)]
        segments = [segment for segment in self._segments if touches(segment, start, end)]
        conditions = [part for part in (day_condition(start, end), self._visibility.condition()) if part]
        limit = f" WHERE {' AND '.join(conditions)}"

        def is_whole(piece: Piece) -> bool:
            return within(piece, start, end) and self._visibility.is_whole(piece)

        sources = [
            *_by_need(files, is_whole, self._from_files, limit),
            *_by_need(segments, is_whole, _from_tail, limit),
        ]
        return " UNION ALL ".join(sources) or _nothing()

    def _from_files(self, files: Sequence[StoredFile]) -> str:
        # Columns that a release adds are not in an older store until its next flush makes it anew.
        columns = ", ".join(_column(field, field.name in self._snapshot.columns) for field in stored_schema())
        listed = ", ".join(_quoted(file.path) for file in files)
        return f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = false)"


def _by_need(
    pieces: Sequence[P], is_whole: Callable[[P], bool], source: Callable[[Sequence[P]], str], limit: str
) -> list[str]:
    """Pieces that count with all their rows are read without any condition: most of them, and cheaper."""
    whole = [piece for piece in pieces if is_whole(piece)]
    limited = [piece for piece in pieces if not is_whole(piece)]
    return ([source(whole)] if whole else []) + ([source(limited) + limit] if limited else [])


def _from_tail(segments: Sequence[Segment]) -> str:
    columns = ", ".join(_column(field, True) for field in stored_schema())
    rows = " UNION ALL ".join(f'SELECT * FROM "{segment.relation.name}"' for segment in segments)
    return f"SELECT {columns} FROM ({rows})"


def _nothing() -> str:
    columns = ", ".join(_column(field, False) for field in stored_schema())
    return f"SELECT {columns} WHERE false"


def _column(field: pa.Field, is_stored: bool) -> str:
    name = f'"{field.name}"'
    if not is_stored:
        return f"CAST(NULL AS {_SQL_TYPES[field.type]}) AS {name}"
    return f"{name} AT TIME ZONE 'UTC' AS {name}" if field.type == INSTANT else name


_SQL_TYPES = {
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.string(): "VARCHAR",
    pa.date32(): "DATE",
    INSTANT: "TIMESTAMP",
}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _may_hold(file: StoredFile, member_id: int | None) -> bool:
    if member_id is None:
        return True
    least, highest = file.least_member, file.highest_member
    return least is not None and highest is not None and least <= member_id <= highest
