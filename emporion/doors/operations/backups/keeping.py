"""Backups by the clock and before upgrades, and which of them stay."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from emporion.doors.operations.backups.making import Backup, back_up
from emporion.doors.operations.backups.rules import BEFORE_UPGRADES, Keep, kept

SCHEDULED, BEFORE_UPGRADE = "emporion", "before-upgrade"
_NAME = re.compile(r"(emporion|before-upgrade)-(\d{8}T\d{6}Z)(-\d+)?\.tar\.gz")


def backup_folder() -> Path:
    """Where backups by the clock go: EMPORION_BACKUP_FOLDER, else `backups` in the data folder."""
    given = os.environ.get("EMPORION_BACKUP_FOLDER")
    return Path(given).absolute() if given else Path(settings.HOME) / "backups"


def how_many() -> Keep:
    """How many days, weeks and months back are kept: EMPORION_BACKUP_KEEP, as 7,4,12."""
    given = os.environ.get("EMPORION_BACKUP_KEEP", "7,4,12")
    if not re.fullmatch(r"\d{1,3},\d{1,3},\d{1,3}", given):
        raise ImproperlyConfigured("EMPORION_BACKUP_KEEP must be days,weeks,months, such as 7,4,12")
    return Keep(*map(int, given.split(",")))


def backups_in(folder: Path, prefix: str = SCHEDULED) -> dict[datetime, list[Path]]:
    """By the moment it was made, the backups of the folder, the newest first."""
    found: dict[datetime, list[Path]] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and match[1] == prefix:
            made = datetime.strptime(match[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            found.setdefault(made, []).append(path)
    return dict(sorted(found.items(), reverse=True))


def newest_backup() -> datetime | None:
    """When the newest backup by the clock was made."""
    return next(iter(backups_in(backup_folder())), None)


def back_up_by_schedule() -> Path:
    """Makes a backup, then removes those whose time is over; the file."""
    folder, keep = backup_folder(), how_many()
    made = back_up(folder, prefix=SCHEDULED)
    there = backups_in(folder)
    _remove(there, there.keys() - kept(there, keep))
    return made.path


def back_up_before_upgrade() -> Backup:
    """Makes a backup; of earlier ones of this kind only a few stay."""
    made = back_up(backup_folder(), prefix=BEFORE_UPGRADE)
    there = backups_in(backup_folder(), BEFORE_UPGRADE)
    _remove(there, set(list(there)[BEFORE_UPGRADES:]))
    return made


def _remove(there: dict[datetime, list[Path]], moments: set[datetime]) -> None:
    for moment in moments:
        for path in there[moment]:
            path.unlink(missing_ok=True)
