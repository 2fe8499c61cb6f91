"""Busy work and saturation on small tables that a seller could check."""

from fractions import Fraction
from typing import Any

import pytest

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.definitions.work import METRICS
from emporion.numbers.metrics.shape import NO_TRAIT
from emporion.numbers.metrics.tests.derived_answers import cells, facts_of, number
from emporion.numbers.metrics.tests.facts_table import FactsTable

BY_NAME = {metric.name: metric for metric in METRICS}
JANUARY, FEBRUARY = Period.month(2026, 1), Period.month(2026, 2)


def of(name: str, facts: FactsTable, period: Period, *by: str, **asked: Any) -> Any:
    """A metric by its name: by some columns, or for everyone together."""
    answer = cells if by else number
    return answer(BY_NAME[name], facts, period, *by, **asked)


# Busy work


def after_a_call(kind: str, day: str, *, customer: int = 7, traits: Trait = NO_TRAIT) -> FactsTable:
    """A call to customer 7 on 5 January and something on another day; the ledger goes on to the end of February."""
    facts = FactsTable()
    facts.add("call.made", "2026-01-05", member=1, customer=7)
    facts.add(kind, day, member=2, customer=customer, order=1, deal=1, traits=traits)
    facts.add("payment.received", "2026-02-28", customer=99, quantity=0)
    return facts


@pytest.mark.spec("TEAM-3")
@pytest.mark.parametrize(
    ("day", "busy"), [("2026-01-04", 1), ("2026-01-05", 0), ("2026-01-19", 0), ("2026-01-20", 1)]
)
def test_progress_counts_from_the_day_itself_to_the_fourteenth_day_after(day: str, busy: int) -> None:
    assert of("busy_work", after_a_call("order.placed", day), JANUARY) == busy


@pytest.mark.spec("TEAM-3")
@pytest.mark.parametrize(
    ("kind", "traits", "busy"),
    [
        ("stage.entered", NO_TRAIT, 0),
        ("task.opened", Trait.NEXT_STEP, 0),
        ("task.opened", NO_TRAIT, 1),
        ("stage.left", Trait.FORWARD, 1),
        ("message.sent", NO_TRAIT, 1),
    ],
)
def test_what_is_progress(kind: str, traits: Trait, busy: int) -> None:
    facts = after_a_call(kind, "2026-01-10", traits=traits)
    assert of("busy_work", facts, JANUARY, only={"member_id": (1,)}) == busy


def test_progress_of_another_customer_is_none() -> None:
    assert of("busy_work", after_a_call("order.placed", "2026-01-10", customer=8), JANUARY) == 1


def test_trap_nobody_known_makes_no_progress() -> None:
    facts = FactsTable()
    facts.add("call.made", "2026-01-05", member=1)
    facts.add("order.placed", "2026-01-06", member=1, order=1)
    assert of("busy_work", facts, JANUARY) == 1


def test_an_order_taken_back_is_no_progress() -> None:
    facts = after_a_call("order.placed", "2026-01-10")
    facts.take_back(2)
    assert of("busy_work", facts, JANUARY) == 1


@pytest.mark.parametrize(("known_until", "busy"), [("2026-02-03", None), ("2026-02-04", 1)])
def test_trap_an_activity_younger_than_the_wait_is_not_judged(known_until: str, busy: int | None) -> None:
    facts = FactsTable()
    facts.add("call.made", "2026-01-21", member=1, customer=7)
    facts.add("payment.received", known_until, customer=99, quantity=0)
    assert of("busy_work", facts, JANUARY) == busy


def test_progress_after_the_period_still_counts() -> None:
    facts = FactsTable()
    facts.add("meeting.held", "2026-01-31", member=1, customer=7)
    facts.add("order.placed", "2026-02-14", member=1, customer=7, order=1)
    assert of("busy_work", facts, JANUARY) == 0


def test_a_meeting_by_two_is_one_for_the_company_and_one_for_each() -> None:
    facts = FactsTable()
    for member in (1, 2):
        facts.add("meeting.held", "2026-01-05", member=member, customer=7, subject=("activity", 1))
    facts.add("call.made", "2026-01-05", member=1, customer=8, subject=("activity", 2))
    facts.add("order.placed", "2026-01-06", member=1, customer=8, order=1)
    assert of("busy_work", facts, JANUARY) == Fraction(1, 2)
    assert of("busy_work", facts, JANUARY, "member_id") == {(1,): Fraction(1, 2), (2,): 1}


# Saturation


def served(capacity: int | None, *customers: int) -> FactsTable:
    """Member 1 with so much capacity has these customers since June; those with an even number have ordered."""
    facts = FactsTable()
    facts.describe("members", member_id=1, team_id=5, capacity=capacity)
    facts.describe("members", member_id=2, team_id=5)
    for customer in customers:
        facts.add("base.changed", "2025-06-01", customer=customer, member=1)
        if customer % 2 == 0:
            facts.add("order.placed", "2025-07-01", customer=customer, member=2, order=customer)
    return facts


@pytest.mark.spec("TEAM-3")
@pytest.mark.parametrize(("capacity", "saturated"), [(1, 1), (2, 1), (3, 0), (None, 0)])
def test_as_many_served_customers_as_capacity_saturate(capacity: int | None, saturated: int) -> None:
    facts = served(capacity, 2, 4, 5, 7)
    assert of("saturation", facts, JANUARY) == saturated
    assert of("saturation", facts, JANUARY, "team_id") == ({(5,): 1} if saturated else {})


def test_a_customer_handed_over_is_served_no_more() -> None:
    facts = served(2, 2, 4)
    facts.add("base.changed", "2026-02-01", customer=4, member=1, quantity=-1)
    facts.add("base.changed", "2026-02-01", customer=4, member=2)
    assert [of("saturation", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


def weeks(*own_of_ten: int | None) -> FactsTable:
    """Ten contacts in each of the weeks that end on 31 January, so many of them of own accord; None for no contact."""
    facts = served(None)
    for week, own in enumerate(own_of_ten):
        for number_ in range(10 if own is not None else 0):
            trait = Trait.OWN_INITIATIVE if number_ < (own or 0) else Trait.INBOUND
            facts.add("call.made", f"2026-01-{31 - 7 * week - number_ % 7:02}", member=1, traits=trait)
    return facts


@pytest.mark.spec("TEAM-3")
@pytest.mark.parametrize(
    ("own", "saturated"),
    [((2, 2, 2), 1), ((2, 2, 3), 0), ((2, 3, 2), 0), ((0, 0, None), 0), ((0, 0, 0, 9), 1), ((3, 0, 0, 0), 0)],
)
def test_three_weeks_in_a_row_with_too_little_own_initiative_saturate(
    own: tuple[int | None, ...], saturated: int
) -> None:
    assert of("saturation", weeks(*own), JANUARY, "member_id") == ({(1,): 1} if saturated else {})


def test_the_weeks_are_a_setting() -> None:
    assert of("saturation", weeks(2, 5, 5), JANUARY, settings={"saturation_weeks": 1}) == 1


def test_the_facts_behind_are_the_contacts_and_the_customers() -> None:
    assert len(facts_of(BY_NAME["saturation"].shape, weeks(2, 2, 2).scan(JANUARY))) == 30
    facts = served(2, 2, 4)
    assert {row["kind"] for row in facts_of(BY_NAME["saturation"].shape, facts.scan(JANUARY))} == {
        "base.changed"
    }
