"""What a metric came to month by month, as far as its months are over: what seasons and forecasts are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.periods import DAY, Period
from emporion.numbers.insight.season import Series
from emporion.numbers.metrics.engine import measure

MOST_YEARS = 10
Where = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """The months that are over, from the first whole one on, and `so_far`: what the month after them holds already."""

    metric: str
    series: Series
    running: date
    so_far: Decimal | None = None

    def month(self, at: int) -> date:
        """The first day of the month that stands at `at` of the series, also of one after the last."""
        return month_from(self.running, at - len(self.series.values))


def month_from(start: date, many: int) -> date:
    """The first day of the month so many months later."""
    years, place = divmod(start.year * 12 + start.month - 1 + many, 12)
    return date(years, place + 1, 1)


def history(
    name: str,
    *,
    last_day: date,
    today: date,
    viewer: Viewer,
    where: Where | None = None,
    first_day: date | None = None,
) -> History:
    """The metric by month up to `last_day`, of at most ten years; a month without anything holds 0.

    The month of today is never over; another one is when no working day of it is left after `last_day`. The month of
    the first fact is left out where working days lie before that fact: it is no whole month. Two questions to the
    engine, two queries on records. Source: PLAN-7.
    """
    asked = Asked(name, where or {}, viewer)
    known = calendar()
    running = _running(last_day, today, known)
    start = _first_whole(first_day) if first_day else date(last_day.year - MOST_YEARS, 1, 1)
    values = asked.by_month(Period(min(start, last_day), last_day + DAY))
    begun = [month for month, value in sorted(values.items()) if value and month >= start]
    first = begun[0] if begun else running
    if first < running and asked.begins_late(first, known):
        first = month_from(first, 1)
    many = max((running.year - first.year) * 12 + running.month - first.month, 0)
    months = [month_from(running, at - many) for at in range(many)]
    series = Series(
        tuple(values.get(month, Decimal(0)) for month in months),
        (months[0] if months else running).month - 1,
    )
    return History(name, series, running, values.get(running))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a history is asked, and by whom."""

    name: str
    where: Where
    viewer: Viewer

    def by_month(self, period: Period) -> dict[date, Decimal]:
        """The metric by first day of the month; months without a row are not there. One question."""
        found = self._rows("month", period)
        return {date.fromisoformat(f"{code}-01"): value for code, value in found.items()}

    def begins_late(self, month: date, known: BusinessCalendar) -> bool:
        """Whether working days of that month lie before its first fact. One question."""
        days = self._rows("day", Period(month, month_from(month, 1)))
        first = min((date.fromisoformat(code) for code, value in days.items() if value), default=month)
        return known.working_days(month, first) > 0

    def selling_products(self, period: Period) -> int:
        """How many products the metric has something for. One question."""
        return sum(1 for value in self._rows("product", period).values() if value > 0)

    def _rows(self, by: str, period: Period) -> dict[str, Decimal]:
        table = measure([self.name], by=(by,), period=period, where=self.where, viewer=self.viewer)
        rows = table.select([f"{by}_id", self.name]).to_pylist()
        return {row[f"{by}_id"]: row[self.name] for row in rows if row[self.name] is not None}


def _running(last_day: date, today: date, known: BusinessCalendar) -> date:
    """The first day of the first month that is not over."""
    month = last_day.replace(day=1)
    following = month_from(month, 1)
    is_over = today >= following and not known.working_days(last_day + DAY, following)
    return following if is_over else month


def _first_whole(day: date) -> date:
    return day if day.day == 1 else month_from(day.replace(day=1), 1)
