"""Customer metrics on small tables that a seller could check."""

from datetime import date, timedelta
from typing import Any

import pytest

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.definitions.customers import METRICS
from emporion.numbers.metrics.tests.derived_answers import cells, facts_of, number
from emporion.numbers.metrics.tests.facts_table import FactsTable

BY_NAME = {metric.name: metric for metric in METRICS}
JANUARY, FEBRUARY, MARCH = (Period.month(2026, month) for month in (1, 2, 3))
EURO = 10_000


def sold(*orders: tuple[int, str], member: int = 1) -> FactsTable:
    """Orders of 100 euros, by customer and day."""
    facts = FactsTable()
    for order, (customer, day) in enumerate(orders, start=1):
        facts.add("order.placed", day, member=member, customer=customer, order=order, amount=100)
    return facts


def of(name: str, facts: FactsTable, period: Period, *by: str, **asked: Any) -> Any:
    """A metric by its name: by some columns, or for everyone together."""
    answer = cells if by else number
    return answer(BY_NAME[name], facts, period, *by, **asked)


def parts(facts: FactsTable, period: Period) -> tuple[object, ...]:
    """New, retained and reactivated revenue in euros."""
    names = ("new_customer_revenue", "retained_revenue", "reactivated_revenue")
    return tuple(of(name, facts, period) / EURO for name in names)


# New


def test_a_new_customer_is_new_in_the_period_of_the_first_order_only() -> None:
    facts = sold((7, "2026-01-31"), (7, "2026-02-01"), (8, "2026-02-28"))
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY, MARCH)] == [1, 1, 0]
    assert parts(facts, FEBRUARY) == (100, 100, 0)


def test_all_orders_of_a_new_customer_in_the_period_are_new_revenue() -> None:
    facts = sold((7, "2026-01-05"), (7, "2026-01-25"))
    assert parts(facts, JANUARY) == (200, 0, 0)


def test_trap_a_cancelled_first_order_makes_the_next_one_the_first() -> None:
    facts = sold((7, "2026-01-05"), (7, "2026-02-10"))
    facts.add("order.cancelled", "2026-01-20", member=1, customer=7, order=1, amount=-100, quantity=-1)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [0, 1]
    assert parts(facts, JANUARY) == (0, 0, 0)
    assert parts(facts, FEBRUARY) == (100, 0, 0)


def test_trap_a_first_order_cancelled_later_makes_nobody_new_twice() -> None:
    # Trap: asked with what January knew, the customer would be new in January and again in February.
    facts = sold((7, "2026-01-05"), (7, "2026-02-10"))
    facts.add("order.cancelled", "2026-02-20", member=1, customer=7, order=1, amount=-100, quantity=-1)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [0, 1]
    assert parts(facts, JANUARY) == (0, 100, 0)
    assert parts(facts, FEBRUARY) == (0, 0, 0)


def test_a_partly_cancelled_first_order_stays_the_first() -> None:
    facts = FactsTable()
    facts.add("order.placed", "2026-01-05", member=1, customer=7, order=1, amount=100, quantity=10)
    facts.add("order.cancelled", "2026-01-06", member=1, customer=7, order=1, amount=-40, quantity=-4)
    facts.add("order.placed", "2026-02-05", member=1, customer=7, order=2, amount=100)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


def test_trap_a_return_in_a_later_period_is_retained_and_undoes_no_first_order() -> None:
    facts = sold((7, "2026-01-05"))
    facts.add("order.returned", "2026-02-03", member=1, customer=7, order=1, amount=-100, quantity=-1)
    assert parts(facts, JANUARY) == (100, 0, 0)
    assert parts(facts, FEBRUARY) == (0, -100, 0)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


def test_trap_a_back_dated_order_takes_the_first_place() -> None:
    facts = sold((7, "2026-02-10"))
    assert of("new_customers", facts, FEBRUARY) == 1
    facts.add("order.placed", "2026-01-15", member=1, customer=7, order=2, amount=100)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]
    assert parts(facts, FEBRUARY) == (0, 100, 0)


