"""The folder of an upload: hostile files, kept apart, named as people named them."""

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from emporion.doors.importing.reading.opening import open_table
from emporion.doors.web.running.models import Upload
from emporion.kernel.errors import EmporionError, Refusal

LARGEST = 2 * 1024**3  # bytes of one file
MOST_FILES = 100
PREVIEWED = 5  # rows
OWN_MAPPING = "mapping.toml"
_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".toml")
_STRANGE = re.compile(r"[^\w .()\[\]-]")


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file as it is read, or why it cannot be read."""

    name: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    row_count: int = 0
    problem: str = ""


def folder_of(upload: Upload) -> Path:
    """Where its files lie."""
    return Path(settings.MEDIA_ROOT) / "imports" / upload.folder


def progress_file(upload: Upload) -> Path:
    """Where a job says how far it is: beside the database, so that it is seen from inside a long transaction too."""
    return Path(settings.MEDIA_ROOT) / "imports" / f"{upload.folder}.progress"


def rejects_file(upload: Upload) -> Path:
    """Where the rows go that were not taken."""
    return Path(settings.MEDIA_ROOT) / "imports" / f"{upload.folder}.rejects.csv"


def new_folder() -> str:
    """The name of a folder nobody can guess."""
    return secrets.token_hex(16)


def keep(upload: Upload, files: Iterable[UploadedFile[Any]]) -> None:
    """Puts these files into the folder. Refuses too many, too large ones, and names that are no table's."""
    folder = folder_of(upload)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files:
        name = safe_name(file.name or "")
        if len(list(folder.iterdir())) >= MOST_FILES:
            raise Refusal("too_many_files", f"one import takes at most {MOST_FILES} files")
        if (file.size or 0) > LARGEST:
            raise Refusal("file_too_large", f"{name} is larger than 2 GB; bring it in pieces")
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as kept:
            for block in file.chunks():
                kept.write(block)


def safe_name(name: str) -> str:
    """The name without any path and without letters that mean something to a shell. Refuses other kinds of file."""
    bare = _STRANGE.sub("_", Path(name.replace("\\", "/")).name).strip(". ")[:120]
    if not bare.lower().endswith(_SUFFIXES):
        raise Refusal(
            "no_table", f"{bare or 'a file without a name'} is no table: bring CSV, TSV or Excel (.xlsx)"
        )
    return bare


def tables_of(upload: Upload) -> list[Path]:
    """Its files but the mapping, by name."""
    folder = folder_of(upload)
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() != ".toml")


def own_mapping(upload: Upload) -> Path | None:
    """The mapping file among them, if there is one."""
    found = sorted(folder_of(upload).glob("*.toml"))
    return found[0] if found else None


def previews(upload: Upload) -> list[Preview]:
    """What its files look like."""
    return [preview(path) for path in tables_of(upload)]


def preview(path: Path) -> Preview:
    """The first rows of a file."""
    try:
        table = open_table(path)
        chunk = next(iter(table.chunks()), None)
        rows = list(islice(chunk.rows, PREVIEWED)) if chunk else []
        return Preview(path.name, table.header, rows, table.row_count)
    except EmporionError as refusal:
        return Preview(path.name, problem=str(refusal))


def tell_progress(upload: Upload, file: str, done: int, total: int) -> None:
    """Says how far a job is."""
    path = progress_file(upload)
    written = path.with_suffix(".writing")
    written.write_text(json.dumps({"file": file, "done": done, "total": total}))
    written.replace(path)


def progress_of(upload: Upload) -> dict[str, object]:
    """How far a job is; empty when it has said nothing yet."""
    try:
        known: dict[str, object] = json.loads(progress_file(upload).read_text())
    except (OSError, ValueError):
        return {}
    return known


def forget(upload: Upload) -> None:
    """Removes its files."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)
    for path in (progress_file(upload), rejects_file(upload)):
        path.unlink(missing_ok=True)
