"""Ledger rows as Arrow. The database writes them as CSV lines and Arrow reads those: no Python object a value, which
would take five times as long."""

import io

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection

from emporion.kernel.ledger.models import LedgerFact
from emporion.numbers.metrics.store.columns import INSTANT, MONTH, PLAIN_INSTANT, stored_schema

LINES_AT_ONCE = 20_000


def ledger_rows(after: int, upto: int, limit: int | None = None) -> pa.Table:
    """Rows with after < id <= upto, lowest ids first, at most `limit`, in the columns of the store. One query;
    on SQLite one for every LINES_AT_ONCE rows, which nothing can come between: what is posted is never changed."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        lines = _copied(
            f"id > {after} AND id <= {upto} ORDER BY id LIMIT {'ALL' if limit is None else limit}"
        )
    else:
        lines = _formatted(after, upto, limit)
    return _parsed(lines) if lines.tell() else stored_schema().empty_table()


def _copied(which: str) -> io.BytesIO:
    columns = ", ".join(_in_postgresql(field) for field in stored_schema())
    query = f'SELECT {columns} FROM "{LedgerFact._meta.db_table}" WHERE {which}'
    lines = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for piece in copy:
            lines.write(piece)
    return lines


def _in_postgresql(field: pa.Field) -> str:
    if field.name == MONTH:
        return "to_char(day, 'YYYY-MM')"
    return f"\"{field.name}\" AT TIME ZONE 'UTC'" if field.type == INSTANT else f'"{field.name}"'


def _formatted(after: int, upto: int, limit: int | None) -> io.BytesIO:
    columns = [_in_sqlite(field) for field in stored_schema()]
    line = f"format('{','.join(['%s'] * len(columns))}', {', '.join(columns)})"
    rows = (
        f'SELECT id, {line} AS line FROM "{LedgerFact._meta.db_table}"'
        " WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
    )
    # Many lines in one answer: for each answer that the driver takes, it waits for Python's lock anew, which in a busy
    # server is milliseconds.
    query = f"SELECT count(*), max(id), CAST(group_concat(line, char(10)) AS BLOB) FROM ({rows})"
    lines, count = io.BytesIO(), LINES_AT_ONCE
    # The driver's own cursor: Django's looks for its own marks in the statement and finds those of `format`.
    with connection.wrap_database_errors:
        while count == LINES_AT_ONCE and limit != 0:
            wanted = LINES_AT_ONCE if limit is None else min(limit, LINES_AT_ONCE)
            count, last, text = connection.connection.execute(query, [after, upto, wanted]).fetchone()
            if count:
                lines.write(text + b"\n")
                after, limit = last, None if limit is None else limit - count
    return lines


def _in_sqlite(field: pa.Field) -> str:
    """Nothing for a null, quotes around a text: an empty one and none at all are different."""
    if field.name == MONTH:
        return "substr(day, 1, 7)"
    if field.type == pa.string():
        return f"""ifnull('"' || replace("{field.name}", '"', '""') || '"', '')"""
    return f"ifnull(\"{field.name}\", '')"


def _parsed(lines: io.BytesIO) -> pa.Table:
    lines.seek(0)
    plain = {field.name: PLAIN_INSTANT if field.type == INSTANT else field.type for field in stored_schema()}
    rows: pa.Table = pa_csv.read_csv(
        lines,
        read_options=pa_csv.ReadOptions(column_names=list(plain)),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=plain, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return rows.cast(stored_schema())
