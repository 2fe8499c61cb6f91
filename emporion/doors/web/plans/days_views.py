"""A branch's span by its working days, and by what it sells."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from emporion.doors.web.plans.cell_views import CellAsked
from emporion.doors.web.plans.words import branch_name, days_said
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.periods import Period
from emporion.kernel.ui.cells import Figure, Share
from emporion.kernel.ui.charts import Drawn, Heading, Table
from emporion.kernel.ui.formats import EMPTY, long_day, number
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.days import days_of
from emporion.numbers.planning.mixes import mix_of
from emporion.numbers.planning.plan_queries import PlanBook, Span
from emporion.records.customers.queries import today
from emporion.records.team.queries import days_absent


class SpanPage:
    """One span of one branch, with the way to the spans beside it."""

    def __init__(self, request: PageRequest, pk: int) -> None:
        self.request = request
        self.asked = CellAsked(request, pk, request.GET)
        self.book = PlanBook(self.asked.plan, self.asked.metric)
        if not self.book.sums.time:
            raise Refusal("not_by_days", "what is counted on a day is not dealt out over the days of a span")
        self.place = self._place()
        self.span: Span = self.book.spans[self.place]
        self.value = quantity_of(self.book.sheet(self.asked.branch).spans[self.place])

    def _place(self) -> int:
        """The asked span; without one that which runs, or the first."""
        spans = self.book.spans
        if not spans:
            raise Refusal("no_such_span", "this plan has no span that begins on that day")
        if self.asked.span is not None:
            return next(place for place, one in enumerate(spans) if one.id == self.asked.span.id)
        day = today()
        return next((place for place, one in enumerate(spans) if one.starts_on <= day < one.ends_on), 0)

    @property
    def metric(self) -> Metric:
        """What is planned."""
        return metric(self.asked.metric)

    def context(self) -> dict[str, Any]:
        """What both pages draw."""
        spans, address = self.book.spans, self.request.path
        kept = {name: self.request.GET.get(name, "") for name in ("branch", "metric", "open")}

        def of(place: int) -> str:
            day = spans[place].starts_on.isoformat()
            return address_with(address, {**kept, "span": day}) if 0 <= place < len(spans) else ""

        return {
            "title": f"{branch_name(self.asked.branch)}, {self.days}",
            "asked": self.asked,
            "label": label_of(self.asked.metric),
            "whole": Figure(self.value, self.metric.unit),
            "previous_address": of(self.place - 1) if self.place else "",
            "next_address": of(self.place + 1) if self.place + 1 < len(spans) else "",
            "back": address_with(
                f"/plans/{self.asked.plan.pk}/", {**kept, "open": "", "branch": self.asked.branch.pk}
            ),
        }

    @property
    def days(self) -> str:
        """The span in words."""
        return days_said(self.span.starts_on, self.span.ends_on)


def days(request: PageRequest, pk: int) -> HttpResponse:
    """A span by its working days: free days have nothing, shortened ones less, and the sum is the span's plan."""
    page = SpanPage(request, pk)
    weights = _weights(page)
    parts = days_of(page.value, [weight for _day, weight, _free in weights])
    known, language = calendar(), (get_language() or "en").split("-")[0]
    rows = []
    for (day, weight, free), part in zip(weights, parts, strict=True):
        why = _("away") if free else known.name(day, language)
        name = f"{long_day(day)} ({why})" if why else long_day(day)
        if weight or part:
            rows.append([Drawn(name), Drawn(number(weight), "end"), _figure(page, part)])
        elif why:
            rows.append([Drawn(name), Drawn(EMPTY, "end"), Drawn(EMPTY, "end")])
    headings = [Heading(_("Day")), Heading(_("Working day"), "end"), _heading(page)]
    total = number(sum((weight for _day, weight, _free in weights), Decimal(0)))
    totals = [Drawn(_("Together")), Drawn(total, "end"), _figure(page, page.value)]
    table = Table(_("By working day"), headings, rows, totals)
    return render(request, "plans/span.html", {**page.context(), "table": table, "kind": "days"})


def _figure(page: SpanPage, value: Decimal) -> Drawn:
    return Drawn(Figure(value, page.metric.unit, short=False), "end")


def _heading(page: SpanPage) -> Heading:
    return Heading(label_of(page.asked.metric), "end")


def _weights(page: SpanPage) -> list[tuple[date, Decimal, bool]]:
    """Each day of the span, its weight, and whether the person is away on a day that others work. A person who is
    never there has the days of everybody, so that the sum stays."""
    branch, span, known = page.asked.branch, page.span, calendar()
    period = Period(span.starts_on, span.ends_on)
    usual = [(day, known.weight(day)) for day in period]
    away: frozenset[date] = frozenset()
    if branch.member_id is not None:
        away = days_absent(page.request.viewer, period).get(branch.member_id, frozenset())
    start, end = branch.joins_on or span.starts_on, branch.leaves_on or span.ends_on
    is_free = {day: bool(weight) and (day in away or not start <= day < end) for day, weight in usual}
    if all(is_free[day] or not weight for day, weight in usual):
        return [(day, weight, False) for day, weight in usual]
    return [(day, Decimal(0) if is_free[day] else weight, is_free[day]) for day, weight in usual]


def categories(request: PageRequest, pk: int) -> HttpResponse:
    """A span dealt out by the categories of the same days a year earlier; nothing to change, the sum is the plan."""
    page = SpanPage(request, pk)
    period = Period(page.span.starts_on, page.span.ends_on)
    mix = mix_of(page.asked.metric, page.value, page.asked.branch, period, request.viewer)
    whole = sum((one.before for one in mix.shares), Decimal(0))
    rows = [
        [
            Drawn(one.label or _("without a category")),
            Drawn(Figure(one.before, page.metric.unit), "end"),
            Drawn(Share(one.before / whole), "end"),
            Drawn(Figure(one.part, page.metric.unit), "end"),
        ]
        for one in mix.shares
    ]
    year = days_said(mix.period.start, mix.period.end)
    headings = [
        Heading(_("Category")),
        Heading(year, "end"),
        Heading(_("Share"), "end"),
        Heading(_("Plan"), "end"),
    ]
    totals = [
        Drawn(_("Together")),
        Drawn(Figure(whole, page.metric.unit), "end"),
        Drawn(Share(Decimal(1)), "end"),
        Drawn(Figure(page.value, page.metric.unit), "end"),
    ]
    table = Table(_("By product category"), headings, rows, totals) if rows else None
    shown = {**page.context(), "table": table, "kind": "categories", "widened": mix.widened, "year": year}
    return render(request, "plans/span.html", shown)
