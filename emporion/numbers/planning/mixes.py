"""How a branch's sales were made up a year earlier, by which its plan is dealt out over what it sells (PLAN-3)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.money import allocate
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.planning.days import unit_of
from emporion.numbers.planning.drawing import year_before
from emporion.numbers.planning.models import Branch
from emporion.numbers.planning.models.plans import CHANNEL, MEMBER, TEAM

Where = Mapping[str, object]


class Share(NamedTuple):
    """What a category brought a year earlier, and its part of the plan."""

    label: str | None
    before: Decimal
    part: Decimal


class Mix(NamedTuple):
    """The parts of a plan, which sum to it exactly; and how many of the branch's own conditions were let go because
    nothing was sold under them a year earlier (a newcomer is like their team)."""

    shares: Sequence[Share]
    period: Period
    widened: int


def mix_of(name: str, value: Decimal, branch: Branch, days: Period, viewer: Viewer) -> Mix:
    """A branch's plan of those days by the categories of the same days a year earlier, the largest first; without
    shares where nothing was sold then. A question to the engine for each condition that is let go, one more at least,
    and a query for each branch above."""
    before = year_before(days.start, days.end)
    conditions = conditions_of(branch)
    for widened in range(len(conditions) + 1):
        rows = measure(
            [name], by=("category",), period=before, where=dict(conditions[widened:]), viewer=viewer
        ).to_pylist()
        known = [(row["category"], row[name]) for row in rows if row[name] is not None and row[name] > 0]
        if known:
            return Mix(_dealt(value, sorted(known, key=lambda one: one[1], reverse=True)), before, widened)
    return Mix((), before, len(conditions))


def _dealt(value: Decimal, known: Sequence[tuple[str | None, Decimal]]) -> list[Share]:
    parts = allocate(value, [amount for _, amount in known], unit_of(value))
    return [Share(label, amount, part) for (label, amount), part in zip(known, parts, strict=True)]


def conditions_of(branch: Branch) -> list[tuple[str, object]]:
    """What a fact must be of to belong to a branch, the narrowest first. A query for each branch above."""
    found: list[tuple[str, object]] = []
    one: Branch | None = branch
    while one is not None:
        if one.kind == MEMBER and one.member is not None:
            found.append(("member", one.member.code))
        if one.kind == TEAM and one.team is not None:
            found.append(("team", one.team.code))
        if one.kind == CHANNEL:
            found.append(("channel", one.name))
        above = Branch.objects.select_related("member", "team").filter(pk=one.parent_id or 0)
        one = above.first()
    return found
