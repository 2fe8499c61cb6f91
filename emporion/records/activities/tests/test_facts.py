"""What activities and tasks stand for, in tables that can be checked by hand."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.ledger.vocabulary import Trait
from emporion.records.activities.facts import activity_facts, task_facts
from emporion.records.activities.rules import (
    FIRSTS,
    ActivityFigures,
    TaskFigures,
    by_own_initiative,
    why_not_first,
)
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.told import ANNA, BLUE, BORIS, HEAD, RED, day, place_on

ONE = 1_000_000


def held(kind: str, *members: Share, **others: Any) -> ActivityFigures:
    return ActivityFigures(1, kind, day(2), shares=members or (Share(ANNA),), **others)


@pytest.mark.spec("ACT-1")
@pytest.mark.parametrize(
    ("kind", "others", "fact_kind", "traits"),
    [
        ("call", {"first": "cold"}, "call.made", Trait.COLD | Trait.OWN_INITIATIVE),
        ("call", {"first": "repeat"}, "call.made", Trait.REPEAT | Trait.OWN_INITIATIVE),
        ("call", {"first": "inbound", "own_initiative": False}, "call.made", Trait.INBOUND),
        ("meeting", {"first": "new"}, "meeting.held", Trait.NEW_CUSTOMER | Trait.OWN_INITIATIVE),
        (
            "meeting",
            {"first": "existing", "decision_maker": True},
            "meeting.held",
            Trait.EXISTING_CUSTOMER | Trait.DECISION_MAKER | Trait.OWN_INITIATIVE,
        ),
        ("message", {}, "message.sent", Trait.OWN_INITIATIVE),
        ("visit", {}, "visit.made", Trait.OWN_INITIATIVE),
        ("presentation", {}, "presentation.given", Trait.OWN_INITIATIVE),
    ],
)
def test_each_kind_and_sort(kind: str, others: dict[str, Any], fact_kind: str, traits: Trait) -> None:
    [fact] = activity_facts(held(kind, **others), place_on)
    assert (fact.kind, fact.traits, fact.quantity, fact.team_id) == (fact_kind, int(traits), ONE, RED)


@pytest.mark.spec("ACT-1")
def test_a_meeting_of_two_is_one_for_each_of_them() -> None:
    """The trap: counted by people it would be two for the company; each fact says that its subject is shared."""
    facts = activity_facts(
        held("meeting", Share(ANNA), Share(BORIS), Share(HEAD, 1, "overlay"), minutes=60), place_on
    )
    assert [(f.member_id, f.quantity, f.minutes, f.weight_total, f.credit) for f in facts] == [
        (ANNA, ONE, 60, 2, "direct"),
        (BORIS, ONE, 60, 2, "direct"),
        (HEAD, ONE, 60, 1, "overlay"),
    ]


def test_the_member_of_the_row_counts_until_others_are_named() -> None:
    facts = activity_facts(held("call", Share(ANNA, assumed=True), Share(BORIS)), place_on)
    assert [fact.member_id for fact in facts] == [BORIS]


def test_nobody_s_activity_has_one_fact() -> None:
    [fact] = activity_facts(held("call")._replace(shares=()), place_on)
    assert fact.member_id is None


@pytest.mark.spec("ACT-1")
def test_a_task_is_open_from_its_day_until_it_is_closed() -> None:
    task = TaskFigures(1, day(2), day(9), member_id=ANNA, deal_id=7, is_next_step=True)
    [opened] = task_facts(task, place_on)
    assert (opened.kind, opened.day, opened.due_day, opened.quantity) == ("task.opened", day(2), day(9), ONE)
    assert Trait(opened.traits) == Trait.NEXT_STEP
    _, closed = task_facts(task._replace(done_on=day(25)), place_on)
    assert (closed.kind, closed.day, closed.due_day, closed.quantity) == (
        "task.closed",
        day(25),
        day(9),
        -ONE,
    )


@pytest.mark.spec("ACT-1", "TEAM-1")
def test_a_task_closed_after_its_member_changed_teams_leaves_nothing_open_in_either() -> None:
    """The trap: opened in team red, closed in team blue, red would have it open for ever and blue less than none."""
    facts = task_facts(TaskFigures(1, day(2), member_id=ANNA, done_on=day(25)), place_on)
    assert [fact.team_id for fact in facts] == [RED, RED]
    assert place_on(ANNA, day(25)).team_id == BLUE


DAYS = st.integers(1, 30).map(day)


@pytest.mark.spec("ACT-1")
@given(DAYS, st.one_of(st.none(), DAYS), DAYS)
def test_open_tasks_sum_up_as_the_record_says(opened: date, due: date | None, on: date) -> None:
    for done in (None, opened, max(opened, on)):
        facts = task_facts(TaskFigures(1, opened, due, done, member_id=ANNA), place_on)
        is_open = opened <= on and (done is None or done > on)
        assert sum(fact.quantity for fact in facts if fact.day <= on) == (ONE if is_open else 0)


@pytest.mark.parametrize("kind", FIRSTS)
def test_only_calls_and_meetings_have_sorts(kind: str) -> None:
    sorts = {sort for sorts in FIRSTS.values() for sort in sorts}
    assert {sort for sort in sorts if not why_not_first(kind, sort)} == set(FIRSTS[kind])
    assert why_not_first(kind, "") == ""


def test_only_inbound_calls_are_not_of_our_own_initiative() -> None:
    assert [sort for sort in ("", "cold", "repeat", "inbound", "new") if not by_own_initiative(sort)] == [
        "inbound"
    ]
