"""The jobs behind the import pages."""

import csv
import json
import logging
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django_tasks import task

from emporion.doors.importing.running.imports import run_import
from emporion.doors.importing.running.undoing import undo_import
from emporion.doors.web.running import files
from emporion.doors.web.running.models import Upload, UploadState
from emporion.doors.web.running.reject_reasons import MOST, Turned, grouped
from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.kernel.errors import EmporionError, Refusal
from emporion.numbers.metrics.store.flushing import flush
from emporion.records.customers.queries import today
from emporion.records.team.queries import viewer_for

log = logging.getLogger(__name__)


@task()
def check_upload(upload_id: int) -> None:
    """Reads everything, writes nothing."""
    _work(upload_id, _checked, UploadState.CHECKED)


@task()
def import_upload(upload_id: int) -> None:
    """Imports, or goes on importing."""
    _work(upload_id, _imported, UploadState.DONE)


@task()
def undo_run(run_id: int, user_id: int) -> None:
    """Takes an import back."""
    user = User.objects.select_related("access_role").get(pk=user_id)
    undo_import(run_id, by=viewer_for(user, today()), at=now())
    flush()


def _work(upload_id: int, carry_out: Callable[[Upload], dict[str, Any]], state: UploadState) -> None:
    upload = Upload.objects.select_related("user__access_role").get(pk=upload_id)
    try:
        outcome = carry_out(upload)
    except EmporionError as refusal:
        Upload.objects.filter(pk=upload_id).update(state=UploadState.FAILED, message=str(refusal))
        return
    except BaseException:
        said = "it broke; what was finished is kept, and starting it again goes on from there"
        Upload.objects.filter(pk=upload_id).update(state=UploadState.FAILED, message=said)
        raise
    run_id = outcome.pop("run")
    Upload.objects.filter(pk=upload_id).update(state=state, message="", outcome=outcome, run_id=run_id)


def _mapping_of(upload: Upload) -> str | Path:
    own = files.own_mapping(upload)
    if upload.preset or own is None:
        return upload.preset
    return own


def _imported(upload: Upload) -> dict[str, Any]:
    outcome = run_import(
        _mapping_of(upload),
        files.folder_of(upload),
        by=viewer_for(upload.user, today()),
        at=now(),
        rejects=files.rejects_file(upload),
        progress=lambda file, done, total: files.tell_progress(upload, file, done, total),
    )
    flush()
    return {**outcome.document(), "reasons": _reasons_in(files.rejects_file(upload)), "run": outcome.run_id}


def _checked(upload: Upload) -> dict[str, Any]:
    """A dry run holds the database to itself to its end: with SQLite it works on a copy, so that nobody waits."""
    if connection.vendor == "sqlite":
        return _checked_on_a_copy(upload)
    outcome = run_import(
        _mapping_of(upload),
        files.folder_of(upload),
        by=viewer_for(upload.user, today()),
        at=now(),
        dry_run=True,
        rejects=files.rejects_file(upload),
        progress=lambda file, done, total: files.tell_progress(upload, file, done, total),
    )
    return {**outcome.document(), "reasons": _reasons_in(files.rejects_file(upload)), "run": None}


def _checked_on_a_copy(upload: Upload) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="check-") as home:
        source, target = Path(connection.settings_dict["NAME"]), Path(home) / "emporion.sqlite3"
        with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(target)) as ours:
            theirs.backup(ours)
        rejects = files.rejects_file(upload)
        said = subprocess.run(  # noqa: S603 - our own command; names and paths are ours
            [*_command(), "import", str(_mapping_of(upload)), str(files.folder_of(upload)),
             "--dry-run", "--json", "--as", upload.user.username, "--rejects", str(rejects)],
            env={**os.environ, "EMPORION_HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    if said.returncode:
        raise Refusal(
            "cannot_import", said.stderr.strip().removeprefix("emporion: ") or "the check broke off"
        )
    return {**json.loads(said.stdout), "reasons": _reasons_in(rejects), "run": None}


def _command() -> list[str]:
    return [sys.executable, "-c", "from emporion.doors.terminal.main import main; main()"]


def _reasons_in(rejects: Path) -> list[dict[str, Any]]:
    """Why rows were turned away, all of them, grouped."""
    if not rejects.exists():
        return []
    with rejects.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        turned = (Turned(one["file"], int(one["row"]), one["column"], one["reason"]) for one in lines)
        return [dict(zip(one._fields, one, strict=True)) for one in grouped(turned)[:MOST]]
