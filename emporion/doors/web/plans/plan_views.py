"""The plans there are, and one plan: a branch at a time, from the whole down to a person."""

from collections.abc import Collection
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.plans.opened import Line, Opened, chosen_metric, shown_metrics
from emporion.doors.web.plans.plan_table import Grain, PlanTable, grown, has_quarters
from emporion.doors.web.plans.publish_progress import publishing_of
from emporion.doors.web.plans.words import branch_name, days_said, state_badge
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.formats import full_day, number
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.lists import Column, ListPage
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.models.plans import DRAFT, MEMBER, SIGNED
from emporion.numbers.planning.plan_queries import PlanBook, Span, visible_plan, visible_plans
from emporion.records.customers.queries import today
from emporion.records.team.queries import led_by

ON_A_PAGE = 50  # parts of a branch
LONGEST_NUMBER = 18  # digits of an id in an address


class PlanList(ListPage):
    """The plans in which the viewer has a branch, newest first."""

    key = "plans"
    subject = "plan"
    title = gettext_lazy("Plans")
    empty = gettext_lazy(
        "Here will be the plans: the year first, then its channels, teams and people, month by month. "
        "It starts from what last year brought."
    )
    create_label = gettext_lazy("Draw the year")
    default_sort = "-days"
    columns = (
        Column("name", gettext_lazy("Plan"), lambda plan: plan.name, ("name",)),
        Column("state", gettext_lazy("State"), state_badge, ("state",)),
        Column(
            "days",
            gettext_lazy("Days"),
            lambda plan: days_said(plan.starts_on, plan.ends_on),
            ("starts_on", "pk"),
        ),
        Column("replaces", gettext_lazy("In place of"), lambda plan: plan.replaces and plan.replaces.name),
        Column("frozen", gettext_lazy("Frozen until"), lambda plan: plan.frozen_until),
        Column("by", gettext_lazy("Drawn by"), lambda plan: plan.drawn_by, ("drawn_by",)),
        Column("signed", gettext_lazy("Signed by"), lambda plan: plan.signed_by, ("signed_by",)),
    )

    def records(self, viewer: Viewer) -> QuerySet[Any]:
        """The visible ones."""
        return visible_plans(viewer).select_related("replaces")

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By a part of the name."""
        return records.filter(name__icontains=text)

    def create_address(self, viewer: Viewer) -> str:
        """For who may plan the whole."""
        return reverse("plans:new") if may_plan_all(viewer) else ""

    def address_of(self, row: Any) -> str:
        """The page of the plan."""
        return reverse("plans:plan", args=[row.pk])


def may_plan_all(viewer: Viewer) -> bool:
    """Whether they may say how a whole plan is drawn, signed and published."""
    return viewer.sees_all and viewer.may(Permission.WRITE)


def number_in(text: str | None) -> int | None:
    """The id that an address holds; None for none. Refuses what is no id like one that there is not."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise Refusal("no_such_branch", "this plan has no such branch that you may see")
    return int(text)


class Asked:
    """What the address of a plan's page asks: which branch, metric and columns."""

    def __init__(self, request: PageRequest, plan: Plan) -> None:
        self.plan, self.viewer = plan, request.viewer
        self.branch_id = number_in(request.GET.get("branch"))
        self.metric = chosen_metric(plan, self.viewer, request.GET.get("metric", ""))
        self.grain: Grain = "quarter" if request.GET.get("by") == "quarter" else "span"

    def address(self, name: str = "plans:plan", **changed: object) -> str:
        """An address of the plan with the same choices, some of them changed."""
        kept = {"branch": self.branch_id, "metric": self.metric, "by": self.grain}
        query = {**kept, **changed}
        if query["by"] == "span":
            query.pop("by")
        return address_with(reverse(name, args=[self.plan.pk]), query)


class Shaping:
    """Which branches of a plan the viewer may say something about now. Up to three queries for who leads a team."""

    def __init__(self, viewer: Viewer, plan: Plan) -> None:
        self._open = plan.state == DRAFT and viewer.may(Permission.WRITE)
        self._all = viewer.sees_all
        self._led: Collection[int] = led_by(viewer, today()) if self._open and not self._all else ()

    def may(self, branch: Branch | None) -> bool:
        """Whether they may change what that branch is to reach."""
        if not self._open or branch is None:
            return False
        return self._all or (branch.kind == MEMBER and branch.member_id in self._led)


