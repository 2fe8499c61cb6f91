"""Exact money: what fits, what is refused, and parts that always sum to the whole."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.errors import Refusal
from emporion.kernel.money import (
    allocate,
    amount_of,
    amount_units,
    quantity_units,
    round_amount,
    spread_units,
)
from emporion.kernel.money.fields import AmountField


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("value", "units"),
    [("0", 0), ("1", 10_000), ("-0.0001", -1), ("922337203685477.5807", 2**63 - 1)],
)
def test_an_amount_is_whole_ten_thousandths(value: str, units: int) -> None:
    assert amount_units(D(value)) == units
    assert amount_of(units) == D(value)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize("value", ["0.00001", "NaN", "Infinity", "922337203685477.5808"])
def test_what_does_not_fit_is_refused_not_rounded(value: str) -> None:
    with pytest.raises(Refusal):
        amount_units(D(value))


@pytest.mark.spec("SALE-1")
def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        amount_units(0.1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        quantity_units(True)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("2.00015", "2.0002"), ("2.00014999", "2.0001")],
)
def test_rounding_is_half_away_from_zero(value: str, rounded: str) -> None:
    # Trap: half to even gets 28 of AdventureWorks' 31,465 order totals wrong.
    assert round_amount(D(value)) == D(rounded)


@pytest.mark.spec("PAY-5")
@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [2, 1], [67, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1, [0, 5, 5], [0, 1, 0]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert spread_units(total, weights) == parts


@pytest.mark.spec("PAY-5", "PLAN-3")
@given(
    st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**9), min_size=1).filter(lambda w: sum(w) > 0)
)
def test_parts_always_sum_to_the_whole(total: int, weights: list[int]) -> None:
    parts = spread_units(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.spec("PLAN-2")
def test_decimal_weights_and_units() -> None:
    shares = [D("0.40"), D("0.20"), D("0.10"), D("0.10"), D("0.20")]
    assert allocate(D(121), shares, D(1)) == [D(49), D(24), D(12), D(12), D(24)]
    assert sum(allocate(D("0.0007"), shares)) == D("0.0007")


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_impossible_weights_are_refused(weights: list[int]) -> None:
    with pytest.raises((Refusal, ValueError)):
        spread_units(10, weights)


def test_a_field_refuses_what_it_cannot_hold() -> None:
    field = AmountField(name="amount")
    with pytest.raises(Refusal, match="amount: 0\\.00001 has more than 4"):
        field.get_prep_value(D("0.00001"))
    with pytest.raises(TypeError):
        field.get_prep_value(1.5)
