"""Customer metrics over drawn ledgers: the same as a slow reading of their words, and parts that sum to the whole."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given

from emporion.numbers.metrics.definitions.customers import METRICS
from emporion.numbers.metrics.tests import slow_reading as slow
from emporion.numbers.metrics.tests.facts_table import FactsTable
from emporion.numbers.metrics.tests.slow_reading_cases import PERIOD, Written, asked, patient, sales

BY_NAME = {metric.name: metric for metric in METRICS}
PARTS = {"new": "new_customer_revenue", "retained": "retained_revenue", "reactivated": "reactivated_revenue"}
READINGS: dict[str, Callable[[Any, slow.Asked], slow.Cells]] = {
    "active_base": slow.active_base,
    "total_base": slow.total_base,
    "new_customers": slow.new_customers,
    "fading_customers": slow.fading_customers,
    "lost_customers": slow.lost_customers,
    "won_back_customers": slow.won_back_customers,
}
ALL = tuple(BY_NAME[name] for name in (*READINGS, *PARTS.values()))


@cache
def written(member: int | str | None = "any") -> Written:
    only = {} if isinstance(member, str) else {"member_id": (member,)}
    return Written(ALL, (), ("member_id",), only=only)


@pytest.mark.spec("CUST-2", "CUST-6")
@patient
@given(facts=sales())
def test_counts_are_what_a_slow_reading_counts(facts: FactsTable) -> None:
    written().fill(facts)
    for name, read in READINGS.items():
        for by in ((), ("member_id",)):
            assert written().cells(BY_NAME[name], *by) == _full(read(facts.rows, asked(*by))), name


def _full(cells: slow.Cells) -> slow.Cells:
    return {place: figure for place, figure in cells.items() if figure}


@patient
@given(facts=sales())
def test_the_parts_of_revenue_are_what_a_slow_reading_finds(facts: FactsTable) -> None:
    written().fill(facts)
    for by in ((), ("member_id",)):
        parts = slow.revenue_by_part(facts.rows, asked(*by))
        for part, name in PARTS.items():
            assert written().cells(BY_NAME[name], *by) == parts[part], name


@patient
@given(facts=sales())
def test_new_retained_and_reactivated_sum_to_revenue(facts: FactsTable) -> None:
    written().fill(facts)
    counted = [
        row for row in facts.rows if row["credit"] == "direct" and not int(str(row["traits"])) & slow.OPENING
    ]
    for member in (None, 1, 2):
        revenue = sum(
            int(str(row["amount"]))
            for row in counted
            if row["kind"] in slow.REVENUE and row["day"] in PERIOD and row["member_id"] == member
        )
        parts = [written().cells(BY_NAME[name], "member_id").get((member,), 0) for name in PARTS.values()]
        assert sum(parts) == revenue


@pytest.mark.parametrize("member", [1, None])
@patient
@given(facts=sales())
def test_asked_for_one_member_it_is_that_members_cell(member: int | None, facts: FactsTable) -> None:
    written().fill(facts)
    written(member).fill(facts)
    for metric in ALL:
        whole = written().cells(metric, "member_id").get((member,), 0)
        assert written(member).cells(metric).get((), 0) == whole, metric.name
