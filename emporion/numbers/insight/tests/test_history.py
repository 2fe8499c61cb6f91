"""Which months make a history: whole ones that are over; what a forecast is kept under."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.insight.asking import Wish
from emporion.numbers.insight.history import History, history
from emporion.numbers.insight.queries import reach_of
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, Department, build

D = Decimal
pytestmark = pytest.mark.spec("PLAN-7")


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path) -> Department:
    """A department that has sold nothing."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    return build()


def sold(shop: Department, *days: date) -> None:
    """An order of 100 on each of these days."""
    for day in days:
        entry = OrderEntry(
            code=f"O{day}",
            customer_id=shop.acme,
            placed_on=day,
            currency="EUR",
            lines=[LineEntry(1, None, D(1), D(100))],
            credits=[CreditEntry(shop.anna)],
        )
        place_order(entry=entry, by=SYSTEM, at=AT)


def past(last_day: date, today: date | None = None, first_day: date | None = None) -> History:
    """Revenue up to that day."""
    return history("revenue", last_day=last_day, today=today or last_day, viewer=SYSTEM, first_day=first_day)


def values(found: History) -> Sequence[int]:
    """Its months as whole numbers."""
    return [int(value) for value in found.series.values]


def test_a_month_that_runs_is_no_month_of_a_history(shop: Department) -> None:
    """Trap: half a month would pull the run-rate down."""
    sold(shop, date(2026, 3, 2), date(2026, 4, 7))
    found = past(date(2026, 4, 30))
    assert (values(found), found.running, found.so_far) == ([100], date(2026, 4, 1), D(100))


def test_a_past_month_is_over_when_no_working_day_is_left(shop: Department) -> None:
    """31 May 2026 is a Sunday: with Friday the 29th the month is told."""
    sold(shop, date(2026, 5, 4), date(2026, 5, 29))
    assert past(date(2026, 5, 29), today=date(2026, 9, 1)).running == date(2026, 6, 1)
    assert past(date(2026, 5, 28), today=date(2026, 9, 1)).running == date(2026, 5, 1)


def test_the_first_month_counts_when_it_is_whole(shop: Department) -> None:
    """Trap: a business begun on the 20th has no index of that month; one begun on the first working day has."""
    sold(shop, date(2026, 1, 1), date(2026, 2, 3))
    assert values(past(date(2026, 3, 2))) == [100, 100]
    assert values(past(date(2026, 3, 2), first_day=date(2026, 1, 15))) == [], (
        "the 2nd was no first working day"
    )


def test_a_month_without_anything_is_a_nought(shop: Department) -> None:
    sold(shop, date(2026, 1, 1), date(2026, 3, 5))
    found = past(date(2026, 5, 6))
    assert values(found) == [100, 0, 100, 0]
    assert (found.series.first, found.month(0), found.month(4)) == (0, date(2026, 1, 1), date(2026, 5, 1))


def test_before_anything_there_is_a_place_to_begin(shop: Department) -> None:
    found = past(date(2026, 5, 6))
    assert (values(found), found.series.first, found.so_far) == ([], 4, None)


def test_queries_do_not_grow_with_months(shop: Department) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            past(date(2026, 5, 6))
        return len(queries)

    sold(shop, date(2026, 4, 1))
    cost()
    few = cost()
    sold(shop, *(date(2022 + at // 12, at % 12 + 1, 3) for at in range(48)), date(2026, 2, 2))
    assert cost() == few <= 24


def test_the_same_wish_is_the_same_forecast() -> None:
    """Trap: a key that depends on the order in which a form sends its fields."""
    one = Wish("revenue", {"member": ["a"], "team": ["b"]}, 3)
    other = Wish("revenue", {"team": ["b"], "member": ["a"]}, 3)
    assert one.key == other.key != Wish("revenue", {"member": ["b"]}, 3).key
    assert Wish.from_json(one.as_json()) == one
    with pytest.raises(Refusal):
        Wish("revenue", steps=0)


@pytest.mark.spec("SYS-3")
def test_who_sees_something_else_has_a_forecast_of_their_own() -> None:
    own = Viewer("a", Scope.OWN, member_id=1, member_ids=frozenset({1}))
    other = Viewer("b", Scope.OWN, member_id=2, member_ids=frozenset({2}))
    head = Viewer("c", Scope.TEAM, member_id=1, member_ids=frozenset({1, 2}))
    director, auditor = (Viewer(name, Scope.ALL) for name in "de")
    assert len({reach_of(one) for one in (own, other, head, director)}) == 4
    assert reach_of(director) == reach_of(auditor) == reach_of(SYSTEM)
