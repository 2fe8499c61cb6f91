"""base.changed: entering, leaving, changing hands, and what a running sum then says."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emporion.kernel.ledger.fact import Fact
from emporion.records.customers.facts import ONE, base_facts
from emporion.records.customers.rules import BaseHistory, held_on
from emporion.records.team.queries import NOWHERE, PlaceOnDay, Places
from emporion.records.team.rules import Timeline

MAY = date(2026, 5, 1)
ANNA, BORIS = 1, 2
NORTH, SOUTH = 10, 20
RED, BLUE = 100, 200


def day(number: int) -> date:
    """The so-manieth of May 2026; later numbers run into June."""
    return MAY + timedelta(days=number - 1)


def place(team: int | None, zone: int | None = None, role: str | None = "farmer") -> PlaceOnDay:
    """Where someone stands."""
    return PlaceOnDay(team, role, None, zone, None)


def facts_of(history: BaseHistory, places: list[tuple[int, date, PlaceOnDay]] | None = None) -> list[Fact]:
    """The facts of that history with people standing where `places` say."""
    known = Places(Timeline(places or []))
    return base_facts(
        history, known.on, lambda member: [start for start, _ in known.timeline.changes(member)]
    )


def table(facts: list[Fact]) -> list[tuple[int, int | None, int | None, int | None, int]]:
    """Day of May, owner, the owner's team, territory, and by how many the base changed."""
    return [
        ((fact.day - MAY).days + 1, fact.member_id, fact.team_id, fact.territory_id, fact.quantity // ONE)
        for fact in facts
    ]


STANDING = [(ANNA, day(-100), place(RED)), (BORIS, day(-100), place(BLUE))]


@pytest.mark.spec("CUST-2")
@pytest.mark.parametrize(
    ("what", "history", "expected"),
    [
        (
            "never in the base: an owner alone makes no base",
            BaseHistory(7, "", None, None, [(day(1), ANNA)]),
            [],
        ),
        (
            "enters with an owner and a zone",
            BaseHistory(7, "", day(3), None, [(day(1), ANNA)], [(day(1), NORTH)]),
            [(3, ANNA, RED, NORTH, 1)],
        ),
        (
            "enters before anybody owns them: nobody's until then",
            BaseHistory(7, "", day(3), None, [(day(5), ANNA)]),
            [(3, None, None, None, 1), (5, None, None, None, -1), (5, ANNA, RED, None, 1)],
        ),
        (
            "the owner changes",
            BaseHistory(7, "", day(3), None, [(day(3), ANNA), (day(9), BORIS)]),
            [(3, ANNA, RED, None, 1), (9, ANNA, RED, None, -1), (9, BORIS, BLUE, None, 1)],
        ),
        (
            "owner and zone change on one day: one net change, not two",
            BaseHistory(
                7, "", day(3), None, [(day(3), ANNA), (day(9), BORIS)], [(day(3), NORTH), (day(9), SOUTH)]
            ),
            [(3, ANNA, RED, NORTH, 1), (9, ANNA, RED, NORTH, -1), (9, BORIS, BLUE, SOUTH, 1)],
        ),
        (
            "a row that changes nothing is no change",
            BaseHistory(7, "", day(3), None, [(day(3), ANNA), (day(9), ANNA)]),
            [(3, ANNA, RED, None, 1)],
        ),
        (
            "the owner goes without another",
            BaseHistory(7, "", day(3), None, [(day(3), ANNA), (day(9), None)]),
            [(3, ANNA, RED, None, 1), (9, ANNA, RED, None, -1), (9, None, None, None, 1)],
        ),
        (
            "leaves: what comes later is no longer the base's",
            BaseHistory(7, "", day(3), day(8), [(day(3), ANNA), (day(9), BORIS)]),
            [(3, ANNA, RED, None, 1), (8, ANNA, RED, None, -1)],
        ),
        (
            "changes hands on the day of leaving: leaves from the first hands",
            BaseHistory(7, "", day(3), day(8), [(day(3), ANNA), (day(8), BORIS)]),
            [(3, ANNA, RED, None, 1), (8, ANNA, RED, None, -1)],
        ),
        (
            "an owner of whom no place is known",
            BaseHistory(7, "", day(3), None, [(day(3), 99)]),
            [(3, 99, None, None, 1)],
        ),
    ],
)
def test_the_base_changes(what: str, history: BaseHistory, expected: list[object]) -> None:
    assert table(facts_of(history, STANDING)) == expected, what


@pytest.mark.spec("TEAM-1")
def test_when_the_owner_moves_the_customer_moves_along() -> None:
    """Trap: with -1 in the owner's team of the last day alone, the old team would keep +1 for ever, the new one go
    below nothing."""
    moved = [(ANNA, day(-100), place(RED, NORTH)), (ANNA, day(6), place(BLUE, SOUTH))]
    history = BaseHistory(7, "", day(3), None, [(day(3), ANNA), (day(9), BORIS)])
    facts = facts_of(history, moved)
    assert table(facts) == [
        (3, ANNA, RED, None, 1),
        (6, ANNA, RED, None, -1),
        (6, ANNA, BLUE, None, 1),
        (9, ANNA, BLUE, None, -1),
        (9, BORIS, None, None, 1),
    ]
    assert [fact.member_zone_id for fact in facts] == [NORTH, NORTH, SOUTH, SOUTH, None]


@pytest.mark.spec("TEAM-1")
def test_a_move_to_another_manager_or_capacity_changes_no_base() -> None:
    moved = [(ANNA, day(1), place(RED)), (ANNA, day(6), place(RED)._replace(manager_id=BORIS, capacity=40))]
    assert table(facts_of(BaseHistory(7, "", day(3), None, [(day(3), ANNA)]), moved)) == [
        (3, ANNA, RED, None, 1)
    ]


def test_facts_carry_customer_source_and_role() -> None:
    fact = facts_of(BaseHistory(7, "fair", day(3), None, [(day(3), ANNA)]), STANDING)[0]
    assert (fact.customer_id, fact.source, fact.role, fact.quantity) == (7, "fair", "farmer", 1_000_000)
    assert facts_of(BaseHistory(7, "", day(3), None))[0].source is None


# What a running sum says, against a slow reading of the record, for any history.

DAYS = st.integers(1, 25).map(day)


def since(values: list[int | None]) -> st.SearchStrategy[list[tuple[date, int | None]]]:
    """Rows of an effective-dated thing, rising by day, at most one a day."""
    return st.dictionaries(DAYS, st.sampled_from(values), max_size=5).map(lambda rows: sorted(rows.items()))


STAYS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(
    lambda stay: stay[1] is None or (stay[0] is not None and stay[0] < stay[1])
)
SOMEWHERE = st.builds(place, st.sampled_from([RED, BLUE, None]), st.sampled_from([NORTH, SOUTH, None]))
MOVES = st.lists(
    st.tuples(st.sampled_from([ANNA, BORIS]), DAYS, SOMEWHERE | st.just(NOWHERE)),
    max_size=6,
    unique_by=lambda row: row[:2],
)


@pytest.mark.spec("CUST-2", "TEAM-1")
@settings(deadline=None)
@given(STAYS, since([ANNA, BORIS, None]), since([NORTH, SOUTH, None]), MOVES)
def test_the_running_sum_is_what_the_record_says_on_every_day(
    stay: tuple[date | None, date | None],
    owners: list[tuple[date, int | None]],
    zones: list[tuple[date, int | None]],
    moves: list[tuple[int, date, PlaceOnDay]],
) -> None:
    history = BaseHistory(7, "", *stay, owners, zones)
    facts = facts_of(history, sorted(moves))
    for number in range(28):
        running: Counter[tuple[object, ...]] = Counter()
        for fact in facts:
            if fact.day <= day(number):
                running[seat(fact)] += fact.quantity
        assert {key: total for key, total in running.items() if total} == slowly(history, moves, day(number))
    assert len({(fact.day, *seat(fact)) for fact in facts}) == len(facts), (
        "two changes of one seat on one day"
    )


def seat(fact: Fact) -> tuple[object, ...]:
    """Whose base, as the fact has it."""
    return fact.member_id, fact.team_id, fact.role, fact.member_zone_id, fact.territory_id


def slowly(
    history: BaseHistory, moves: list[tuple[int, date, PlaceOnDay]], on: date
) -> dict[tuple[object, ...], int]:
    """The base on a day, read off the record row by row."""
    if history.entered_on is None or on < history.entered_on:
        return {}
    if history.left_on is not None and on >= history.left_on:
        return {}
    owner = zone = None
    for starts_on, member in history.owners:
        owner = member if starts_on <= on else owner
    for starts_on, territory in history.zones:
        zone = territory if starts_on <= on else zone
    stands = NOWHERE
    for member, starts_on, where in sorted(moves, key=lambda row: row[1]):
        stands = where if member == owner and starts_on <= on else stands
    return {(owner, stands.team_id, stands.role, stands.territory_id, zone): ONE}


def test_what_holds_on_a_day() -> None:
    rows = [(day(3), ANNA), (day(9), None)]
    assert [held_on(rows, day(n)) for n in (2, 3, 8, 9)] == [None, ANNA, ANNA, None]
