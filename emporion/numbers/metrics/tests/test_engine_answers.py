"""How a question is asked and answered: dimensions, conditions, labels, scope, permissions, the facts behind."""

from decimal import Decimal
from typing import Any

import pytest

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS, dimension_catalogue
from emporion.numbers.metrics.engine.spans import span_label, span_start
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import all_metrics, metric
from emporion.numbers.metrics.shape import Evaluated
from emporion.numbers.metrics.tests.engine_answers import answer, answers, behind, by
from emporion.numbers.metrics.tests.facts_table import FactsTable

JANUARY = Period.month(2026, 1)
WINTER = Period.inclusive(Period.month(2025, 12).start, Period.month(2026, 2).last)


def from_facts() -> list[Metric]:
    """The metrics that are computed from facts, not by a part above."""
    return [asked for asked in all_metrics() if not isinstance(asked.shape, Evaluated)]


def sale(facts: FactsTable, day: str, amount: str | int, **columns: Any) -> int:
    """One line sold, an order of its own unless one is given."""
    columns.setdefault("order", 100 + len(facts.rows))
    return facts.add("order.placed", day, amount=amount, **columns)


@pytest.fixture
def company() -> FactsTable:
    """Ann (1) of team 1 sells in Athens, Bob (2) of team 2 in Berlin; what nobody sold came online."""
    facts = FactsTable()
    facts.describe("members", member_id=1, team_id=5)
    facts.describe("members", member_id=2, team_id=2)
    facts.describe("customers", customer_id=7, city="Athens", country="GR", owner_id=2, zone_id=31)
    facts.describe("customers", customer_id=8, city="Berlin", country="DE", owner_id=2, zone_id=32)
    facts.describe("products", product_id=1, category_id=1, parent_category_id=9)
    facts.describe("products", product_id=2, category_id=2, parent_category_id=9)
    facts.describe("territories", territory_id=31, parent_id=30)
    facts.describe("territories", territory_id=32, parent_id=30)
    ann = {"member": 1, "team": 1, "role": "closer", "member_zone": 31, "customer": 7, "territory": 31}
    bob = {"member": 2, "team": 2, "role": "farmer", "member_zone": 32, "customer": 8, "territory": 32}
    sale(facts, "2025-12-31", "10.0001", **ann, product=1, channel="seller")
    sale(facts, "2026-01-01", "20.0002", **ann, product=2, channel="seller")
    sale(facts, "2026-01-31", "40.0004", **bob, product=1, channel="seller", source="fair")
    sale(facts, "2026-02-01", "80.0008", **bob, product=2, channel="seller")
    sale(facts, "2026-01-15", "160.0016", product=1, channel="online")
    return facts


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("member", {"member-1": "30.0003", "member-2": "120.0012", None: "160.0016"}),
        ("team", {"team-1": "30.0003", "team-2": "120.0012", None: "160.0016"}),
        ("team_now", {"team-5": "30.0003", "team-2": "120.0012", None: "160.0016"}),
        ("role", {"closer": "30.0003", "farmer": "120.0012", None: "160.0016"}),
        ("territory", {"territory-31": "30.0003", "territory-32": "120.0012", None: "160.0016"}),
        ("territory_parent", {"territory-30": "150.0015", None: "160.0016"}),
        ("territory_now", {"territory-31": "30.0003", "territory-32": "120.0012", None: "160.0016"}),
        ("owner_now", {"member-2": "150.0015", None: "160.0016"}),
        ("city", {"Athens": "30.0003", "Berlin": "120.0012", None: "160.0016"}),
        ("country", {"GR": "30.0003", "DE": "120.0012", None: "160.0016"}),
        ("category", {"category-1": "210.0021", "category-2": "100.0010"}),
        ("parent_category", {"category-9": "310.0031"}),
        ("channel", {"seller": "150.0015", "online": "160.0016"}),
        ("source", {"fair": "40.0004", None: "270.0027"}),
        ("month", {"2025-12": "10.0001", "2026-01": "220.0022", "2026-02": "80.0008"}),
        ("quarter", {"2025-Q4": "10.0001", "2026-Q1": "300.0030"}),
        ("year", {"2025": "10.0001", "2026": "300.0030"}),
        ("week", {"2026-W01": "30.0003", "2026-W05": "120.0012", "2026-W03": "160.0016"}),
        ("kind", {"order.placed": "310.0031"}),
        ("credit", {"direct": "310.0031"}),
    ],
)
def test_every_dimension_takes_the_whole_apart_and_loses_nothing(
    company: FactsTable, dimension: str, expected: dict[str | None, str]
) -> None:
    assert by(company, "revenue", dimension, WINTER) == expected
    assert sum(Decimal(value) for value in expected.values()) == Decimal("310.0031")


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS))
def test_by_any_dimension_the_parts_sum_to_the_whole(company: FactsTable, dimension: str) -> None:
    # Trap: fan-out. A join that finds a key twice would double what it joins.
    parts = by(company, "revenue", dimension, WINTER)
    assert sum(Decimal(value or 0) for value in parts.values()) == Decimal("310.0031")


