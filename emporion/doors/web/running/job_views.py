"""What runs by itself: schedules, and the jobs there were."""

from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from emporion.doors.web.running.cron_words import schedule_said
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.jobs.actions import switch_schedule as switch
from emporion.kernel.jobs.models import Schedule
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest

SHOWN = 100
UPKEEP = "upkeep"  # runs every minute: shown only when asked for, or when it failed


def _states() -> dict[str, tuple[str, str]]:
    """By state, its words and its tone."""
    return {
        "READY": (_("waiting"), "quiet"),
        "RUNNING": (_("running"), "warning"),
        "SUCCESSFUL": (_("done"), "good"),
        "FAILED": (_("failed"), "bad"),
    }


def task_label(path: str) -> str:
    """What a task does, in words."""
    known = {
        "start_due_runs": _("start what is due"),
        "flush_facts": _("bring facts into the store"),
        "compact_store": _("tidy the fact store"),
        "vacuum_store": _("remove old files of the fact store"),
        "back_up": _("back up"),
        "clear_old": _("clear what is old"),
        "mail_password_link": _("mail a link for a password"),
        "make_demo_company": _("make the made-up company"),
        "check_upload": _("check files"),
        "import_upload": _("import files"),
        "undo_run": _("take an import back"),
        "compute_forecast": _("compute a forecast"),
        "publish": _("publish a plan"),
    }
    name = path.rsplit(".", 1)[-1]
    return known.get(name, name.replace("_", " "))


@needs(Permission.ADMINISTER)
def jobs(request: PageRequest) -> HttpResponse:
    """Schedules and the last jobs."""
    found = DBTaskResult.objects.order_by("-enqueued_at")
    chosen = request.GET.get("state", "")
    if not chosen:
        found = found.exclude(queue_name=UPKEEP, status="SUCCESSFUL")
    if chosen in _states():
        found = found.filter(status=chosen)
    shown = {
        "title": _("Jobs"),
        "schedules": _schedules(),
        "jobs": [_row(one) for one in found.defer("traceback", "return_value")[:SHOWN]],
        "states": [(name, words, name == chosen) for name, (words, _tone) in _states().items()],
        "chosen": chosen,
        "upkeep": None if chosen else _last_upkeep(),
    }
    return render(request, "running/jobs.html", shown)


def _schedules() -> list[dict[str, object]]:
    """What runs by the clock: when, in words, and when it last did. One query."""
    known = Schedule.objects.annotate(last=Max("duerun__enqueued_at")).order_by("name")
    return [{"it": one, "label": task_label(one.task), "said": schedule_said(one.cron)} for one in known]


def _last_upkeep() -> "DBTaskResult[Any, Any] | None":
    """The last run of the upkeep that went well: it is not listed, for it runs every minute."""
    return (
        DBTaskResult.objects.filter(queue_name=UPKEEP, status="SUCCESSFUL").order_by("-enqueued_at").first()
    )


def _row(job: "DBTaskResult[Any, Any]") -> dict[str, object]:
    words, tone = _states().get(job.status, (job.status, "quiet"))
    took = (job.finished_at - job.started_at).total_seconds() if job.finished_at and job.started_at else None
    seconds = None if took is None else round(took)
    return {"job": job, "label": task_label(job.task_path), "state": words, "tone": tone, "seconds": seconds}


@needs(Permission.ADMINISTER)
def job(request: PageRequest, pk: UUID) -> HttpResponse:
    """One job: when it ran and why it failed."""
    found = DBTaskResult.objects.filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_job", "there is no such job")
    return render(request, "running/job.html", {"title": task_label(found.task_path), **_row(found)})


@require_POST
@needs(Permission.ADMINISTER)
def switch_schedule(request: PageRequest, pk: int) -> HttpResponse:
    """Switches a schedule on or off."""
    switch(schedule_id=pk, enabled=request.POST.get("enabled") == "1", by=request.viewer, at=now())
    return redirect("running:jobs")
