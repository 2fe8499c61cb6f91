"""What stands beside a person's plan while they make it: their history, their season, their customers, and what the
plan means in meetings and calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from emporion.doors.web.plans.words import is_month
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import DAY, Period
from emporion.kernel.ui.links import card_address
from emporion.numbers.insight.season import Season, Series, season_of
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.backwards import Rate
from emporion.numbers.planning.backwards_queries import activity_needed
from emporion.numbers.planning.drawing import year_before
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.plan_queries import Span, sums_of
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.queries import visible_orders
from emporion.records.team.models import Member

YEARS = 3
MOST_CUSTOMERS = 10
MONTHS = 12
ZERO = Decimal(0)


class History:
    """What a person brought of a metric in up to three years before a plan; nothing of what has no sum over days."""

    def __init__(self, viewer: Viewer, code: str, name: str, plan: Plan, today: date) -> None:
        self._viewer, self._code, self._name, self._today = viewer, code, name, today
        years = [Period(plan.starts_on, plan.ends_on)]
        for _back in range(YEARS):
            years.append(year_before(years[-1].start, years[-1].end))
        self._years = years
        self._adds_up = sums_of(name).time and sums_of(name).people

    @cached_property
    def _daily(self) -> dict[date, Decimal]:
        """By day what they brought. One question to the engine."""
        if not self._adds_up:
            return {}
        period = Period(self._years[-1].start, min(self._years[0].start, self._today + DAY))
        if period.end <= period.start:
            return {}
        with remembering():
            table = measure(
                [self._name],
                by=("day",),
                period=period,
                where={"member": self._code},
                viewer=self._viewer,
            )
        return {date.fromisoformat(row["day_id"]): row[self._name] or ZERO for row in table.to_pylist()}

    def of_span(self, span: Span) -> Decimal | None:
        """What the same days brought a year before; None where they are not over or nothing is known."""
        days = year_before(span.starts_on, span.ends_on)
        return self._between(days) if days.end <= self._today else None

    def year(self, back: int) -> Decimal | None:
        """What so many years before brought."""
        return self._between(self._years[back])

    @property
    def years(self) -> list[tuple[str, Decimal]]:
        """The years before the plan that brought anything, the earliest first; one that still runs says so."""
        found = [(self._label(self._years[back]), self.year(back)) for back in range(YEARS, 0, -1)]
        return [(label, value) for label, value in found if value]

    def _label(self, days: Period) -> str:
        year = str(days.start.year)
        return year if days.end <= self._today else _("%(year)s so far") % {"year": year}

    @cached_property
    def _season(self) -> Season | None:
        """Of the whole months that are over."""
        first = self._years[-1].start.replace(day=1)
        months = [
            self._between(month) or ZERO
            for month in Period(first, self._years[0].start).months()
            if month.end <= self._today
        ]
        while months and not months[0]:
            months, first = months[1:], (first.replace(day=28) + 4 * DAY).replace(day=1)
        found = season_of(Series(tuple(months), first.month - 1)) if months else None
        return found if found is not None and found.is_known else None

    def season(self, span: Span) -> Decimal | None:
        """The index of a month in their own season; None for other spans and while it is not known."""
        if self._season is None or not is_month(span.starts_on, span.ends_on):
            return None
        return self._season.indices[span.starts_on.month - 1]

    def _between(self, days: Period) -> Decimal | None:
        if not self._daily:
            return None
        return sum((self._daily.get(day, ZERO) for day in days), ZERO)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer, what they brought last year, and for how many whole months they have been silent."""

    name: str
    address: str
    brought: Decimal
    silent: int | None


def buyers(viewer: Viewer, code: str, plan: Plan, today: date) -> list[Buyer]:
    """A person's largest customers of the year before the plan, as the viewer may see them. One question to the engine,
    two queries."""
    period = year_before(plan.starts_on, plan.ends_on)
    with remembering():
        table = measure(["revenue"], by=("customer",), period=period, where={"member": code}, viewer=viewer)
    rows = [row for row in table.to_pylist() if row["customer_id"] and (row["revenue"] or ZERO) > 0]
    rows.sort(key=lambda row: row["revenue"], reverse=True)
    largest = rows[:MOST_CUSTOMERS]
    codes = [row["customer_id"] for row in largest]
    known = dict(visible_customers(viewer).filter(code__in=codes).values_list("code", "pk"))
    last = _last_orders(viewer, list(known.values()))
    return [
        Buyer(
            row["customer"],
            card_address("customer", known.get(row["customer_id"])),
            row["revenue"],
            _months_since(last.get(known.get(row["customer_id"], 0)), today),
        )
        for row in largest
    ]


def _last_orders(viewer: Viewer, ids: Sequence[int]) -> dict[int, date]:
    rows = visible_orders(viewer).filter(customer_id__in=ids, cancelled_on=None).order_by()
    return dict(rows.values("customer_id").annotate(last=Max("placed_on")).values_list("customer_id", "last"))


def _months_since(day: date | None, today: date) -> int | None:
    if day is None:
        return None
    months = (today.year - day.year) * MONTHS + today.month - day.month
    return max(months - (today.day < day.day), 0)


class Meaning(NamedTuple):
    """What money takes: orders, and meetings and cold calls a week."""

    money: Decimal
    orders: int | None
    meetings: Rate | None
    calls: Rate | None


def meaning(viewer: Viewer, member: Member, plan: Plan, money: Decimal, today: date) -> Meaning | None:
    """What bringing that money in the plan's days takes, of a running plan what is left of it; None where nothing is,
    where nobody has orders by which to reckon, or no working day is left."""
    days = Period(plan.starts_on, plan.ends_on)
    with remembering():
        left = money - _brought(viewer, member.code, days, today)
        if left <= 0:
            return None
        found = activity_needed(viewer, member.pk, days, left, today=today)
    if found.needed is None or found.needed.orders is None or found.working_days <= 0:
        return None
    needed = found.needed
    return Meaning(left, needed.orders, found.rate(needed.meetings), found.rate(needed.calls))


def _brought(viewer: Viewer, code: str, days: Period, today: date) -> Decimal:
    """Their revenue of the days that have begun."""
    if today < days.start:
        return ZERO
    period = Period(days.start, min(days.end, today + DAY))
    rows = measure(["revenue"], period=period, where={"member": code}, viewer=viewer).to_pylist()
    return (rows[0]["revenue"] if rows else None) or ZERO
