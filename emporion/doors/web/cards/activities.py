"""The cards of an activity and of a task (ACT-1)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge, Cell
from emporion.kernel.ui.links import Openable
from emporion.kernel.ui.requests import PageRequest
from emporion.records.activities.forms.wording import outcome_name, sort_name
from emporion.records.activities.models import Activity, Task
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.activities.views.listing import member_names
from emporion.records.customers.queries import today, visible_contacts, visible_customers
from emporion.records.pipeline.queries import visible_deals
from emporion.records.team.queries import visible_members, visible_territories

_JOINED = ("customer", "deal", "territory")


def activity(request: PageRequest, pk: int) -> HttpResponse:
    """What was done, with whom, by whom, and how it ended."""
    found = visible_activities(request.viewer).select_related(*_JOINED, "contact").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_activity", f"there is no activity {pk} that you may open")
    links = _links(request.viewer, found)
    facts: list[tuple[str, Cell]] = [
        (_("Day"), found.day),
        (_("Began"), found.started_at),
        (_("Customer"), links.link("customer", found.customer)),
        (_("Contact"), _contact(found.contact, links)),
        (_("Deal"), links.link("deal", found.deal)),
        (_("Who"), member_names([pk]).get(pk, "")),
        (_("Minutes"), found.minutes or None),
        (_("Outcome"), outcome_name(found.outcome)),
        (_("With who decides"), found.decision_maker or None),
        (_("Own initiative"), found.own_initiative),
        (_("Channel"), found.channel),
        (_("Territory"), links.link("territory", found.territory)),
        (_("Code"), found.code),
    ]
    context = {
        "title": str(sort_name(found)).capitalize(),
        "activity": found,
        "facts": _said(facts),
        "writes": request.viewer.may(Permission.WRITE),
        "step_about": _step_about(found, links),
    }
    return render(request, "cards/activity.html", context)


def _links(viewer: Viewer, found: Any) -> Openable:
    """Links to what an activity or a task names. One query."""
    named: dict[str, Any] = {
        "customer": (visible_customers(viewer), [found.customer_id]),
        "contact": (visible_contacts(viewer), [getattr(found, "contact_id", None)]),
        "deal": (visible_deals(viewer), [found.deal_id]),
        "territory": (visible_territories(viewer), [getattr(found, "territory_id", None)]),
        "member": (visible_members(viewer), [getattr(found, "member_id", None)]),
    }
    return Openable(viewer, named)


def _step_about(found: Activity, links: Openable) -> str:
    """What the address of a next step says of whom it is agreed with: the deal, or else the customer."""
    for kind, pk in (("deal", found.deal_id), ("customer", found.customer_id)):
        if links.may_open(kind, pk):
            return f"&{kind}={pk}"
    return ""


def task(request: PageRequest, pk: int) -> HttpResponse:
    """What is to be done, by whom, by when."""
    found = visible_tasks(request.viewer).select_related(*_JOINED, "member").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_task", f"there is no task {pk} that you may open")
    links = _links(request.viewer, found)
    facts: list[tuple[str, Cell]] = [
        (_("State"), _state(found)),
        (_("Due"), found.due_on),
        (_("Who"), links.link("member", found.member)),
        (_("Customer"), links.link("customer", found.customer)),
        (_("Deal"), links.link("deal", found.deal)),
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


def _contact(contact: Any, links: Openable) -> Cell:
    if contact is None:
        return None
    parts = (contact.given_name, contact.patronymic, contact.family_name)
    name = " ".join(part for part in parts if part) or contact.code
    return links.named("contact", contact.pk, name)