def plan_page(request: PageRequest, pk: int) -> HttpResponse:
    """A plan: one branch and its parts by the whole and the spans, each cell with its changes."""
    plan = visible_plan(request.viewer, pk)
    asked = Asked(request, plan)
    opened = Opened(PlanBook(plan, asked.metric), request.viewer, asked.branch_id)
    shaping = Shaping(request.viewer, plan)

    def edits(branch: Branch, span: Span | None) -> str:
        if not shaping.may(branch):
            return ""
        day = span.starts_on.isoformat() if span else ""
        return asked.address("plans:cell", branch=branch.pk, span=day, open=asked.branch_id)

    table = PlanTable(opened, asked.grain, opens=lambda branch: asked.address(branch=branch.pk), edits=edits)
    shown = Paginator(opened.lines, ON_A_PAGE).get_page(request.GET.get("page"))
    known = {
        "title": plan.name,
        "plan": plan,
        "badge": state_badge(plan),
        "days": days_said(plan.starts_on, plan.ends_on),
        "it": table,
        "rows": table.rows(shown),
        **_pages(asked, shown),
        "opened": opened,
        "way": [(branch_name(one), asked.address(branch=one.pk)) for one in opened.way],
        "from_top": asked.address(branch=None),
        "metrics": _metrics(asked),
        "grains": _grains(asked, table),
        "grown": grown(opened.book.planned) if request.viewer.sees_all else [],
        "unit": metric(asked.metric).unit,
        "publishing": publishing_of(plan) if may_plan_all(request.viewer) else None,
        **_around(plan, request.viewer),
        **_ways_on(asked, opened, shaping),
    }
    return render(request, "plans/plan.html", known)


def _pages(asked: Asked, shown: Page[Line]) -> dict[str, Any]:
    """Where the other parts are, of a branch with more than fit a page; sums are always over all of them."""
    return {
        "previous_address": asked.address(page=shown.previous_page_number()) if shown.has_previous() else "",
        "next_address": asked.address(page=shown.next_page_number()) if shown.has_next() else "",
        "shown_said": f"{number(shown.start_index())}–{number(shown.end_index())}",
    }


def _metrics(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": label_of(name), "address": asked.address(metric=name), "current": name == asked.metric}
        for name in shown_metrics(asked.plan, asked.viewer)
    ]


def _grains(asked: Asked, table: PlanTable) -> list[dict[str, Any]]:
    if not has_quarters(table.book.spans):
        return []
    words: tuple[tuple[Grain, str], ...] = (("span", _("by month")), ("quarter", _("by quarter")))
    return [
        {"label": label, "address": asked.address(by=grain), "current": grain == asked.grain}
        for grain, label in words
    ]


def _around(plan: Plan, viewer: Viewer) -> dict[str, Any]:
    """The versions before and after. Up to two queries."""
    after = visible_plans(viewer).filter(replaces=plan).first()
    before = None if plan.replaces_id is None else visible_plans(viewer).filter(pk=plan.replaces_id).first()
    frozen = "" if plan.frozen_until is None else full_day(plan.frozen_until)
    return {"before": before, "after": after, "frozen_until": frozen}


def _ways_on(asked: Asked, opened: Opened, shaping: Shaping) -> dict[str, Any]:
    """Where one goes from here, for those who may."""
    plan, viewer = asked.plan, asked.viewer
    all_of_it = may_plan_all(viewer)
    branch = opened.branch
    found: dict[str, Any] = {
        "sign_address": reverse("plans:sign", args=[plan.pk]) if all_of_it and plan.state == DRAFT else "",
        "publish_address": reverse("plans:publish", args=[plan.pk])
        if all_of_it and plan.state == SIGNED
        else "",
        "replan_address": reverse("plans:replan", args=[plan.pk])
        if all_of_it and plan.state != DRAFT
        else "",
        "compare_address": asked.address("plans:compare") if plan.replaces_id else "",
        "export_address": asked.address("plans:export") if viewer.may(Permission.EXPORT) else "",
        "bring_address": asked.address("plans:bring")
        if shaping.may(branch) or _leads(shaping, opened)
        else "",
        **_two_sides(plan, viewer),
    }
    if branch is not None and opened.book.spans:
        found["days_address"] = asked.address("plans:days") if opened.book.sums.time else ""
        found["categories_address"] = asked.address("plans:categories") if opened.book.sums.time else ""
        found["branch_ways"] = _of_branch(asked, branch) if shaping.may(branch) else []
    return found


def _two_sides(plan: Plan, viewer: Viewer) -> dict[str, str]:
    """One's own plan, and the plans of those whom one leads, each made from two sides. One query."""
    own = viewer.member_id is not None and plan.branches.filter(member_id=viewer.member_id).exists()
    leads = viewer.scope is not Scope.OWN
    return {
        "mine_address": reverse("plans:mine", args=[plan.pk]) if own else "",
        "gap_address": reverse("plans:gap", args=[plan.pk]) if leads else "",
    }


def _leads(shaping: Shaping, opened: Opened) -> bool:
    return any(shaping.may(one) for one in opened.parts)


def _of_branch(asked: Asked, branch: Branch) -> list[dict[str, str]]:
    """What can be said about a branch beside its cells."""
    ways = []
    if branch.parent_id is not None:
        ways.append(("plans:weight", "scale", _("Weight")))
    if branch.kind != MEMBER:
        ways.append(("plans:over", "shield-plus", _("Reserve above the plan")))
    if branch.kind == MEMBER:
        ways.append(("plans:presence", "calendar-user", _("Joins and leaves")))
    if branch.kind == MEMBER and asked.viewer.sees_all:
        ways.append(("plans:move", "transfer", _("To another team")))
    return [{"address": asked.address(name), "icon": icon, "label": label} for name, icon, label in ways]
