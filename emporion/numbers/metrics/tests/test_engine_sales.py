"""Sales, money and activity, each by a table that a seller can check by hand."""

from typing import Any

import pytest

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.tests.engine_answers import answer, answers, by
from emporion.numbers.metrics.tests.facts_table import FactsTable

JANUARY = Period.month(2026, 1)
FEBRUARY = Period.month(2026, 2)
DIRECT_AND_OVERLAY = "any"


@pytest.fixture
def shop() -> FactsTable:
    """Ann (1) and Bob (2) sell to customers 7, 8 and 9; order 14 nobody sold; order 15 is an opening balance.

    | day    | order | customer | member | quantity | amount | cost | what              |
    | 5 Jan  | 11    | 7        | Ann    | 2        | 100.00 | 60   | placed            |
    | 5 Jan  | 11    | 7        | Ann    | 1        |  50.00 | 20   | its second line   |
    | 10 Jan | 12    | 8        | Bob    | 4        | 200.00 | 150  | placed            |
    | 20 Jan | 13    | 7        | Bob    | 1        |  80.00 | 40   | placed            |
    | 25 Jan | 13    | 7        | Bob    | -1       | -80.00 | -40  | cancelled         |
    | 31 Jan | 14    | 9        | nobody | 1        |  30.00 | 10   | placed, online    |
    | 1 Jan  | 15    | 9        | Ann    | 9        | 999.00 | 900  | opening balance   |
    | 3 Feb  | 12    | 8        | Bob    | -1       | -50.00 | -37  | returned          |
    """
    facts = FactsTable()
    facts.add(
        "order.placed",
        "2026-01-05",
        order=11,
        customer=7,
        member=1,
        product=1,
        quantity=2,
        amount=100,
        cost=60,
    )
    facts.add("order.placed", "2026-01-05", order=11, customer=7, member=1, product=2, amount=50, cost=20)
    new = Trait.NEW_PRODUCT
    facts.add(
        *("order.placed", "2026-01-10"),
        order=12,
        customer=8,
        member=2,
        product=2,
        quantity=4,
        amount=200,
        cost=150,
        traits=new,
    )
    facts.add("order.placed", "2026-01-20", order=13, customer=7, member=2, product=1, amount=80, cost=40)
    facts.add(
        *("order.cancelled", "2026-01-25"),
        order=13,
        customer=7,
        member=2,
        product=1,
        quantity=-1,
        amount=-80,
        cost=-40,
    )
    facts.add(
        "order.placed", "2026-01-31", order=14, customer=9, product=1, amount=30, cost=10, channel="online"
    )
    facts.add(
        *("order.placed", "2026-01-01"),
        order=15,
        customer=9,
        member=1,
        quantity=9,
        amount=999,
        cost=900,
        traits=Trait.OPENING,
    )
    facts.add(
        *("order.returned", "2026-02-03"),
        order=12,
        customer=8,
        member=2,
        product=2,
        quantity=-1,
        amount=-50,
        cost=-37,
        traits=new,
    )
    facts.add("payment.received", "2026-01-15", order=11, customer=7, member=1, amount=90)
    facts.add("payment.received", "2026-01-16", order=11, customer=7, member=1, amount=-15)
    return facts


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("metric", "january", "february"),
    [
        ("revenue", "380.0000", "-50.0000"),
        ("orders", "3", "0"),
        ("average_order", "126.6667", None),
        ("units", "8", "-1"),
        ("returns", "0.0000", "50.0000"),
        ("margin", "140.0000", "-13.0000"),
        ("margin_share", "0.368421", "0.260000"),
        ("collected", "75.0000", "0.0000"),
        ("customers_buying", "3", "0"),
        ("new_product_revenue", "200.0000", "-50.0000"),
    ],
)
def test_sales_of_a_small_shop(shop: FactsTable, metric: str, january: str, february: str) -> None:
    assert (answer(shop, metric, JANUARY), answer(shop, metric, FEBRUARY)) == (january, february)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("metric", "ann", "bob", "nobody"),
    [
        ("revenue", "150.0000", "200.0000", "30.0000"),
        ("orders", "1", "1", "1"),
        ("average_order", "150.0000", "200.0000", "30.0000"),
        ("units", "3", "4", "1"),
        ("margin", "70.0000", "50.0000", "20.0000"),
        ("customers_buying", "1", "1", "1"),
    ],
)
def test_sales_by_person_and_what_nobody_sold(
    shop: FactsTable, metric: str, ann: str, bob: str, nobody: str
) -> None:
    assert by(shop, metric, "member", JANUARY) == {"member-1": ann, "member-2": bob, None: nobody}


def test_an_order_cancelled_in_its_month_is_no_order_and_its_customer_did_not_buy(shop: FactsTable) -> None:
    # Trap: order 13 had a fact, so a count of different order numbers would say one.
    assert by(shop, "orders", "order", JANUARY) == {"order-11": "1", "order-12": "1", "order-14": "1"}


def test_a_cancellation_in_the_next_month_leaves_the_month_of_the_order_as_it_was() -> None:
    facts = FactsTable()
    facts.add("order.placed", "2026-01-31", order=1, customer=7, amount=10)
    facts.add("order.cancelled", "2026-02-01", order=1, customer=7, amount=-10, quantity=-1)
    assert [answer(facts, "revenue", month) for month in (JANUARY, FEBRUARY)] == ["10.0000", "-10.0000"]
    assert [answer(facts, "orders", month) for month in (JANUARY, FEBRUARY)] == ["1", "0"]
    assert answer(facts, "revenue", Period(JANUARY.start, FEBRUARY.end)) == "0.0000"
    assert answer(facts, "orders", Period(JANUARY.start, FEBRUARY.end)) == "0"


