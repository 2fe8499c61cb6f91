"""Season and run-rate against the worked examples of the specification and of others, and at their edges."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.insight.season import Season, Series, ahead, next_month, run_rate, season_of

D = Decimal
YEAR = (80, 100, 120, 150, 100, 100, 100, 100, 100, 100, 100, 50)


def series(*values: int | str, first: int = 0, length: int = 12) -> Series:
    """A series of these."""
    return Series(tuple(D(value) for value in values), first, length)


@pytest.fixture
def worked(real_data: Path) -> dict[str, Any]:
    """The worked examples that others printed, by id."""
    found = json.loads((real_data / "worked_examples.json").read_text(encoding="utf-8"), parse_float=D)
    return {example["id"]: example for example in found["examples"]}


@pytest.mark.spec("PLAN-7")
def test_the_example_of_the_specification() -> None:
    """Indices 0.8, 1.0, 1.2, 1.5; facts 80, 110, 108 → 100, 110, 90 → run-rate 100 → April 150."""
    known = series(*YEAR, *YEAR, 80, 110, 108)
    season = season_of(known)
    assert season.indices[:4] == (D("0.8"), D(1), D("1.2"), D("1.5"))
    rate = run_rate(known, season)
    assert rate is not None
    assert [one.rate for one in rate.months] == [D(100), D(110), D(90)]
    assert rate.value == D(100)
    assert ahead(known, season, rate.value, 2) == [D(150), D(100)]
    assert next_month(known.values, 0) == D(150)


@pytest.mark.spec("PLAN-7")
def test_the_quarters_that_others_printed(worked: dict[str, Any]) -> None:
    """Three years of quarters: indices to six places, and the next year's 58 spread by them to five."""
    example = worked["scribd_seasonal_simple_average"]
    years = example["inputs"]["years"]
    season = season_of(Series(tuple(value for year in sorted(years) for value in years[year]), 0, 4))
    expected = example["expected"]
    assert season.years == 3
    assert [round(index, 6) for index in season.indices] == [round(one, 6) for one in expected["index"]]
    assert round(sum(season.indices), 10) == expected["sum"]
    quarter = D(example["inputs"]["next_year_total"]) / 4
    said = ahead(Series((), 0, 4), season, quarter, 4)
    assert [round(one, 5) for one in said] == [round(one, 5) for one in expected["forecast"]]


@pytest.mark.spec("PLAN-7")
def test_the_seasonalised_forecast_that_others_printed(worked: dict[str, Any]) -> None:
    """A mean of 800 a month in a month of index 1.25 is 1,000."""
    example = worked["simple_seasonalised_forecast"]
    index = example["inputs"]["index"]
    season = Season((index, *[D(1)] * 11), years=2)
    said = ahead(Series(()), season, D(example["inputs"]["monthly_mean"]), 1)
    assert said == [D(example["expected"]["forecast"])]


@pytest.mark.spec("PLAN-7")
def test_with_less_than_two_years_the_season_is_not_known() -> None:
    """Trap: an index from a single year is that year's luck. Every month is a usual one, and the run-rate the mean of
    the last three."""
    known = series(*YEAR, *YEAR[:11])
    season = season_of(known)
    assert not season.is_known
    rate = run_rate(known, season)
    assert rate is not None
    assert ahead(known, season, rate.value, 2) == [D(100), D(100)]
    assert next_month(known.values, 0) is None


def test_calendar_years_come_before_the_last_months() -> None:
    """Trap: the months of this year grow, and would make the early months of it look strong."""
    known = series(*[100] * 24, *[300] * 9)
    assert season_of(known) == Season((D(1),) * 12, years=2, start=0)


def test_where_no_two_calendar_years_are_whole_the_last_months_count() -> None:
    known = series(*[100] * 12, *[50] * 12, first=6)
    found = season_of(known)
    assert (found.years, found.start) == (2, 0)
    assert found.indices == (D(1),) * 12


def test_three_years_at_most() -> None:
    known = series(*[0] * 11, 1200, *YEAR, *YEAR, *YEAR)
    assert season_of(known).start == 12
    assert season_of(known).indices[11] == D("0.5")


def test_a_shop_that_is_shut_in_winter() -> None:
    """Trap: dividing by the index of a month in which nothing is ever sold. The last open months count."""
    summer = (0, 0, 0, 0, 100, 200, 300, 300, 200, 100, 0, 0)
    known = series(*summer, *summer, 0, 0, 0, 0)
    rate = run_rate(known, season_of(known))
    assert rate is not None
    assert [one.at for one in rate.months] == [19, 20, 21], "August to October"
    assert ahead(known, season_of(known), rate.value, 2) == [D(100), D(200)]


def test_what_died_forecasts_nothing() -> None:
    known = series(*YEAR, *YEAR, 0, 0, 0)
    assert next_month(known.values, 0) == 0


def test_fewer_than_three_months_and_none() -> None:
    season = Season((D(1),) * 12)
    one = run_rate(series(40), season)
    assert one is not None
    assert (one.value, len(one.months)) == (D(40), 1)
    assert run_rate(series(), season) is None


@given(
    st.lists(st.decimals("0", "1000000", places=4), min_size=24, max_size=60),
    st.integers(0, 11),
)
def test_indices_of_a_year_always_sum_to_its_months(values: list[Decimal], first: int) -> None:
    season = season_of(Series(tuple(values), first))
    assert round(sum(season.indices), 12) == 12


@given(st.lists(st.decimals("1", "1000", places=2), min_size=24, max_size=48), st.integers(2, 9))
def test_a_larger_business_has_the_same_season(values: list[Decimal], times: int) -> None:
    one = season_of(Series(tuple(values)))
    other = season_of(Series(tuple(value * times for value in values)))
    assert [round(index, 20) for index in one.indices] == [round(index, 20) for index in other.indices]
