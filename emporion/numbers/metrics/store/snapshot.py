"""One version of the store: which files it has and up to which ledger row they reach, read from the same commit."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Transaction

from emporion.numbers.metrics.store.columns import PARTITION
from emporion.numbers.metrics.store.layout import current_table

EPOCH_KEY = "emporion.epoch"
# Delta keeps, with every commit, how far a writer has come; it survives checkpoints and the clearing of old logs.
_POSITION = "emporion-ledger-position"
_LAST_ROW = "emporion-ledger-last-row"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file and what its statistics say; a file without a fact is never written."""

    path: str
    month: str
    rows: int
    least_id: int
    highest_id: int
    first_day: date
    last_day: date
    least_member: int | None
    highest_member: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store as it was at one commit: `files` hold exactly the ledger rows with id <= `position`."""

    table: Path | None = None
    version: int = -1
    epoch: str = ""
    position: int = 0
    last_row: int = 0
    columns: frozenset[str] = frozenset()
    files: tuple[StoredFile, ...] = ()


EMPTY = Snapshot()
_lock = threading.Lock()
_known: dict[Path, Snapshot] = {}


def current_snapshot() -> Snapshot:
    """The newest version of the store; `EMPTY` where there is none. Reads the log only when it has grown."""
    table = current_table()
    if table is None:
        return EMPTY
    with _lock:
        known = _known.get(table)
        if known is None or _is_version(table, known.version + 1):
            known = snapshot_of(DeltaTable(table))
            _known.clear()
            _known[table] = known
        return known


def _is_version(table: Path, version: int) -> bool:
    return (table / "_delta_log" / f"{version:020d}.json").exists()


def snapshot_of(table: DeltaTable) -> Snapshot:
    """What the loaded version of a table holds."""
    folder = Path(table.table_uri.removeprefix("file://"))
    # Not pa.table(…): that asks pandas, whose import costs a quarter of a question.
    actions = pa.RecordBatchReader.from_stream(table.get_add_actions(flatten=True)).read_all().to_pylist()
    return Snapshot(
        table=folder,
        version=table.version(),
        epoch=table.metadata().configuration.get(EPOCH_KEY, ""),
        position=table.transaction_version(_POSITION) or 0,
        last_row=table.transaction_version(_LAST_ROW) or 0,
        columns=frozenset(field.name for field in table.schema().fields) - {PARTITION},
        files=tuple(sorted((_file(folder, action) for action in actions), key=lambda f: (f.month, f.path))),
    )


def _file(folder: Path, action: Mapping[str, object]) -> StoredFile:
    return StoredFile(
        path=str(folder / str(action["path"])),
        month=str(action[f"partition.{PARTITION}"]),
        rows=_whole(action["num_records"]),
        least_id=_whole(action["min.id"]),
        highest_id=_whole(action["max.id"]),
        first_day=_day(action["min.day"]),
        last_day=_day(action["max.day"]),
        least_member=_whole_or_none(action["min.member_id"]),
        highest_member=_whole_or_none(action["max.member_id"]),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a file of the store has {value!r} where its statistics should hold a number")
    return value


def _whole_or_none(value: object) -> int | None:
    return None if value is None else _whole(value)


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"a file of the store has {value!r} where its statistics should hold a day")
    return value


def reached(position: int, last_row: int) -> list[Transaction]:
    """What a commit must carry so that its files and the position they reach are written together."""
    return [Transaction(_POSITION, position), Transaction(_LAST_ROW, last_row)]


def row_mark(row: Mapping[str, object]) -> int:
    """A short mark of one ledger row: another ledger has another row under the same id."""
    text = "|".join(f"{name}={row[name]}" for name in sorted(row))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7])
