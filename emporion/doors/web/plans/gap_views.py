"""The gap: what each person of a plan and their head say, in one table with its sums, and who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.plans.plan_table import Column, Grain, columns_of, has_quarters
from emporion.doors.web.plans.proposal_forms import DueForm
from emporion.doors.web.plans.two_sides import turn_said
from emporion.doors.web.plans.version_views import VersionPage
from emporion.doors.web.plans.words import state_badge
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.models.plans import DRAFT
from emporion.numbers.planning.models.proposals import EMPLOYEE, HEAD
from emporion.numbers.planning.plan_queries import PlanBook, visible_plan
from emporion.numbers.planning.proposal_actions import ask_for_answers
from emporion.numbers.planning.proposal_queries import (
    Said,
    Talk,
    branches_of,
    calculated,
    negotiated,
    people_of,
    read_way,
    talks_of,
)
from emporion.numbers.planning.sheets import Sheet
from emporion.records.customers.queries import today
from emporion.records.team.models import Member

A_PAGE = 50
WHOLE = Column("", "", ())


@dataclass(slots=True)
class Numbers:
    """The numbers of a cell; None where nobody answered."""

    calculated: Decimal | None = None
    theirs: Decimal | None = None
    heads: Decimal | None = None
    agreed: Decimal | None = None
    gap: Decimal | None = None

    def plus(self, other: "Numbers") -> "Numbers":
        """Both together."""
        return Numbers(*(_sum(getattr(self, name), getattr(other, name)) for name in Numbers.__slots__))


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


@dataclass(slots=True)
class GapRow:
    """A person: where the conversation stands, and their numbers by column, the whole first."""

    name: str
    address: str
    talk: Talk
    is_late: bool
    turn: str
    cells: Sequence[Numbers]


class Gap:
    """A plan's people as the viewer leads them, of one metric."""

    def __init__(self, plan: Plan, name: str, viewer: Viewer, grain: Grain | None) -> None:
        self.plan, self.metric, self.on = plan, name, today()
        self.people = people_of(viewer, plan, self.on)
        self.book = PlanBook(plan, name)
        self.columns = columns_of(self.book.spans, grain) if grain else []
        self._talks = talks_of(plan, [one.pk for one in self.people])
        self._branches = branches_of(plan, [one.pk for one in self.people])
        read_way(self.book, [one for of_one in self._branches.values() for one in of_one])

    @cached_property
    def rows(self) -> list[GapRow]:
        """Everybody."""
        return [self._row(one) for one in self.people]

    @property
    def sums(self) -> list[Numbers]:
        """Over all rows; nothing of what does not add up over people."""
        if not self.book.sums.people:
            return []
        found = [Numbers() for _column in (None, *self.columns)]
        for row in self.rows:
            found = [one.plus(cell) for one, cell in zip(found, row.cells, strict=True)]
        return found

    def _row(self, member: Member) -> GapRow:
        talk = self._talks[member.pk]
        sheet = calculated(self.book, self._branches[member.pk], agreed=talk.agreement is not None)
        theirs, heads = talk.handed(EMPLOYEE), talk.said(HEAD)
        agreed = talk.agreed()
        by_span = [
            self._numbers(sheet, place, theirs, heads, agreed.get((self.metric, span.id)))
            for place, span in enumerate(self.book.spans)
        ]
        places = [range(len(by_span)), *(column.places for column in self.columns)]
        return GapRow(
            name=member.name or member.code,
            address=address_with(
                reverse("plans:person", args=[self.plan.pk, member.pk]), {"metric": self.metric}
            ),
            talk=talk,
            is_late=talk.is_late(self.plan, self.on),
            turn=turn_said(talk.turn),
            cells=[self._together([by_span[place] for place in some]) for some in places],
        )

    def _together(self, some: Sequence[Numbers]) -> Numbers:
        """Several spans as one: their sum, or the last of them for what has none."""
        if not self.book.sums.time:
            return some[-1]
        found = Numbers()
        for one in some:
            found = found.plus(one)
        return found

    def _numbers(
        self,
        sheet: Sheet | None,
        place: int,
        theirs: dict[tuple[str, int], Said],
        heads: dict[tuple[str, int], Said],
        agreed: Decimal | None,
    ) -> Numbers:
        key = (self.metric, self.book.spans[place].id)
        stands = quantity_of(sheet.spans[place]) if sheet else None
        said, answer = theirs.get(key), heads.get(key)
        one, other = (said.value if said else None), (answer.value if answer else None)
        against = other if other is not None else stands
        gap = None if one is None or against is None else one - against
        return Numbers(stands, one, other, agreed, gap)


