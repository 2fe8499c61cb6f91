"""Making a table of facts and adding to it: each commit holds rows and, with them, the position they reach."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake

from emporion.numbers.metrics.store.columns import CLUSTERED_BY, MONTH, PARTITION, STATISTICS, stored_schema
from emporion.numbers.metrics.store.layout import new_table
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.snapshot import EPOCH_KEY, reached, row_mark

ROWS_PER_COMMIT = 100_000
# Small row groups let one person's facts be read without the neighbours'; measured from 20 to 123 thousand.
WRITING = WriterProperties(compression="SNAPPY", max_row_group_size=32_768)
Progress = Callable[[int], None]


def begin_table(epoch: str) -> Path:
    """An empty table for the facts of that epoch, not yet the one that is read; its folder."""
    folder = new_table()
    DeltaTable.create(
        folder,
        schema=stored_schema().append(pa.field(PARTITION, pa.string())),
        partition_by=[PARTITION],
        configuration={
            "delta.dataSkippingStatsColumns": ",".join(STATISTICS),
            "delta.checkpointInterval": "20",
            EPOCH_KEY: epoch,
        },
        raise_if_key_not_exists=False,
        commit_properties=carrying(0, 0),
    )
    return folder


def pour(table: DeltaTable, position: int, upto: int, progress: Progress | None = None) -> tuple[int, int]:
    """Add the ledger's rows with position < id <= upto, a commit a chunk; how many rows, and the last id."""
    count = 0
    while position < upto:
        rows = ledger_rows(position, upto, ROWS_PER_COMMIT)
        if not rows.num_rows:
            break
        last = rows.slice(rows.num_rows - 1).to_pylist()[0]
        position = last["id"]
        write(table, rows, carrying(position, row_mark(last)))
        count += rows.num_rows
        if progress:
            progress(position)
    return count, position


def write(table: DeltaTable | Path, rows: pa.Table, commit: CommitProperties | None = None) -> None:
    """Append rows in the columns of the store, clustered, as one commit."""
    clustered = rows.append_column(PARTITION, rows[MONTH]).sort_by(
        [(PARTITION, "ascending"), *((column, "ascending") for column in CLUSTERED_BY)]
    )
    write_deltalake(table, clustered, mode="append", writer_properties=WRITING, commit_properties=commit)


def carrying(position: int, last_row: int) -> CommitProperties:
    return CommitProperties(
        # The first is for people who read the table's history, the second is what counts.
        custom_metadata={"position": str(position)},
        app_transactions=reached(position, last_row),
    )
