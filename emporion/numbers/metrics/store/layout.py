"""Where the store lies on disk, and who may write to it.

FACTS_FOLDER/current names the table that is read; a rebuild makes another table beside it and then changes the name.
"""

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.conf import settings

TABLE_PREFIX = "table-"


def facts_folder() -> Path:
    """The folder of the store, made when it is not there."""
    folder = Path(settings.FACTS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def current_table() -> Path | None:
    """The folder of the table that is read now; None where nothing was flushed yet."""
    try:
        name = (Path(settings.FACTS_FOLDER) / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return Path(settings.FACTS_FOLDER) / name


def new_table() -> Path:
    """A name for another table; nothing lies there yet."""
    return facts_folder() / f"{TABLE_PREFIX}{uuid.uuid4().hex[:12]}"


def make_current(table: Path) -> None:
    """From now on that table is the one that is read."""
    replace_text(facts_folder() / "current", table.name)


def replace_text(path: Path, text: str) -> None:
    """Writes the file in one step: a reader finds the old text or the new one, after a crash too."""
    written = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with written.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)


def remove_abandoned_tables(hours: float) -> int:
    """Removes tables that were replaced, or whose rebuild was killed, so many hours ago; how many.

    Call it while holding `only_writer`.
    """
    kept, before, removed = current_table(), time.time() - hours * 3600, 0
    for table in facts_folder().glob(f"{TABLE_PREFIX}*"):
        if table != kept and table.stat().st_mtime <= before:
            shutil.rmtree(table)
            removed += 1
    return removed


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Wait until no other process or thread does `what`, then keep the others waiting."""
    with (facts_folder() / f"{what}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def only_writer() -> AbstractContextManager[None]:
    """Be the only one who writes to the store. Readers never wait."""
    return alone("writer")
