"""A plan by month: its span spread over the months by the weights of its working days. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.periods import Period
from emporion.numbers.planning.level_plans import summed_months
from emporion.numbers.planning.portions import portions
from emporion.numbers.planning.queries import Goal


def by_month(goals: Iterable[Goal], calendar: BusinessCalendar) -> dict[str, Decimal]:
    """By month (`2026-11`) its part of these plans; the parts of a plan are the plan again (largest remainder)."""
    spans = ((goal.value, Period(goal.starts_on, goal.ends_on)) for goal in goals)
    return summed_months(
        portions(value, span, span, [calendar.weight(day) for day in span]) for value, span in spans
    )


def is_spread(goals: Iterable[Goal]) -> bool:
    """Whether one of them is of several months."""
    return any(len(Period(goal.starts_on, goal.ends_on).months()) > 1 for goal in goals)
