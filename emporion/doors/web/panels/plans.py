"""Plans as pages draw them: the bar of plan and fact, and which days it is for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from emporion.doors.web.panels.answers import Row, may_see, unit_of
from emporion.doors.web.panels.questions import Knowing, Linking
from emporion.doors.web.panels.spans import Span
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.formats import full_day
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.level_plans import clipped, goals_sharing
from emporion.numbers.planning.pace import Elapsed, Standing, State
from emporion.numbers.planning.queries import Goal
from emporion.numbers.planning.standing import (
    Measured,
    Planned,
    Standings,
    best_paces,
    plans_of,
    progress_of_days,
    standings,
)
from emporion.numbers.planning.states import until

MOST_NAMED = 100  # people in one address


@dataclass(frozen=True, slots=True)
class Bar:
    """What the tag `plan_bar` draws."""

    fact: Decimal | None
    plan: Decimal | None
    expected: Decimal | None
    forecast: Decimal | None
    unit: str
    state: State
    days: str = ""
    address: str = ""


def bar_of(name: str, planned: Planned, span: Span, address: str = "") -> Bar:
    """The bar of a plan; its days are told where they are not those of the page."""
    standing = planned.standing
    return Bar(
        standing.fact,
        standing.plan,
        standing.expected,
        standing.forecast if standing.forecast != standing.fact else None,
        unit_of(name),
        standing.state,
        days="" if planned.days == span.period else said_days(planned.days),
        address=address,
    )


def fact_only(name: str, fact: Decimal | None, address: str = "") -> Bar:
    """A bar without a plan: the fact alone."""
    return Bar(fact, None, None, None, unit_of(name), "on_track", address=address)


def said_days(days: Period) -> str:
    """The first and last day of a plan."""
    return f"{full_day(days.start)} – {full_day(days.last)}"


def of_planned(name: str, planned: Planned | None, linking: Linking) -> Figure | None:
    """What those with a plan brought of the fact of all, where that is another number."""
    if planned is None or not planned.is_of_period or planned.of_planned in (None, planned.standing.fact):
        return None
    return Figure(planned.of_planned, unit_of(name), own_facts(name, planned, linking))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom and of when a page is asked. `known_until` is the last day of which a state is known."""

    span: Span
    today: date
    viewer: Viewer
    knowing: Knowing
    known_until: date

    @property
    def known(self) -> Period | None:
        """The part of the period of which a state is known."""
        return until(self.span.period, self.known_until)

    @property
    def as_of(self) -> date | None:
        """The day of the states, where it is not the last of the period."""
        return self.known.last if self.known is not None and self.known != self.span.period else None

    @property
    def is_ahead(self) -> bool:
        """Whether the period has not begun."""
        return self.span.period.start > self.today

    def linking(self, where: Mapping[str, Any] | None = None) -> Linking:
        """The addresses of the page's numbers, those of states of the days that are known."""
        return Linking(self.span, self.knowing, where or {}, str(self.known) if self.as_of else "")


@dataclass(frozen=True, slots=True)
class Apart:
    """A plan of other days than the page's: its bar, and how far its own days have gone."""

    bar: Bar
    standing: Standing
    days: Elapsed


def apart_of(name: str, planned: Planned | None, asked: Asked, linking: Linking) -> Apart | None:
    """The plan of those who have one, in its own days; None where there is none, or it is of the page's days."""
    if planned is None or planned.is_of_period:
        return None
    bar = bar_of(name, planned, asked.span, own_facts(name, planned, linking))
    days = progress_of_days(planned.days, asked.today)
    return Apart(replace(bar, days=said_days(planned.days)), planned.standing, days)


def own_facts(name: str, planned: Planned, linking: Linking) -> str:
    """The address of the facts of those who have that plan, in its days; none where their days differ, or for so many
    people that no address holds them."""
    if not planned.is_one_span or len(planned.people) > MOST_NAMED:
        return ""
    where: dict[str, Any] = {"member": list(planned.people)} if planned.people else {}
    return linking.facts(name, period=str(planned.days), **where)


def standing_plans(
    names: Sequence[str], asked: Asked, rows: Iterable[Row], *, paced: str = "", member: str = ""
) -> Standings:
    """Where the plans of these metrics stand. `rows` are facts of the page's period by person, and one without a
    person for the department, so that they are not asked for again; `paced` names the metric whose best pace of the
    last year is looked up, to tell a plan that is out of reach. With `member` only that person's are asked for."""
    viewer, view = asked.viewer, asked.knowing.view
    with remembering():
        planned = _short(names, asked) if asked.span.is_short else []
        planned = planned or plans_of(names, asked.span.period, viewer, view=view)
        if member:
            planned = [goal for goal in planned if goal.member == member]
        if not planned:
            return Standings()
        running = paced and any(goal.metric == paced and goal.ends_on > asked.today for goal in planned)
        paces = best_paces(paced, today=asked.today, viewer=viewer) if running else None
        return standings(
            planned,
            today=asked.today,
            viewer=viewer,
            view=view,
            measured=_measured(asked.span.period, rows),
            paces=paces,
            known_until=asked.known_until,
        )


def _short(names: Sequence[str], asked: Asked) -> list[Goal]:
    """The plans of a day or a week: what falls into it of those that run then."""
    seen = [name for name in names if may_see(name, asked.viewer)]
    found = goals_sharing(seen, asked.span.period, asked.viewer, view=asked.knowing.view)
    return clipped(found, asked.span.period, asked.viewer)


def _measured(period: Period, rows: Iterable[Row]) -> Measured:
    facts: dict[tuple[str, str | None], Decimal] = {}
    metrics: set[str] = set()
    for row in rows:
        if "member_id" in row and row["member_id"] is None:
            continue
        for name, value in row.items():
            if name not in _KEYS and value is not None:
                facts[name, row.get("member_id")] = value
                metrics.add(name)
    return Measured(period, frozenset(metrics), facts)


_KEYS = frozenset({"member", "member_id"})
