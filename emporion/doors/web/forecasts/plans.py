"""The targets beside a forecast."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from emporion.doors.web.forecasts.wishes import only_member
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.numbers.insight.asking import Wish
from emporion.numbers.planning.queries import Goal, goals


def monthly_targets(wish: Wish, period: Period, viewer: Viewer) -> Mapping[date, Decimal]:
    """By first day of the month the targets of just that month: those of the people the wish is limited to; of nobody
    in particular the department's own, and where it has none the sum of its people's. One query, none where the wish
    is limited to anything else."""
    people = only_member(wish.where)
    if people == []:
        return {}
    own: dict[date, Decimal] = {}
    of_people: dict[date, Decimal] = defaultdict(Decimal)
    for goal in goals([wish.metric], period, viewer):
        if not _is_of_one_month(goal):
            continue
        if goal.member is None:
            own[goal.starts_on] = goal.value
        elif people is None or goal.member in people:
            of_people[goal.starts_on] += goal.value
    return of_people if people is not None else {**of_people, **own}


def _is_of_one_month(goal: Goal) -> bool:
    month = Period.month(goal.starts_on.year, goal.starts_on.month)
    return (goal.starts_on, goal.ends_on) == (month.start, month.end)
