"""Every case on the unflushed tail, on the flushed store, and half in each; on both databases."""

from decimal import Decimal

import pytest

from emporion.kernel.ledger.digest import net_digest
from emporion.kernel.ledger.verifying import discrepancies
from emporion.numbers.metrics.store.flushing import flush
from tests.ledger.case import Case
from tests.ledger.cases_of_people import PEOPLE
from tests.ledger.cases_of_sales import CREDIT, EVENTS, ORDERS
from tests.ledger.cases_of_time import CASH, IMPORTS, TIME
from tests.ledger.world import World

CASES = (*ORDERS, *EVENTS, *CREDIT, *CASH, *TIME, *IMPORTS, *PEOPLE)
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.mark.spec("SALE-1", "PAY-5", "TEAM-1", "SYS-5")
@pytest.mark.parametrize("read_from", ["tail", "store", "both"])
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_case(case: Case, read_from: str, world: World) -> None:
    half = len(case.steps) // 2
    for number, step in enumerate(case.steps):
        if read_from == "both" and number == half:
            flush()
        step(world)
    if read_from == "store":
        flush()
    wanted = {question: None if value is None else Decimal(value) for question, value in case.numbers.items()}
    assert {question: world.number(question) for question in wanted} == wanted
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-1")
def test_two_ways_to_the_same_state_have_one_digest(world: World) -> None:
    """Trap: ids and moments of recording differ between the ways; the digest must not see them."""
    there_and_back = next(case for case in CASES if case.title.startswith("correcting there and back"))
    there_and_back.steps[0](world)
    straight = net_digest()
    for step in there_and_back.steps[1:]:
        step(world)
    assert net_digest() == straight


def test_the_table_is_about_as_long_as_the_design_asks() -> None:
    assert len(CASES) >= 40
