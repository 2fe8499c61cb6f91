"""What moved since yesterday's end, with numbers one can follow by hand (PLAN-8)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.periods import Period
from emporion.numbers.planning.since_yesterday import end_of_yesterday, moved_since, watermark_before
from emporion.records.orders.actions.orders import cancel_order, place_order
from emporion.records.orders.models import Order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import Department, build

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-8")]
TODAY = date(2026, 5, 20)
YESTERDAY, THIS_MORNING = datetime(2026, 5, 19, 16, tzinfo=UTC), datetime(2026, 5, 20, 7, tzinfo=UTC)
MAY = Period.month(2026, 5)


def sold(shop: Department, code: str, member_id: int, on: date, amount: int, *, at: datetime) -> None:
    """An order of two lines that come to that amount."""
    half = Decimal(amount) / 2
    entry = OrderEntry(
        code=code,
        customer_id=shop.acme,
        placed_on=on,
        currency="EUR",
        lines=[LineEntry(1, None, Decimal(1), half), LineEntry(2, None, Decimal(1), half)],
        credits=[CreditEntry(member_id)],
    )
    place_order(entry=entry, by=SYSTEM, at=at)


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path) -> Department:
    """Anna sold 500 on the fourth, as everybody knew yesterday."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    found = build()
    sold(found, "A1", found.anna, date(2026, 5, 4), 500, at=YESTERDAY)
    return found


def moved(period: Period = MAY, viewer: Viewer = SYSTEM, **where: object) -> dict[str, Any]:
    found = moved_since(
        ["revenue", "orders", "meetings"],
        watermark=watermark_before(end_of_yesterday(TODAY)),
        period=period,
        today=TODAY,
        viewer=viewer,
        where=where,
    )
    return {one.name: one for one in found}


def test_nothing_recorded_has_moved_nothing(shop: Department) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert moved() == {}
    assert len(queries) <= 3


def test_an_order_of_today_moves_what_counts_it_and_nothing_else(shop: Department) -> None:
    """Trap: two lines of one order are two facts and one record."""
    sold(shop, "A2", shop.anna, TODAY, 300, at=THIS_MORNING)
    found = moved()
    assert list(found) == ["revenue", "orders"]
    assert (found["revenue"].was, found["revenue"].now, found["revenue"].by) == (500, 800, 300)
    record = found["revenue"].records[0]
    assert (record.code, record.amount, record.is_late, record.is_taken_back) == (
        "order:A2",
        300,
        False,
        False,
    )
    assert (len(found["revenue"].records), found["revenue"].others, found["orders"].by) == (1, 0, 1)


def test_what_is_learnt_late_is_among_it_and_named_so(shop: Department) -> None:
    """Trap: an order of the 12th entered today, and one of yesterday cancelled: 500 become 200, and no sale of today
    explains it."""
    sold(shop, "A2", shop.anna, date(2026, 5, 12), 200, at=THIS_MORNING)
    version = Order.objects.get(code="A1").version
    cancel_order(code="A1", cancelled_on=TODAY, version=version, by=SYSTEM, at=THIS_MORNING)
    revenue = moved()["revenue"]
    assert (revenue.was, revenue.now, revenue.by, revenue.is_late) == (500, 200, -300, True)
    assert {record.code: (record.amount, record.is_late) for record in revenue.records} == {
        "order:A1": (-500, False),
        "order:A2": (200, True),
    }
    april = moved(Period.month(2026, 4))
    assert april == {}


def test_only_what_one_may_see_and_open(shop: Department) -> None:
    """Trap: Boris would read of Anna's sale that his own number did not move by."""
    sold(shop, "A2", shop.anna, TODAY, 300, at=THIS_MORNING)
    boris = Viewer("boris", Scope.OWN, member_id=shop.boris, member_ids=frozenset({shop.boris}))
    assert moved(viewer=boris) == {}
    assert moved(member="boris") == {}
    assert moved(member="anna")["revenue"].by == 300


def test_of_many_records_the_largest_are_told(shop: Department) -> None:
    for number in range(9):
        sold(shop, f"B{number}", shop.boris, TODAY, 10 * (number + 1), at=THIS_MORNING)
    revenue = moved()["revenue"]
    assert [record.amount for record in revenue.records] == [90, 80, 70]
    assert (revenue.others, revenue.by) == (6, 450)


def test_the_watermark_is_that_of_an_instant(shop: Department) -> None:
    assert watermark_before(datetime(2026, 5, 1, tzinfo=UTC)) == 0
    before = watermark_before(THIS_MORNING)
    sold(shop, "A2", shop.anna, TODAY, 300, at=THIS_MORNING)
    assert (watermark_before(THIS_MORNING), before > 0) == (before, True)


@pytest.mark.spec("SYS-8")
def test_queries_do_not_grow_with_records(shop: Department) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert moved()
        return len(queries)

    sold(shop, "A2", shop.anna, TODAY, 300, at=THIS_MORNING)
    cost()
    few = cost()
    for number in range(49):
        sold(shop, f"B{number}", shop.boris, TODAY, 10, at=THIS_MORNING)
    cost()
    assert cost() == few
