"""The tables of a PostgreSQL database as text, all of one moment, and back into tables of the same shape.

COPY is spoken by every version alike, so that no tool of the server's own version has to be installed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import Connection, sql

_BLOCK = 1 << 20
RESTORING = 0x52455354  # "REST": one restore at a time in a database
PREFIX = "emporion_restoring_"
Tables = Mapping[str, Sequence[str]]
_COLUMNS = """
    SELECT tables.table_name, columns.column_name
    FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name)
    WHERE tables.table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
    ORDER BY 1, ordinal_position
"""
_SEQUENCES = """
    SELECT relation.relname, attribute.attname,
        pg_get_serial_sequence(quote_ident(relation.relname), attribute.attname)
    FROM pg_class AS relation JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
    WHERE relation.relnamespace = current_schema()::regnamespace AND relation.relkind = 'r'
        AND attribute.attnum > 0 AND NOT attribute.attisdropped
        AND pg_get_serial_sequence(quote_ident(relation.relname), attribute.attname) IS NOT NULL
"""


def tables_of(connection: "Connection[tuple[str, ...]]") -> dict[str, list[str]]:
    """By table, the columns that hold what was written."""
    tables: dict[str, list[str]] = {}
    for table, column in connection.execute(_COLUMNS):
        tables.setdefault(table, []).append(column)
    return tables


def copy_out(connection: "Connection[tuple[str, ...]]", tables: Tables, folder: Path) -> None:
    """Writes each table into a file of its name. Call it inside the transaction whose snapshot is meant."""
    for table, columns in tables.items():
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _names(columns))
        with (
            connection.cursor() as cursor,
            cursor.copy(statement) as rows,
            (folder / table).open("wb") as file,
        ):
            for block in rows:
                file.write(block)


def copy_in(connection: "Connection[tuple[str, ...]]", tables: Tables, folder: Path) -> None:
    """Fills the tables with what the files hold, and nothing else, in one transaction."""
    with connection.transaction():
        every = [sql.Identifier(table) for table in tables_of(connection)]
        # What only refuses changes must let the rows in, and nothing may write rows of its own.
        for one in every:
            connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(one))
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(every)))
        for table, columns in tables.items():
            _fill(connection, table, columns, folder / table)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in every:
            connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(one))
        _go_on_counting(connection)


def _fill(connection: "Connection[tuple[str, ...]]", table: str, columns: Sequence[str], path: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as rows, path.open("rb") as file:
        while block := file.read(_BLOCK):
            rows.write(block)


def _go_on_counting(connection: "Connection[tuple[str, ...]]") -> None:
    for table, column, sequence in connection.execute(_SEQUENCES).fetchall():
        highest = sql.SQL("SELECT setval(%s, coalesce(max({0}), 1), max({0}) IS NOT NULL) FROM {1}")
        connection.execute(highest.format(sql.Identifier(column), sql.Identifier(table)), [sequence])


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


@contextmanager
def database_for_restore(url: str) -> Iterator["Connection[tuple[str, ...]]"]:
    """A connection that no other restore has; what killed restores left is gone."""
    from emporion.kernel.errors import Refusal

    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [RESTORING]).fetchone()
        if row is None or not row[0]:
            raise Refusal("restore_running", "another restore into this database is going on")
        left = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [PREFIX]
        ).fetchall()
        for (schema,) in left:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        yield connection


def within(url: str, schema: str) -> str:
    """The address of the database, with that schema as the only one that is looked into."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    query["options"] = f"{query.get('options', '')} -c search_path={schema}".strip()
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def put_in_place(connection: "Connection[tuple[str, ...]]", schema: str, aside: str) -> bool:
    """The schema becomes the one that is read, in one step; what was there goes `aside`. Whether there was anything."""
    with connection.transaction():
        row = connection.execute("SELECT current_schema()").fetchone()
        current = row[0] if row and row[0] else "public"
        held = bool(tables_of(connection))
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        if held:
            connection.execute(rename.format(sql.Identifier(current), sql.Identifier(aside)))
        else:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(current)))
        connection.execute(rename.format(sql.Identifier(schema), sql.Identifier(current)))
    return held
