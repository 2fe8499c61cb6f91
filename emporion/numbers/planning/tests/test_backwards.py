"""From money back to calls, as a seller works it out on paper, and what always holds of it (PLAN-5)."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.planning.backwards import (
    Habits,
    Needed,
    Observed,
    chosen,
    improved,
    needed,
    rate,
)

pytestmark = pytest.mark.spec("PLAN-5")


def habits(average: str | None, per_meeting: str | None, per_call: str | None) -> Habits:
    return Habits(*(None if one is None else D(one) for one in (average, per_meeting, per_call)))


@pytest.mark.parametrize(
    ("money", "of", "takes"),
    [
        # 600,000 at 50,000 an order: 12 orders; one of three meetings: 36; one of ten calls: 360.
        ("600000", ("50000", "0.333334", "0.1"), Needed(12, 36, 360)),
        # Each step is rounded up: 12.2 orders are 13, 13 ÷ 0.25 = 52 meetings, 52 ÷ 0.15 = 346.7: 347 calls.
        ("610000", ("50000", "0.25", "0.15"), Needed(13, 52, 347)),
        # Trap: rounding only at the end would say 326 calls, of which no 49 meetings and no 13 orders come.
        ("1", ("50000", "0.25", "0.15"), Needed(1, 4, 27)),
        # More orders than meetings: regular customers order without one.
        ("600000", ("50000", "2", "0.5"), Needed(12, 6, 12)),
        # The plan is reached.
        ("0", ("50000", "0.25", "0.15"), Needed(0, 0, 0)),
        ("-5", ("50000", "0.25", "0.15"), Needed(0, 0, 0)),
        # What nobody knows is empty, and so is all behind it; never 0.
        ("600000", ("50000", "0.25", None), Needed(12, 48, None)),
        ("600000", ("50000", None, "0.15"), Needed(12, None, None)),
        ("600000", (None, "0.25", "0.15"), Needed(None, None, None)),
        ("600000", ("50000", "0", "0.15"), Needed(12, None, None)),
    ],
)
def test_from_money_to_calls(money: str, of: tuple[str | None, ...], takes: Needed) -> None:
    assert needed(D(money), habits(*of)) == takes


def test_what_a_point_is_worth() -> None:
    """12 orders, 48 meetings, 320 calls. A quarter of meetings becomes 26 %: 47 meetings and 314 calls, or 48 × 0.01 ×
    50,000 more. Of calls 16 % instead of 15: 300 of them, or 320 × 0.01 × 0.25 × 50,000 more."""
    meetings, calls = improved(D(600_000), habits("50000", "0.25", "0.15"))
    assert (meetings.ratio, meetings.value, meetings.needed) == (
        "orders_per_meeting",
        D("0.26"),
        Needed(12, 47, 314),
    )
    assert (meetings.meetings_saved, meetings.calls_saved, meetings.money_gained) == (1, 6, D("24000.00"))
    assert (calls.ratio, calls.value, calls.needed) == ("meetings_per_call", D("0.16"), Needed(12, 48, 300))
    assert (calls.meetings_saved, calls.calls_saved, calls.money_gained) == (0, 20, D("40000.00"))


def test_nothing_is_gained_where_nothing_is_known_or_needed() -> None:
    assert improved(D(600_000), habits("50000", None, None)) == []
    assert improved(D(0), habits("50000", "0.25", "0.15")) == []
    assert [one.ratio for one in improved(D(600_000), habits("50000", "0.25", None))] == [
        "orders_per_meeting"
    ]


@pytest.mark.parametrize(
    ("own", "team", "all_of_them", "whose"),
    [
        (("0.3", 20), ("0.2", 90), ("0.1", 500), "person"),
        (("0.3", 19), ("0.2", 90), ("0.1", 500), "team"),
        (("0.3", 19), ("0.2", 19), ("0.1", 500), "department"),
        # Nobody has enough: that of most people is the best there is.
        (("0.3", 3), ("0.2", 4), ("0.1", 5), "department"),
        # Trap: 40 meetings without an order are no conversion to divide by.
        (("0", 40), ("0.2", 90), ("0.1", 500), "team"),
        ((None, 0), (None, 0), (None, 0), None),
    ],
)
def test_whose_ratio(
    own: tuple[str | None, int],
    team: tuple[str | None, int],
    all_of_them: tuple[str | None, int],
    whose: str | None,
) -> None:
    observed = [
        Observed("person", None if own[0] is None else D(own[0]), own[1]),
        Observed("team", None if team[0] is None else D(team[0]), team[1]),
        Observed("department", None if all_of_them[0] is None else D(all_of_them[0]), all_of_them[1]),
    ]
    found = chosen(observed)
    assert (found.circle if found else None) == whose


@pytest.mark.parametrize(
    ("many", "days", "a_day", "a_week"),
    [(347, "22", "15.8", "78.9"), (52, "22", "2.4", "11.9"), (12, "0.5", "24", "120"), (0, "5", "0", "0")],
)
def test_a_day_and_a_week(many: int, days: str, a_day: str, a_week: str) -> None:
    """Up to tenths: with 15.7 calls a day the 347 would not be made."""
    found = rate(many, D(days))
    assert found is not None
    assert (found.a_day, found.a_week) == (D(a_day), D(a_week))


def test_no_day_is_left() -> None:
    assert rate(10, D(0)) is None


ratios = st.decimals("0.001", "3", places=3)


@given(
    money=st.decimals("1", "10000000", places=2),
    average=st.integers(1, 100_000),
    first=ratios,
    second=ratios,
    more=ratios,
)
def test_more_conversion_never_needs_more(money: D, average: int, first: D, second: D, more: D) -> None:
    now = Habits(D(average), first, second)
    before = needed(money, now)
    for better in (
        replace(now, orders_per_meeting=first + more),
        replace(now, meetings_per_call=second + more),
    ):
        after = needed(money, better)
        assert (after.calls or 0) <= (before.calls or 0)
        assert (after.meetings or 0) <= (before.meetings or 0)
    assert all(one.calls_saved >= 0 and one.money_gained >= 0 for one in improved(money, now))


@given(
    money=st.decimals("1", "10000000", places=2), average=st.integers(1, 100_000), first=ratios, second=ratios
)
def test_the_calls_bring_the_money(money: D, average: int, first: D, second: D) -> None:
    """What is worked out backwards is enough forwards."""
    found = needed(money, Habits(D(average), first, second))
    assert found.calls is not None
    assert found.meetings is not None
    assert found.orders is not None
    assert found.calls * second >= found.meetings
    assert found.meetings * first >= found.orders
    assert found.orders * average >= money
