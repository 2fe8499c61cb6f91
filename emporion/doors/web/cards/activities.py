"""The cards of an activity and of a task (ACT-1)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge, Cell, Link
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.activities.forms.wording import outcome_name, sort_name
from emporion.records.activities.models import Task
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.activities.views.listing import member_names
from emporion.records.customers.queries import today

_JOINED = ("customer", "deal", "territory")


def activity(request: PageRequest, pk: int) -> HttpResponse:
    """What was done, with whom, by whom, and how it ended."""
    found = visible_activities(request.viewer).select_related(*_JOINED, "contact").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_activity", f"there is no activity {pk} that you may open")
    contact = found.contact
    facts: list[tuple[str, Cell]] = [
        (_("Day"), found.day),
        (_("Began"), found.started_at),
        (_("Customer"), _linked(found.customer, "customer")),
        (
            _("Contact"),
            None if contact is None else Link(_name_of(contact), card_address("contact", contact.pk)),
        ),
        (_("Deal"), _linked(found.deal, "deal")),
        (_("Who"), member_names([pk]).get(pk, "")),
        (_("Minutes"), found.minutes or None),
        (_("Outcome"), outcome_name(found.outcome)),
        (_("With who decides"), found.decision_maker or None),
        (_("Own initiative"), found.own_initiative),
        (_("Channel"), found.channel),
        (_("Territory"), _linked(found.territory, "territory")),
        (_("Code"), found.code),
    ]
    context = {
        "title": str(sort_name(found)).capitalize(),
        "activity": found,
        "facts": _said(facts),
        "writes": request.viewer.may(Permission.WRITE),
    }
    return render(request, "cards/activity.html", context)


def task(request: PageRequest, pk: int) -> HttpResponse:
    """What is to be done, by whom, by when."""
    found = visible_tasks(request.viewer).select_related(*_JOINED, "member").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_task", f"there is no task {pk} that you may open")
    facts: list[tuple[str, Cell]] = [
        (_("State"), _state(found)),
        (_("Due"), found.due_on),
        (_("Who"), _linked(found.member, "member")),
        (_("Customer"), _linked(found.customer, "customer")),
        (_("Deal"), _linked(found.deal, "deal")),
        (_("Next step"), _("agreed with the customer") if found.is_next_step else None),
        (_("Opened"), found.opened_on),
        (_("Closed"), found.done_on),
        (_("Code"), found.code),
    ]
    context = {
        "title": found.title or found.code,
        "task": found,
        "facts": _said(facts),
        "writes": request.viewer.may(Permission.WRITE),
    }
    return render(request, "cards/task.html", context)


def _state(task: Task) -> Cell:
    if task.done_on is not None:
        return Badge(
            _("will not be done") if task.dropped else _("done"), "quiet" if task.dropped else "good"
        )
    if task.due_on is not None and task.due_on < today():
        return Badge(_("overdue"), "bad")
    return _("open")


def _said(facts: list[tuple[str, Cell]]) -> list[tuple[str, Cell]]:
    return [(name, value) for name, value in facts if value not in (None, "")]


def _linked(record: Any, kind: str) -> Cell:
    return None if record is None else Link(record.name or record.code, card_address(kind, record.pk))


def _name_of(contact: Any) -> str:
    parts = (contact.given_name, contact.patronymic, contact.family_name)
    return " ".join(part for part in parts if part) or contact.code
