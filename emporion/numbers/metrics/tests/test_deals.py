"""Metrics of the funnel on small tables that a seller could check."""

from fractions import Fraction
from typing import Any

import pytest

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.definitions.deals import METRICS
from emporion.numbers.metrics.shape import Ratio
from emporion.numbers.metrics.tests.derived_answers import cells, facts_of, number
from emporion.numbers.metrics.tests.facts_table import FactsTable

BY_NAME = {metric.name: metric for metric in METRICS}
JANUARY, FEBRUARY = Period.month(2026, 1), Period.month(2026, 2)
EURO = 10_000
FIRST, SECOND, WON, LOST = 1, 2, 8, 9


def of(name: str, facts: FactsTable, period: Period, *by: str, **asked: Any) -> Any:
    """A metric by its name: by some columns, or for everyone together."""
    answer = cells if by else number
    return answer(BY_NAME[name], facts, period, *by, **asked)


class Funnel(FactsTable):
    """Facts of deals, written as a seller tells them."""

    def __init__(self) -> None:
        super().__init__()
        for stage, outcome in ((FIRST, "open"), (SECOND, "open"), (WON, "won"), (LOST, "lost")):
            self.describe("stages", stage_id=stage, position=stage, outcome=outcome)

    def enter(self, deal: int, stage: int, day: str, *, value: int = 100, member: int = 1) -> None:
        self.add("stage.entered", day, deal=deal, stage=stage, member=member, customer=deal)
        if stage not in {WON, LOST}:
            self.add(
                "pipeline.changed", day, deal=deal, stage=stage, member=member, customer=deal, amount=value
            )

    def leave(
        self,
        deal: int,
        stage: int,
        day: str,
        trait: Trait = Trait.FORWARD,
        *,
        value: int = 100,
        member: int = 1,
    ) -> None:
        self.add("stage.left", day, deal=deal, stage=stage, member=member, customer=deal, traits=trait)
        self.add(
            *("pipeline.changed", day),
            deal=deal,
            stage=stage,
            member=member,
            customer=deal,
            amount=-value,
            quantity=-1,
        )


# What is open


def test_open_is_the_running_sum_on_the_last_day() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2025-12-30")
    facts.leave(1, FIRST, "2026-02-01")
    facts.enter(1, SECOND, "2026-02-01")
    facts.enter(2, FIRST, "2026-01-31", value=50)
    facts.leave(2, FIRST, "2026-02-28", Trait.LOST, value=50)
    assert of("open_deals", facts, JANUARY, "stage_id") == {(FIRST,): 2}
    assert of("open_deals", facts, FEBRUARY, "stage_id") == {(SECOND,): 1}
    assert of("open_deal_value", facts, JANUARY) == 150 * EURO
    assert of("open_deal_value", facts, FEBRUARY) == 100 * EURO


def test_a_deal_of_two_sellers_is_one_for_the_company_and_its_value_is_split() -> None:
    facts = FactsTable()
    for member, value in ((1, 70), (2, 30)):
        facts.add("pipeline.changed", "2026-01-05", deal=1, stage=FIRST, member=member, amount=value)
    assert of("open_deals", facts, JANUARY) == 1
    assert of("open_deals", facts, JANUARY, "member_id") == {(1,): 1, (2,): 1}
    assert of("open_deal_value", facts, JANUARY, "member_id") == {(1,): 70 * EURO, (2,): 30 * EURO}


def test_a_changed_value_is_in_from_its_day() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05", value=100)
    facts.add("pipeline.changed", "2026-02-10", deal=1, stage=FIRST, member=1, amount=40, quantity=0)
    assert [of("open_deal_value", facts, period) for period in (JANUARY, FEBRUARY)] == [
        100 * EURO,
        140 * EURO,
    ]


def test_trap_a_seller_who_changed_team_leaves_no_deal_in_the_old_one() -> None:
    facts = FactsTable()
    facts.add("pipeline.changed", "2026-01-05", deal=1, stage=FIRST, member=1, team=1, amount=100)
    facts.add(
        "pipeline.changed", "2026-02-05", deal=1, stage=FIRST, member=1, team=2, amount=-100, quantity=-1
    )
    facts.add("pipeline.changed", "2026-02-05", deal=1, stage=SECOND, member=1, team=2, amount=100)
    assert of("open_deals", facts, FEBRUARY, "team_id") == {(2,): 1}
    assert of("open_deals", facts, FEBRUARY, only={"team_id": (1,)}) == 0


