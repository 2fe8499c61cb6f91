"""What every installation does by the clock."""

import os
from dataclasses import dataclass

from croniter import croniter
from django.core.exceptions import ImproperlyConfigured

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.jobs.actions import set_schedule
from emporion.kernel.jobs.models import Schedule
from emporion.kernel.preferences.queries import preference

_TASKS = "emporion.doors.operations.tasks"


@dataclass(frozen=True, slots=True)
class Standard:
    """A schedule that is there from the first start."""

    name: str
    task: str
    cron: str


def standard_schedules() -> tuple[Standard, ...]:
    """All of them; the backup's hour is the installation's own choice."""
    nightly = os.environ.get("EMPORION_BACKUP_SCHEDULE", "30 2 * * *")
    if not croniter.is_valid(nightly):
        raise ImproperlyConfigured(
            "EMPORION_BACKUP_SCHEDULE is not a schedule; five fields such as `30 2 * * *` are needed"
        )
    return (
        Standard("flush", f"{_TASKS}.flush_facts", "* * * * *"),
        Standard("compact", f"{_TASKS}.compact_store", "15 1 * * *"),
        Standard("vacuum", f"{_TASKS}.vacuum_store", "45 1 * * *"),
        Standard("backup", f"{_TASKS}.back_up", nightly),
        Standard("clear", f"{_TASKS}.clear_old", "15 3 * * *"),
    )


def install_standard_schedules() -> int:
    """Makes those that are missing and changes those whose hour or task differs; how many it was. One that was
    switched off stays so."""
    there = {one.name: one for one in Schedule.objects.all()}
    changed = 0
    for one in standard_schedules():
        old = there.get(one.name)
        if old is None or (old.task, old.cron) != (one.task, one.cron):
            set_schedule(
                name=one.name,
                task=one.task,
                cron=one.cron,
                zone_name=str(preference("zone")),
                by=SYSTEM,
                at=now(),
            )
            changed += 1
    return changed
