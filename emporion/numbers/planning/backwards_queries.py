"""What a person's plan of money means in orders, meetings and calls (PLAN-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.clock import local_day, now
from emporion.kernel.periods import DAY, Period
from emporion.kernel.preferences.queries import preference
from emporion.numbers.metrics.engine import measure
from emporion.numbers.planning import backwards
from emporion.numbers.planning.backwards import ENOUGH, Better, Circle, Habits, Needed, Observed, Rate
from emporion.numbers.planning.standing import Planned, plans_of, standings
from emporion.records.team.models import Member, Team
from emporion.records.team.queries import Places, days_absent, visible_member

REVENUE = "revenue"
# Each ratio by its metric, and the metric that counts its cases.
RATIOS = {
    "average_order": "orders",
    "orders_per_meeting": "meetings",
    "meetings_per_cold_call": "calls_cold",
}
CIRCLES: tuple[Circle, ...] = ("person", "team", "department")
LEAST_OF_TEAM = 3  # people: the mean of two would tell each what the other does


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """The activity that a sum of money takes.

    `plan` and `fact` are of the person's own plan of revenue; both None where there is none, and `money` then too
    unless it was asked for. `ratios` go by the metric's name: whose they are and of how many cases; a metric that
    nobody has is missing. `days` are the days of the money, `working_days` the weight of the working ones over which
    it is still spread.
    `looked_back` are the days of the ratios.
    """

    member_id: int
    name: str
    plan: Decimal | None
    fact: Decimal | None
    money: Decimal | None
    days: Period
    working_days: Decimal
    looked_back: Period
    ratios: dict[str, Observed]
    needed: Needed | None = None
    better: Sequence[Better] = ()

    def rate(self, many: int | None) -> Rate | None:
        """So many of something, a working day and a week of five."""
        return None if many is None else backwards.rate(many, self.working_days)


def activity_needed(
    viewer: Viewer,
    member_id: int,
    period: Period,
    money: Decimal | None = None,
    *,
    whole: bool = False,
    today: date | None = None,
) -> ActivityPlan:
    """What it takes in orders, meetings and cold calls to bring `money`; without it, what is left of the person's plan
    of revenue in the period (plan − fact), or, with `whole`, all of that plan.

    Ratios are the person's own of the last twelve whole months; where they have fewer than 20 cases, those of the team
    they are in (of at least three people), then those of the department. Of a running period it is spread over the
    working days after today, without the person's absences; of the whole plan, over all of them. Money in the base
    currency. Refuses a person whom the viewer may not see. Up to five questions to the engine, up to fifteen queries.
    """
    member = visible_member(viewer, member_id)
    day = today or local_day(now(), str(preference("zone")))
    planned = _planned(viewer, member.code, member_id, period, day)
    looked_back = _looked_back(day)
    ratios = _ratios(viewer, member, looked_back, day)
    wanted = money if money is not None else _wanted(planned, whole=whole)
    days = planned.days if planned is not None and money is None else period
    habits = Habits(*(ratios[name].value if name in ratios else None for name in RATIOS))
    return ActivityPlan(
        member_id=member_id,
        name=member.name or member.code,
        plan=planned.standing.plan if planned else None,
        fact=planned.standing.fact if planned else None,
        money=wanted,
        days=days,
        working_days=_working_days(viewer, member_id, days, day, whole=whole and money is None),
        looked_back=looked_back,
        ratios=ratios,
        needed=None if wanted is None else backwards.needed(wanted, habits),
        better=() if wanted is None else backwards.improved(wanted, habits),
    )


def _planned(viewer: Viewer, code: str, member_id: int, period: Period, today: date) -> Planned | None:
    """Their plan of revenue in the period, and where it stands."""
    goals = [
        goal for goal in plans_of((REVENUE,), period, viewer, view="closed") if goal.member_id == member_id
    ]
    return standings(goals, today=today, viewer=viewer).people.get((REVENUE, code))


def _wanted(planned: Planned | None, *, whole: bool) -> Decimal | None:
    if planned is None or planned.standing.plan is None:
        return None
    fact = Decimal(0) if whole else planned.standing.fact or Decimal(0)
    return max(planned.standing.plan - fact, Decimal(0))


def _looked_back(today: date) -> Period:
    """The twelve whole months before that of today."""
    end = today.replace(day=1)
    return Period(end.replace(year=end.year - 1), end)


def _working_days(viewer: Viewer, member_id: int, days: Period, today: date, *, whole: bool) -> Decimal:
    """The day-weight of their working days: those after today, where the days are running."""
    first = today + DAY if today in days and not whole else days.start
    away = days_absent(viewer, days).get(member_id, frozenset())
    known = calendar()
    return sum((known.weight(day) for day in days if day >= first and day not in away), Decimal(0))


def _ratios(viewer: Viewer, member: Member, period: Period, today: date) -> dict[str, Observed]:
    """Of each ratio that anybody has, the one to reckon with. The wider circle is asked only where it is needed: as the
    system, which gives away nothing but the mean of many."""
    observed: dict[str, list[Observed]] = {name: [] for name in RATIOS}
    for circle in CIRCLES:
        short = [name for name, found in observed.items() if not any(one.cases >= ENOUGH for one in found)]
        where = _where(circle, member, today) if short else None
        if where is None:
            continue
        asker = viewer if circle == "person" else SYSTEM
        row = measure([*RATIOS, *RATIOS.values()], period=period, where=where, viewer=asker).to_pylist()[0]
        for name in short:
            observed[name].append(Observed(circle, row[name], int(row[RATIOS[name]] or 0)))
    chosen = {name: backwards.chosen(found) for name, found in observed.items()}
    return {name: one for name, one in chosen.items() if one is not None}


def _where(circle: Circle, member: Member, today: date) -> dict[str, object] | None:
    """What limits a question to a circle; None for a team that is too small to speak for itself."""
    if circle == "department":
        return {}
    if circle == "person":
        return {"member": member.code}
    team_id = Places.load([member.pk]).on(member.pk, today).team_id
    if team_id is None:
        return None
    stood = Places.load().everyone_on(today).values()
    if sum(place.team_id == team_id for place in stood) < LEAST_OF_TEAM:
        return None
    return {"team": Team.objects.values_list("code", flat=True).get(pk=team_id)}
