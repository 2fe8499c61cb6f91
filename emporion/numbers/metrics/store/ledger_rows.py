"""Ledger rows as Arrow, read by the driver itself: objects a row would be ten times slower."""

import io
from collections.abc import Iterator, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection

from emporion.kernel.ledger.models import LedgerFact
from emporion.numbers.metrics.store.columns import (
    INSTANT,
    MONTH,
    PLAIN_INSTANT,
    ledger_columns,
    stored_schema,
)

ROWS_AT_ONCE = 20_000


def ledger_rows(after: int, upto: int, limit: int | None = None) -> pa.Table:
    """Rows with after < id <= upto, lowest ids first, at most `limit`, in the columns of the store. One query."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _copied(_statement(f"{after} AND id <= {upto}", "ALL" if limit is None else str(limit)))
    # To SQLite a limit of -1 is none.
    return _fetched(_statement("? AND id <= ?", "?"), [after, upto, -1 if limit is None else limit])


def _statement(span: str, limit: str) -> str:
    columns = ", ".join(_as_read(field.name, field.type) for field in stored_schema())
    return f'SELECT {columns} FROM "{LedgerFact._meta.db_table}" WHERE id > {span} ORDER BY id LIMIT {limit}'


def _as_read(column: str, kind: pa.DataType) -> str:
    """Days and instants as text: Arrow parses a column of them at once, Python one by one."""
    on_postgres = connection.vendor == "postgresql"
    if column == MONTH:
        return "to_char(day, 'YYYY-MM')" if on_postgres else "substr(day, 1, 7)"
    if on_postgres:
        return f"\"{column}\" AT TIME ZONE 'UTC'" if kind == INSTANT else f'"{column}"'
    return f"\"{column}\" || ''" if pa.types.is_temporal(kind) else f'"{column}"'


def _fetched(statement: str, parameters: Sequence[object]) -> pa.Table:
    # The driver's own cursor: Django's converts every value anew.
    with connection.wrap_database_errors:
        cursor = connection.connection.execute(statement, parameters)
        return pa.Table.from_batches(_batches(cursor), stored_schema())


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[pa.RecordBatch]:
    while block := list(islice(rows, ROWS_AT_ONCE)):
        columns = [
            _column(values, field.type)
            for values, field in zip(zip(*block, strict=True), stored_schema(), strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=stored_schema())


def _column(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    if kind == INSTANT:
        return pa.array(values, pa.string()).cast(PLAIN_INSTANT).cast(INSTANT)
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _copied(statement: str) -> pa.Table:
    received = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy:
        for piece in copy:
            received.write(piece)
    if not received.tell():
        return stored_schema().empty_table()
    received.seek(0)
    plain = {field.name: PLAIN_INSTANT if field.type == INSTANT else field.type for field in stored_schema()}
    return pa_csv.read_csv(
        received,
        read_options=pa_csv.ReadOptions(column_names=[*ledger_columns(), MONTH]),
        convert_options=pa_csv.ConvertOptions(
            # An empty text and none at all are different; COPY quotes the first.
            column_types=plain,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ).cast(stored_schema())
