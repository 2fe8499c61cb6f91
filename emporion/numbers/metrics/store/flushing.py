"""Flushing: ledger rows that no open transaction can still precede become files of the store.

A kill at any moment loses and doubles nothing: the next flush goes on from the last commit.
"""

from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable

from emporion.kernel.ledger.epoch import require_epoch
from emporion.kernel.ledger.locks import watermark
from emporion.numbers.metrics.store.columns import stored_schema
from emporion.numbers.metrics.store.dimensions import refresh_dimensions
from emporion.numbers.metrics.store.layout import current_table, make_current, only_writer
from emporion.numbers.metrics.store.ledger_state import ledger_state, refuse_exchanged, refuse_foreign
from emporion.numbers.metrics.store.making import Progress, begin_table, pour
from emporion.numbers.metrics.store.snapshot import Snapshot, current_snapshot, snapshot_of
from emporion.numbers.metrics.store.upkeep import MANY_FILES, compact_table


@dataclass(frozen=True, slots=True)
class Flushed:
    """How many ledger rows were written, and the id up to which the store now holds all of them."""

    rows: int
    position: int


def flush(*, progress: Progress | None = None) -> Flushed:
    """Bring the store up to the ledger; `progress` hears the position after each commit.

    Makes the store anew when the ledger has got a column since. Merges months of many files.
    Raises StoreAhead when the store is another ledger's.
    """
    with only_writer():
        table = DeltaTable(current_table() or _begun())
        snapshot = snapshot_of(table)
        refuse_foreign(snapshot, ledger_state(snapshot.position))
        refuse_exchanged(snapshot)
        if not snapshot.columns >= set(stored_schema().names):
            return _made_anew(progress)
        flushed = Flushed(*pour(table, snapshot.position, watermark(), progress))
        compact_table(table, MANY_FILES)
    refresh_dimensions()
    return flushed


def rebuild(*, progress: Progress | None = None) -> Flushed:
    """Make the store anew from the ledger beside the old one, then read the new one. Readers are not disturbed."""
    with only_writer():
        return _made_anew(progress)


def position() -> int:
    """The id up to which the store holds all ledger rows; 0 without a store. Raises StoreAhead like a question."""
    snapshot: Snapshot = current_snapshot()
    refuse_foreign(snapshot, ledger_state(snapshot.position))
    return snapshot.position


def _begun() -> Path:
    folder = begin_table(str(require_epoch().code))
    make_current(folder)
    return folder


def _made_anew(progress: Progress | None) -> Flushed:
    folder = begin_table(str(require_epoch().code))
    table = DeltaTable(folder)
    flushed = Flushed(*pour(table, 0, watermark(), progress))
    compact_table(table, 2)
    make_current(folder)
    return flushed
