"""What a new plan starts from: who is in it, what each weighs by last year's facts, and the shape of the year (PLAN-3).

One question to the engine for the people and one for the days, per metric.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.money import quantity_units
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.planning.sheets import USUAL
from emporion.records.team.models import Member
from emporion.records.team.queries import Places, days_absent

SELLING = frozenset({"hunter", "closer", "farmer"})
YEARS_OF_SEASON = 3
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a plan: their team, and the days on which they come and leave where these lie in it."""

    member_id: int
    code: str
    team_id: int | None
    joins_on: date | None = None
    leaves_on: date | None = None


@dataclass(slots=True)
class Brought:
    """Last year's facts of a metric in millionths: by channel, by member's code, by both, and of nobody by channel."""

    by_channel: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_member: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_both: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    of_nobody: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    whole: int = 0


def year_before(start: date, end: date) -> Period:
    """The same days one year earlier."""
    return Period(_years_back(start, 1), _years_back(end, 1))


def _years_back(day: date, years: int) -> date:
    """29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def brought(name: str, period: Period, viewer: Viewer, *, channels: bool) -> Brought:
    """What was reached in a period, by channel and person where the metric adds up over people. Up to two questions."""
    found = Brought()
    total = measure([name], period=period, viewer=viewer).to_pylist()
    found.whole = max(_units(total[0][name]) if total else 0, 0)
    by = ("channel", "member") if channels else ("member",)
    for row in measure([name], by=by, period=period, viewer=viewer).to_pylist():
        units, channel, member = max(_units(row[name]), 0), row.get("channel_id") or "", row["member_id"]
        found.by_channel[channel] += units
        if member is None:
            found.of_nobody[channel] += units
        else:
            found.by_member[member] += units
            found.by_both[channel, member] += units
    return found


def _units(value: Any) -> int:
    return 0 if value is None else int(Decimal(value).scaleb(6))


def seats(start: date, end: date, facts: Iterable[str]) -> list[Seat]:
    """Who belongs into a plan of those days: those who sell at its start or join later, and those with facts of last
    year who are still there; by code. Three queries."""
    places = Places.load()
    known = set(facts)
    found = []
    for member in Member.objects.order_by("code"):
        if member.left_on is not None and member.left_on <= start:
            continue
        if member.hired_on is not None and member.hired_on >= end:
            continue
        joins = member.hired_on if member.hired_on is not None and member.hired_on > start else None
        place = places.on(member.pk, joins or start)
        if place.role in SELLING or member.code in known:
            leaves = member.left_on if member.left_on is not None and member.left_on < end else None
            found.append(Seat(member.pk, member.code, place.team_id, joins, leaves))
    return found


def season(name: str, spans: Sequence[Span], viewer: Viewer, today: date) -> list[int]:
    """How much each span weighs: the metric's facts of the same days in up to three years before, for each day-weight
    of theirs, × the day-weights of the span; days that are not over by today say nothing. Without facts the day-weights
    alone. One question to the engine."""
    known = calendar()
    weights = [known.weights(start, end) for start, end in spans]
    daily = _daily(name, spans, viewer)
    years = {day.year for day, amount in daily.items() if amount}
    rates = [_rate(daily, span, known, years, today) for span in spans]
    if not any(rates):
        return [int(weight * USUAL) for weight in weights]
    return [int(rate * weight) for rate, weight in zip(rates, weights, strict=True)]


def _daily(name: str, spans: Sequence[Span], viewer: Viewer) -> dict[date, Decimal]:
    period = Period(_years_back(spans[0][0], YEARS_OF_SEASON), spans[0][0])
    rows = measure([name], by=("day",), period=period, viewer=viewer).to_pylist()
    return {date.fromisoformat(str(row["day_id"])): row[name] or Decimal(0) for row in rows}


def _rate(
    daily: Mapping[date, Decimal], span: Span, known: BusinessCalendar, years: Collection[int], today: date
) -> Decimal:
    """What a day-weight of that span brought on the mean of those years in which there was anything."""
    amount, weight = Decimal(0), Decimal(0)
    for back in range(1, YEARS_OF_SEASON + 1):
        start, end = _years_back(span[0], back), _years_back(span[1], back)
        if start.year in years and end <= today:
            amount += sum((daily.get(day, Decimal(0)) for day in Period(start, end)), Decimal(0))
            weight += known.weights(start, end)
    return max(amount, Decimal(0)) * quantity_units(1) / weight if weight else Decimal(0)


def absences(spans: Sequence[Span], viewer: Viewer) -> dict[int, list[int]]:
    """By member, thousandths of each span in which they are there; only of those who are away at all. Two queries."""
    known = calendar()
    away = days_absent(viewer, Period(spans[0][0], spans[-1][1]))
    return {
        member_id: [_there(days, span, known) for span in spans] for member_id, days in away.items() if days
    }


def _there(away: frozenset[date], span: Span, known: BusinessCalendar) -> int:
    whole = known.weights(*span)
    gone = sum((known.weight(day) for day in away if span[0] <= day < span[1]), Decimal(0))
    return USUAL if not whole else int((whole - gone) * USUAL / whole)
