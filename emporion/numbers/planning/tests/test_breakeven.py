"""Break-even as a seller works it out on paper, and what always holds of it (PLAN-9)."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.periods import Period
from emporion.numbers.planning.breakeven import (
    Cost,
    Sales,
    Sold,
    crossing,
    fixed_costs,
    lines_of,
    months_of,
    safety,
    sales_of,
    total,
    variable_costs,
    without_cost,
)

pytestmark = pytest.mark.spec("PLAN-9")
YEAR = Period.parse("2026")


def sales(revenue: str, units: str, variable: str) -> Sales:
    return Sales(Fraction(revenue), Fraction(units), Fraction(variable))


def sold(  # noqa: PLR0917 - a row of a table
    product: str = "A",
    revenue: str = "1000",
    units: str = "10",
    cost: str = "0",
    channel: str | None = "shop",
    category: str | None = "C",
) -> Sold:
    return Sold(product, category, channel, D(revenue), D(units), D(cost))


@pytest.mark.parametrize(
    ("fixed", "revenue", "units", "variable", "case", "needed_units", "needed_revenue"),
    [
        # 100 a piece, 60 of them variable: 12,000 ÷ 40 = 300 pieces, 30,000.
        ("12000", "10000", "100", "6000", "crossing", "300", "30000.00"),
        # Trap: 1,000 ÷ 3 is 333.33…: with 333 pieces the costs are not covered yet.
        ("1000", "300", "100", "0", "crossing", "334", "1000.00"),
        # Trap: 7 ÷ 0.7 is exactly 10; decimals of a fixed length would make 11 of it.
        ("7", "210", "300", "0", "crossing", "10", "7.00"),
        # A cent is rounded up too: 100 ÷ (1 − 1/3) is exactly 150, 100 ÷ (1 − 2/7) = 140.
        ("100", "7", "7", "2", "crossing", "140", "140.00"),
        ("100", "11", "11", "4", "crossing", "158", "157.15"),
        # What costs as much as it brings, or more, covers nothing, however much is sold.
        ("12000", "10000", "100", "10000", "never", None, None),
        ("0", "10000", "100", "12000", "never", None, None),
        # Nothing is fixed: each sale earns from the first on.
        ("0", "10000", "100", "6000", "always", "0", "0.00"),
        # Trap: given away. There is no price to divide by.
        ("12000", "0", "100", "600", "free", None, None),
        ("12000", "0", "0", "0", "no_sales", None, None),
        ("12000", "-50", "-1", "0", "no_sales", None, None),
        # Services without a quantity have no price of one; revenue still crosses.
        ("12000", "10000", "0", "6000", "crossing", None, "30000.00"),
    ],
)
def test_where_the_lines_cross(  # noqa: PLR0917 - a row of a table
    fixed: str,
    revenue: str,
    units: str,
    variable: str,
    case: str,
    needed_units: str | None,
    needed_revenue: str | None,
) -> None:
    found = crossing(Fraction(fixed), sales(revenue, units, variable))
    assert found.case == case
    assert found.units == (None if needed_units is None else D(needed_units))
    assert found.revenue == (None if needed_revenue is None else D(needed_revenue))


@pytest.mark.parametrize(
    ("reached", "needed", "margin"),
    [("530", "412", "0.222642"), ("300", "412", "-0.373333"), ("412", "412", "0"), ("0", "412", None)],
)
def test_margin_of_safety(reached: str, needed: str, margin: str | None) -> None:
    """Of 530 sold 412 were needed: 22 % may fall away. Below the crossing it is negative; of nothing it is empty."""
    assert safety(Fraction(reached), Fraction(needed)) == (None if margin is None else D(margin))


def test_fixed_costs_count_by_their_days() -> None:
    """Trap: a rent of the year in full in one quarter. 120,000 of 365 days is 29,589.04… in the 90 of the first."""
    rent = Cost("R", "rent", YEAR, amount=D(120_000))
    old = Cost("O", "old", Period.parse("2025"), amount=D(5_000))
    assert total(fixed_costs([rent, old], YEAR)) == 120_000
    assert total(fixed_costs([rent, old], Period.parse("2026-Q1"))) == Fraction(120_000 * 90, 365)


def test_a_rate_of_half_the_period_counts_half() -> None:
    fee = Cost("F", "fee", Period.parse("2026-04-01..2026-04-15"), share=D("0.1"))
    assert total(variable_costs([sold()], [fee], Period.parse("2026-04"))) == 50


def test_the_cost_of_goods_counts_once() -> None:
    """Trap: a purchase price entered as a cost line beside the catalogue's would count twice."""
    goods = [sold("A", cost="600"), sold("B", cost="500")]
    own = Cost("A1", "purchase", YEAR, "product", frozenset({"A"}), per_unit=D(70), replaces_cost=True)
    packing = Cost("P1", "packing", YEAR, "product", frozenset({"A"}), per_unit=D(1))
    spent = {
        line.code if line else "catalogue": amount
        for line, amount in variable_costs(goods, [own, packing], YEAR)
    }
    assert spent == {"A1": 700, "P1": 10, "catalogue": 500}