def test_the_facts_behind_the_value_sum_to_it_whatever_team_they_were_made_in() -> None:
    facts = FactsTable()
    facts.add("pipeline.changed", "2026-01-05", deal=1, stage=FIRST, member=1, team=1, amount=100)
    facts.add("pipeline.changed", "2026-01-15", deal=1, stage=FIRST, member=1, team=2, amount=20, quantity=0)
    facts.add("pipeline.changed", "2026-01-15", deal=2, stage=FIRST, member=None, team=3, amount=7)
    scan = facts.scan(JANUARY, only={"team_id": (1,)})
    assert sum(row["amount"] for row in facts_of(BY_NAME["open_deal_value"].shape, scan)) == 120 * EURO
    everything = facts_of(BY_NAME["open_deal_value"].shape, facts.scan(JANUARY))
    assert sum(row["amount"] for row in everything) == 127 * EURO


# What is left lying


@pytest.mark.spec("SEE-2")
def test_a_deal_without_an_open_task_has_no_next_step() -> None:
    facts = Funnel()
    for deal in (1, 2, 3):
        facts.enter(deal, FIRST, "2026-01-05")
    facts.add("task.opened", "2026-01-05", deal=1, member=9, subject=("task", 1))
    facts.add("task.opened", "2026-01-05", deal=2, member=1, subject=("task", 2))
    facts.add("task.closed", "2026-01-31", deal=2, member=1, subject=("task", 2), quantity=-1)
    assert of("deals_without_next_step", facts, JANUARY, "deal_id") == {(2,): 1, (3,): 1}
    assert of("deals_without_next_step", facts, Period.parse("2026-01-01..2026-01-30")) == 1


def test_trap_a_task_of_no_deal_plans_no_deal() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05")
    facts.add("task.opened", "2026-01-05", member=1)
    assert of("deals_without_next_step", facts, JANUARY) == 1


