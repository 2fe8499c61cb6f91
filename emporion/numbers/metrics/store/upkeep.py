"""Keeping the store quick: many small files of a month become one, files nobody reads any more go."""

from collections import defaultdict
from collections.abc import Sequence

from deltalake import CommitProperties, DeltaTable, write_deltalake

from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.columns import CLUSTERED_BY, PARTITION
from emporion.numbers.metrics.store.layout import current_table, only_writer, remove_abandoned_tables
from emporion.numbers.metrics.store.making import WRITING
from emporion.numbers.metrics.store.snapshot import Snapshot, StoredFile, snapshot_of

MANY_FILES = 8
# A question takes seconds; whoever still reads a file that was replaced a day ago does not exist.
KEPT_HOURS = 24
_ROWS_IN_HAND = 100_000


def compact(*, least_files: int = 2) -> int:
    """Merge each month that has at least so many files into one sorted by member; how many months it was.

    Readers go on with the files they have.
    """
    with only_writer():
        folder = current_table()
        return 0 if folder is None else compact_table(DeltaTable(folder), least_files)


def compact_table(table: DeltaTable, least_files: int) -> int:
    """`compact` for whoever already is the only writer. One commit a month."""
    snapshot = snapshot_of(table)
    months = {month: files for month, files in _by_month(snapshot).items() if len(files) >= least_files}
    for month, files in sorted(months.items()):
        _merge(table, month, files, snapshot.position)
    return len(months)


def vacuum(*, hours: float = KEPT_HOURS) -> int:
    """Remove files and tables that were replaced so many hours ago; how many. Readers of them must be gone by then."""
    with only_writer():
        folder = current_table()
        if folder is None:
            return remove_abandoned_tables(hours)
        table = DeltaTable(folder)
        gone = table.vacuum(retention_hours=int(hours), dry_run=False, enforce_retention_duration=False)
        return len(gone) + remove_abandoned_tables(hours)


def _by_month(snapshot: Snapshot) -> dict[str, list[StoredFile]]:
    months: dict[str, list[StoredFile]] = defaultdict(list)
    for file in snapshot.files:
        months[file.month].append(file)
    return months


def _merge(table: DeltaTable, month: str, files: Sequence[StoredFile], position: int) -> None:
    columns = ", ".join(f'"{field.name}"' for field in table.schema().fields if field.name != PARTITION)
    order = ", ".join(f'"{column}"' for column in CLUSTERED_BY)
    source = "read_parquet($files, hive_partitioning = false)"
    query = f"SELECT {columns}, $month AS {PARTITION} FROM {source} ORDER BY {order}"
    parameters = {"month": month, "files": [file.path for file in files]}
    rows = duck.cursor().sql(query, params=parameters).to_arrow_reader(_ROWS_IN_HAND)
    write_deltalake(
        table,
        rows,
        mode="overwrite",
        predicate=f"{PARTITION} = '{month}'",
        writer_properties=WRITING,
        commit_properties=CommitProperties(custom_metadata={"position": str(position)}),
    )
