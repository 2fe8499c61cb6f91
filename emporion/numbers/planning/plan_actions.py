"""Drawing a plan: the year, its channels, teams and people, each with its weight (PLAN-1 to PLAN-3, PLAN-5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of, quantity_units
from emporion.kernel.periods import Period
from emporion.numbers.planning.drawing import Brought, Seat, absences, brought, season, seats, year_before
from emporion.numbers.planning.models import Branch, Plan, PlanMetric, PlanSpan, Weight
from emporion.numbers.planning.models.plans import CHANNEL, MEMBER, TEAM, WHOLE
from emporion.numbers.planning.plan_queries import sums_of
from emporion.numbers.planning.queries import plannable
from emporion.numbers.planning.year import OTHER, by_channel, year_total

LONGEST = 366 * 3  # days of a plan


class MetricOfYear(NamedTuple):
    """A metric to be planned: last year's fact (None: as measured), growths as fractions, the unit of rounding."""

    metric: str
    base: Decimal | None = None
    market: Decimal = Decimal(0)
    own: Decimal = Decimal(0)
    unit: Decimal = Decimal(1)


class ChannelOfYear(NamedTuple):
    """A channel, its share of the year as a fraction, and the teams that serve it (none: all of them)."""

    name: str
    share: Decimal
    team_ids: tuple[int, ...] = ()


@dataclass(slots=True)
class _Drawn:
    """A branch that is about to be written, and what it weighs by metric."""

    branch: Branch
    weights: dict[str, int]


def draw_plan(
    *,
    code: str,
    name: str,
    days: Period,
    metrics: Sequence[MetricOfYear],
    channels: Sequence[ChannelOfYear] = (),
    spans: Sequence[tuple[date, date]] = (),
    by: Viewer,
    at: datetime,
) -> Plan:
    """A draft of a plan for those days, by month or by the given spans: totals from last year and the growths, channels
    by their shares, teams and people by what each brought last year, newcomers like the mean of their team; what nobody
    sold stays `other`.

    Refuses all but who sees everybody, a code that is taken, metrics given twice, spans that overlap or leave the days.
    Three questions to the engine per metric.
    """
    refuse_stranger(by)
    columns = list(spans) or [(month.start, month.end) for month in days.months()]
    _refuse_impossible(code, days, metrics, columns)
    with transaction.atomic():
        plan = Plan.objects.create(
            code=code,
            name=name,
            starts_on=days.start,
            ends_on=days.end,
            drawn_by=by.name,
            created_at=at,
            updated_at=at,
        )
        PlanSpan.objects.bulk_create(
            PlanSpan(plan=plan, starts_on=start, ends_on=end) for start, end in columns
        )
        drawing = _Drawing(plan, days, channels, by)
        for wanted in metrics:
            drawing.add(wanted)
        drawing.write()
        totals = {one.metric: str(one.total) for one in plan.metrics.all()}
        record("plan.drawn", by=by, at=at, subject=f"plan:{plan.code}", new={"name": name, "totals": totals})
    return plan


def refuse_stranger(by: Viewer) -> None:
    """A whole plan is for those who see everybody."""
    by.require(Permission.WRITE)
    if not by.sees_all:
        raise Refusal(
            "not_permitted", f"{by.name} may not do this: a plan of the year is for who sees everybody"
        )


def shares_by_name(channels: Sequence[ChannelOfYear]) -> dict[str, Decimal]:
    """The shares by the names of the channels. Refuses a channel that is named twice."""
    shares = {one.name: one.share for one in channels}
    if len(shares) < len(channels):
        raise Refusal("channel_twice", "a channel is named once")
    return shares


