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
from emporion.numbers.planning.rules import covering
from emporion.numbers.planning.states import STATES, until
from emporion.numbers.planning.usual_months import usual_months
from emporion.records.team.queries import days_absent

Paces = Mapping[tuple[str, str | None], Decimal]


@dataclass(frozen=True, slots=True)
class Measured:
    """What has been measured already: by metric and person's code (None: the department) the facts of a period, so
    that they need not be asked for again. Whoever is missing has nothing."""

    period: Period
    metrics: frozenset[str]
    facts: Mapping[tuple[str, str | None], Decimal]


class Planned(NamedTuple):
    """Where one's plan of a metric stands, and which days it is for.

    `is_of_period` says that its days are those of the page. The fact of a department without its own plan is then that
    of all its facts, and `of_planned` what those with a plan brought of it; in other days the fact is theirs alone.
    `is_one_span` says that all of it is about the same days, so that they lead to the facts; `people` are whose it is.
    """

    standing: Standing
    days: Period
    is_of_period: bool = False
    of_planned: Decimal | None = None
    is_one_span: bool = True
    people: tuple[str, ...] = ()


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
    known_until: date | None = None,
) -> Standings:
    """Where these targets stand. A department's own target counts for it; without one those of its people are summed.

    A state is that of `known_until` where its plan ends later. The month that runs closes by season and run-rate where
    two years before it are known, other spans by the pace of their days. Cost: three queries on records, and one
    question to the engine per different span not measured yet; those of `usual_months` where a plan of this month is
    among them.
    """
    if not planned:
        return Standings()
    last = known_until or today
    facts = _facts(planned, viewer, view, measured, last)
    days = Days(calendar(), today, days_absent(viewer, _around(planned)))
    groups: dict[tuple[str, str | None], list[Goal]] = defaultdict(list)
    for goal in planned:
        groups[goal.metric, goal.member].append(goal)
    page = measured.period if measured else None
    usual = usual_months(planned, today=today, viewer=viewer, view=view)
    found = {
        key: _one(
            counted,
            facts,
            days,
            best_pace=(paces or {}).get(key),
            page=page,
            usual=usual.get(key) if len(counted) == 1 else None,
        )
        for key, of_one in groups.items()
        if (counted := _counted(of_one, last))
    }
    people = {(name, code): planned for (name, code), planned in found.items() if code is not None}
    whole = {name: planned for (name, code), planned in found.items() if code is None}
    return Standings(people, _summed(people, days, paces or {}, measured) | whole)


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
    planned: Sequence[Goal], viewer: Viewer, view: View, measured: Measured | None, last: date
) -> dict[tuple[str, str | None, date, date], Decimal]:
    known: dict[tuple[str, str | None, date, date], Decimal] = {}
    missing, shortened = [], []
    for goal in planned:
        span = Period(goal.starts_on, goal.ends_on)
        if goal.metric in STATES:
            shortened.append(goal)
        elif measured is None or span != measured.period or goal.metric not in measured.metrics:
            missing.append(goal)
        elif (goal.metric, goal.member) in measured.facts:
            known[goal.metric, goal.member, *_span(goal)] = measured.facts[goal.metric, goal.member]
    question = Question((), _around(planned), {}, None, view, viewer, {})
    return known | dict(reached(missing, question)) | _of_states(shortened, question, last)


def _of_states(
    planned: Sequence[Goal], question: Question, last: date
) -> dict[tuple[str, str | None, date, date], Decimal]:
    """The states of those targets, on their last day or on the last that is known. One question per span."""
    asked = {
        goal: goal._replace(ends_on=days.end)
        for goal in planned
        if (days := until(Period(goal.starts_on, goal.ends_on), last)) is not None
    }
    found = reached(list(asked.values()), question)
    return {
        (goal.metric, goal.member, *_span(goal)): found[key]
        for goal, one in asked.items()
        if (key := (one.metric, one.member, *_span(one))) in found
    }


def _counted(of_one: Sequence[Goal], last: date) -> Sequence[Goal]:
    """Of one's targets of a metric those that count: all where they add up over time, else the latest begun."""
    name = of_one[0].metric
    if adds_up(metric(name)) and name not in STATES:
        return of_one
    begun = [goal for goal in of_one if goal.starts_on <= last]
    return begun[-1:] or of_one[:1]


def _one(
    counted: Sequence[Goal],
    facts: Facts,
    days: Days,
    *,
    best_pace: Decimal | None,
    page: Period | None,
    usual: Decimal | None,
) -> Planned:
    """One person's targets of a metric, together."""
    base = metric(counted[0].metric)
    grows = adds_up(base) and base.name not in STATES
    found = [facts.get((goal.metric, goal.member, *_span(goal))) for goal in counted]
    known = [fact for fact in found if fact is not None]
    fact = sum(known, Decimal(0)) if known or grows else None
    elapsed = elapsed_together(days.elapsed(*_span(goal), goal.member_id) for goal in counted)
    standing = standing_of(
        sum((goal.value for goal in counted), Decimal(0)),
        fact,
        elapsed,
        grows=grows,
        best_pace=best_pace,
        usual=usual,
    )
    around = covering([_span(goal) for goal in counted])
    return Planned(
        standing,
        _around(counted),
        is_of_period=page is not None and around == (page.start, page.end),
        is_one_span=around is not None,
        people=(counted[0].member,) if counted[0].member else (),
    )


def _summed(
    people: Mapping[tuple[str, str], Planned], days: Days, paces: Paces, measured: Measured | None
) -> dict[str, Planned]:
    by_metric: dict[str, dict[str, Planned]] = defaultdict(dict)
    for (name, code), planned in people.items():
        if adds_up(metric(name)):
            by_metric[name][code] = planned
    found: dict[str, Planned] = {}
    for name, of_metric in by_metric.items():
        together = _together(name, of_metric, days, paces, measured)
        if together is not None:
            found[name] = together
    return found


def _together(
    name: str, of_metric: Mapping[str, Planned], days: Days, paces: Paces, measured: Measured | None
) -> Planned | None:
    """The plans of several people as the department's: against all its facts where they are of the page's days."""
    spans = [(one.days.start, one.days.end) for one in of_metric.values()]
    around = Period(min(first for first, _ in spans), max(end for _, end in spans))
    is_of_period = (
        measured is not None
        and around == measured.period
        and covering(spans) is not None
        and all(one.is_one_span for one in of_metric.values())
    )
    everybody = measured.facts.get((name, None)) if measured is not None and is_of_period else None
    standing = all_together(
        [one.standing for one in of_metric.values()],
        days.elapsed(around.start, around.end),
        paces.get((name, None)),
        reached=everybody,
    )
    if standing is None:
        return None
    own = [one.standing.fact for one in of_metric.values() if one.standing.fact is not None]
    return Planned(
        standing,
        around,
        is_of_period=is_of_period,
        of_planned=sum(own, Decimal(0)),
        is_one_span=len(set(spans)) == 1 and all(one.is_one_span for one in of_metric.values()),
        people=tuple(of_metric),
    )


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