def test_the_narrowest_replacing_line_counts_alone() -> None:
    lines = [
        Cost("W", "goods", YEAR, share=D("0.5"), replaces_cost=True),
        Cost("C", "goods of C", YEAR, "category", frozenset({"C"}), share=D("0.4"), replaces_cost=True),
        Cost("P", "goods of A", YEAR, "product", frozenset({"A"}), share=D("0.3"), replaces_cost=True),
    ]
    rows = [sold("A", cost="999"), sold("B", cost="999"), sold("Z", category=None, cost="999")]
    assert {line.code: amount for line, amount in variable_costs(rows, lines, YEAR) if line} == {
        "W": 500,
        "C": 400,
        "P": 300,
    }
    assert total(variable_costs(rows, lines, YEAR)) == 1_200


def test_a_channel_bears_its_own_fee() -> None:
    fee = Cost("F", "marketplace", YEAR, "channel", frozenset({"online"}), share=D("0.15"))
    rows = [sold(channel="online"), sold(channel="shop"), sold(channel=None)]
    assert total(variable_costs(rows, [fee], YEAR)) == 150


def test_what_has_no_cost_is_said() -> None:
    """Trap: a product without a cost looks like pure profit, and the crossing too near."""
    rows = [sold("A", cost="600"), sold("B", revenue="250")]
    assert without_cost(rows, []) == 250
    assert without_cost(rows, [Cost("W", "goods", YEAR, share=D("0.5"), replaces_cost=True)]) == 0


def test_the_mix_decides() -> None:
    """Ten of A at 100 (cost 60) and ten of B at 20 (cost 15) leave 450 of 1,200: 9,000 fixed need 20 times the mix."""
    rows = [sold("A", "1000", "10", "600"), sold("B", "200", "10", "150")]
    found = crossing(Fraction(9_000), sales_of(rows, variable_costs(rows, [], YEAR)))
    assert (found.scale, found.revenue, found.units) == (Fraction(20), D("24000.00"), D(400))


def test_the_crossing_is_a_point_of_the_chart() -> None:
    these = sales("10000", "100", "6000")
    points = lines_of(Fraction(12_000), these, crossing(Fraction(12_000), these))
    at = [point for point in points if point.is_crossing]
    assert [(one.at, one.revenue, one.cost) for one in at] == [(D(300), D(30_000), D(30_000))]
    assert points[0] == (D(0), D(0), D(12_000), False)
    assert points[-1].at == 600


@pytest.mark.parametrize("reached", [1, 100, 700, 2_000, 100_000])
def test_a_chart_has_few_points_and_its_crossing(reached: int) -> None:
    """Trap: sales a hundred times the crossing would draw hundreds of points, or lose the crossing between two."""
    these = sales(str(100 * reached), str(reached), str(60 * reached))
    points = lines_of(Fraction(12_000), these, crossing(Fraction(12_000), these))
    assert 5 <= len(points) <= 25
    assert sum(point.is_crossing for point in points) == 1


@pytest.mark.parametrize(
    ("days", "months"),
    [
        ("2026", 12),
        ("2026-Q2", 3),
        ("2026-02-15..2026-03-31", Fraction(3, 2)),
        ("2026-04-01..2026-04-03", Fraction(1, 10)),
    ],
)
def test_months(days: str, months: Fraction) -> None:
    assert months_of(Period.parse(days)) == months


amounts = st.decimals("0.01", "1000000", places=2)


@given(fixed=amounts, price=amounts, share=st.decimals("0", "0.99", places=2), units=st.integers(1, 10_000))
def test_one_unit_less_does_not_cover(fixed: D, price: D, share: D, units: int) -> None:
    """At the crossing revenue covers the cost, and with one unit less it does not."""
    each, variable = Fraction(price), Fraction(price) * Fraction(share)
    found = crossing(Fraction(fixed), Sales(each * units, Fraction(units), variable * units))
    assert found.units is not None
    assert found.revenue is not None
    many = Fraction(found.units)
    assert each * many >= Fraction(fixed) + variable * many
    assert each * (many - 1) < Fraction(fixed) + variable * (many - 1)
    earned = Fraction(found.revenue) * (1 - Fraction(share))
    assert 0 <= earned - Fraction(fixed) < Fraction(1, 100)
