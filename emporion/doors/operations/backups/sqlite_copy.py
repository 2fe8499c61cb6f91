"""The SQLite file, copied while others write."""

import sqlite3
from contextlib import closing
from pathlib import Path

DATABASE = "emporion.sqlite3"


def copy_database(source: Path, target: Path) -> None:
    """A copy of the database as it is at one moment. In one step: nobody waits for it, and no writer can make it
    begin anew. Whoever writes meanwhile writes into the log beside the file."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as theirs,
        closing(sqlite3.connect(target)) as ours,
    ):
        theirs.backup(ours, pages=-1)
        # A file of its own, without a log beside it.
        ours.execute("PRAGMA journal_mode = DELETE")


def steps_of(database: Path) -> list[str]:
    """The migrations that the database has had."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return [f"{app}.{name}" for app, name in rows]


def close_log(database: Path) -> None:
    """All is in the file itself again, after somebody has read it with a log beside it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