def test_ratios_without_a_denominator_are_empty_and_sums_of_nothing_are_nothing() -> None:
    (row,) = answers(FactsTable(), "revenue orders average_order margin_share win_rate days_to_win", JANUARY)
    assert row == {
        "revenue": "0.0000",
        "orders": "0",
        "average_order": None,
        "margin_share": None,
        "win_rate": None,
        "days_to_win": None,
    }


@pytest.fixture
def calls() -> FactsTable:
    """One cold, two repeat and one inbound call; a meeting of Ann and Bob with a new customer, one of Ann alone."""
    facts = FactsTable()
    for traits in (Trait.COLD | Trait.OWN_INITIATIVE, Trait.REPEAT, Trait.REPEAT, Trait.INBOUND):
        facts.add("call.made", "2026-01-07", member=1, customer=7, traits=traits)
    for member in (1, 2):
        shared: dict[str, Any] = {
            "weight_total": 2,
            "subject": ("activity", 50),
            "traits": Trait.NEW_CUSTOMER,
        }
        facts.add("meeting.held", "2026-01-08", member=member, customer=7, **shared)
    facts.add("meeting.held", "2026-01-09", member=1, customer=8, traits=Trait.EXISTING_CUSTOMER)
    return facts


@pytest.mark.spec("ACT-1")
@pytest.mark.parametrize(
    ("metric", "company", "ann", "bob"),
    [
        ("calls", "4", "4", None),
        ("calls_cold", "1", "1", None),
        ("calls_repeat", "2", "2", None),
        ("calls_inbound", "1", "1", None),
        ("meetings", "2", "2", "1"),
        ("meetings_new", "1", "1", "1"),
        ("meetings_existing", "1", "1", None),
    ],
)
def test_a_meeting_by_two_is_one_for_the_company_and_one_for_each(
    calls: FactsTable, metric: str, company: str, ann: str, bob: str | None
) -> None:
    assert answer(calls, metric, JANUARY) == company
    people = by(calls, metric, "member", JANUARY)
    assert (people["member-1"], people.get("member-2")) == (ann, bob)


def test_above_a_person_records_are_counted_and_people_never_added_up(calls: FactsTable) -> None:
    # Trap: by customer, by day, and for two people asked together, the shared meeting is one.
    assert by(calls, "meetings", "customer", JANUARY) == {"customer-7": "1", "customer-8": "1"}
    assert by(calls, "meetings", "day", JANUARY) == {"2026-01-08": "1", "2026-01-09": "1"}
    assert answer(calls, "meetings", JANUARY, member=["member-1", "member-2"]) == "2"
    assert answer(calls, "meetings", JANUARY, member="member-2") == "1"


@pytest.fixture
def deals() -> FactsTable:
    """Ann wins deal 1 after 10 days, Ann and Bob together win deal 2 after 20, Bob loses deal 3; deal 4 is open."""
    facts = FactsTable()
    day = 24 * 60
    facts.add("deal.won", "2026-01-11", deal=1, member=1, amount=1000, minutes=10 * day)
    for member, amount in ((1, "166.6667"), (2, "333.3333")):
        shared: dict[str, Any] = {"weight": member, "weight_total": 3}
        facts.add("deal.won", "2026-01-21", deal=2, member=member, amount=amount, minutes=20 * day, **shared)
    facts.add("deal.lost", "2026-01-22", deal=3, member=2, amount=70, minutes=5 * day)
    facts.add("pipeline.changed", "2026-01-05", deal=4, member=1, stage=1, amount=400)
    facts.add("contract.signed", "2026-01-20", deal=2, member=1, amount=500)
    return facts


@pytest.mark.spec("PIPE-3", "PIPE-4")
@pytest.mark.parametrize(
    ("metric", "company", "ann", "bob"),
    [
        ("deals_won", "2", "2", "1"),
        ("deals_lost", "1", None, "1"),
        ("deals_won_value", "1500.0000", "1166.6667", "333.3333"),
        ("win_rate", "0.666667", "1.000000", "0.500000"),
        ("days_to_win", "15.00", "15.00", "20.00"),
        ("contracts", "1", "1", None),
        ("contract_value", "500.0000", "500.0000", None),
    ],
)
def test_deals_won_and_lost(
    deals: FactsTable, metric: str, company: str, ann: str | None, bob: str | None
) -> None:
    # Trap: the shared deal waited its 20 days once: a mean over people would give (10 + 20 + 20) ÷ 3.
    assert answer(deals, metric, JANUARY) == company
    people = by(deals, metric, "member", JANUARY)
    assert (people.get("member-1"), people.get("member-2")) == (ann, bob)


@pytest.mark.spec("PIPE-4")
def test_the_win_rate_over_all_deals_counts_the_open_ones(deals: FactsTable) -> None:
    assert answer(deals, "win_rate", JANUARY, settings={"win_rate_base": "all"}) == "0.500000"


def test_several_metrics_in_one_question_are_what_they_are_alone(shop: FactsTable) -> None:
    names = "revenue orders average_order units returns margin collected customers_buying calls meetings"
    together = {row["member_id"]: row for row in answers(shop, names, JANUARY, by="member")}
    for name in names.split():
        nothing = dict.fromkeys(together, 0.0)
        alone = {code: float(value or 0) for code, value in by(shop, name, "member", JANUARY).items()}
        assert nothing | alone == {code: float(row[name] or 0) for code, row in together.items()}
