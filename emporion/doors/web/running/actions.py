"""Bringing files in by page: kept, mapped, checked, imported, taken back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from emporion.doors.importing.mapping.parsing import parse_mapping
from emporion.doors.importing.running.permission import require_importer
from emporion.doors.web.running import files
from emporion.doors.web.running.mappings import toml_of
from emporion.doors.web.running.models import Upload, UploadState
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record as audit
from emporion.kernel.errors import Refusal


def bring_files(*, brought: Iterable[UploadedFile[Any]], user: User, by: Viewer, at: datetime) -> Upload:
    """A new upload of these files. Refuses without the permission to import, and files that are no tables."""
    require_importer(by)
    upload = Upload(user=user, created_at=at, folder=files.new_folder())
    try:
        files.keep(upload, brought)
    except Refusal:
        files.forget(upload)
        raise
    names = [path.name for path in files.tables_of(upload)]
    if not names:
        files.forget(upload)
        raise Refusal("no_table", "bring at least one table: CSV, TSV or Excel (.xlsx)")
    with transaction.atomic():
        upload.save(force_insert=True)
        audit("upload.made", by=by, at=at, subject=f"upload:{upload.pk}", new={"files": names})
    return upload


def upload_to_change(*, pk: int, by: Viewer) -> Upload:
    """That upload; refuses one that does not exist, and one that a job works on."""
    require_importer(by)
    found = Upload.objects.filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_upload", f"there is no upload {pk}")
    if found.is_busy:
        raise Refusal("upload_busy", "these files are being worked on; wait for the end, then change them")
    return found


def choose_preset(*, pk: int, preset: str, by: Viewer, at: datetime) -> None:
    """Has the upload read by one of our mappings; empty: by its own."""
    upload = upload_to_change(pk=pk, by=by)
    with transaction.atomic():
        Upload.objects.filter(pk=pk).update(preset=preset, state=UploadState.NEW, outcome=None, message="")
        audit(
            "upload.mapped",
            by=by,
            at=at,
            subject=f"upload:{pk}",
            old={"preset": upload.preset},
            new={"preset": preset},
        )


def choose_columns(*, pk: int, file: str, chosen: Mapping[str, Any], by: Viewer, at: datetime) -> None:
    """Keeps what a file becomes. Refuses a mapping that cannot be."""
    upload = upload_to_change(pk=pk, by=by)
    if file not in {path.name for path in files.tables_of(upload)}:
        raise Refusal("no_such_file", "there is no such file in this upload")
    choices = {**upload.choices, file: dict(chosen)}
    path = files.folder_of(upload) / files.OWN_MAPPING
    path.write_text(toml_of(choices), encoding="utf-8")
    if any(one.get("into") for one in choices.values()):
        parse_mapping(path)
    with transaction.atomic():
        Upload.objects.filter(pk=pk).update(
            choices=choices, preset="", state=UploadState.NEW, outcome=None, message=""
        )
        audit(
            "upload.mapped",
            by=by,
            at=at,
            subject=f"upload:{pk}",
            new={"file": file, "into": chosen.get("into", "")},
        )


def begin(*, pk: int, importing: bool, by: Viewer, at: datetime) -> None:
    """Has a job check the files, or import them; another one goes on where a broken one stopped."""
    from emporion.doors.web.running.tasks import check_upload, import_upload

    upload = upload_to_change(pk=pk, by=by)
    if not upload.preset and files.own_mapping(upload) is None:
        raise Refusal("no_mapping", "say first what these files become")
    task, state = (
        (import_upload, UploadState.IMPORTING) if importing else (check_upload, UploadState.CHECKING)
    )
    files.progress_file(upload).unlink(missing_ok=True)
    with transaction.atomic():
        Upload.objects.filter(pk=pk).update(state=state, message="")
        audit(f"upload.{state.value}", by=by, at=at, subject=f"upload:{pk}")
        task.enqueue(upload_id=pk)


def remove_upload(*, pk: int, by: Viewer, at: datetime) -> None:
    """Forgets the files of an upload; what they became stays."""
    upload = upload_to_change(pk=pk, by=by)
    with transaction.atomic():
        Upload.objects.filter(pk=pk).delete()
        audit("upload.removed", by=by, at=at, subject=f"upload:{pk}")
    files.forget(upload)
