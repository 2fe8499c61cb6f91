"""How far the publishing of a plan has come, as its job and the plan itself tell it."""

from dataclasses import dataclass
from typing import Any

from django_tasks_db.models import DBTaskResult

from emporion.kernel.errors import Refusal
from emporion.kernel.ui.refusals import said
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.models.plans import SIGNED

TASK = "emporion.doors.web.plans.tasks.publish"
WAITING = ("READY", "RUNNING")


@dataclass(frozen=True, slots=True)
class Publishing:
    """Whether a job works on it, how many targets it has written of how many, and why it stopped."""

    runs: bool
    done: int
    of: int
    refused: str = ""


def publishing_of(plan: Plan) -> Publishing | None:
    """The last publishing of a signed plan; None where none was begun, and once it is published. One query."""
    if plan.state != SIGNED:
        return None
    job = last_job(plan.pk)
    if job is None:
        return None
    runs = job.status in WAITING
    return Publishing(runs, plan.published_cells, plan.cells_to_publish, "" if runs else _why(job))


def last_job(plan_id: int) -> "DBTaskResult[Any, Any] | None":
    """The last job that was to publish that plan."""
    jobs = DBTaskResult.objects.filter(task_path=TASK, args_kwargs__kwargs__plan_id=plan_id)
    return jobs.order_by("-enqueued_at").first()


def _why(job: "DBTaskResult[Any, Any]") -> str:
    """What the job was refused; a job that broke says so."""
    told = job.return_value
    if isinstance(told, dict) and told.keys() == {"name", "text"}:
        name, text = told["name"], told["text"]
        return said(Refusal(name, text))
    return said(
        Refusal("failed", "it broke; what was written is kept, and publishing again goes on from there")
    )
