"""What is to be done next with deals, for their pages, which lie below."""

from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q

from emporion.records.activities.models import Task
from emporion.records.pipeline.views.next_steps import NextStep, register_next_steps


def tell_next_steps() -> None:
    """Tells the pages of deals where their next steps are."""
    register_next_steps(_read, _waiting)


def _read(ids: Sequence[int]) -> dict[int, NextStep]:
    found: dict[int, NextStep] = {}
    rows = Task.objects.filter(deal_id__in=ids, done_on=None, removed_at=None)
    for deal_id, task_id, title, due_on in rows.order_by(F("due_on").asc(nulls_last=True), "id").values_list(
        "deal_id", "id", "title", "due_on"
    ):
        found.setdefault(deal_id, NextStep(task_id, title, due_on))
    return found


def _waiting() -> Q:
    return Q(Exists(Task.objects.filter(deal_id=OuterRef("pk"), done_on=None, removed_at=None)))