def test_two_dimensions_give_a_row_per_combination(company: FactsTable) -> None:
    assert by(company, "revenue", "member category", WINTER) == {
        ("member-1", "category-1"): "10.0001",
        ("member-1", "category-2"): "20.0002",
        ("member-2", "category-1"): "40.0004",
        ("member-2", "category-2"): "80.0008",
        (None, "category-1"): "160.0016",
    }


def test_rows_name_each_dimension_and_its_code_sorted_with_nobody_last(company: FactsTable) -> None:
    assert answers(company, "revenue calls", JANUARY, by="member") == [
        {"member": "member 1", "member_id": "member-1", "revenue": "20.0002", "calls": "0"},
        {"member": "member 2", "member_id": "member-2", "revenue": "40.0004", "calls": "0"},
        {"member": None, "member_id": None, "revenue": "160.0016", "calls": "0"},
    ]


def test_a_record_that_is_gone_keeps_its_number() -> None:
    facts = FactsTable()
    sale(facts, "2026-01-05", 1, member=5_000)
    (row,) = answers(facts, "revenue", JANUARY, by="member")
    assert (row["member"], row["member_id"]) == ("#5000", "#5000")


def test_the_first_and_the_last_day_are_in_the_days_around_are_not(company: FactsTable) -> None:
    assert by(company, "revenue", "day", JANUARY) == {
        "2026-01-01": "20.0002",
        "2026-01-15": "160.0016",
        "2026-01-31": "40.0004",
    }


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"member": "member-1"}, "30.0003"),
        ({"member": ["member-1", "member-2"]}, "150.0015"),
        ({"member": None}, "160.0016"),
        ({"member": ""}, "160.0016"),
        ({"member": ["member-1", None]}, "190.0019"),
        ({"team": "team-2", "category": "category-1"}, "40.0004"),
        ({"city": "Athens"}, "30.0003"),
        ({"city": None}, "160.0016"),
        ({"month": "2026-01"}, "220.0022"),
        ({"week": "2026-W03"}, "160.0016"),
        ({"day": "2026-01-31"}, "40.0004"),
        ({"year": ["2025", "2026"]}, "310.0031"),
        ({"channel": "nowhere"}, "0.0000"),
        ({"territory": "territory-30"}, "150.0015"),
        ({"territory": "territory-31"}, "30.0003"),
        ({"subject": "order:order-102"}, "40.0004"),
    ],
)
def test_conditions(company: FactsTable, where: dict[str, Any], expected: str) -> None:
    trees = {"territory": {30: None, 31: 30, 32: 30}}
    assert answer(company, "revenue", WINTER, trees=trees, **where) == expected


