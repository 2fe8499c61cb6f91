"""The days that a page of economics is about, as they stand in the address, and how they are said."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.kernel.ui import formats
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.planning.states import known_until
from emporion.records.customers.queries import today

FIRST_YEAR, LAST_YEAR = 1900, 2199


def known_day() -> date:
    """Today; the day of the last fact where nothing has come in for long."""
    return known_until(today(), latest_day())


def chosen(query: Mapping[str, str], usual: Period) -> Period:
    """The period of an address: `period=2026-Q2`, or `from` and `to`; else the usual one."""
    first, last = query.get("from", ""), query.get("to", "")
    text = f"{first or last}..{last or first}" if first or last else query.get("period", "")
    period = Period.parse(text) if text else usual
    if not FIRST_YEAR <= period.start.year <= period.last.year <= LAST_YEAR:
        raise Refusal("bad_period", f"a period lies between {FIRST_YEAR} and {LAST_YEAR}")
    return period


def year_of(day: date) -> Period:
    """The calendar year of that day."""
    return Period.parse(f"{day.year:04d}")


def month_of(day: date) -> Period:
    """The calendar month of that day."""
    return Period.month(day.year, day.month)


def quarter_of(day: date) -> Period:
    """The quarter of that day."""
    return Period.parse(f"{day.year:04d}-Q{(day.month - 1) // 3 + 1}")


def said(period: Period) -> str:
    """The year, quarter or month by its name, other days from first to last."""
    if period == year_of(period.start):
        return str(period.start.year)
    if period == quarter_of(period.start):
        return formats.quarter(period.start)
    if period == month_of(period.start):
        return formats.month(period.start)
    return formats.span(period.start, period.last)


def shortcuts(day: date, period: Period) -> list[dict[str, object]]:
    """The periods that one tap chooses, the chosen one marked."""
    last_year, next_year = Period.parse(f"{day.year - 1:04d}"), Period.parse(f"{day.year + 1:04d}")
    offered = [
        (_("Last year"), last_year),
        (_("This year"), year_of(day)),
        (_("Next year"), next_year),
        (_("This quarter"), quarter_of(day)),
        (_("This month"), month_of(day)),
    ]
    return [
        {"name": name, "start": one.start, "last": one.last, "current": one == period}
        for name, one in offered
    ]
