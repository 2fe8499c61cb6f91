"""Restoring a backup: beside what is there, proved, and only then put in its place. Needs no settings of its own."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from emporion.doors.operations.backups import postgresql_copy as tables
from emporion.doors.operations.backups.archive import BrokenArchive, unpack
from emporion.doors.operations.backups.places import exchange, making, settle
from emporion.doors.operations.backups.proving import asked
from emporion.doors.operations.backups.sqlite_copy import DATABASE
from emporion.kernel.errors import Refusal

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came out of a backup: its manifest, what its ledger comes to now, how many steps of an upgrade it took, and
    where what was there before lies now."""

    manifest: dict[str, Any]
    proof: dict[str, Any]
    steps: int
    kept_folder: Path | None
    kept_schema: str

    @property
    def is_compared(self) -> bool:
        """Whether the digest could be compared with the backup's."""
        return _is_comparable(self.manifest, self.proof)


def restore(
    archive: Path, home: Path, *, database_url: str, replace: bool, at: datetime, say: Say
) -> Restored:
    """Restores the archive as the data folder `home`, with PostgreSQL into that database too.

    Refuses a place that is not empty, unless it may `replace` it: what was there is kept beside. Nothing appears in
    its place that was not checked against the manifest and verified.
    """
    home = home.absolute()
    _refuse_unfit_place(home, replace)
    with ExitStack() as stack:
        place = stack.enter_context(making(home.parent, f".{home.name}.restoring-"))
        say("reading and checking the archive")
        manifest = unpack(archive, place)
        new = place / "home"
        new.mkdir(mode=0o700, exist_ok=True)
        database = stack.enter_context(_database(manifest, place, new, database_url, replace))
        say("making the fact store anew and verifying the ledger")
        proof = asked("verified", new, database.environment)
        _refuse_unlike(manifest, proof)
        aside = f"before-{at:%Y%m%dT%H%M%SZ}"
        kept_schema = database.put_in_place(aside.replace("-", "_").lower())
        return Restored(manifest, proof, proof["steps"], _put_in_place(new, home, aside), kept_schema)


@dataclass(frozen=True, slots=True)
class _Database:
    environment: Mapping[str, str]
    connection: "Connection[tuple[str, ...]] | None" = None
    schema: str = ""

    def put_in_place(self, aside: str) -> str:
        """Where the tables went that were there before, if there were any."""
        if self.connection is None:
            return ""
        return aside if tables.put_in_place(self.connection, self.schema, aside) else ""


@contextmanager
def _database(
    manifest: dict[str, Any], place: Path, new: Path, url: str, replace: bool
) -> Iterator[_Database]:
    """The database of the archive, where nobody reads it yet."""
    if manifest["database"] == "sqlite":
        if url:
            raise Refusal("other_database", "the backup is of SQLite: unset DATABASE_URL to restore it")
        if not (place / "database" / DATABASE).exists():
            raise BrokenArchive("the backup holds no database")
        (place / "database" / DATABASE).rename(new / DATABASE)
        yield _Database({})
        return
    if not url:
        raise Refusal("other_database", "the backup is of PostgreSQL: set DATABASE_URL to an empty database")
    with tables.database_for_restore(url) as connection:
        if tables.tables_of(connection) and not replace:
            raise Refusal("not_empty", "the database is not empty; --replace keeps what is there beside")
        yield _filled(connection, manifest, place, new, url)


def _filled(
    connection: "Connection[tuple[str, ...]]", manifest: dict[str, Any], place: Path, new: Path, url: str
) -> _Database:
    schema = f"{tables.PREFIX}{os.urandom(6).hex()}"
    environment = {"DATABASE_URL": tables.within(url, schema)}
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    asked("built", new, environment, told="\n".join(manifest["steps"]))
    with Connection.connect(environment["DATABASE_URL"], autocommit=True) as inside:
        tables.copy_in(inside, manifest["tables"], place / "database")
    return _Database(environment, connection, schema)


def _refuse_unfit_place(home: Path, replace: bool) -> None:
    if not home.exists():
        return
    if not home.is_dir():
        raise Refusal("no_folder", f"{home} is a file; --into needs a folder")
    if any(home.iterdir()) and not replace:
        raise Refusal(
            "not_empty", f"{home} is not empty; --replace keeps what is there beside, --into chooses another"
        )
    if _is_served(home):
        raise Refusal("being_served", f"{home} is being served: stop emporion serve, then restore")


def _is_served(home: Path) -> bool:
    for name in ("serve.lock", "worker.lock"):
        if (home / name).exists():
            with (home / name).open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
    return False


def _is_comparable(manifest: dict[str, Any], proof: dict[str, Any]) -> bool:
    return bool(manifest.get("digest")) and manifest["digest_columns"] == proof["digest_columns"]


def _refuse_unlike(manifest: dict[str, Any], proof: dict[str, Any]) -> None:
    if proof["wrong"]:
        raise Refusal(
            "not_verified", f"the restored ledger is not true, nothing was changed: {proof['wrong'][0]}"
        )
    if _is_comparable(manifest, proof) and manifest["digest"] != proof["digest"]:
        raise Refusal(
            "restored_differently",
            f"the restored facts come to {proof['digest'][:12]}, the backup's to {manifest['digest'][:12]}; "
            "nothing was changed",
        )


def _put_in_place(new: Path, home: Path, aside: str) -> Path | None:
    """The new folder gets its name in one step; where the old one lies, if it held anything."""
    os.sync()  # all that was written, whoever wrote it, before the names change
    if not home.exists() or not any(home.iterdir()):
        new.rename(home)
        settle(home.parent)
        return None
    exchange(new, home)
    kept = home.with_name(f"{home.name}.{aside}")
    new.rename(kept)
    settle(home.parent)
    return kept
