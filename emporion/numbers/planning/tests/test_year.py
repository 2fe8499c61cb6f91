"""The year first, and its channels (PLAN-1, PLAN-2)."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.errors import Refusal
from emporion.numbers.planning.year import OTHER, by_channel, year_total

SHARES = {
    "current dealers": D("0.40"),
    "new dealers": D("0.20"),
    "tenders": D("0.10"),
    "one-off corporate": D("0.10"),
    "own network": D("0.20"),
}


@pytest.mark.spec("PLAN-1")
def test_a_hundred_grows_with_the_market_and_then_by_itself() -> None:
    assert year_total(D(100), D("0.10"), D(0)) == 110
    assert year_total(D(100), D("0.10"), D("0.10")) == 121


@pytest.mark.spec("PLAN-2")
@pytest.mark.parametrize(
    ("unit", "parts"),
    [
        (D(1_000_000), [48_000_000, 24_000_000, 12_000_000, 12_000_000, 24_000_000, 1_000_000]),
        (D(1), [48_400_000, 24_200_000, 12_100_000, 12_100_000, 24_200_000, 0]),
    ],
)
def test_channels_are_rounded_down_and_the_rest_is_other(unit: D, parts: list[int]) -> None:
    """Trap: rounding each share to the nearest million gives 48, 24, 12, 12, 24 too, but of 125 million it gives 50,
    25, 13 (12.5 up) … and sums to more than there is."""
    found = by_channel(D(121_000_000), SHARES, unit)
    assert list(found.values()) == parts
    assert list(found) == [*SHARES, OTHER]


@pytest.mark.spec("PLAN-2")
@given(
    total=st.decimals(0, 10**9, places=4),
    weights=st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    unit=st.sampled_from([D(1), D("0.01"), D(1000), D(1_000_000)]),
)
def test_channels_always_sum_to_the_total(total: D, weights: list[int], unit: D) -> None:
    whole = sum(weights) or 1
    shares = {str(place): D(weight * 1000 // whole) / 1000 for place, weight in enumerate(weights)}
    found = by_channel(total, shares, unit)
    assert sum(found.values()) == total
    assert all(part >= 0 for part in found.values())
    assert all(part % unit == 0 for name, part in found.items() if name != OTHER)


@pytest.mark.spec("PLAN-2")
@pytest.mark.parametrize(
    ("shares", "unit", "name"),
    [
        ({"a": D("0.7"), "b": D("0.4")}, D(1), "shares_above_whole"),
        ({"a": D("-0.1")}, D(1), "bad_share"),
        ({OTHER: D("0.1")}, D(1), "channel_is_the_rest"),
        ({"a": D("0.1")}, D(0), "bad_unit"),
    ],
)
def test_impossible_shares_are_refused_by_name(shares: dict[str, D], unit: D, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        by_channel(D(100), shares, unit)
    assert refused.value.name == name
