"""Drawing a new plan: the year first, then its channels, shown before it is drawn."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from emporion.doors.web.plans.cell_views import plainly
from emporion.doors.web.plans.opened import FIRST, may_see
from emporion.doors.web.plans.year_forms import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_CHANNELS,
    MOST_METRICS,
    ChannelRows,
    MetricRows,
    YearForm,
)
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import EmporionError
from emporion.kernel.periods import Period
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.refusals import said
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.registry import all_metrics, metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.definitions import is_about_a_plan
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.plan_actions import (
    ChannelOfYear,
    MetricOfYear,
    draw_plan,
    refuse_stranger,
    shares_by_name,
)
from emporion.numbers.planning.plan_fact import PlanFacts
from emporion.numbers.planning.year import OTHER, by_channel, year_total
from emporion.records.customers.queries import today
from emporion.records.team.models import Team

PROPOSED = 8  # channels of last year
EMPTY_ROWS = 2
PERCENT = Decimal(100)


class LastYear(NamedTuple):
    """What the year before brought, as a whole and by channel, the largest first."""

    period: Period
    whole: Decimal
    channels: Sequence[tuple[str, Decimal]]


class Preview(NamedTuple):
    """The year as it would be drawn."""

    base: Decimal
    market_total: Decimal
    total: Decimal
    parts: Sequence[tuple[str, Decimal | None, Decimal]]


def last_year(year: int, viewer: Viewer) -> LastYear:
    """Revenue of the year before. Two questions to the engine."""
    period = Period(date(year - 1, 1, 1), date(year, 1, 1))
    whole = measure([FIRST], period=period, viewer=viewer).to_pylist()
    rows = measure([FIRST], by=("channel",), period=period, viewer=viewer).to_pylist()
    found = [(row["channel_id"], row[FIRST]) for row in rows if row["channel_id"] and (row[FIRST] or 0) > 0]
    total = whole[0][FIRST] if whole else None
    return LastYear(
        period, max(total or Decimal(0), Decimal(0)), sorted(found, key=lambda one: one[1], reverse=True)
    )


def shares_of(last: LastYear) -> list[tuple[str, Decimal]]:
    """The largest channels with their whole per cents, rounded down so that they never exceed the whole."""
    if not last.whole:
        return []
    return [
        (name, (amount * PERCENT / last.whole).quantize(Decimal(1), ROUND_DOWN))
        for name, amount in last.channels[:PROPOSED]
        if name != OTHER and amount <= last.whole
    ]


@needs(Permission.WRITE)
def new_plan(request: PageRequest) -> HttpResponse:
    """The year, its channels and its other metrics; shown by the server as often as asked, then drawn."""
    refuse_stranger(request.viewer)
    page = _NewPlan(request)
    if request.method == "POST" and request.POST.get("step") == "draw" and page.is_valid():
        plan = page.draw()
        if plan is not None:
            messages.success(request, _("%(name)s is drawn.") % {"name": plan.name})
            return redirect("plans:plan", pk=plan.pk)
    return render(request, "plans/year.html", page.context())


class _NewPlan:
    """The page while it is filled in."""

    def __init__(self, request: PageRequest) -> None:
        self.request, self.viewer = request, request.viewer
        self.year = _year(request.POST.get("year") or request.GET.get("year", ""))
        self.last = last_year(self.year, self.viewer)
        sent = request.POST if request.method == "POST" else None
        self._more = sent is not None and request.POST.get("step") == "more"
        self.form = YearForm(sent, initial=self._initial())
        channels = {"teams": [(str(pk), name or code) for pk, name, code in _teams()]}
        metrics = {"metrics": _plannable(self.viewer)}
        said = {"missing_management_form": _("The form came back incomplete. Open the page anew.")}
        self.channels = ChannelRows(
            sent, prefix="channel", initial=self._rows(), form_kwargs=channels, error_messages=said
        )
        self.metrics = MetricRows(
            sent, prefix="metric", initial=[{}] * EMPTY_ROWS, form_kwargs=metrics, error_messages=said
        )

    def _initial(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "name": _("Plan for %(year)s") % {"year": self.year},
            "code": str(self.year),
            "base": plainly(self.proposed),
        }

    @cached_property
    def is_running(self) -> bool:
        """Whether the year before is not over yet."""
        return self.last.period.end > today()

    @cached_property
    def proposed(self) -> Decimal:
        """What the plan grows from: the year before as it was, or as it will close while it runs; whole units."""
        if not self.is_running:
            return self.last.whole
        facts = PlanFacts(FIRST, period=self.last.period, today=today(), viewer=self.viewer, view="now")
        closes = facts.whole.standing.forecast
        return self.last.whole if closes is None else closes.quantize(Decimal(1))

    def _rows(self) -> list[dict[str, Any]]:
        rows = [{"name": name, "share": share} for name, share in shares_of(self.last)]
        return [*rows, *[{}] * EMPTY_ROWS]

    def is_valid(self) -> bool:
        """Whether all that was typed can be understood."""
        understood = [part.is_valid() for part in (self.form, self.channels, self.metrics)]
        return all(understood)

    @property
    def wanted_channels(self) -> list[ChannelOfYear]:
        """The channels of the rows that say something."""
        return [one for row in self.channels for one in [row.channel()] if one is not None]

    @property
    def wanted_metrics(self) -> list[MetricOfYear]:
        """Revenue, and the metrics of the rows that say something."""
        others = [one for row in self.metrics for one in [row.planned()] if one is not None]
        return [self.revenue, *others]

    @property
    def revenue(self) -> MetricOfYear:
        """Revenue as it is planned; without a number of last year it grows from the proposed one."""
        said = self.form.revenue(FIRST)
        return said if said.base is not None else said._replace(base=self.proposed)

    def preview(self) -> Preview | None:
        """The year as it would be drawn; None while something is missing. What cannot be is told above the form."""
        try:
            return self._preview()
        except EmporionError as refusal:
            self.form.add_error(None, said(refusal))
            return None

    def _preview(self) -> Preview:
        revenue = self.revenue
        total = year_total(revenue.base or Decimal(0), revenue.market, revenue.own)
        shares = shares_by_name(self.wanted_channels)
        parts = by_channel(total, shares, revenue.unit) if shares else {}
        return Preview(
            revenue.base or Decimal(0),
            year_total(revenue.base or Decimal(0), revenue.market, Decimal(0)),
            total,
            [(_("other") if name == OTHER else name, shares.get(name), part) for name, part in parts.items()],
        )

    def draw(self) -> Plan | None:
        """The plan; None where an action refused it, which is told above the form."""
        made: list[Plan] = []
        said_of_it = self.form.cleaned_data

        def act() -> None:
            made.append(
                draw_plan(
                    code=said_of_it["code"],
                    name=said_of_it["name"],
                    days=self.form.days,
                    metrics=self.wanted_metrics,
                    channels=self.wanted_channels,
                    by=self.viewer,
                    at=now(),
                )
            )

        return made[0] if self.form.act(act) and made else None

    def _with_rows(self, rows: Any, most: int) -> Any:
        """The rows as they were typed, with empty ones after them where more are asked for."""
        if not self._more:
            return rows
        data = self.request.POST.copy()
        many = f"{rows.prefix}-TOTAL_FORMS"
        data[many] = str(min(rows.total_form_count() + EMPTY_ROWS, most))
        return type(rows)(data, prefix=rows.prefix, form_kwargs=rows.form_kwargs)

    def context(self) -> dict[str, Any]:
        """All that the template draws."""
        sent = self.request.method == "POST"
        preview = self.preview() if sent and not self._more and self.is_valid() else None
        return {
            "title": _("Draw the year"),
            "form": self.form,
            "channels": self._with_rows(self.channels, MOST_CHANNELS),
            "metrics": self._with_rows(self.metrics, MOST_METRICS),
            "preview": preview,
            "last": self.last,
            "is_running": self.is_running,
            "proposed": self.proposed,
            "first_label": label_of(FIRST),
            "unit": metric(FIRST).unit,
        }


def _year(text: str) -> int:
    """The asked year; without one, the next that begins."""
    if text.isascii() and text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return today().year + 1


def _teams() -> Sequence[tuple[int, str, str]]:
    return list(Team.objects.order_by("name", "code").values_list("pk", "name", "code"))


def _plannable(viewer: Viewer) -> list[tuple[str, str]]:
    """The metrics beside the first that can be planned and that the viewer may see, by what they are called."""
    names = [
        one.name
        for one in all_metrics()
        if one.name != FIRST and not is_about_a_plan(one.name) and may_see(one.name, viewer)
    ]
    return sorted(((name, label_of(name)) for name in names), key=lambda one: one[1])
