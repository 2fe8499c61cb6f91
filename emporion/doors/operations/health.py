"""Is everything there that people and schedules need?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from emporion.doors.operations.backups.keeping import newest_backup
from emporion.doors.operations.models import Heartbeat
from emporion.kernel.errors import EmporionError

SILENT = timedelta(seconds=90)  # a worker that has not been heard of for so long is not there
BACKUP_OVERDUE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found; texts say what is wrong, for whoever administers."""

    database: str
    store: str
    worker_heard: datetime | None
    last_backup: datetime | None
    at: datetime

    @property
    def has_worker(self) -> bool:
        """Whether a worker lives."""
        return self.worker_heard is not None and self.at - self.worker_heard < SILENT

    @property
    def is_backed_up(self) -> bool:
        """Whether there is a backup of these days."""
        return self.last_backup is not None and self.at - self.last_backup < BACKUP_OVERDUE

    @property
    def ok(self) -> bool:
        """Whether people can work and jobs are done. An overdue backup is told, and hinders nobody."""
        return not self.database and not self.store and self.has_worker

    def details(self) -> dict[str, Any]:
        """All of it, for those who administer."""
        from importlib.metadata import version

        return {
            "ok": self.ok,
            "version": version("emporion"),
            "database": self.database or "ok",
            "store": self.store or "ok",
            "worker": "ok"
            if self.has_worker
            else "no worker runs: start emporion serve, or look into its log",
            "worker_heard": self.worker_heard,
            "backup": "ok"
            if self.is_backed_up
            else "there is no backup of these days: see the job that makes it",
            "last_backup": self.last_backup,
        }


def health(*, at: datetime) -> Health:
    """How the installation is. Costs three short queries and a look at two folders."""
    try:
        connection.ensure_connection()
        heard = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    except DatabaseError:
        return Health("the database does not answer", "not looked at", None, None, at)
    return Health("", _store(), heard, newest_backup(), at)


def _store() -> str:
    from emporion.numbers.metrics.store.flushing import position
    from emporion.numbers.metrics.store.layout import current_table

    table: Path | None = current_table()
    if table is None:
        return ""  # nothing was flushed yet: questions read the ledger
    try:
        position()
    except EmporionError as failure:
        return str(failure)
    except Exception as failure:  # noqa: BLE001 - the store's library raises what it likes; all of it means the same
        return (
            f"the fact store cannot be read ({type(failure).__name__}): emporion ledger rebuild makes it anew"
        )
    return ""
