"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite.

`bulk_create` builds and adapts an object a row, five times slower; imports and the ledger need the difference.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice

from django.db import connection, models

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
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
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


def insert_models(model: type[models.Model], attributes: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Rows of Python values into a model's table: each value is prepared by its field, as `save` would."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[attribute] for attribute in attributes]
    prepare = [partial(field.get_db_prep_save, connection=connection) for field in chosen]
    columns = [str(field.column) for field in chosen]
    prepared = ([prepare[place](value) for place, value in enumerate(row)] for row in rows)
    return insert_rows(model._meta.db_table, columns, prepared)


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
