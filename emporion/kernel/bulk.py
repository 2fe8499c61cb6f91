"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite.

`bulk_create` builds and adapts an object a row, five times slower; imports and the ledger need the difference.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, models

from emporion.kernel.money.fields import ScaledField

CHUNK = 5_000


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Insert rows of database values (ints for scaled fields, ISO text or dates for days); how many it was."""
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        return _copy(table, names, rows)
    marks = ", ".join("?" for _ in columns)
    return _execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def _copy(table: str, names: str, rows: Iterable[Sequence[object]]) -> int:
    count = 0
    statement = f'COPY "{table}" ({names}) FROM STDIN'
    # A connection lost in the middle must be told as every other lost connection is.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _execute_many(statement: str, rows: Iterable[Sequence[object]]) -> int:
    connection.ensure_connection()
    count = 0
    iterator = iter(rows)
    # The driver's own cursor: Django's would look for %s in every statement and adapt every row anew.
    raw = connection.connection.cursor()
    while chunk := list(islice(iterator, CHUNK)):
        with connection.wrap_database_errors:
            raw.executemany(statement, chunk)
        count += len(chunk)
    return count


def insert_models(
    model: type[models.Model], attributes: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Rows of Python values into a model's table: each value is prepared by its field, as `save` would."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[attribute] for attribute in attributes]
    steps = [(place, step) for place, field in enumerate(chosen) if (step := _preparation(field))]
    columns = [str(field.column) for field in chosen]
    return insert_rows(model._meta.db_table, columns, (_prepared(row, steps) for row in rows))


Step = Callable[[Any], object]
_AS_THEY_ARE = (
    models.AutoField,
    models.IntegerField,
    models.CharField,
    models.TextField,
    models.BooleanField,
)


def _preparation(field: Any) -> Step | None:
    """What makes a value of that field fit for the driver; None where it fits already."""
    if isinstance(field, models.ForeignKey):
        return _preparation(field.target_field)
    if isinstance(field, ScaledField):
        return field.get_prep_value
    if isinstance(field, _AS_THEY_ARE):
        return None
    if isinstance(field, models.DateField):
        return _moment_step(isinstance(field, models.DateTimeField))
    return partial(field.get_db_prep_save, connection=connection)


def _moment_step(instant: bool) -> Step | None:
    """SQLite keeps days and instants as text."""
    if connection.vendor == "postgresql":
        return None
    return _instant_text if instant else _day_text


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _instant_text(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _prepared(row: Sequence[object], steps: Sequence[tuple[int, Step]]) -> list[object]:
    values = list(row)
    for place, step in steps:
        values[place] = step(values[place])
    return values


def reserve_ids(table: str, count: int) -> list[int]:
    """`count` rising ids that nobody else will get. Call it inside the transaction that uses them."""
    if count <= 0:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [int(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = int(found[0]) + 1 if found else 1
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first + count - 1, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        return list(range(first, first + count))
