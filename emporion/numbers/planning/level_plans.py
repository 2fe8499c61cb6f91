"""The plan of any level in any days: of people and the department from their targets, of channels from the plan that is
in force; what a span of days gets of it is dealt out by working days (PLAN-3, PLAN-8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.money import quantity_of
from emporion.kernel.periods import Period
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.scan import View
from emporion.numbers.planning.definitions import adds_up
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.models.plans import CHANNEL, PUBLISHED, SIGNED
from emporion.numbers.planning.plan_queries import COUNTED_ONCE, PlanBook, visible_plans
from emporion.numbers.planning.portions import portions
from emporion.numbers.planning.queries import Goal, goals
from emporion.numbers.planning.sheets import Sheet
from emporion.numbers.planning.states import STATES
from emporion.numbers.planning.year import OTHER
from emporion.records.team.queries import days_absent

LONGEST_SPAN = timedelta(days=366 * 3)
Months = Mapping[str, Decimal]


def goals_sharing(
    names: Sequence[str], period: Period, viewer: Viewer, *, view: View = "closed"
) -> list[Goal]:
    """The visible targets that share a day with a period, earliest first. One query, up to three where days are
    closed."""
    around = Period(max(period.start, date.min + LONGEST_SPAN) - LONGEST_SPAN, period.end)
    found = goals(names, around, viewer, as_closed=view == "closed")
    return [goal for goal in found if goal.ends_on > period.start]


def is_dealt(name: str) -> bool:
    """Whether a plan of that metric is the sum of those of its days: not of a ratio, a state or what counts once."""
    return adds_up(metric(name)) and name not in STATES and name not in COUNTED_ONCE


class DayWeights:
    """What each day of a target's span weighs for whoever has it: the calendar's day-weights, none while they are
    away."""

    def __init__(self, known: BusinessCalendar, away: Mapping[int, frozenset[date]] | None = None) -> None:
        self._calendar, self._away = known, away or {}
        self._found: dict[tuple[Period, frozenset[date]], list[Decimal]] = {}

    @classmethod
    def load(
        cls, planned: Iterable[Goal], viewer: Viewer, known: BusinessCalendar | None = None
    ) -> "DayWeights":
        """Those of these targets. One query, three with the calendar."""
        spans = [(goal.starts_on, goal.ends_on) for goal in planned]
        if not spans:
            return cls(known or calendar())
        around = Period(min(start for start, _ in spans), max(end for _, end in spans))
        return cls(known or calendar(), days_absent(viewer, around))

    def of(self, span: Period, member_id: int | None = None) -> list[Decimal]:
        """By day of the span; those of everybody for one who is never there, so that the sum stays."""
        away = self._away.get(member_id or 0, frozenset())
        if (span, away) not in self._found:
            usual = [self._calendar.weight(day) for day in span]
            own = [Decimal(0) if day in away else weight for day, weight in zip(span, usual, strict=True)]
            self._found[span, away] = own if any(own) else usual
        return self._found[span, away]


def portions_of(goal: Goal, period: Period, weights: DayWeights) -> dict[str, Decimal]:
    """By month what of a target falls into a period."""
    span = Period(goal.starts_on, goal.ends_on)
    return portions(goal.value, span, period, weights.of(span, goal.member_id))


def clipped(planned: Sequence[Goal], period: Period, viewer: Viewer) -> list[Goal]:
    """Targets as they are for the days of a period alone: what is collected day by day has its part of them, a ratio
    is the same on every day, and a state stays that of its own last day. Three queries."""
    weights = DayWeights.load(planned, viewer)
    found = []
    for goal in planned:
        start, end = max(goal.starts_on, period.start), min(goal.ends_on, period.end)
        if is_dealt(goal.metric):
            part = sum(portions_of(goal, period, weights).values(), Decimal(0))
            found.append(goal._replace(starts_on=start, ends_on=end, value=part))
        elif adds_up(metric(goal.metric)):
            found.append(goal)
        else:
            found.append(goal._replace(starts_on=start, ends_on=end))
    return found


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """The plan in force for some days: by month the whole, each channel by its name, and `rest`, what it leaves to no
    channel."""

    plan: Plan
    whole: Months
    channels: Mapping[str, Months] = field(default_factory=dict)
    rest: Months = field(default_factory=dict)

    @property
    def has_channels(self) -> bool:
        """Whether it is divided by channel at all."""
        return bool(self.channels)


def plan_in_force(name: str, period: Period, viewer: Viewer) -> Plan | None:
    """Of the visible plans of a metric that share a day with a period the published one, else the signed one, that has
    most of its days; of several versions the latest. One query."""
    found = visible_plans(viewer).filter(
        state__in=(SIGNED, PUBLISHED),
        starts_on__lt=period.end,
        ends_on__gt=period.start,
        metrics__metric=name,
    )

    def rank(plan: Plan) -> tuple[bool, int, int]:
        shared = min(plan.ends_on, period.end) - max(plan.starts_on, period.start)
        return plan.state == PUBLISHED, shared.days, plan.pk

    return max(found, key=rank, default=None)


def channel_plan(
    name: str, period: Period, viewer: Viewer, known: BusinessCalendar | None = None
) -> ChannelPlan | None:
    """The plan in force by channel, as much of it as falls into a period; None where there is none. Queries: one for
    the plan, about ten for its first level, whatever it holds below."""
    plan = plan_in_force(name, period, viewer) if viewer.sees_all else None
    if plan is None:
        return None
    book, weights = PlanBook(plan, name), DayWeights(known or calendar())
    if not book.sums.time:
        return None

    def months_of(sheet: Sheet) -> dict[str, Decimal]:
        spans = [Period(span.starts_on, span.ends_on) for span in book.spans]
        return summed_months(
            portions(quantity_of(value), span, period, weights.of(span))
            for span, value in zip(spans, sheet.spans, strict=True)
            if span.start < period.end and period.start < span.end
        )

    parts = {one.name: months_of(book.sheet(one)) for one in _channels(book)}
    rest = parts.pop(OTHER, {})
    return ChannelPlan(plan, months_of(book.sheet(book.root)), parts, rest)


def _channels(book: PlanBook) -> list[Branch]:
    return [one for one in book.parts(book.root) if one.kind == CHANNEL]


def summed_months(many: Iterable[Months]) -> dict[str, Decimal]:
    """Several plans by month as one."""
    found: dict[str, Decimal] = {}
    for months in many:
        for label, value in months.items():
            found[label] = found.get(label, Decimal(0)) + value
    return found
