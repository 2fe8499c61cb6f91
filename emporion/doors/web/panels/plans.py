"""Plans as pages draw them: the bar of plan and fact, and which days it is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emporion.doors.web.panels.answers import Row, unit_of
from emporion.doors.web.panels.questions import Knowing
from emporion.doors.web.panels.spans import Span
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.kernel.ui.formats import full_day
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.pace import State
from emporion.numbers.planning.standing import (
    Measured,
    Planned,
    Standings,
    best_paces,
    plans_of,
    standings,
)


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


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom and of when plans are asked."""

    span: Span
    today: date
    viewer: Viewer
    knowing: Knowing


def standing_plans(
    names: Sequence[str], asked: Asked, rows: Iterable[Row], *, paced: str = "", member: str = ""
) -> Standings:
    """Where the plans of these metrics stand. `rows` are facts of the page's period by person, and one without a
    person for the department, so that they are not asked for again; `paced` names the metric whose best pace of the
    last year is looked up, to tell a plan that is out of reach. With `member` only that person's are asked for."""
    viewer, view = asked.viewer, asked.knowing.view
    with remembering():
        planned = plans_of(names, asked.span.period, viewer, view=view)
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
        )


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
