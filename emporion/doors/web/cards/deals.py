"""The card of a deal: where it stands, what comes next, what was done, and how it came here (PIPE-5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.kernel.ui.cells import Badge, Cell, Link, Money
from emporion.kernel.ui.links import Openable, card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.activities.forms.wording import outcome_name, sort_name
from emporion.records.activities.models import Activity, Task
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.activities.views.listing import member_names
from emporion.records.customers.queries import today, visible_customers
from emporion.records.pipeline.forms.wording import pipeline_name, stage_name
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import figures_of, known_stages, visible_deal
from emporion.records.pipeline.rules import DealFigures, known, known_history, value_on
from emporion.records.team.models import Member
from emporion.records.team.queries import visible_members, visible_territories

LATEST = 20  # activities and tasks on a card; the lists have all


def deal(request: PageRequest, pk: int) -> HttpResponse:
    """The card."""
    viewer = request.viewer
    found = visible_deal(viewer, pk, "customer", "stage", "pipeline", "territory", "source", "product")
    figures = figures_of(found)
    links = _links(viewer, found, figures)
    tasks = list(
        visible_tasks(viewer).filter(deal_id=pk).select_related("member").order_by("done_on", "due_on", "id")
    )
    waiting = sorted((task for task in tasks if task.done_on is None), key=_due_first)
    closed = sorted((task for task in tasks if task.done_on is not None), key=_closed_last_first)[:LATEST]
    context = {
        "title": found.name or found.code,
        "deal": found,
        "customer": links.link("customer", found.customer),
        "facts": _facts(found, figures, links),
        "next_step": waiting[0] if waiting else None,
        "tasks": [*waiting, *closed],
        "activities": _activities(viewer, pk),
        "stages": _stage_table(figures),
        "values": _value_table(found, figures),
        "credits": _credit_table(figures, links),
        "writes": viewer.may(Permission.WRITE),
        "open": found.closed_on is None,
    }
    return render(request, "cards/deal.html", context)


def _links(viewer: Viewer, found: Deal, figures: DealFigures) -> Openable:
    sellers = [share.member_id for share in figures.shares]
    named: dict[str, Any] = {
        "customer": (visible_customers(viewer), [found.customer_id]),
        "territory": (visible_territories(viewer), [found.territory_id]),
        "member": (visible_members(viewer), sellers),
    }
    return Openable(viewer, named)


def _due_first(task: Task) -> tuple[bool, date, int]:
    return (task.due_on is None, task.due_on or date.max, task.pk)


def _closed_last_first(task: Task) -> tuple[int, int]:
    return (-(task.done_on.toordinal() if task.done_on else 0), -task.pk)


def _facts(deal: Deal, figures: DealFigures, links: Openable) -> list[tuple[str, Cell]]:
    """What is said of the deal, in words; what is not said is left out."""
    worth = Money(value_on(figures.values, today()), deal.currency)
    said: list[tuple[str, Cell]] = [
        (_("Customer"), links.link("customer", deal.customer)),
        (_("Stage"), _stage_cell(deal)),
        (_("Worth"), worth),
        (_("Expected close"), deal.expected_on if deal.closed_on is None else None),
        (_("Closed"), deal.closed_on),
        (_("Reason"), deal.lost_reason),
        (_("Opened"), deal.opened_on),
        (_("Contract signed"), deal.contract_signed_on),
        (
            _("Contract amount"),
            None if deal.contract_amount is None else Money(deal.contract_amount, deal.currency),
        ),
        (_("Pipeline"), pipeline_name(deal.pipeline)),
        (_("Source"), None if deal.source is None else deal.source.name or deal.source.code),
        (_("Channel"), deal.channel),
        (_("Product"), _product(deal.product)),
        (_("Territory"), links.link("territory", deal.territory)),
        (_("Code"), deal.code),
    ]
    return [(name, value) for name, value in said if value not in (None, "")]


def _product(found: Any) -> Cell:
    return None if found is None else Link(found.name or found.code, card_address("product", found.pk))


def _stage_cell(deal: Deal) -> Cell:
    if deal.stage is None:
        return None
    tone = {"won": "good", "lost": "bad"}.get(deal.stage.outcome)
    return Badge(stage_name(deal.stage), tone) if tone else stage_name(deal.stage)


def _activities(viewer: Viewer, deal_id: int) -> list[dict[str, Any]]:
    rows = list(visible_activities(viewer).filter(deal_id=deal_id).order_by("-day", "-id")[:LATEST])
    return told_activities(rows)


def told_activities(rows: Sequence[Activity]) -> list[dict[str, Any]]:
    """Activities as a timeline shows them. One query."""
    names = member_names([row.pk for row in rows])
    return [
        {
            "pk": row.pk,
            "day": row.day,
            "what": sort_name(row),
            "who": names.get(row.pk, ""),
            "outcome": outcome_name(row.outcome),
            "note": row.note,
        }
        for row in rows
    ]


def table(title: str, headings: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """A table as ui/table.html draws it; the headings say which columns are numbers."""
    css = ["end" if end else "" for _label, end in headings]
    return {
        "title": title,
        "headings": [{"label": label, "css": one} for (label, _end), one in zip(headings, css, strict=True)],
        "rows": [[{"value": value, "css": one} for value, one in zip(row, css, strict=True)] for row in rows],
    }


def _stage_table(figures: DealFigures) -> dict[str, Any]:
    history = known_history(figures.entries)
    names = {one.pk: stage_name(one) for one in known_stages()}
    ends = [*(entry.day for entry in history[1:]), today()]
    rows: list[list[Cell]] = [
        [names[entry.stage.id], entry.day, None if entry.stage.closes else (end - entry.day).days]
        for entry, end in zip(history, ends, strict=True)
    ]
    return table(_("Stages"), [(_("Stage"), False), (_("Since"), False), (_("Days"), True)], rows[::-1])


def _value_table(deal: Deal, figures: DealFigures) -> dict[str, Any]:
    values = sorted(known(figures.values), key=lambda one: one.day, reverse=True)
    rows: list[list[Cell]] = [[one.day, Money(one.value, deal.currency)] for one in values]
    return table(_("Worth"), [(_("From"), False), (_("Worth"), True)], rows)


def _credit_table(figures: DealFigures, links: Openable) -> dict[str, Any]:
    shares = known(figures.shares)
    members = Member.objects.in_bulk([share.member_id for share in shares])
    rows: list[list[Cell]] = [
        [
            links.link("member", members[share.member_id]),
            share.weight,
            _("shares the deal") if share.credit == CREDIT_DIRECT else _("beside it, as a whole"),
        ]
        for share in shares
    ]
    return table(_("Whose it is"), [(_("Person"), False), (_("Weight"), True), (_("Credit"), False)], rows)
