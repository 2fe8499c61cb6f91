"""Where a plan stands while its days go by, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.planning.pace import (
    Elapsed,
    Standing,
    all_together,
    elapsed_together,
    expected_by_today,
    forecast_of_close,
    needed_pace,
    standing_of,
    state_of,
)

D = Decimal
SIXTEEN_OF_TWENTY = Elapsed(D(16), D(20), 16, 4)


@pytest.mark.spec("PLAN-8")
def test_the_example_of_the_screens() -> None:
    """18.2 M of 25.5 M on working day 16 of 20 closes at 22.75 M; 1.825 M a day is needed, the pace is 1.1375 M."""
    found = standing_of(D("25.5"), D("18.2"), SIXTEEN_OF_TWENTY, grows=True)
    assert found == Standing(
        plan=D("25.5"),
        fact=D("18.2"),
        expected=D("20.4"),
        forecast=D("22.75"),
        pace=D("1.1375"),
        needed_pace=D("1.825"),
        state="behind",
    )


def test_the_index_of_a_month_weighs_what_is_left() -> None:
    assert forecast_of_close(D(160), SIXTEEN_OF_TWENTY, usual=D(150)) == D(190)


def test_before_the_first_working_day_there_is_no_forecast() -> None:
    """Trap: dividing by no day gone."""
    nothing_gone = Elapsed(D(0), D(20), 0, 20)
    found = standing_of(D(100), D(0), nothing_gone, grows=True)
    assert (found.forecast, found.pace, found.expected, found.state) == (None, None, D(0), "on_track")


def test_after_the_last_day_nothing_can_be_needed() -> None:
    over = Elapsed(D(20), D(20), 20, 0)
    found = standing_of(D(100), D(80), over, grows=True, best_pace=D(1))
    assert (found.needed_pace, found.forecast, found.state) == (None, D(80), "behind")
    assert needed_pace(D(100), D(120), 0) == 0


def test_out_of_reach_is_a_pace_that_never_was() -> None:
    assert state_of(D(10), D(50), D(9), D(8)) == "hopeless"
    assert state_of(D(10), D(50), D(8), D(8)) == "behind"
    assert state_of(D(10), D(50), D(9), None) == "behind"
    assert state_of(D(60), D(50), D(1), D(8)) == "on_track"


def test_a_share_does_not_grow_by_days() -> None:
    """Trap: half the month gone, a conversion of 30 % would close at 60 %."""
    found = standing_of(D("0.5"), D("0.3"), SIXTEEN_OF_TWENTY, grows=False)
    assert (found.expected, found.forecast, found.state) == (None, None, "behind")


def test_days_without_work_have_no_tick() -> None:
    assert expected_by_today(D(100), Elapsed(D(0), D(0), 0, 0)) is None


def test_people_together() -> None:
    """Who has no forecast yet closes with what they have."""
    anna = standing_of(D(100), D(80), SIXTEEN_OF_TWENTY, grows=True)
    away = standing_of(D(50), D(5), Elapsed(D(0), D(0), 0, 0), grows=True)
    found = all_together([anna, away], SIXTEEN_OF_TWENTY, best_pace=D(10))
    assert found is not None
    assert (found.plan, found.fact, found.expected, found.forecast) == (D(150), D(85), D(80), D(105))
    assert (found.needed_pace, found.state) == (D("16.25"), "hopeless")
    assert all_together([], SIXTEEN_OF_TWENTY) is None


@pytest.mark.spec("PLAN-8")
def test_what_others_brought_counts_against_the_plans() -> None:
    """80 of a plan of 100 and 40 of nobody's plan are 120; at day 16 of 20 they close at 100 and 50."""
    anna = standing_of(D(100), D(80), SIXTEEN_OF_TWENTY, grows=True)
    found = all_together([anna], SIXTEEN_OF_TWENTY, reached=D(120))
    assert found is not None
    assert (found.fact, found.forecast, found.pace, found.needed_pace) == (D(120), D(150), D("7.5"), D(0))


def test_today_is_a_day_gone_in_the_pace_that_is_needed() -> None:
    """On the last day but one, one day is left for what is missing; on the last none is."""
    assert needed_pace(D(100), D(80), Elapsed(D(19), D(20), 19, 1).days_left) == D(20)
    assert needed_pace(D(100), D(80), Elapsed(D(20), D(20), 20, 0).days_left) is None


def test_spans_of_one_person_are_one() -> None:
    assert elapsed_together([SIXTEEN_OF_TWENTY, Elapsed(D(0), D(21), 0, 21)]) == Elapsed(D(16), D(41), 16, 25)


amounts = st.decimals("0", "1000000", places=4)


@given(amounts, st.integers(1, 30), st.integers(0, 30))
def test_a_forecast_is_never_below_the_fact(fact: Decimal, gone: int, left: int) -> None:
    found = forecast_of_close(fact, Elapsed(D(gone), D(gone + left), gone, left))
    assert found is not None
    assert found >= fact