@pytest.mark.parametrize(
    ("asked", "where", "text"),
    [
        ("revenew", {}, "no metric is called 'revenew'; did you mean revenue"),
        ("revenue", {"meber": "x"}, "no dimension is called 'meber'; did you mean member"),
        ("revenue", {"member": "member-1x"}, "no member is called 'member-1x'; did you mean member-1"),
        ("revenue", {"credit": "some"}, "no credit is called 'some'"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(
    company: FactsTable, asked: str, where: dict[str, Any], text: str
) -> None:
    with pytest.raises(UnknownName) as refused:
        answers(company, asked, JANUARY, **where)
    assert str(refused.value).startswith(text)


@pytest.mark.parametrize(
    "where", [{"month": "January"}, {"week": "2026-W60"}, {"day": "2026-1-1"}, {"subject": "order"}]
)
def test_badly_written_conditions_are_refused(company: FactsTable, where: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        answers(company, "revenue", JANUARY, **where)


def test_a_dimension_that_a_metric_has_not_is_refused_by_name(company: FactsTable) -> None:
    with pytest.raises(Refusal, match="total_base cannot be taken by product") as refused:
        answers(company, "total_base", JANUARY, by="product")
    assert refused.value.name == "dimension_not_offered"


@pytest.mark.parametrize(
    ("span", "day", "label"),
    [
        ("week", "2024-12-30", "2025-W01"),
        ("quarter", "2024-10-01", "2024-Q4"),
        ("month", "2024-02-01", "2024-02"),
    ],
)
def test_labels_of_spans_are_read_back(span: Any, day: str, label: str) -> None:
    assert span_label(span, span_start(span, label)) == label
    assert span_start(span, label).isoformat() == day


# Credit


@pytest.fixture
def shared() -> FactsTable:
    """An order of 100.00: Ann and Bob share it 1 to 2, an assistant (3) has it as overlay."""
    facts = FactsTable()
    for member, amount in ((1, "33.3333"), (2, "66.6667")):
        sale(facts, "2026-01-05", amount, order=1, customer=7, member=member, weight=member, weight_total=3)
    sale(facts, "2026-01-05", 100, order=1, customer=7, member=3, credit="overlay")
    return facts


def test_overlay_credit_is_never_in_the_company_total(shared: FactsTable) -> None:
    assert answer(shared, "revenue", JANUARY) == "100.0000"
    assert by(shared, "revenue", "member", JANUARY) == {"member-1": "33.3333", "member-2": "66.6667"}
    assert by(shared, "revenue", "member", JANUARY, credit="overlay") == {"member-3": "100.0000"}
    assert by(shared, "revenue", "credit", JANUARY, credit="any") == {
        "direct": "100.0000",
        "overlay": "100.0000",
    }


def test_an_order_of_two_sellers_is_one_order_of_one_customer(shared: FactsTable) -> None:
    assert answer(shared, "orders", JANUARY) == answer(shared, "customers_buying", JANUARY) == "1"
    assert by(shared, "orders", "member", JANUARY) == {"member-1": "1", "member-2": "1"}
    assert by(shared, "average_order", "member", JANUARY) == {"member-1": "33.3333", "member-2": "66.6667"}


# Corrections


def test_what_was_taken_back_leaves_no_trace_in_any_number() -> None:
    # Trap: an order given to another seller leaves two rows that net to nothing with the first one.
    facts = FactsTable()
    facts.take_back(sale(facts, "2026-01-05", 100, order=1, customer=7, member=1))
    sale(facts, "2026-01-05", 100, order=1, customer=7, member=2)
    meeting: dict[str, Any] = {"subject": ("activity", 9), "customer": 7}
    facts.take_back(facts.add("meeting.held", "2026-01-06", member=1, **meeting))
    for member in (1, 2):
        facts.add("meeting.held", "2026-01-06", member=member, weight_total=2, **meeting)
    names = "revenue orders customers_buying meetings"
    assert answers(facts, names, JANUARY) == [
        {"revenue": "100.0000", "orders": "1", "customers_buying": "1", "meetings": "1"}
    ]
    assert by(facts, "revenue", "member", JANUARY) == {"member-2": "100.0000"}
    assert by(facts, "orders", "member", JANUARY) == {"member-2": "1"}
    assert by(facts, "meetings", "member", JANUARY) == {"member-1": "1", "member-2": "1"}


def test_a_closed_number_stays_and_what_was_learnt_later_stands_beside_it(company: FactsTable) -> None:
    closed_at = len(company.rows)
    sale(company, "2026-01-20", 5, member=1, customer=7)
    sale(company, "2026-01-21", 7, member=4, customer=7)
    rows = answers(
        company, "revenue orders average_order", JANUARY, by="member", closed_at=closed_at, later=True
    )
    learnt = {
        row["member_id"]: (
            row["revenue"],
            row["revenue_later"],
            row["orders_later"],
            row["average_order_later"],
        )
        for row in rows
    }
    assert learnt == {
        "member-1": ("20.0002", "5.0000", "1", "-7.5001"),
        "member-2": ("40.0004", "0.0000", "0", "0.0000"),
        "member-4": ("0.0000", "7.0000", "1", None),
        None: ("160.0016", "0.0000", "0", "0.0000"),
    }
    now = answers(company, "revenue", JANUARY, closed_at=closed_at, later=True, view="now")
    assert now == [{"revenue": "232.0022", "revenue_later": "12.0000"}]


# Scope and permissions

NOBODY = Viewer("nobody", Scope.OWN)
ANN = Viewer("ann", Scope.OWN, member_id=1, member_ids=frozenset({1}))
BOB = Viewer("bob", Scope.TEAM, member_id=2, member_ids=frozenset({2}))
ATHENS = Viewer("zone", Scope.TERRITORY, territory_ids=frozenset({31}))


@pytest.mark.spec("SYS-3")
@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (NOBODY, {}),
        (ANN, {"member-1": "30.0003"}),
        (ATHENS, {"member-1": "30.0003"}),
        # Both customers are Bob's accounts now: they come with what Ann once sold them.
        (BOB, {"member-1": "30.0003", "member-2": "120.0012"}),
    ],
)
def test_a_viewer_sees_their_people_zones_and_the_accounts_they_own_now(
    company: FactsTable, viewer: Viewer, expected: dict[str, str]
) -> None:
    assert by(company, "revenue", "member", WINTER, viewer=viewer) == expected
    total = sum((Decimal(value) for value in expected.values()), Decimal("0.0000"))
    assert answer(company, "revenue", WINTER, viewer=viewer) == f"{total}"
    rows, count = behind(company, "revenue", WINTER, viewer=viewer)
    assert sum((Decimal(row["amount"]) for row in rows), Decimal("0.0000")) == total
    assert count == len(rows)


@pytest.mark.spec("SYS-3")
def test_scope_holds_for_every_metric(company: FactsTable) -> None:
    open_to_all = [asked.name for asked in from_facts() if asked.permission is None]
    (row,) = answers(company, " ".join(open_to_all), WINTER, viewer=NOBODY)
    assert set(row.values()) <= {None, "0", "0.0000"}


def test_cost_and_margin_need_their_permission(company: FactsTable) -> None:
    for name in ("margin", "margin_share"):
        with pytest.raises(Refusal, match="see_cost"):
            answers(company, name, JANUARY, viewer=ANN)
    rows, _ = behind(company, "revenue", WINTER, viewer=ANN)
    assert "cost" not in rows[0]
    trusted = Viewer(
        "ann", Scope.OWN, member_ids=frozenset({1}), permissions=frozenset({Permission.SEE_COST})
    )
    rows, _ = behind(company, "revenue", WINTER, viewer=trusted)
    assert rows[0]["cost"] == "0.0000"


# The facts behind


def test_a_number_opens_to_the_facts_that_sum_to_it(company: FactsTable) -> None:
    rows, count = behind(company, "revenue", WINTER, member="member-2")
    assert count == 2
    assert [(row["day"], row["subject"], row["amount"], row["member_id"]) for row in rows] == [
        ("2026-01-31", "order:order-102", "40.0004", "member-2"),
        ("2026-02-01", "order:order-103", "80.0008", "member-2"),
    ]


def test_facts_come_in_pages_with_their_count(company: FactsTable) -> None:
    pages = [behind(company, "revenue", WINTER, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [len(rows) for rows, _ in pages] == [2, 2, 1]
    assert {count for _, count in pages} == {5}
    assert len({row["id"] for rows, _ in pages for row in rows}) == 5


def test_the_facts_behind_a_ratio_are_those_of_both_its_parts_each_once(company: FactsTable) -> None:
    rows, count = behind(company, "average_order", WINTER)
    assert count == len({row["id"] for row in rows}) == 5


def test_the_facts_behind_name_their_traits() -> None:
    facts = FactsTable()
    facts.add("call.made", "2026-01-05", member=1, traits=Trait.COLD | Trait.OWN_INITIATIVE)
    rows, _ = behind(facts, "calls_cold", JANUARY)
    assert rows[0]["traits"] == "cold, own_initiative"
    assert rows[0]["quantity"] == "1"


@pytest.mark.parametrize("name", [asked.name for asked in from_facts()])
def test_every_metric_opens(company: FactsTable, name: str) -> None:
    company.add("call.made", "2026-01-05", member=1, customer=7)
    rows, count = behind(company, name, WINTER)
    assert count == len(rows)


# Words


def test_every_metric_says_what_it_is() -> None:
    for asked in all_metrics():
        assert asked.definition.endswith("."), asked.name
        assert asked.source.startswith("spec "), asked.name
        assert asked.label, asked.name
    assert metric("revenue").places == 4


def test_every_dimension_says_whether_it_is_as_then_or_as_now() -> None:
    assert {row["timing"] for row in dimension_catalogue()} == {"as then", "as now", "fixed"}
