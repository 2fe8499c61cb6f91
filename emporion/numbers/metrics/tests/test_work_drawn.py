"""Busy work, saturation and days to a contract over drawn ledgers: the same as a slow reading of their words."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given

from emporion.numbers.metrics.definitions import deals, work
from emporion.numbers.metrics.tests import slow_reading as slow
from emporion.numbers.metrics.tests.facts_table import FactsTable
from emporion.numbers.metrics.tests.slow_reading_cases import TODAY, Written, asked, patient, ratio
from emporion.numbers.metrics.tests.slow_reading_cases import work as drawn_work

BY_NAME = {metric.name: metric for metric in (*work.METRICS, *deals.METRICS)}
ASKED = ("busy_work", "saturation", "days_call_to_contract")
BYS = ((), ("member_id",))
CAPACITIES = {1: 1, 2: None}


@cache
def written() -> Written:
    return Written(tuple(BY_NAME[name] for name in ASKED), *BYS)


@pytest.mark.spec("TEAM-3")
@patient
@given(facts=drawn_work())
def test_work_is_what_a_slow_reading_finds(facts: FactsTable) -> None:
    written().fill(facts)
    for by in BYS:
        assert written().cells(BY_NAME["busy_work"], *by) == ratio(
            slow.busy_work(facts.rows, asked(*by), TODAY)
        )
    saturated = slow.saturated(facts.rows, asked(), CAPACITIES)
    assert written().cells(BY_NAME["saturation"], "member_id") == {(member,): 1 for member in saturated}


@patient
@given(facts=drawn_work())
def test_days_to_a_contract_are_what_a_slow_reading_finds(facts: FactsTable) -> None:
    written().fill(facts)
    for by in BYS:
        waits = slow.days_call_to_contract(facts.rows, asked(*by))
        means = {place: Fraction(sum(days), len(days)) for place, days in waits.items()}
        assert written().cells(BY_NAME["days_call_to_contract"], *by) == means