def test_trap_an_order_moved_to_another_day_is_not_on_both() -> None:
    facts = sold((7, "2026-01-05"))
    facts.take_back(1)
    facts.add("order.placed", "2026-02-05", member=1, customer=7, order=1, amount=100)
    assert [of("new_customers", facts, period) for period in (JANUARY, FEBRUARY)] == [0, 1]
    assert parts(facts, JANUARY) == (0, 0, 0)


def test_an_opening_balance_is_history_and_no_revenue() -> None:
    facts = FactsTable()
    facts.add("order.placed", "2026-01-01", customer=7, order=1, amount=999, traits=Trait.OPENING)
    facts.add("order.placed", "2026-01-20", member=1, customer=7, order=2, amount=100)
    assert of("new_customers", facts, JANUARY) == 0
    assert parts(facts, JANUARY) == (0, 100, 0)


def test_a_new_customer_of_two_sellers_is_one_for_the_company_and_one_for_each() -> None:
    facts = FactsTable()
    for member in (1, 2):
        facts.add("order.placed", "2026-01-05", member=member, customer=7, order=1, amount=50, weight_total=2)
    facts.add("order.placed", "2026-01-06", member=3, customer=7, order=2, amount=50)
    assert of("new_customers", facts, JANUARY) == 1
    assert of("new_customers", facts, JANUARY, "member_id") == {(1,): 1, (2,): 1}


def test_trap_credit_taken_from_a_seller_takes_the_new_customer_too() -> None:
    facts = sold((7, "2026-01-05"), member=1)
    facts.take_back(1)
    facts.add("order.placed", "2026-01-05", member=2, customer=7, order=1, amount=100)
    assert of("new_customers", facts, JANUARY, "member_id") == {(2,): 1}


def test_trap_a_customer_bought_first_from_another_is_not_new_for_me() -> None:
    facts = sold((7, "2026-01-05"), member=1)
    facts.add("order.placed", "2026-02-05", member=2, customer=7, order=2, amount=100)
    assert of("new_customers", facts, FEBRUARY, only={"member_id": (2,)}) == 0
    assert of("retained_revenue", facts, FEBRUARY, only={"member_id": (2,)}) == 100 * EURO


def test_trap_an_assistants_overlay_is_neither_revenue_nor_a_second_customer() -> None:
    facts = sold((7, "2026-01-05"))
    facts.add("order.placed", "2026-01-05", member=9, customer=7, order=1, amount=100, credit="overlay")
    assert parts(facts, JANUARY) == (100, 0, 0)
    assert of("new_customers", facts, JANUARY, "member_id") == {(1,): 1}


def test_a_sale_to_nobody_known_is_retained() -> None:
    facts = FactsTable()
    facts.add("order.placed", "2026-01-05", member=1, order=1, amount=100)
    assert parts(facts, JANUARY) == (0, 100, 0)


# Lost, fading, won back


@pytest.mark.spec("CUST-6")
@pytest.mark.parametrize(("last", "lost"), [("2026-01-01", 0), ("2026-01-02", 1)])
def test_with_few_orders_the_boundary_is_365_days_of_silence(last: str, lost: int) -> None:
    facts = sold((7, "2025-01-01"), (7, "2024-12-25"))
    assert of("lost_customers", facts, Period.parse(f"2025-12-01..{last}")) == lost


@pytest.mark.spec("CUST-6")
@pytest.mark.parametrize(("silence", "fading", "lost"), [(30, 0, 0), (31, 1, 0), (60, 1, 0), (61, 0, 1)])
def test_exactly_three_orders_have_a_rhythm(silence: int, fading: int, lost: int) -> None:
    # Gaps of 18 and 22 days: the own median gap is 20, fading after 30, lost after 60.
    facts = sold((7, "2025-01-01"), (7, "2025-01-19"), (7, "2025-02-10"))
    day = date(2025, 2, 10) + timedelta(silence)
    period = Period.inclusive(day, day)
    assert (of("fading_customers", facts, period), of("lost_customers", facts, period)) == (fading, lost)


