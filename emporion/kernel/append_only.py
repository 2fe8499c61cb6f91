"""Triggers by which the database itself refuses to change rows that are only ever added."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations


def append_only(table: str, may_change: Sequence[str] = ()) -> migrations.RunPython:
    """A migration step: UPDATE (but of the columns `may_change`), DELETE and TRUNCATE of `table` are refused."""
    return migrations.RunPython(_running(table, may_change, _BUILD), _running(table, may_change, _REMOVE))


_Statements = Callable[[str, str], list[str]]


def _running(
    table: str, may_change: Sequence[str], statements: dict[str, _Statements]
) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor not in statements:
            raise NotImplementedError(f"{schema_editor.connection.vendor} has no guard against changed rows")
        frozen = [
            field.column
            for model in apps.get_models()
            if model._meta.db_table == table
            for field in model._meta.concrete_fields
            if field.column not in may_change
        ]
        columns = ", ".join(f'"{column}"' for column in frozen)
        for statement in statements[schema_editor.connection.vendor](table, columns):
            schema_editor.execute(statement)

    return run


def _sqlite_build(table: str, columns: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON "{table}" {refuse}',
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}" {refuse}',
    ]


def _sqlite_remove(table: str, _: str) -> list[str]:
    return [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]


def _postgresql_build(table: str, columns: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def _postgresql_remove(table: str, _: str) -> list[str]:
    triggers = [f'DROP TRIGGER {table}_no_{what} ON "{table}"' for what in ("update", "delete", "truncate")]
    return [*triggers, f"DROP FUNCTION {table}_refuse()"]


_BUILD: dict[str, _Statements] = {"sqlite": _sqlite_build, "postgresql": _postgresql_build}
_REMOVE: dict[str, _Statements] = {"sqlite": _sqlite_remove, "postgresql": _postgresql_remove}
