"""Metrics of the funnel over drawn ledgers: the same as a slow reading of their words."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given

from emporion.numbers.metrics.definitions.deals import METRICS
from emporion.numbers.metrics.tests import slow_reading as slow
from emporion.numbers.metrics.tests.facts_table import FactsTable
from emporion.numbers.metrics.tests.slow_reading_cases import (
    FINAL_STAGES,
    Written,
    asked,
    funnel,
    patient,
    ratio,
)

BY_NAME = {metric.name: metric for metric in METRICS if metric.name != "days_call_to_contract"}
BYS = ((), ("member_id",), ("stage_id",))


@cache
def written(member: int | str | None = "any") -> Written:
    only = {} if isinstance(member, str) else {"member_id": (member,)}
    metrics = tuple(BY_NAME.values())
    return Written(metrics, (), ("member_id",), ("stage_id",), only=only)


def readings(facts: FactsTable, *by: str) -> dict[str, dict[Any, Any]]:
    rows = facts.rows
    question = asked(*by)
    return {
        "open_deals": slow.open_deals(rows, question),
        "open_deal_value": slow.open_deal_value(rows, question),
        "deals_without_next_step": slow.deals_without_next_step(rows, question),
        "overdue_tasks": slow.overdue_tasks(rows, question),
        "stage_conversion": ratio(slow.stage_conversion(rows, question, FINAL_STAGES)),
        "stage_conversion_calendar": ratio(slow.stage_conversion_calendar(rows, question, FINAL_STAGES)),
    }


@pytest.mark.spec("PIPE-4", "SEE-2")
@patient
@given(facts=funnel())
def test_the_funnel_is_what_a_slow_reading_finds(facts: FactsTable) -> None:
    written().fill(facts)
    for by in BYS:
        for name, cells in readings(facts, *by).items():
            assert written().cells(BY_NAME[name], *by) == cells, (name, by)


@pytest.mark.parametrize("member", [1, None])
@patient
@given(facts=funnel())
def test_asked_for_one_member_it_is_that_members_cell(member: int | None, facts: FactsTable) -> None:
    written().fill(facts)
    written(member).fill(facts)
    for metric in BY_NAME.values():
        whole = written().cells(metric, "member_id").get((member,))
        assert written(member).cells(metric).get(()) == whole, metric.name