@pytest.mark.spec("CUST-6")
@pytest.mark.parametrize(("gap", "patience"), [(5, 30), (400, 730)])
def test_patience_has_a_least_and_a_most(gap: int, patience: int) -> None:
    start = date(2020, 1, 1)
    facts = sold(*[(7, str(start + timedelta(gap * n))) for n in range(4)])
    days = [start + timedelta(gap * 3 + silence) for silence in (patience, patience + 1)]
    assert [of("lost_customers", facts, Period.inclusive(day, day)) for day in days] == [0, 1]


def test_trap_two_orders_on_one_day_are_one_order_day() -> None:
    facts = sold((7, "2025-01-01"), (7, "2025-01-01"), (7, "2025-01-11"))
    assert of("lost_customers", facts, Period.parse("2025-12-31")) == 0


def test_half_a_day_of_median_gap_is_kept() -> None:
    # Gaps of 10 and 11: the median is 10.5, lost after 31.5 days, fading after 15.75.
    facts = sold((7, "2025-01-01"), (7, "2025-01-11"), (7, "2025-01-22"))
    assert of("lost_customers", facts, Period.parse("2025-02-22")) == 0
    assert of("lost_customers", facts, Period.parse("2025-02-23")) == 1
    assert of("fading_customers", facts, Period.parse("2025-02-06")) == 0
    assert of("fading_customers", facts, Period.parse("2025-02-07")) == 1


@pytest.mark.spec("CUST-6")
@pytest.mark.parametrize(("day", "won_back", "revenue"), [(1, 0, (0, 100, 0)), (2, 1, (0, 0, 100))])
def test_won_back_when_lost_on_the_day_before(day: int, won_back: int, revenue: tuple[int, ...]) -> None:
    # The last order was on 2025-01-01: the 365th day of silence is 2026-01-01.
    facts = sold((7, "2025-01-01"), (7, f"2026-01-0{day + 1}"))
    assert of("won_back_customers", facts, JANUARY) == won_back
    assert parts(facts, JANUARY) == revenue


def test_the_rhythm_at_an_order_is_of_the_days_before_it() -> None:
    # Gaps 10, 10: lost after 30 days. The gap of 32 itself does not count in the customer's favour.
    facts = sold((7, "2025-11-10"), (7, "2025-11-20"), (7, "2025-11-30"), (7, "2026-01-01"))
    assert of("won_back_customers", facts, JANUARY) == 1


def test_after_coming_back_the_next_orders_are_retained() -> None:
    facts = sold((7, "2024-01-01"), (7, "2026-01-05"), (7, "2026-01-06"))
    assert parts(facts, JANUARY) == (0, 100, 100)
    assert of("won_back_customers", facts, JANUARY) == 1


def test_two_orders_on_the_day_of_coming_back_are_both_reactivated() -> None:
    facts = sold((7, "2024-01-01"), (7, "2026-01-05"), (7, "2026-01-05"))
    assert parts(facts, JANUARY) == (0, 0, 200)
    assert of("won_back_customers", facts, JANUARY) == 1


def test_a_return_goes_with_its_order() -> None:
    facts = sold((7, "2024-01-01"), (7, "2026-01-05"), (7, "2026-01-15"))
    facts.add("order.returned", "2026-02-01", member=1, customer=7, order=2, amount=-30, quantity="-0.3")
    assert parts(facts, FEBRUARY) == (0, 0, -30)


def test_a_cancelled_comeback_wins_nobody_back_and_its_amounts_stay_together() -> None:
    facts = sold((7, "2024-01-01"), (7, "2026-01-05"))
    facts.add("order.cancelled", "2026-02-01", member=1, customer=7, order=2, amount=-100, quantity=-1)
    assert of("won_back_customers", facts, Period.parse("2026-01-01..2026-02-28")) == 0
    assert parts(facts, FEBRUARY) == (0, 0, -100)
    assert of("lost_customers", facts, FEBRUARY) == 1


# The base


