"""A closed period under a thousand later changes: the same numbers for ever, and adjustments that explain the rest."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa
import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.closing import chain_discrepancies, closed_spans
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.store.flushing import flush
from emporion.records.orders.models import Order
from tests.ledger.world import Step, World, cancel, close_before, credit, edit, give_back, move, order, pay

JANUARY = Period.parse("2026-01")
ADDITIVE = ("revenue", "units", "margin", "collected", "returns")
METRICS = (
    *ADDITIVE,
    *("orders", "average_order", "customers_buying", "active_base", "total_base", "new_customers"),
    *("new_customer_revenue", "retained_revenue", "reactivated_revenue", "lost_customers", "margin_share"),
)
CLOSED_AT = "2026-02-01"
SELLERS = ("ann", "bob", "cy")
CUSTOMERS = ("acme", "beta", "ceta")


@pytest.mark.spec("PAY-5", "PAY-7")
@pytest.mark.both_databases
@pytest.mark.parametrize(
    "changes", [pytest.param(24, id="a few"), pytest.param(1000, id="a thousand", marks=pytest.mark.long)]
)
def test_a_closed_month_keeps_its_numbers(world: World, changes: int) -> None:
    random = Random(changes)
    for number in range(20):
        _new_order(random, f"o{number}", date(2025, 10, 1) + timedelta(days=random.randrange(120)))(world)
    close_before(CLOSED_AT)(world)
    before = {by: _asked(by) for by in ("", "member", "team", "product", "customer")}
    for number in range(changes):
        _change(random, number)(world)
        if number == changes // 2:
            flush()
    after = {by: _asked(by) for by in before}
    assert after == before
    _adjustments_are_the_difference()
    assert list(discrepancies()) == []
    assert list(chain_discrepancies()) == []


def _asked(by: str, view: str = "closed") -> list[dict[str, object]]:
    named = [metric for metric in METRICS if by != "product" or metric in ADDITIVE]
    table: pa.Table = measure(
        named,
        by=[by] if by else [],
        period=JANUARY,
        view="now" if view == "now" else "closed",
        viewer=SYSTEM,
    )
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def _adjustments_are_the_difference() -> None:
    """What the ledger learnt about January after the close, added up by hand, is all that `now` has more."""
    closed, now = _asked("")[0], _asked("", "now")[0]
    watermark = closed_spans()[-1].watermark
    later = LedgerFact.objects.filter(
        id__gt=watermark, day__gte=JANUARY.start, day__lt=JANUARY.end, credit="direct"
    )
    sold = later.filter(kind__in=["order.placed", "order.cancelled", "order.returned"])
    units = sum(sold.values_list("amount", flat=True))
    assert Decimal(str(now["revenue"])) - Decimal(str(closed["revenue"])) == Decimal(units).scaleb(-4)
    paid = sum(later.filter(kind="payment.received").values_list("amount", flat=True))
    assert Decimal(str(now["collected"])) - Decimal(str(closed["collected"])) == Decimal(paid).scaleb(-4)


def _change(random: Random, number: int) -> Step:
    codes = sorted(Order.objects.values_list("code", flat=True))
    code = random.choice(codes)
    some_day = date(2025, 12, 15) + timedelta(days=random.randrange(75))
    makers = (
        lambda: _new_order(random, f"n{number}", some_day),
        lambda: edit(code, some_day.isoformat(), _lines(random), ann=1, customer=random.choice(CUSTOMERS)),
        lambda: cancel(code, "2026-03-01"),
        lambda: credit(code, **{random.choice(SELLERS): 1}),
        lambda: give_back(f"r{number}", code, "2026-02-20", "1"),
        lambda: pay(f"m{number}", some_day.isoformat(), "5", **{code: "5"}),
        lambda: move(random.choice(SELLERS), some_day.isoformat(), random.choice(("north", "south")), "S"),
    )
    return _where_allowed(random.choice(makers)())


def _where_allowed(step: Step) -> Step:
    """Some changes cannot be (a return of more than was sold): the refusal leaves everything as it was."""

    def tried(world: World) -> None:
        with suppress(Refusal):
            step(world)

    return tried


def _new_order(random: Random, code: str, on: date) -> Step:
    seller = random.choice(SELLERS)
    return order(code, on.isoformat(), _lines(random), customer=random.choice(CUSTOMERS), **{seller: 1})


def _lines(random: Random) -> str:
    return " ".join(
        f"{random.choice(('p1', 'p2'))}*{random.randrange(1, 5)}@{random.randrange(1, 9999) / 100:.2f}"
        for _ in range(random.randrange(1, 4))
    )
