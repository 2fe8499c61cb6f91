"""The migration step that builds the index of a table. A later step that makes the table anew on SQLite (a changed
column) drops its triggers: repeat `search_index` after it."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

from emporion.kernel.search import statements
from emporion.kernel.search.registry import Searched

_COLLATION = "und-x-icu"


def search_index(
    table: str, texts: Sequence[str], phones: Sequence[str] = (), emails: Sequence[str] = ()
) -> migrations.RunPython:
    """A migration step: the index over these columns of the table, made anew where there is one."""

    columns = Searched(tuple(texts), tuple(phones), tuple(emails))

    def build(apps: Any, schema_editor: Any) -> None:
        drop(apps, schema_editor)
        if schema_editor.connection.vendor == "sqlite":
            made = statements.sqlite_build(table, columns)
        else:
            made = statements.postgresql_build(table, columns, _collation(schema_editor.connection))
        for statement in made:
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - Django calls it so
        sqlite = schema_editor.connection.vendor == "sqlite"
        for statement in statements.sqlite_drop(table) if sqlite else statements.postgresql_drop(table):
            schema_editor.execute(statement)

    return migrations.RunPython(build, drop)


def _collation(connection: Any) -> str:
    """A collation that knows every letter; a server built without it has only its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_collation WHERE collname = %s", [_COLLATION])
        return _COLLATION if cursor.fetchone()[0] else "default"
