"""What of a plan falls into some days: spread over its months, then over the days of each, by what its days weigh.
Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from emporion.kernel.money import QUANTITY_UNIT, allocate
from emporion.kernel.periods import Period
from emporion.numbers.planning.days import days_of


def portions(value: Decimal, span: Period, period: Period, weights: Sequence[Decimal]) -> dict[str, Decimal]:
    """By month (`2026-11`) the part of a plan of `span` that lies in `period`; the parts of all its days are the plan
    again. `weights` are those of the days of the span; all days count alike where none of them weighs anything.

    Months by largest remainder in millionths; a month that the period cuts, by its days as they are dealt out."""
    shared = list(weights) if any(weights) else [Decimal(1)] * span.days
    by_day = dict(zip(span, shared, strict=True))
    months = [_shared(month, span) for month in span.months()]
    worked = [sum((by_day[day] for day in month), Decimal(0)) for month in months]
    found: dict[str, Decimal] = {}
    for month, part in zip(months, allocate(value, worked, QUANTITY_UNIT), strict=True):
        if month.start < period.end and period.start < month.end:
            found[f"{month.start:%Y-%m}"] = _cut(part, month, period, [by_day[day] for day in month])
    return found


def _cut(part: Decimal, month: Period, period: Period, weights: Sequence[Decimal]) -> Decimal:
    if _shared(month, period) == month:
        return part
    dealt = zip(month, days_of(part, weights), strict=True)
    return sum((of_day for day, of_day in dealt if day in period), Decimal(0))


def _shared(one: Period, other: Period) -> Period:
    return Period(max(one.start, other.start), min(one.end, other.end))


def covers(spans: Sequence[tuple[date, date]], period: Period) -> bool:
    """Whether every day of a period lies in one of the spans."""
    day = period.start
    for start, end in sorted(spans):
        if start > day:
            break
        day = max(day, end)
    return day >= period.end
