"""Making a backup: the database as it is at one moment, what else is in the data folder, and what it comes to."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connection, transaction
from psycopg import Connection

from emporion.doors.operations.backups import postgresql_copy, proving, sqlite_copy
from emporion.doors.operations.backups.archive import SUFFIX, Packing, packing
from emporion.doors.operations.backups.places import LOCK, making, settle
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal

PREFIX = ".making-"
# What is in the data folder and can be made anew, or means something only while a process runs.
_MADE_ANEW = frozenset({"facts", "spill", "backups", "first-run.token"})
_PASSING = (sqlite_copy.DATABASE, "check-", "test.sqlite3", ".")
_KEPT_SETTINGS = (
    "EMPORION_CURRENCY",
    "EMPORION_HOSTS",
    "EMPORION_HTTPS",
    "EMPORION_MAIL_FROM",
    "EMPORION_DUCKDB_MEMORY",
    "EMPORION_DUCKDB_THREADS",
    "EMPORION_BACKUP_SCHEDULE",
    "EMPORION_BACKUP_KEEP",
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, and what it says of itself."""

    path: Path
    manifest: dict[str, Any]


def back_up(target: Path, *, prefix: str = "emporion") -> Backup:
    """Makes a backup in the folder `target`, or as the file of that name when it ends in .tar.gz.

    Whoever writes meanwhile does not wait. The file appears only when it is whole, for its owner alone.
    """
    target = target.absolute()
    at = now()
    if target.name.endswith(SUFFIX):
        folder, path = target.parent, target
        if path.exists():
            raise Refusal("backup_exists", f"{path} exists already; choose another name")
    else:
        folder, path = target, _free_name(target, f"{prefix}-{at:%Y%m%dT%H%M%SZ}")
    with making(folder, PREFIX) as place:
        written = place / "archive"
        with written.open("wb") as file:
            packed = packing(file)
            told = _whence(at) | _put_database(packed, place)
            _put_files(packed, folder)
            manifest = packed.end(told)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(0o600)
        written.rename(path)
        settle(folder)
    return Backup(path, manifest)


def _free_name(folder: Path, stem: str) -> Path:
    names = (folder / f"{stem}{f'-{number}' if number else ''}{SUFFIX}" for number in range(1000))
    return next(path for path in names if not path.exists())


def _whence(at: datetime) -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "emporion": version("emporion"),
        "made_at": at.isoformat(timespec="seconds"),
        "secret_key": "environment" if os.environ.get("EMPORION_SECRET_KEY") else "archive",
        "settings": {name: os.environ[name] for name in _KEPT_SETTINGS if name in os.environ},
    }


def _put_database(packed: Packing, place: Path) -> dict[str, Any]:
    return _put_postgresql(packed, place) if connection.vendor == "postgresql" else _put_sqlite(packed, place)


def _put_sqlite(packed: Packing, place: Path) -> dict[str, Any]:
    copy = place / sqlite_copy.DATABASE
    sqlite_copy.copy_database(Path(connection.settings_dict["NAME"]), copy)
    steps = sqlite_copy.steps_of(copy)
    told = {"database": "sqlite", "steps": steps}
    if is_current(steps):
        # Any key will do: nothing is signed.
        told |= proving.asked("state", place, {"EMPORION_SECRET_KEY": "unused"})
        sqlite_copy.close_log(copy)
    packed.add(copy, f"database/{copy.name}")
    return told


def _put_postgresql(packed: Packing, place: Path) -> dict[str, Any]:
    folder = place / "tables"
    folder.mkdir()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
            steps = [step for (step,) in cursor.fetchall()]
        raw = cast("Connection[tuple[str, ...]]", connection.connection)
        tables = postgresql_copy.tables_of(raw)
        told = {"database": "postgresql", "steps": steps, "tables": tables}
        if is_current(steps):
            told |= proving.state()
        postgresql_copy.copy_out(raw, tables, folder)
    for table in tables:
        packed.add(folder / table, f"database/{table}")
        (folder / table).unlink()
    return told


def is_current(steps: list[str]) -> bool:
    """Whether a database that had these steps fits this program: only then can it be read."""
    from django.db.migrations.loader import MigrationLoader

    known = {".".join(step) for step in MigrationLoader(None).disk_migrations}
    return known <= set(steps)


def _put_files(packed: Packing, backups: Path) -> None:
    for path in _files(settings.HOME, backups):
        try:
            packed.add(path, f"home/{path.relative_to(settings.HOME)}")
        except FileNotFoundError:  # it was removed meanwhile
            continue


def _files(home: Path, backups: Path) -> Iterator[Path]:
    for top in sorted(home.iterdir()):
        passing = top.name in _MADE_ANEW or top.name.startswith(_PASSING) or top.suffix == f".{LOCK}"
        if passing or top == backups:
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink() and backups not in path.parents:
                yield path
