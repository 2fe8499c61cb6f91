"""Backing up and restoring."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emporion.doors.terminal.options import as_json
from emporion.doors.terminal.output import hint, print_json, say
from emporion.doors.terminal.readiness import refuse_without_installation

if TYPE_CHECKING:
    from emporion.doors.operations.backups.restoring import Restored


@click.command("backup")
@click.argument("target", required=False, metavar="[FOLDER|FILE]", type=click.Path(path_type=Path))
@as_json
def backup_command(*, target: Path | None, json_: bool) -> None:
    """Put the whole installation into one archive: database, uploads, secret key. Others may go on working.

    Without a FOLDER it goes where the nightly ones go; a FILE ends in .tar.gz. Whoever has the archive has the
    department: it is made for its owner alone.
    """
    refuse_without_installation()
    from emporion.doors.operations.backups.keeping import backup_folder
    from emporion.doors.operations.backups.making import back_up

    made = back_up(target or backup_folder())
    size = made.path.stat().st_size
    if json_:
        told = {
            name: made.manifest.get(name) for name in ("digest", "watermark", "facts", "made_at", "database")
        }
        print_json({"file": str(made.path), "bytes": size, **told})
        return
    facts = made.manifest.get("facts")
    say(f"{made.path}: {size:,} bytes" + ("" if facts is None else f", {facts:,} facts"))
    hint(f"Prove it: emporion restore {made.path} --into /tmp/proof")


@click.command("restore")
@click.argument("archive", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Default: EMPORION_HOME.")
@click.option("--replace", is_flag=True, help="Where the place is not empty: keep what is there beside.")
@as_json
def restore_command(*, archive: Path, into: Path | None, replace: bool, json_: bool) -> None:
    """Restore a backup into an empty data folder (a PostgreSQL backup: into the empty database of DATABASE_URL too).

    The archive is checked, the fact store made anew, the ledger verified and its digest compared with the backup's,
    all before anything appears in its place.
    """
    from datetime import UTC, datetime

    from emporion.doors.operations.backups.restoring import restore

    done = restore(
        archive,
        into or Path(os.environ.get("EMPORION_HOME", "var")),
        database_url=os.environ.get("DATABASE_URL", ""),
        replace=replace,
        at=datetime.now(UTC),
        say=hint,
    )
    if json_:
        print_json(_document(done))
    else:
        _tell(done)


def _document(done: "Restored") -> dict[str, object]:
    return {
        "made_at": done.manifest["made_at"],
        "facts": done.proof["facts"],
        "digest": done.proof["digest"],
        "digest_compared": done.is_compared,
        "verified": True,
        "upgraded_steps": done.steps,
        "kept_folder": str(done.kept_folder) if done.kept_folder else None,
        "kept_schema": done.kept_schema or None,
    }


def _tell(done: "Restored") -> None:
    facts = done.proof["facts"]
    same = "their digest is the backup's" if done.is_compared else "the backup holds no digest to compare"
    say(f"restored as it was at {done.manifest['made_at']}: {facts:,} facts verified, {same}")
    if done.steps:
        say(f"it was of an older emporion: {done.steps} steps of an upgrade done")
    if done.kept_folder:
        say(f"what was there before is kept in {done.kept_folder}")
    if done.kept_schema:
        say(f"the tables that were there before are kept in the schema {done.kept_schema}")
    if done.manifest["secret_key"] == "environment":  # noqa: S105 - where it is, not what it is
        say("the secret key came from the environment: set EMPORION_SECRET_KEY as it was")