def based() -> FactsTable:
    """Customer 7 is member 1's in zone 10, since February member 2's; 8 is nobody's and never was in the base."""
    facts = sold((7, "2026-01-05"), (8, "2026-01-05"), member=5)
    for day, member, quantity in (("2025-06-01", 1, 1), ("2026-02-01", 1, -1), ("2026-02-01", 2, 1)):
        facts.add("base.changed", day, customer=7, member=member, territory=10, quantity=quantity)
    facts.add("base.changed", "2025-06-01", customer=9, member=1, territory=11)
    return facts


@pytest.mark.spec("CUST-2")
def test_the_base_is_counted_under_the_owner_of_the_last_day() -> None:
    assert of("active_base", based(), JANUARY, "member_id") == {(1,): 1, (None,): 1}
    assert of("active_base", based(), FEBRUARY, "member_id") == {(2,): 1, (None,): 1}
    assert of("total_base", based(), JANUARY, "member_id") == {(1,): 2}
    assert of("total_base", based(), FEBRUARY, "territory_id") == {(10,): 1, (11,): 1}
    assert of("base_coverage", based(), FEBRUARY, "territory_id") == {(10,): 1, (11,): 0}


@pytest.mark.spec("CUST-2")
def test_coverage_of_nobody_is_empty() -> None:
    assert of("base_coverage", sold((7, "2026-01-05")), JANUARY) is None


def test_asked_for_one_owner_or_none_only_theirs_are_counted() -> None:
    assert of("active_base", based(), JANUARY, only={"member_id": (1,)}) == 1
    assert of("active_base", based(), JANUARY, only={"member_id": (None,)}) == 1
    assert of("active_base", based(), JANUARY, only={"member_id": (5,)}) == 0


@pytest.mark.spec("CUST-2")
@pytest.mark.parametrize(("last", "active"), [("2026-04-04", 1), ("2026-04-05", 0)])
def test_the_ninetieth_day_is_in_and_the_next_is_not(last: str, active: int) -> None:
    # From 2026-01-05 to 2026-04-04 there are 90 days, both of them counted.
    assert of("active_base", sold((7, "2026-01-05")), Period.parse(f"2026-04-01..{last}")) == active


def test_the_window_is_a_setting() -> None:
    facts = sold((7, "2026-01-05"))
    assert of("active_base", facts, FEBRUARY, settings={"active_base_days": 30}) == 0


def test_who_gave_everything_back_is_not_active() -> None:
    facts = sold((7, "2026-01-05"))
    facts.add("order.returned", "2026-01-20", member=1, customer=7, order=1, amount=-100, quantity=-1)
    assert of("active_base", facts, JANUARY) == 0


def test_trap_an_owner_who_changed_team_leaves_no_shadow_in_the_old_one() -> None:
    facts = FactsTable()
    facts.add("base.changed", "2025-06-01", customer=7, member=1, team=1)
    facts.add("base.changed", "2026-01-10", customer=7, member=1, team=2, quantity=-1)
    facts.add("base.changed", "2026-01-10", customer=7, member=3, team=2)
    assert of("total_base", facts, JANUARY, "team_id") == {(2,): 1}
    assert of("total_base", facts, JANUARY, only={"team_id": (1,)}) == 0


def test_who_left_the_base_is_out_of_it() -> None:
    facts = FactsTable()
    facts.add("base.changed", "2025-06-01", customer=7, member=1)
    facts.add("base.changed", "2026-02-01", customer=7, member=1, quantity=-1)
    assert [of("total_base", facts, period) for period in (JANUARY, FEBRUARY)] == [1, 0]


def test_the_facts_behind_are_those_of_the_counted_customers() -> None:
    facts = based()
    scan = facts.scan(JANUARY, only={"member_id": (1,)})
    assert [row["customer_id"] for row in facts_of(BY_NAME["active_base"].shape, scan)] == [7]
    behind = facts_of(BY_NAME["new_customer_revenue"].shape, facts.scan(JANUARY))
    assert sum(row["amount"] for row in behind) == of("new_customer_revenue", facts, JANUARY)
