"""Which facts a customer stands for: who has them in their base, as changes whose running sum is the base. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from emporion.kernel.ledger.fact import Fact
from emporion.records.customers.rules import BaseHistory, held_on
from emporion.records.team.queries import PlaceOnDay

RULE_VERSION = 1
ONE = 1_000_000
PlaceOn = Callable[[int, date], PlaceOnDay]
MovesOf = Callable[[int], Iterable[date]]


class _Seat(NamedTuple):
    """In whose base, with the owner's place as it is on a day, and in which zone."""

    member_id: int | None
    team_id: int | None
    role: str | None
    member_zone_id: int | None
    territory_id: int | None


def base_facts(history: BaseHistory, place_on: PlaceOn, moves_of: MovesOf) -> list[Fact]:
    """base.changed: +1 when the customer enters the base, -1 when they leave it, and on each day on which owner, zone
    or the owner's own place becomes another, -1 as it was and +1 as it is: one net change a day.

    The owner's moves are among them (`moves_of` gives a member's days): otherwise a team's running sum would keep
    the customers of those who left the team. No facts for one who never entered the base, and for one in the
    recycle bin. Source: CUST-2, TEAM-1.
    """
    if history.removed:
        return []
    facts: list[Fact] = []
    before: _Seat | None = None
    for day in _days(history, moves_of):
        seat = _seat(history, day, place_on)
        if seat != before:
            facts += _change(history, day, before, seat)
        before = seat
    if history.left_on is not None and before is not None:
        facts += _change(history, history.left_on, before, None)
    return facts


def _days(history: BaseHistory, moves_of: MovesOf) -> list[date]:
    """Days of the stay on which the seat may become another, the first one being that of entering."""
    entered, left = history.entered_on, history.left_on
    if entered is None:
        return []
    members = {member_id for _, member_id in history.owners if member_id is not None}
    turns = {day for day, _ in (*history.owners, *history.zones)}
    turns.update(day for member_id in members for day in moves_of(member_id))
    return [entered, *sorted(day for day in turns if entered < day and (left is None or day < left))]


def _seat(history: BaseHistory, day: date, place_on: PlaceOn) -> _Seat:
    territory_id = held_on(history.zones, day)
    member_id = held_on(history.owners, day)
    if member_id is None:
        return _Seat(None, None, None, None, territory_id)
    place = place_on(member_id, day)
    return _Seat(member_id, place.team_id, place.role, place.territory_id, territory_id)


def _change(history: BaseHistory, day: date, before: _Seat | None, after: _Seat | None) -> Iterator[Fact]:
    for seat, quantity in ((before, -ONE), (after, ONE)):
        if seat is not None:
            yield Fact(
                "base.changed",
                day,
                member_id=seat.member_id,
                team_id=seat.team_id,
                role=seat.role,
                member_zone_id=seat.member_zone_id,
                territory_id=seat.territory_id,
                customer_id=history.customer_id,
                source=history.source or None,
                quantity=quantity,
            )