def _refuse_impossible(
    code: str, days: Period, metrics: Sequence[MetricOfYear], spans: Sequence[tuple[date, date]]
) -> None:
    if Plan.objects.filter(code=code).exists():
        raise Refusal("code_taken", f"there is a plan {code} already")
    if not metrics:
        raise Refusal("nothing_planned", "a plan needs a metric at least")
    if (days.end - days.start).days > LONGEST:
        raise Refusal("plan_too_long", "a plan covers three years at most")
    names = [plannable(one.metric).name for one in metrics]
    if len(set(names)) < len(names):
        raise Refusal("metric_twice", "a metric stands in a plan once")
    for (start, end), following in zip(spans, [*spans[1:], None], strict=True):
        if end <= start or start < days.start or end > days.end:
            raise Refusal("bad_span", f"a span must lie in the plan's days: {start} to before {end}")
        if following and following[0] < end:
            raise Refusal("overlapping_spans", f"the spans of {start} and {following[0]} share a day")


class _Drawing:
    """A plan being drawn: one tree, and for each metric what its branches weigh."""

    def __init__(self, plan: Plan, days: Period, channels: Sequence[ChannelOfYear], by: Viewer) -> None:
        self.plan, self.days, self.by = plan, days, by
        self.channels = list(channels)
        self.spans = list(plan.spans.order_by("starts_on"))
        self.columns = [(span.starts_on, span.ends_on) for span in self.spans]
        self.facts: dict[str, Brought] = {}
        self.shares: dict[str, dict[str, int]] = {}
        self.metrics: list[PlanMetric] = []

    def add(self, wanted: MetricOfYear) -> None:
        """Take in a metric: its facts of last year, its total, the shares of the channels."""
        viewer = self.by
        before = year_before(self.days.start, self.days.end)
        facts = brought(wanted.metric, before, viewer, channels=bool(self.channels))
        base = quantity_of(facts.whole) if wanted.base is None else wanted.base
        total = year_total(base, wanted.market, wanted.own)
        self.facts[wanted.metric] = facts
        if self.channels:
            parts = by_channel(total, shares_by_name(self.channels), wanted.unit)
            self.shares[wanted.metric] = {name: quantity_units(part) for name, part in parts.items()}
        self.metrics.append(
            PlanMetric(
                plan=self.plan,
                metric=wanted.metric,
                base=base,
                market_growth=wanted.market,
                own_growth=wanted.own,
                total=total,
                unit=wanted.unit,
            )
        )

    def write(self) -> None:
        """Write the tree, the weights and the shape of the year."""
        PlanMetric.objects.bulk_create(self.metrics)
        root = Branch.objects.create(plan=self.plan, kind=WHOLE, name=self.plan.name)
        everyone = seats(*self._ends(), {code for facts in self.facts.values() for code in facts.by_member})
        leaves = self._channels(root, everyone) if self.channels else self._teams([(root, "", everyone)])
        self._season(root)
        self._absences(leaves)

    def _ends(self) -> tuple[date, date]:
        return self.days.start, self.days.end

    def _channels(self, root: Branch, everyone: Sequence[Seat]) -> list[Branch]:
        drawn = []
        for name in [*(one.name for one in self.channels), OTHER]:
            weights = {metric: parts[name] for metric, parts in self.shares.items()}
            if name != OTHER or any(weights.values()):
                branch = Branch(plan=self.plan, parent=root, kind=CHANNEL, name=name)
                drawn.append(_Drawn(branch, weights))
        _write(drawn)
        served = {one.name: set(one.team_ids) for one in self.channels}
        return self._teams(
            [
                (one.branch, one.branch.name, self._serving(one.branch.name, served, everyone))
                for one in drawn
                if one.branch.name != OTHER
            ]
        )

    def _serving(self, channel: str, served: Mapping[str, set[int]], everyone: Sequence[Seat]) -> list[Seat]:
        """Who sells in a channel: those of its teams that brought something there; those new to the house; and where
        nobody did, all of its teams."""
        teams = served[channel]
        of_teams = [one for one in everyone if not teams or one.team_id in teams]
        known = {code for facts in self.facts.values() for code in facts.by_member}
        here = {code for facts in self.facts.values() for name, code in facts.by_both if name == channel}
        return [one for one in of_teams if one.code in here or one.code not in known] or of_teams

    def _teams(self, above: Sequence[tuple[Branch, str, Sequence[Seat]]]) -> list[Branch]:
        self._nobodys([(parent, channel) for parent, channel, _ in above])
        teams: list[tuple[_Drawn, str, list[Seat]]] = []
        loose: list[tuple[Branch, str, list[Seat]]] = []
        for parent, channel, people in above:
            by_team: dict[int | None, list[Seat]] = defaultdict(list)
            for one in people:
                by_team[one.team_id].append(one)
            for team_id, members in by_team.items():
                if team_id is None:
                    loose.append((parent, channel, members))
                    continue
                weights = {metric: self._together(metric, channel, members) for metric in self.facts}
                branch = Branch(plan=self.plan, parent=parent, kind=TEAM, team_id=team_id)
                teams.append((_Drawn(branch, weights), channel, members))
        _write([one for one, _, _ in teams])
        return self._members([*((one.branch, channel, members) for one, channel, members in teams), *loose])

    def _nobodys(self, above: Sequence[tuple[Branch, str]]) -> None:
        """What nobody sold last year is nobody's share of the new one: a part of its own, `other`."""
        drawn = []
        for parent, channel in above:
            weights = {
                metric: facts.of_nobody.get(channel, 0) if sums_of(metric).people else 0
                for metric, facts in self.facts.items()
            }
            if any(weights.values()):
                branch = Branch(plan=self.plan, parent=parent, kind=CHANNEL, name=OTHER)
                drawn.append(_Drawn(branch, weights))
        _write(drawn)

    def _members(self, above: Sequence[tuple[Branch, str, Sequence[Seat]]]) -> list[Branch]:
        drawn = []
        for parent, channel, people in above:
            weights = {metric: self._weights(metric, channel, people) for metric in self.facts}
            for place, one in enumerate(people):
                branch = Branch(
                    plan=self.plan,
                    parent=parent,
                    kind=MEMBER,
                    member_id=one.member_id,
                    joins_on=one.joins_on,
                    leaves_on=one.leaves_on,
                )
                drawn.append(_Drawn(branch, {metric: of_all[place] for metric, of_all in weights.items()}))
        _write(drawn)
        return [one.branch for one in drawn]

    def _weights(self, metric: str, channel: str, people: Sequence[Seat]) -> list[int]:
        """What each brought last year; who brought nothing counts like the mean of those who did."""
        facts = self.facts[metric]
        found = [
            facts.by_both.get((channel, one.code), 0) if channel else facts.by_member.get(one.code, 0)
            for one in people
        ]
        known = [value for value in found if value]
        usual = sum(known) // len(known) if known else 1
        return [value or usual for value in found]

    def _together(self, metric: str, channel: str, people: Sequence[Seat]) -> int:
        """What a team weighs: its people, each for the days on which they are there."""
        days = (self.days.end - self.days.start).days
        found = 0
        for one, weight in zip(people, self._weights(metric, channel, people), strict=True):
            there = (one.leaves_on or self.days.end) - (one.joins_on or self.days.start)
            found += weight * there.days // days
        return max(found, 1)

    def _season(self, root: Branch) -> None:
        today = self.plan.created_at.date()
        Weight.objects.bulk_create(
            Weight(branch=root, metric=planned.metric, span=span, weight=weight)
            for planned in self.metrics
            if sums_of(planned.metric).time
            for span, weight in zip(
                self.spans, season(planned.metric, self.columns, self.by, today), strict=True
            )
        )

    def _absences(self, leaves: Sequence[Branch]) -> None:
        away = absences(self.columns, self.by)
        Weight.objects.bulk_create(
            Weight(branch=branch, metric=metric, span=span, weight=there)
            for branch in leaves
            if branch.member_id in away
            for metric in self.facts
            for span, there in zip(self.spans, away[branch.member_id or 0], strict=True)
        )


def _write(drawn: Sequence[_Drawn]) -> None:
    Branch.objects.bulk_create([one.branch for one in drawn])
    Weight.objects.bulk_create(
        Weight(branch=one.branch, metric=metric, weight=weight)
        for one in drawn
        for metric, weight in one.weights.items()
    )
