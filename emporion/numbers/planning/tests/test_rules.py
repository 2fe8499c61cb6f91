"""Plan and fact, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.planning.rules import Cell, mean_attainment, outcome, overlapping

D = Decimal


def cells(*rows: tuple[str, str, str | None]) -> list[Cell]:
    return [Cell(D(plan), None if fact is None else D(fact), member) for member, plan, fact in rows]


@pytest.mark.spec("PLAN-5", "PLAN-8")
def test_ratio_of_sums_and_mean_of_ratios_are_two_numbers() -> None:
    """Trap: 100 of 200 and 30 of 10. The sums say 62 %, the people on average 175 %."""
    found = outcome(cells(("anna", "200", "100"), ("boris", "10", "30")), adds=True)
    assert (found.plan, found.plan_fact) == (D(210), D(130))
    assert found.attainment is not None
    assert round(found.attainment, 6) == D("0.619048")
    assert found.mean_attainment == D("1.75")


def test_a_person_with_two_spans_is_one_person_in_the_mean_over_people() -> None:
    found = outcome(cells(("anna", "100", "100"), ("anna", "300", "100"), ("boris", "100", "100")), adds=True)
    assert found.mean_attainment_people == (D("0.5") + 1) / 2
    assert found.mean_attainment is not None
    assert round(found.mean_attainment, 6) == D("0.777778")


def test_a_plan_of_nothing_has_no_attainment_and_is_in_no_mean() -> None:
    """Trap: fact ÷ 0 is neither 0 nor 100 %."""
    found = outcome(cells(("anna", "0", "50"), ("boris", "100", "80")), adds=True)
    assert found.mean_attainment == D("0.8")
    assert outcome(cells(("anna", "0", "50")), adds=True).attainment is None


def test_a_share_is_not_summed_over_targets() -> None:
    """Trap: win rates of 50 % and 30 % are not 80 %."""
    found = outcome(cells(("anna", "0.5", "0.25"), ("boris", "0.3", "0.3")), adds=False)
    assert (found.plan, found.plan_fact, found.attainment) == (None, None, None)
    assert found.mean_attainment == D("0.75")
    assert outcome(cells(("anna", "0.5", "0.25")), adds=False).plan == D("0.5")


def test_what_was_not_measured_is_left_out() -> None:
    """Trap: a win rate without a closed deal is not 0."""
    assert outcome(cells(("anna", "0.5", None), ("boris", "0.5", "0.5")), adds=False).mean_attainment == 1


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ("2026-01-01/2026-02-01", "2026-02-01/2026-03-01", False),  # the end is the day after the last
        ("2026-01-01/2026-02-01", "2026-01-31/2026-03-01", True),
        ("2026-01-01/2026-04-01", "2026-02-01/2026-03-01", True),
        ("2026-01-01/2026-02-01", "2026-01-01/2026-03-01", False),  # the same start: it is replaced
    ],
)
def test_spans_that_share_a_day(first: str, second: str, *, clash: bool) -> None:
    spans = [tuple(date.fromisoformat(day) for day in text.split("/")) for text in (first, second)]
    assert (overlapping((spans[0][0], spans[0][1]), [(spans[1][0], spans[1][1])]) is not None) is clash


money = st.decimals("0.0001", "1000000", places=4)


@given(st.lists(st.tuples(st.sampled_from("abc"), money, money), min_size=1, max_size=20))
def test_sums_are_exact_and_means_lie_between_the_extremes(rows: list[tuple[str, Decimal, Decimal]]) -> None:
    found = outcome([Cell(plan, fact, member) for member, plan, fact in rows], adds=True)
    assert found.plan == sum(plan for _, plan, _ in rows)
    assert found.plan_fact == sum(fact for _, _, fact in rows)
    shares = [fact / plan for _, plan, fact in rows]
    mean = mean_attainment([Cell(plan, fact, member) for member, plan, fact in rows])
    assert mean is not None
    assert min(shares) - D("1e-20") <= mean <= max(shares) + D("1e-20")
