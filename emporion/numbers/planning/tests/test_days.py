"""A month's plan by its working days: what is free, shortened or a holiday shifts the days and never the month."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.calendar.rules import BusinessCalendar, OwnDay
from emporion.numbers.planning.days import days_of

pytestmark = pytest.mark.spec("PLAN-3")
WEEK = (True,) * 5 + (False,) * 2
MAY = [date(2026, 5, day) for day in range(1, 32)]


def by_day(calendar: BusinessCalendar, value: D) -> dict[int, D]:
    """The plan of May 2026 by day of the month."""
    parts = days_of(value, [calendar.weight(day) for day in MAY])
    return {day.day: part for day, part in zip(MAY, parts, strict=True)}


def test_weekends_holidays_and_a_shortened_day_shift_the_daily_plan_and_the_sum_stays() -> None:
    """Issue 4, 7: by the plain week 21 days of 1,000; in Greece 1 May is free, and the 29th was made a half day."""
    plain = by_day(BusinessCalendar(WEEK), D(21_000))
    assert [plain[1], plain[2], plain[4]] == [1000, 0, 1000]
    own = {date(2026, 5, 29): OwnDay(D("0.5")), date(2026, 5, 30): OwnDay(D(1), "worked")}
    shifted = by_day(BusinessCalendar(WEEK, "GR", own), D(21_000))
    assert shifted[1] == 0
    assert abs(shifted[29] * 2 - shifted[28]) <= 1
    assert shifted[30] == shifted[28]
    assert sum(plain.values()) == sum(shifted.values()) == 21_000


def test_few_calls_are_whole_ones() -> None:
    assert set(by_day(BusinessCalendar(WEEK), D(20)).values()) == {D(0), D(1)}


def test_without_a_working_day_all_days_count_alike() -> None:
    assert days_of(D(5), [D(0), D(0)]) == [3, 2]
    assert days_of(D(5), []) == []


@given(
    st.integers(0, 10**15).map(lambda units: D(units).scaleb(-6)),
    st.lists(st.sampled_from([D(0), D("0.5"), D("0.875"), D(1)]), min_size=1, max_size=31),
)
def test_days_always_sum_to_the_month(value: D, weights: list[D]) -> None:
    parts = days_of(value, weights)
    assert sum(parts) == value
    if any(weights):
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
