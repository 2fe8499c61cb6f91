"""The activity plan worked backwards from money: orders need meetings, and meetings need calls (PLAN-5). Pure.

Orders, meetings and calls are rounded up to whole ones, each once, in this order: half a meeting is not held. What that
is a day and a week is rounded up to tenths; money gained is rounded down to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal, NamedTuple

Circle = Literal["person", "team", "department"]
ENOUGH = 20  # fewer cases than these say little about a person
POINT = Decimal("0.01")
DAYS_OF_WEEK = 5  # working days, by which what is needed a week is told


class Observed(NamedTuple):
    """A ratio as it was among a person's, a team's or the department's own facts, and of how many cases it is."""

    circle: Circle
    value: Decimal | None
    cases: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What an order brings, and how one thing leads to the next: orders ÷ meetings, meetings ÷ cold calls. Empty where
    nobody knows it."""

    average_order: Decimal | None
    orders_per_meeting: Decimal | None
    meetings_per_call: Decimal | None


@dataclass(frozen=True, slots=True)
class Needed:
    """What it takes; empty from the first step on that nobody knows a ratio for."""

    orders: int | None
    meetings: int | None
    calls: int | None


@dataclass(frozen=True, slots=True)
class Better:
    """What a conversion that is a point better is worth: meetings and calls that are not needed any more, or the money
    that the same effort brings."""

    ratio: Literal["orders_per_meeting", "meetings_per_call"]
    value: Decimal
    needed: Needed
    meetings_saved: int
    calls_saved: int
    money_gained: Decimal


class Rate(NamedTuple):
    """So many a working day and a week of five of them."""

    a_day: Decimal
    a_week: Decimal


def chosen(observed: Sequence[Observed], enough: int = ENOUGH) -> Observed | None:
    """The ratio to reckon with: of the nearest circle that has enough cases, else of the widest that has any. None
    where nobody has one above 0."""
    known = [one for one in observed if one.value is not None and one.value > 0]
    return next((one for one in known if one.cases >= enough), known[-1] if known else None)


def needed(money: Decimal, habits: Habits) -> Needed:
    """Money ÷ average order is orders; ÷ orders per meeting is meetings; ÷ meetings per call is calls; each rounded up.
    Nothing is needed where no money is."""
    if money <= 0:
        return Needed(0, 0, 0)
    orders = _times(Fraction(money), habits.average_order)
    meetings = _times(orders, habits.orders_per_meeting)
    return Needed(orders, meetings, _times(meetings, habits.meetings_per_call))


def improved(money: Decimal, habits: Habits, by: Decimal = POINT) -> list[Better]:
    """For each conversion that is known, what it is worth when it rises by so much (a fraction; 0.01 is a point)."""
    now = needed(money, habits)
    if not now.orders:
        return []
    found: list[Better] = []
    if habits.orders_per_meeting and now.meetings is not None:
        better = replace(habits, orders_per_meeting=habits.orders_per_meeting + by)
        found.append(_better("orders_per_meeting", better, money, now, Fraction(by) * now.meetings))
    if habits.orders_per_meeting and habits.meetings_per_call and now.calls is not None:
        better = replace(habits, meetings_per_call=habits.meetings_per_call + by)
        more = Fraction(by) * now.calls * Fraction(habits.orders_per_meeting)
        found.append(_better("meetings_per_call", better, money, now, more))
    return found


def _better(
    ratio: Literal["orders_per_meeting", "meetings_per_call"],
    habits: Habits,
    money: Decimal,
    now: Needed,
    more_orders: Fraction,
) -> Better:
    then = needed(money, habits)
    gained = floor(more_orders * Fraction(habits.average_order or 0) * 100)
    return Better(
        ratio=ratio,
        value=getattr(habits, ratio),
        needed=then,
        meetings_saved=(now.meetings or 0) - (then.meetings or 0),
        calls_saved=(now.calls or 0) - (then.calls or 0) if now.calls is not None else 0,
        money_gained=Decimal(gained).scaleb(-2),
    )


def rate(many: int, days: Decimal) -> Rate | None:
    """How much that is a working day and a week of five; None where no day is left."""
    if days <= 0:
        return None
    a_day = Fraction(many) / Fraction(days)
    return Rate(_up_to_tenth(a_day), _up_to_tenth(a_day * DAYS_OF_WEEK))


def _times(many: Fraction | int | None, each: Decimal | None) -> int | None:
    return None if many is None or not each else ceil(Fraction(many) / Fraction(each))


def _up_to_tenth(value: Fraction) -> Decimal:
    return Decimal(ceil(value * 10)).scaleb(-1)