def gap(request: PageRequest, pk: int) -> HttpResponse:
    """Everybody whom the viewer leads in a plan: calculated, what each side says, the gap, agreed, who is late."""
    if request.viewer.scope is Scope.OWN:
        raise Refusal("not_permitted", "this page is for those who lead others")
    plan = visible_plan(request.viewer, pk)
    name, grain = _asked(request, plan)
    found = Gap(plan, name, request.viewer, grain)
    state = request.GET.get("state", "")
    shown = [one for one in found.rows if _is_in(one, state)]
    page = _page_number(request.GET.get("page", ""), len(shown))

    def address(**changed: object) -> str:
        query = {"metric": name, "by": grain, "state": state, **changed}
        return address_with(reverse("plans:gap", args=[pk]), query)

    known = {
        "title": _("From two sides"),
        "plan": plan,
        "badge": state_badge(plan),
        "it": found,
        "unit": metric(name).unit,
        "label": label_of(name),
        "rows": [(one, _figures(one.cells, name)) for one in shown[page * A_PAGE : (page + 1) * A_PAGE]],
        "sums": _figures(found.sums, name),
        "counted": _counted(found.rows, address, state),
        "metrics": [
            {"label": label_of(one), "address": address(metric=one), "current": one == name}
            for one in negotiated(plan)
        ],
        "grains": _grains(found, address, grain),
        "before": address(page=page) if page else "",
        "after": address(page=page + 2) if (page + 1) * A_PAGE < len(shown) else "",
        "due_address": reverse("plans:due", args=[pk])
        if request.viewer.sees_all and request.viewer.may(Permission.WRITE) and plan.state == DRAFT
        else "",
    }
    return render(request, "plans/gap.html", known)


def _asked(request: PageRequest, plan: Plan) -> tuple[str, Grain | None]:
    names, wanted = negotiated(plan), request.GET.get("metric", "")
    if not names or (wanted and wanted not in names):
        raise Refusal("no_such_metric", "this plan has no such metric among those you may see")
    grains: dict[str, Grain] = {"quarter": "quarter", "span": "span"}
    return wanted or names[0], grains.get(request.GET.get("by", ""))


def _is_in(row: GapRow, state: str) -> bool:
    if state == "late":
        return row.is_late
    if state == "agreed":
        return row.talk.agreement is not None
    if state == "open":
        return row.talk.agreement is None
    return True


def _page_number(text: str, many: int) -> int:
    """The page of the address, from 0; one that there is not is the nearest that there is."""
    number = int(text) - 1 if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    return max(0, min(number, (many - 1) // A_PAGE))


def _figures(cells: Sequence[Numbers], name: str) -> list[dict[str, Figure | None]]:
    unit = metric(name).unit
    return [
        {of: None if getattr(one, of) is None else Figure(getattr(one, of), unit) for of in Numbers.__slots__}
        for one in cells
    ]


def _counted(rows: Sequence[GapRow], address: Any, state: str) -> list[dict[str, Any]]:
    """How many there are of each kind, each a way to see only them."""
    words = (("", _("all")), ("open", _("not agreed yet")), ("late", _("late")), ("agreed", _("agreed")))
    return [
        {
            "label": label,
            "many": sum(_is_in(row, kind) for row in rows),
            "address": address(state=kind),
            "current": kind == state,
        }
        for kind, label in words
    ]


def _grains(found: Gap, address: Any, grain: Grain | None) -> list[dict[str, Any]]:
    words: list[tuple[Grain | None, str]] = [(None, _("in sum")), ("span", _("by month"))]
    if has_quarters(found.book.spans):
        words.append(("quarter", _("by quarter")))
    return [{"label": label, "address": address(by=of), "current": of == grain} for of, label in words]


class Due(VersionPage):
    """Until when both sides are to answer, for who plans the whole."""

    title = gettext_lazy("Answers until")

    def form(self, data: QueryDict | None) -> DueForm:
        """Filled with the day there is."""
        return DueForm(data, initial={"due_on": self.plan.answers_due_on})

    def do(self, form: DueForm) -> str:
        """Says it."""
        ask_for_answers(plan=self.plan, due_on=form.cleaned_data["due_on"], by=self.viewer, at=now())
        return _("Everybody sees until when an answer is awaited.")

    def onward(self) -> str:
        """The gap."""
        return reverse("plans:gap", args=[self.plan.pk])
