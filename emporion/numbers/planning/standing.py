"""Where the plans of a period stand today, by person and for the department (PLAN-8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.periods import DAY, Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.scan import Question, View
from emporion.numbers.planning.definitions import adds_up
from emporion.numbers.planning.evaluation import Facts, reached
from emporion.numbers.planning.pace import Elapsed, Standing, all_together, elapsed_together, standing_of
from emporion.numbers.planning.queries import Goal, goals, running_goals
from emporion.records.team.queries import days_absent

# What is counted on a day and not collected day by day: no day of these should bring its part.
STATES = frozenset(
    {
        *("active_base", "total_base", "fading_customers", "lost_customers", "saturation"),
        *("open_deals", "open_deal_value", "deals_without_next_step", "overdue_tasks"),
    }
)
Paces = Mapping[tuple[str, str | None], Decimal]


@dataclass(frozen=True, slots=True)
class Measured:
    """What has been measured already: by metric and person's code (None: the department) the facts of a period, so
    that they need not be asked for again. Whoever is missing has nothing."""

    period: Period
    metrics: frozenset[str]
    facts: Mapping[tuple[str, str | None], Decimal]


class Planned(NamedTuple):
    """Where one's plan of a metric stands, and which days it is for."""

    standing: Standing
    days: Period


@dataclass(frozen=True, slots=True)
class Standings:
    """All plans of a period. `people` goes by metric and person's code, `whole` by metric."""

    people: Mapping[tuple[str, str], Planned] = field(default_factory=dict)
    whole: Mapping[str, Planned] = field(default_factory=dict)

    def planned_metrics(self) -> list[str]:
        """Of which metrics there is a plan."""
        return sorted({name for name, _ in self.people} | set(self.whole))


def plans_of(metrics: Sequence[str], period: Period, viewer: Viewer, *, view: View) -> list[Goal]:
    """The visible targets of a period: those whose first day lies in it, else those that run in it. Up to three
    queries."""
    seen = [name for name in metrics if may_see(name, viewer)]
    found = goals(seen, period, viewer, as_closed=view == "closed")
    return found or running_goals(seen, period, viewer)


def may_see(name: str, viewer: Viewer) -> bool:
    """Whether that metric needs no permission which the viewer lacks."""
    needed = metric(name).permission
    return needed is None or viewer.may(needed)


def standings(
    planned: Sequence[Goal],
    *,
    today: date,
    viewer: Viewer,
    view: View = "closed",
    measured: Measured | None = None,
    paces: Paces | None = None,
) -> Standings:
    """Where these targets stand. A department's own target counts for it; without one those of its people are summed.

    Cost: three queries on records, and one question to the engine per different span not measured yet.
    """
    if not planned:
        return Standings()
    facts = _facts(planned, viewer, view, measured)
    days = Days(calendar(), today, days_absent(viewer, _around(planned)))
    groups: dict[tuple[str, str | None], list[Goal]] = defaultdict(list)
    for goal in planned:
        groups[goal.metric, goal.member].append(goal)
    found = {key: _one(of_one, facts, days, (paces or {}).get(key)) for key, of_one in groups.items()}
    people = {(name, code): planned for (name, code), planned in found.items() if code is not None}
    whole = {name: planned for (name, code), planned in found.items() if code is None}
    return Standings(people, _summed(people, days, paces or {}) | whole)


class Days:
    """The working days of targets: the calendar's, without those on which their person is away."""

    def __init__(
        self, calendar: BusinessCalendar, today: date, away: Mapping[int, frozenset[date]] | None = None
    ) -> None:
        self._calendar, self._today, self._away = calendar, today, away or {}
        self._known: dict[tuple[date, date, frozenset[date]], Elapsed] = {}

    def elapsed(self, start: date, end: date, member_id: int | None = None) -> Elapsed:
        """How far a span has gone for that person, or for the department."""
        away = self._away.get(member_id or 0, frozenset())
        key = (start, end, away)
        if key not in self._known:
            self._known[key] = self._counted(start, end, away)
        return self._known[key]

    def _counted(self, start: date, end: date, away: frozenset[date]) -> Elapsed:
        weights = {
            day: weight
            for day in Period(start, end)
            if day not in away and (weight := self._calendar.weight(day))
        }
        gone = [weight for day, weight in weights.items() if day <= self._today]
        whole = sum(weights.values(), Decimal(0))
        return Elapsed(sum(gone, Decimal(0)), whole, len(gone), len(weights) - len(gone))


