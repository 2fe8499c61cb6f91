"""Planning and starting what runs by the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from django.db import transaction
from django.utils.module_loading import import_string

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import zone
from emporion.kernel.errors import Refusal
from emporion.kernel.jobs.models import DueRun, Schedule


def set_schedule(*, name: str, task: str, cron: str, zone_name: str, by: Viewer, at: datetime) -> Schedule:
    """Have `task` (the dotted name of a django-tasks task) run by `cron`; replaces the schedule of that name."""
    by.require(Permission.ADMINISTER)
    if not croniter.is_valid(cron):
        raise Refusal("bad_cron", f"{cron!r} is not a schedule; five fields such as `15 2 * * *` are needed")
    with transaction.atomic():
        schedule, _ = Schedule.objects.update_or_create(
            name=name, defaults={"task": task, "cron": cron, "next_due": _next(cron, at, zone(zone_name))}
        )
        record("schedule.set", by=by, at=at, subject=f"schedule:{name}", new={"task": task, "cron": cron})
    return schedule


def switch_schedule(*, schedule_id: int, enabled: bool, by: Viewer, at: datetime) -> None:
    """Switch a schedule on or off; what is running goes on."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        schedule = Schedule.objects.select_for_update().filter(pk=schedule_id).first()
        if schedule is None:
            raise Refusal("no_such_schedule", "there is no such schedule")
        old = {"enabled": schedule.enabled}
        Schedule.objects.filter(pk=schedule_id).update(enabled=enabled)
        subject = f"schedule:{schedule.name}"
        record("schedule.switched", by=by, at=at, subject=subject, old=old, new={"enabled": enabled})


def start_due(*, at: datetime, zone_name: str) -> int:
    """Enqueue every run that is due, each once whoever else is doing the same; how many it was.

    A worker that slept through several due times starts one run, not all that it missed.
    """
    started = 0
    for schedule in Schedule.objects.filter(enabled=True, next_due__lte=at):
        started += _start(schedule, at, zone(zone_name))
    return started


def _start(schedule: Schedule, at: datetime, zone_info: ZoneInfo) -> int:
    with transaction.atomic():
        _, created = DueRun.objects.get_or_create(
            schedule=schedule, due_at=schedule.next_due, defaults={"enqueued_at": at}
        )
        if not created:
            return 0
        import_string(schedule.task).enqueue()
        Schedule.objects.filter(pk=schedule.pk).update(next_due=_next(schedule.cron, at, zone_info))
        return 1


def _next(cron: str, after: datetime, zone_info: ZoneInfo) -> datetime:
    found: datetime = croniter(cron, after.astimezone(zone_info)).get_next(datetime)
    return found
