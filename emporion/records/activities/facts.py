"""Which facts activities and tasks stand for. Pure."""

from typing import Any

from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.vocabulary import Trait
from emporion.records.activities.rules import (
    CALL,
    COLD,
    EXISTING,
    INBOUND,
    MEETING,
    MESSAGE,
    NEW,
    PRESENTATION,
    REPEAT,
    VISIT,
    ActivityFigures,
    TaskFigures,
)
from emporion.records.pipeline.facts import ONE, PlaceOn, Seat, seats
from emporion.records.pipeline.rules import Share, known

RULE_VERSION = 1
_FACT_KINDS = {
    CALL: "call.made",
    MEETING: "meeting.held",
    MESSAGE: "message.sent",
    VISIT: "visit.made",
    PRESENTATION: "presentation.given",
}
_FIRST_TRAITS = {
    "": Trait(0),
    COLD: Trait.COLD,
    REPEAT: Trait.REPEAT,
    INBOUND: Trait.INBOUND,
    NEW: Trait.NEW_CUSTOMER,
    EXISTING: Trait.EXISTING_CUSTOMER,
}


def activity_facts(activity: ActivityFigures, place_on: PlaceOn) -> list[Fact]:
    """One fact for everyone who took part (one without a member when nobody is named), each with the whole count and
    the whole minutes: a meeting of two people is one for the company and one for each. Source: ACT-1."""
    if activity.removed:
        return []
    return [
        Fact(
            _FACT_KINDS[activity.kind],
            activity.day,
            occurred_at=activity.started_at,
            **seat.dimensions(),
            territory_id=activity.territory_id,
            customer_id=activity.customer_id,
            deal_id=activity.deal_id,
            channel=activity.channel or None,
            source=activity.source or None,
            quantity=ONE,
            minutes=activity.minutes,
            traits=int(_traits(activity)),
        )
        for seat in seats(known(activity.shares), activity.day, place_on)
    ]


def _traits(activity: ActivityFigures) -> Trait:
    traits = _FIRST_TRAITS[activity.first]
    if activity.decision_maker:
        traits |= Trait.DECISION_MAKER
    if activity.own_initiative:
        traits |= Trait.OWN_INITIATIVE
    return traits


def task_facts(task: TaskFigures, place_on: PlaceOn) -> list[Fact]:
    """task.opened on the day it was agreed; task.closed, when it was done or dropped: the same with -1, also with the
    place its member had when it was opened, so that what is open nets to nothing in every team. Source: ACT-1."""
    if task.removed:
        return []
    shares = [] if task.member_id is None else [Share(task.member_id)]
    seat = seats(shares, task.opened_on, place_on)[0]
    made = [Fact("task.opened", task.opened_on, quantity=ONE, **_about(task, seat))]
    if task.done_on is not None:
        made.append(Fact("task.closed", task.done_on, quantity=-ONE, **_about(task, seat)))
    return made


def _about(task: TaskFigures, seat: Seat) -> dict[str, Any]:
    return {
        **seat.dimensions(),
        "territory_id": task.territory_id,
        "customer_id": task.customer_id,
        "deal_id": task.deal_id,
        "due_day": task.due_on,
        "traits": int(Trait.NEXT_STEP) if task.is_next_step else 0,
    }
