"""Pareto, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.insight.rules import needed_for, pareto

D = Decimal


@pytest.mark.spec("SEE-1")
def test_four_customers_of_whom_one_brings_most() -> None:
    values = [D(10), D(80), D(5), D(5)]
    points = pareto(values, steps=4)
    assert [(one.many, one.share) for one in points] == [
        (1, D("0.8")),
        (2, D("0.9")),
        (3, D("0.95")),
        (4, D(1)),
    ]
    assert needed_for(values, D("0.8")) == 1
    assert needed_for(values, D("0.81")) == 2


def test_what_brings_nothing_is_no_customer() -> None:
    """Trap: a customer who sent more back than they bought would push the shares above one."""
    assert pareto([D(-50), D(0), D(100)]) == [(1, D(1), D(1))]
    assert pareto([]) == []
    assert needed_for([D(0)], D("0.8")) == 0


@given(st.lists(st.decimals("0.01", "100000", places=2), min_size=1, max_size=60))
def test_shares_rise_to_the_whole(values: list[Decimal]) -> None:
    shares = [one.share for one in pareto(values)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
