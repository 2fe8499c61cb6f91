"""What sorts of activities there are, and what their facts depend on. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from emporion.records.pipeline.rules import Share

CALL, MEETING, MESSAGE, VISIT, PRESENTATION = "call", "meeting", "message", "visit", "presentation"
COLD, REPEAT, INBOUND, NEW, EXISTING = "cold", "repeat", "inbound", "new", "existing"
FIRSTS: dict[str, tuple[str, ...]] = {
    CALL: (COLD, REPEAT, INBOUND),
    MEETING: (NEW, EXISTING),
    MESSAGE: (),
    VISIT: (),
    PRESENTATION: (),
}
KINDS = tuple(FIRSTS)


class ActivityFigures(NamedTuple):
    """All that an activity's facts depend on."""

    id: int
    kind: str
    day: date
    started_at: datetime | None = None
    minutes: int = 0
    customer_id: int | None = None
    deal_id: int | None = None
    territory_id: int | None = None
    first: str = ""
    decision_maker: bool = False
    own_initiative: bool = True
    channel: str = ""
    source: str = ""
    removed: bool = False
    shares: Sequence[Share] = ()


class TaskFigures(NamedTuple):
    """All that a task's facts depend on."""

    id: int
    opened_on: date
    due_on: date | None = None
    done_on: date | None = None
    member_id: int | None = None
    customer_id: int | None = None
    deal_id: int | None = None
    territory_id: int | None = None
    is_next_step: bool = False
    removed: bool = False


def why_not_first(kind: str, first: str) -> str:
    """Why an activity of that kind cannot be of that sort; empty when it can."""
    if not first or first in FIRSTS[kind]:
        return ""
    allowed = ", ".join(FIRSTS[kind])
    return f"a {kind} is never {first!r}" + (f"; it is one of {allowed}" if allowed else "")


def by_own_initiative(first: str) -> bool:
    """Whether it is taken to be ours, when nobody says: everything but calls that came in."""
    return first != INBOUND
