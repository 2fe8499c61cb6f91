"""Plan and fact of a metric at any level in any days: by person, team, channel or month, with the forecast of the close
and the needed pace a day (PLAN-8).

The fact of a line is the engine's for just these days; its plan what falls into them. What closes when is told by
`closes`: months by season and run-rate where two years are known, else at the pace of the days gone by.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.scan import View
from emporion.numbers.planning.closes import MonthSoFar, counted_through, usual_from
from emporion.numbers.planning.definitions import adds_up
from emporion.numbers.planning.forecastable import is_collected
from emporion.numbers.planning.level_plans import (
    ChannelPlan,
    DayWeights,
    channel_plan,
    goals_sharing,
    is_dealt,
    portions_of,
    summed_months,
)
from emporion.numbers.planning.pace import Elapsed, Standing
from emporion.numbers.planning.plan_fact_lines import (
    ByChannel,
    Line,
    Months,
    Run,
    closing_at,
    month_label,
    standing_for,
    total,
)
from emporion.numbers.planning.portions import covers
from emporion.numbers.planning.queries import Goal, plannable
from emporion.numbers.planning.standing import Days
from emporion.numbers.planning.states import STATES
from emporion.numbers.planning.usual_months import YEARS_BACK, usual_months
from emporion.records.team.queries import Places, days_absent

LEVELS = ("member", "team", "channel", "month")


class PlanFacts:
    """Plan and fact of one metric in some days, each part asked once.

    Shares as fractions, money in the base currency; nothing is rounded. Raises UnknownName, and Refusal for a metric
    that is about a plan itself or that the viewer may not see. Cost: a level asks the engine twice at most, a metric
    that runs on once more for the years before; none grows with people.
    """

    def __init__(
        self,
        name: str,
        *,
        period: Period,
        today: date,
        viewer: Viewer,
        view: View = "closed",
        as_of: int | None = None,
    ) -> None:
        self.metric = plannable(name)
        self.name, self.period, self.today = name, period, today
        self.viewer, self.view, self.as_of = viewer, view, as_of
        self.grows = adds_up(self.metric) and name not in STATES
        self.is_dealt = is_dealt(name)

    # What is known

    @cached_property
    def _calendar(self) -> BusinessCalendar:
        return calendar()

    @cached_property
    def _days(self) -> Days:
        away = days_absent(self.viewer, self.period)
        return Days(self._calendar, self.today, away)

    @cached_property
    def elapsed(self) -> Elapsed:
        """How far the days of the period have gone."""
        return self._days.elapsed(self.period.start, self.period.end)

    @cached_property
    def goals(self) -> list[Goal]:
        """The targets that share a day with the period."""
        return goals_sharing([self.name], self.period, self.viewer, view=self.view)

    @cached_property
    def counted(self) -> list[Goal]:
        """The targets that the whole is made of: the department's own, else those of its people."""
        own = [goal for goal in self.goals if goal.member_id is None]
        return own or self.goals

    @cached_property
    def is_covered(self) -> bool:
        """Whether there is a plan for every day of the period."""
        if self.counted:
            return covers([(goal.starts_on, goal.ends_on) for goal in self.counted], self.period)
        plan = self.channel_plan.plan if self.channel_plan else None
        return plan is not None and covers([(plan.starts_on, plan.ends_on)], self.period)

    @cached_property
    def channel_plan(self) -> ChannelPlan | None:
        """The plan in force, by channel."""
        return channel_plan(self.name, self.period, self.viewer, self._calendar)

    @cached_property
    def _weights(self) -> DayWeights:
        return DayWeights.load(self.goals, self.viewer, self._calendar)

    @cached_property
    def months(self) -> list[Period]:
        """The months of the period, as much of them as lies in it."""
        start, end = self.period.start, self.period.end
        return [Period(max(one.start, start), min(one.end, end)) for one in self.period.months()]

    def _planned(self, of_one: Sequence[Goal]) -> Months:
        """By month the plan of several targets. One that does not add up over days has the value of its only target,
        in the first month of its own."""
        if self.is_dealt:
            return summed_months(portions_of(goal, self.period, self._weights) for goal in of_one)
        if len(of_one) != 1:
            return {}
        return {month_label(max(of_one[0].starts_on, self.period.start)): of_one[0].value}

    def _rows(self, *by: str, period: Period | None = None) -> list[dict[str, Any]]:
        table = measure(
            [self.name],
            by=by,
            period=period or self.period,
            as_of=self.as_of,
            view=self.view,
            viewer=self.viewer,
        )
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    # Levels

    @cached_property
    def whole(self) -> Line:
        """All together."""
        plans = self._planned(self.counted)
        if not self.counted and self.channel_plan is not None:
            plans = self.channel_plan.whole
        fact = self._rows()[0][self.name]
        return self._line(None, None, plans, fact, self._history_of_all)

    @cached_property
    def by_channel(self) -> ByChannel:
        """The channels, the largest plan first, else the largest fact."""
        facts = {row["channel_id"]: row for row in self._rows("channel")}
        planned = self.channel_plan
        if planned is None or not planned.has_channels:
            lines = [self._channel(code, [code], {}, facts) for code in facts]
            return ByChannel(sorted(lines, key=_fact_of, reverse=True))
        lines = [self._channel(name, [name], months, facts) for name, months in planned.channels.items()]
        others = [code for code in facts if code not in planned.channels]
        outside = [
            (code, facts[code]["channel"], facts[code][self.name]) for code in others if code is not None
        ]
        assigned = summed_months([*planned.channels.values(), planned.rest])
        return ByChannel(
            sorted(lines, key=_plan_of, reverse=True),
            self._channel(None, others, planned.rest, facts),
            sorted((one for one in outside if one[2]), key=lambda one: one[2], reverse=True),
            total(assigned) - total(planned.whole),
        )

    def _channel(
        self, key: str | None, codes: Iterable[str | None], plans: Months, facts: Mapping[str | None, Any]
    ) -> Line:
        own = list(codes)
        known = (facts[code][self.name] for code in own if code in facts)
        fact = sum((value for value in known if value is not None), Decimal(0))
        label = facts[key]["channel"] if key in facts else key
        history = summed_months(self._history_by_channel.get(code, {}) for code in own)
        return self._line(key, label, plans, fact, history)

    @cached_property
    def by_team(self) -> list[Line]:
        """The teams: plans of the people who stood there when their target began, facts of the team itself."""
        places = Places.load()
        of_team: dict[int | None, list[Goal]] = defaultdict(list)
        for goal in self.goals:
            if goal.member_id is not None:
                of_team[places.on(goal.member_id, goal.starts_on).team_id].append(goal)
        known = RecordDirectory(self.viewer).labels("team", [one for one in of_team if one is not None])
        plans = {known[pk].code if pk in known else None: self._planned(some) for pk, some in of_team.items()}
        facts = {row["team_id"]: row for row in self._rows("team")}
        named = {label.code: label.name for label in known.values()}
        lines = [
            self._line(
                code,
                facts[code]["team"] if code in facts else named.get(code or ""),
                plans.get(code, {}),
                facts[code][self.name] if code in facts else self._nothing,
                self._history_by_team.get(code, {}),
            )
            for code in {**dict.fromkeys(plans), **dict.fromkeys(facts)}
        ]
        return sorted(lines, key=lambda line: (line.key is None, line.label or ""))

    @cached_property
    def by_member(self) -> list[Line]:
        """The people who have a plan or a fact, by name; their days off are none of their days."""
        of_one: dict[str, list[Goal]] = defaultdict(list)
        for goal in self.goals:
            if goal.member is not None:
                of_one[goal.member].append(goal)
        facts = {row["member_id"]: row for row in self._rows("member")}
        ids = {goal.member: goal.member_id for goal in self.goals}
        known = RecordDirectory(self.viewer).labels("member", [pk for pk in ids.values() if pk is not None])
        usual = self._usual_of_people
        lines = []
        for code in {**dict.fromkeys(of_one), **dict.fromkeys(facts)}:
            fact = facts[code][self.name] if code in facts else self._nothing
            pk = ids.get(code)
            label = facts[code]["member"] if code in facts else known[pk].name if pk in known else code
            elapsed = self._days.elapsed(self.period.start, self.period.end, pk)
            plans = self._planned(of_one.get(code or "", []))
            standing = self._standing(total(plans) if plans else None, fact, elapsed, usual.get(code))
            lines.append(Line(code, label, standing, plans))
        return sorted(lines, key=lambda line: (line.key is None, line.label or ""))

    @cached_property
    def by_month(self) -> list[Line]:
        """The months, or the parts of them that lie in the period."""
        whole, lines = self.whole, []
        facts = {row["month_id"]: row[self.name] for row in self._rows("month")}
        for month in self.months:
            label = month_label(month.start)
            fact = facts.get(label, self._nothing) if month.start <= self.today else None
            elapsed = self._days.elapsed(month.start, month.end)
            standing = self._standing(whole.plans.get(label), fact, elapsed)
            if label in whole.closes:
                standing = closing_at(standing, whole.closes[label], whole.standing.method)
            lines.append(Line(label, label, standing))
        return lines

    def lines(self, level: str) -> list[Line]:
        """The lines of a level: member, team, channel or month."""
        if level != "channel":
            found: list[Line] = getattr(self, f"by_{level}")
            return found
        channels = self.by_channel
        return [*channels.lines, *([channels.rest] if channels.rest else [])]

    # What it comes to

    @property
    def _nothing(self) -> Decimal | None:
        return Decimal(0) if self.grows else None

    def _standing(
        self, plan: Decimal | None, fact: Decimal | None, elapsed: Elapsed, usual: Decimal | None = None
    ) -> Standing:
        return standing_for(plan, fact, elapsed, grows=self.grows, usual=usual)

    def _line(
        self, key: str | None, label: str | None, plans: Months, fact: Decimal | None, history: Months
    ) -> Line:
        standing = self._standing(total(plans) if plans else None, fact, self.elapsed)
        if not self._has_months:
            return Line(key, label, standing, plans)
        return Run(self.months, self._so_far(history), self.today).line(key, label, standing, plans)

    @cached_property
    def _has_months(self) -> bool:
        """Whether the metric is collected month by month, so that months can be added up."""
        return is_collected(self.metric) and self.is_dealt and "time" in self.metric.adds

    def _so_far(self, history: Months) -> list[MonthSoFar]:
        running = self.today.year * 12 + self.today.month - 1
        places = [month.start.year * 12 + month.start.month - 1 for month in self.months]
        steps = places[-1] - running + 1
        usual = (
            usual_from(counted_through(history), running, self._history.start.year * 12, steps)
            if steps > 0 and self._is_whole_months
            else []
        )
        return [
            MonthSoFar(
                history.get(month_label(month.start), Decimal(0)),
                self._days.elapsed(month.start, month.end),
                usual[place - running] if place >= running and usual else None,
            )
            for month, place in zip(self.months, places, strict=True)
        ]

    # The years before

    @property
    def _is_whole_months(self) -> bool:
        return self.period.start.day == 1 and self.period.end.day == 1

    @cached_property
    def _history(self) -> Period:
        """The days whose months are asked for: the period's own, and where it is still running three years before."""
        if self.period.end <= self.today or not self._is_whole_months:
            return self.period
        first = date(max(self.today.year - YEARS_BACK, 1), 1, 1)
        return Period(min(first, self.period.start), self.period.end)

    def _history_by(self, *by: str) -> dict[str | None, dict[str, Decimal]]:
        if not self._has_months:
            return {}
        found: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
        for row in self._rows(*by, "month", period=self._history):
            found[row[f"{by[0]}_id"] if by else None][row["month_id"]] = row[self.name] or Decimal(0)
        return found

    @cached_property
    def _history_of_all(self) -> Months:
        return self._history_by().get(None, {})

    @cached_property
    def _history_by_channel(self) -> Mapping[str | None, Months]:
        return self._history_by("channel")

    @cached_property
    def _history_by_team(self) -> Mapping[str | None, Months]:
        return self._history_by("team")

    @cached_property
    def _usual_of_people(self) -> Mapping[str | None, Decimal]:
        """What the running month usually brings each, where the period is just that month."""
        if self.period != Period.month(self.today.year, self.today.month):
            return {}
        found = usual_months(self.goals, today=self.today, viewer=self.viewer, view=self.view)
        return {code: value for (_name, code), value in found.items()}


def _fact_of(line: Line) -> Decimal:
    return line.standing.fact or Decimal(0)


def _plan_of(line: Line) -> Decimal:
    return line.standing.plan or Decimal(0)