def _facts(
    planned: Sequence[Goal], viewer: Viewer, view: View, measured: Measured | None
) -> dict[tuple[str, str | None, date, date], Decimal]:
    known: dict[tuple[str, str | None, date, date], Decimal] = {}
    missing = []
    for goal in planned:
        span = Period(goal.starts_on, goal.ends_on)
        if measured is None or span != measured.period or goal.metric not in measured.metrics:
            missing.append(goal)
        elif (goal.metric, goal.member) in measured.facts:
            known[goal.metric, goal.member, *_span(goal)] = measured.facts[goal.metric, goal.member]
    question = Question((), _around(planned), {}, None, view, viewer, {})
    return known | dict(reached(missing, question))


def _one(of_one: Sequence[Goal], facts: Facts, days: Days, best_pace: Decimal | None) -> Planned:
    """One person's targets of a metric, together; of a metric that does not add up the latest."""
    base = metric(of_one[0].metric)
    counted = of_one if adds_up(base) else of_one[-1:]
    found = [facts.get((goal.metric, goal.member, *_span(goal))) for goal in counted]
    known = [fact for fact in found if fact is not None]
    fact = sum(known, Decimal(0)) if known or adds_up(base) else None
    elapsed = elapsed_together(days.elapsed(*_span(goal), goal.member_id) for goal in counted)
    standing = standing_of(
        sum((goal.value for goal in counted), Decimal(0)),
        fact,
        elapsed,
        grows=adds_up(base) and base.name not in STATES,
        best_pace=best_pace,
    )
    return Planned(standing, _around(counted))


def _summed(people: Mapping[tuple[str, str], Planned], days: Days, paces: Paces) -> dict[str, Planned]:
    by_metric: dict[str, list[Planned]] = defaultdict(list)
    for (name, _), planned in people.items():
        if adds_up(metric(name)):
            by_metric[name].append(planned)
    found: dict[str, Planned] = {}
    for name, of_metric in by_metric.items():
        around = Period(min(one.days.start for one in of_metric), max(one.days.end for one in of_metric))
        elapsed = days.elapsed(around.start, around.end)
        together = all_together([one.standing for one in of_metric], elapsed, paces.get((name, None)))
        if together is not None:
            found[name] = Planned(together, around)
    return found


def best_paces(name: str, *, today: date, viewer: Viewer) -> dict[tuple[str, str | None], Decimal]:
    """By person's code, and for all of them, the best amount a working day of the twelve months of which today's is the
    last. Only of a metric that adds up over people. One question to the engine, two queries on records."""
    work = _working_days(calendar(), today)
    table = measure(
        [name],
        by=("member", "month"),
        period=Period(min(work), today + DAY),
        viewer=viewer,
    )
    sums: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for row in table.to_pylist():
        for person in {row["member_id"], None}:
            sums[person, row["month_id"]] += row[name]
    days = {f"{month:%Y-%m}": many for month, many in work.items()}
    best: dict[tuple[str, str | None], Decimal] = {}
    for (person, month), amount in sums.items():
        if days[month]:
            best[name, person] = max(best.get((name, person), Decimal(0)), amount / days[month])
    return best


def _working_days(known: BusinessCalendar, today: date) -> dict[date, int]:
    """By first day, how many working days of the last twelve months are gone."""
    start = today.replace(year=today.year - 1, day=1)
    months = Period(start, today + DAY).months()[1:]
    return {month.start: known.working_days(month.start, min(month.end, today + DAY)) for month in months}


def _span(goal: Goal) -> tuple[date, date]:
    return goal.starts_on, goal.ends_on


def _around(planned: Sequence[Goal]) -> Period:
    return Period(min(goal.starts_on for goal in planned), max(goal.ends_on for goal in planned))


def progress_of_days(period: Period, today: date) -> Elapsed:
    """How far the working days of a period have gone for the department. Two queries."""
    return Days(calendar(), min(today, period.end - DAY)).elapsed(period.start, period.end)
