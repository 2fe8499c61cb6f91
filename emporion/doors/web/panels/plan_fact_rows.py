"""Lines of plan and fact as pages draw them: bar, plan, forecast of the close, gap, needed pace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from emporion.doors.web.panels.answers import unit_of
from emporion.doors.web.panels.plans import Bar
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.numbers.planning.pace import Standing
from emporion.numbers.planning.plan_fact_lines import Line

MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class PlanFactRow:
    """A row of a table of plan and fact."""

    name: Cell
    bar: Bar
    plan: Figure
    forecast: Figure
    gap: Figure
    needed: Figure


def row_of(
    metric: str, line: Line, name: str, *, address: str = "", page: str = "", is_ahead: bool = False
) -> PlanFactRow:
    """A line under that name: `address` leads to the facts, `page` to the page of the name. Of days that are all to
    come there is no fact: neither is there a nought."""
    unit, standing = unit_of(metric), line.standing
    fact = (standing.fact or None) if is_ahead else standing.fact
    return PlanFactRow(
        name=Link(name, page) if page else name,
        bar=Bar(fact, standing.plan, standing.expected, None, unit, standing.state, address=address),
        plan=Figure(standing.plan, unit),
        forecast=Figure(standing.forecast, unit),
        gap=_gap(line.gap, unit),
        needed=Figure(standing.needed_pace, unit),
    )


def _gap(value: Decimal | None, unit: str) -> Figure:
    """Behind the plan it is marked, and its minus says so too."""
    return Figure(value, unit, tone="bad" if value is not None and value < 0 else "")


def folded(lines: Sequence[Line], label: str, most: int = MOST_LINES) -> tuple[list[Line], Line | None]:
    """The first lines, and all others as one of that name, so that they sum to the same."""
    if len(lines) <= most:
        return list(lines), None
    rest = lines[most:]
    standing = Standing(
        _sum(one.standing.plan for one in rest),
        _sum(one.standing.fact for one in rest),
        forecast=_sum(one.standing.forecast for one in rest),
    )
    return list(lines[:most]), Line(None, label, standing)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
