"""Deals written down briefly, and their facts read back as a seller would count them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.vocabulary import Trait
from emporion.records.pipeline.facts import ONE, deal_facts
from emporion.records.pipeline.rules import DealFigures, Entry, Share, StageKind, Valued
from emporion.records.team.queries import NOWHERE, PlaceOnDay

MAY = date(2026, 5, 1)
CALL, VISIT, OFFER, WAIT, WON, LOST = (
    StageKind(1, 1, 1, "open"),
    StageKind(2, 1, 2, "open"),
    StageKind(3, 1, 3, "open", is_key=True),
    StageKind(4, 1, 4, "waiting"),
    StageKind(5, 1, 5, "won"),
    StageKind(6, 1, 6, "lost"),
)
STAGES = (CALL, VISIT, OFFER, WAIT, WON, LOST)
NAMES = {1: "call", 2: "visit", 3: "offer", 4: "wait", 5: "won", 6: "lost"}
ANNA, BORIS, HEAD = 11, 12, 13
RED, BLUE = 21, 22
# Anna changes from team red to team blue on the 20th.
PLACES = {
    ANNA: [
        (MAY, PlaceOnDay(RED, "hunter", None, 31)),
        (date(2026, 5, 20), PlaceOnDay(BLUE, "closer", None, 32)),
    ],
    BORIS: [(MAY, PlaceOnDay(BLUE, "closer", None, None))],
    HEAD: [(MAY, PlaceOnDay(RED, "head", None, None))],
}


def day(number: int) -> date:
    """The so-manieth of May 2026; later numbers run into June."""
    return MAY + timedelta(days=number - 1)


def place_on(member_id: int, on: date) -> PlaceOnDay:
    """Where that person stood on that day."""
    return next((place for start, place in reversed(PLACES[member_id]) if start <= on), NOWHERE)


def moves_of(member_id: int) -> list[date]:
    """The days on which that person's place begins."""
    return [start for start, _ in PLACES[member_id]]


def entry(number: int, stage: StageKind, sequence: int = 0, *, assumed: bool = False) -> Entry:
    """Came into the stage on that day of May."""
    return Entry(day(number), stage, sequence, assumed=assumed)


def worth(number: int, value: int | str, *, assumed: bool = False) -> Valued:
    """Worth that from that day of May."""
    return Valued(day(number), Decimal(value), assumed)


def deal(
    *entries: Entry, values: Iterable[Valued] = (), shares: Iterable[Share] = (), **others: Any
) -> DealFigures:
    """A deal opened on the first of May, Boris' unless somebody else is named."""
    told = {"opened_on": day(1), "currency": "EUR", "rate": Decimal(1), **others}
    return DealFigures(1, entries=entries, values=list(values), shares=list(shares) or [Share(BORIS)], **told)


def facts(told: DealFigures) -> list[Fact]:
    """The deal's facts."""
    return deal_facts(told, place_on, moves_of)


def state(told: DealFigures) -> list[tuple[int, str, int, int]]:
    """pipeline.changed as a table: day of May, stage, number, value in whole units."""
    found = (fact for fact in facts(told) if fact.kind == "pipeline.changed")
    return [
        ((fact.day - MAY).days + 1, NAMES[fact.stage_id or 0], fact.quantity // ONE, fact.amount // 10_000)
        for fact in found
    ]


def moves(told: DealFigures) -> list[tuple[int, str, str, str]]:
    """stage.entered and stage.left as a table: day of May, what, stage, traits."""
    return [
        (
            (fact.day - MAY).days + 1,
            fact.kind.removeprefix("stage."),
            NAMES[fact.stage_id or 0],
            "+".join(sorted(trait.name or "" for trait in Trait(fact.traits))).lower(),
        )
        for fact in facts(told)
        if fact.kind.startswith("stage.")
    ]


def running(made: Iterable[Fact], on: date, *dimensions: str) -> dict[tuple[object, ...], tuple[int, int]]:
    """By these dimensions, number and value of open deals at the end of that day, as the facts sum up; direct only."""
    sums: Counter[tuple[object, ...]] = Counter()
    values: Counter[tuple[object, ...]] = Counter()
    for fact in made:
        if fact.kind == "pipeline.changed" and fact.day <= on and fact.credit == "direct":
            key = tuple(getattr(fact, name) for name in dimensions)
            sums[key] += fact.quantity // ONE
            values[key] += fact.amount
    return {key: (sums[key], values[key]) for key in sums if sums[key] or values[key]}