@pytest.mark.spec("SEE-2")
def test_a_task_due_on_the_last_day_is_not_yet_overdue() -> None:
    facts = FactsTable()
    facts.add("task.opened", "2026-01-05", member=1, due="2026-01-31")
    facts.add("task.opened", "2026-01-05", member=1, due="2026-01-30")
    facts.add("task.opened", "2026-01-05", member=1)
    assert [of("overdue_tasks", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 2]


def test_a_task_done_later_was_overdue_before() -> None:
    facts = FactsTable()
    facts.add("task.opened", "2026-01-05", member=1, due="2026-01-10", subject=("task", 1))
    facts.add("task.closed", "2026-02-02", member=1, due="2026-01-10", subject=("task", 1), quantity=-1)
    assert [of("overdue_tasks", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


# Conversion


@pytest.mark.spec("PIPE-4")
def test_forty_in_the_stage_and_ten_moved_on_is_a_quarter() -> None:
    facts = Funnel()
    for deal in range(1, 41):
        facts.enter(deal, FIRST, "2026-01-05")
    for deal in range(1, 11):
        facts.leave(deal, FIRST, "2026-01-20")
    assert of("stage_conversion", facts, JANUARY) == Fraction(1, 4)
    assert of("stage_conversion_calendar", facts, JANUARY, "stage_id") == {(FIRST,): Fraction(1, 4)}


@pytest.mark.spec("PIPE-4")
def test_the_cohort_moves_on_later_and_the_calendar_counts_the_month_it_does() -> None:
    facts = Funnel()
    for deal in (1, 2):
        facts.enter(deal, FIRST, "2026-01-05")
    facts.leave(1, FIRST, "2026-02-10")
    facts.enter(1, SECOND, "2026-02-10")
    facts.enter(3, FIRST, "2026-02-20")
    assert of("stage_conversion", facts, JANUARY) == Fraction(1, 2)
    assert of("stage_conversion_calendar", facts, JANUARY) == 0
    assert of("stage_conversion_calendar", facts, FEBRUARY, "stage_id") == {
        (FIRST,): Fraction(1, 3),
        (SECOND,): 0,
    }


@pytest.mark.spec("PIPE-4")
def test_trap_a_deal_that_returns_to_a_stage_counts_once() -> None:
    facts = Funnel()
    for start, back in (("2026-01-05", "2026-01-07"), ("2026-01-09", "2026-01-11")):
        facts.enter(1, FIRST, start)
        facts.leave(1, FIRST, back)
    facts.enter(2, FIRST, "2026-01-05")
    assert of("stage_conversion", facts, JANUARY) == Fraction(1, 2)
    assert of("stage_conversion_calendar", facts, JANUARY) == Fraction(1, 2)


@pytest.mark.spec("PIPE-4")
def test_trap_closed_lost_from_the_stage_has_not_moved_on() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05")
    facts.leave(1, FIRST, "2026-01-06", Trait.LOST)
    facts.enter(1, LOST, "2026-01-06")
    assert of("stage_conversion", facts, JANUARY) == 0
    assert of("stage_conversion_calendar", facts, JANUARY) == 0


def test_what_is_won_has_moved_on_and_is_in_no_stage_to_move_on_from() -> None:
    facts = Funnel()
    facts.enter(1, SECOND, "2026-01-05")
    facts.leave(1, SECOND, "2026-01-06")
    facts.enter(1, WON, "2026-01-06")
    assert of("stage_conversion", facts, JANUARY, "stage_id") == {(SECOND,): 1}
    assert of("stage_conversion_calendar", facts, JANUARY) == 1


def test_trap_a_move_before_the_entry_in_the_period_is_of_an_earlier_cohort() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05")
    facts.leave(1, FIRST, "2026-01-06")
    facts.enter(1, FIRST, "2026-02-05")
    assert [of("stage_conversion", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


def test_trap_moved_on_by_another_it_has_moved_on_for_who_had_it() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05", member=1)
    facts.leave(1, FIRST, "2026-01-06", member=2)
    for name in ("stage_conversion", "stage_conversion_calendar"):
        assert of(name, facts, JANUARY, "member_id") == {(1,): 1}
        assert of(name, facts, JANUARY, only={"member_id": (1,)}) == 1


def test_no_deals_is_empty_and_not_nothing() -> None:
    assert of("stage_conversion", Funnel(), JANUARY) is None


def test_a_deal_of_two_sellers_converts_once_for_the_company_and_once_for_each() -> None:
    facts = Funnel()
    for member in (1, 2):
        facts.enter(1, FIRST, "2026-01-05", member=member)
        facts.leave(1, FIRST, "2026-01-06", member=member)
    facts.enter(2, FIRST, "2026-01-05", member=1)
    assert of("stage_conversion", facts, JANUARY) == Fraction(1, 2)
    assert of("stage_conversion", facts, JANUARY, "member_id") == {(1,): Fraction(1, 2), (2,): 1}


# Days from call to contract


def called_and_signed(*contracts: tuple[int, str, tuple[int, ...]]) -> FactsTable:
    """Customers 1 and 2 were first called on the 1st and the 11th of January; contracts by customer, day, sellers."""
    facts = FactsTable()
    for customer, day in ((1, "2026-01-01"), (1, "2026-01-20"), (2, "2026-01-11")):
        facts.add("call.made", day, member=9, customer=customer)
    for contract, (customer, day, sellers) in enumerate(contracts, start=1):
        for member in sellers:
            facts.add(
                "contract.signed", day, member=member, customer=customer, subject=("contract", contract)
            )
    return facts


def test_trap_the_mean_is_over_contracts_and_not_over_their_sellers() -> None:
    facts = called_and_signed((1, "2026-01-11", (1, 2)), (2, "2026-02-20", (1,)))
    both = Period.parse("2026-01-01..2026-02-28")
    assert of("days_call_to_contract", facts, both) == 25
    assert of("days_call_to_contract", facts, both, "member_id") == {(1,): 25, (2,): 10}


def test_contracts_without_an_earlier_call_are_left_out() -> None:
    facts = called_and_signed((1, "2026-01-31", (1,)), (2, "2026-01-10", (1,)), (3, "2026-01-10", (1,)))
    assert of("days_call_to_contract", facts, JANUARY) == 30


def test_a_contract_on_the_day_of_the_call_took_no_days() -> None:
    assert of("days_call_to_contract", called_and_signed((1, "2026-01-01", (1,))), JANUARY) == 0


def test_without_contracts_it_is_empty() -> None:
    assert of("days_call_to_contract", called_and_signed(), JANUARY) is None


def test_every_ratio_shows_facts_behind_both_of_its_parts() -> None:
    facts = Funnel()
    facts.enter(1, FIRST, "2026-01-05")
    facts.leave(1, FIRST, "2026-02-06")
    shape = BY_NAME["stage_conversion_calendar"].shape
    assert isinstance(shape, Ratio)
    scan = facts.scan(FEBRUARY)
    assert [row["kind"] for row in facts_of(shape.numerator, scan)] == ["stage.left"]
    assert [row["kind"] for row in facts_of(shape.denominator, scan)] == ["pipeline.changed"]
