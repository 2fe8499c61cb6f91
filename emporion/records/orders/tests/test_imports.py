"""What files carry about orders: created, changed, left, refused, undone."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, RowFate, importables
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.catalog.models import Product, ProductCost
from emporion.records.customers.models import Customer
from emporion.records.orders.models import Contract, GoodsReturn, Invoice, Order, OrderLine, Payment
from emporion.records.team.models import Member

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 1, 10)


@pytest.fixture
def ids() -> dict[str, int]:
    product = Product.objects.create(code="p", name="p", launched_on=DAY, new_until=date(2026, 2, 1))
    ProductCost.objects.create(product=product, starts_on=date(2025, 1, 1), cost=D(4))
    return {
        "p": product.pk,
        "ann": Member.objects.create(code="ann", name="Ann").pk,
        "bob": Member.objects.create(code="bob", name="Bob").pk,
        "acme": Customer.objects.create(code="acme", name="Acme", kind="company").pk,
    }


def write(
    name: str,
    *rows: dict[str, Any],
    lines: Sequence[dict[str, Any]] = (),
    shares: Sequence[dict[str, Any]] = (),
) -> list[RowFate]:
    children: dict[str, dict[str, list[ImportRow]]] = {"order_lines": {}, "order_credits": {}}
    for kind, given in (("order_lines", lines), ("order_credits", shares)):
        for number, values in enumerate(given, start=2):
            children[kind].setdefault(values["order"], []).append(ImportRow(number, values))
    action = importables()[name].write
    assert action is not None
    numbered = [ImportRow(number, values) for number, values in enumerate(rows, start=2)]
    return action(ImportBatch(numbered, SYSTEM, AT, children))


def order(ids: dict[str, int], code: str = "o1", **more: Any) -> dict[str, Any]:
    return {"code": code, "placed_on": DAY, "customer": ids["acme"], "seller": ids["ann"], **more}


def line(ids: dict[str, int], order: str = "o1", code: str = "1", **more: Any) -> dict[str, Any]:
    return {"order": order, "code": code, "product": ids["p"], "quantity": D(2), "unit_price": D(10), **more}


def counts(fates: list[RowFate]) -> dict[tuple[str, str], int]:
    return dict(Counter((fate.importable or "own", fate.fate.value) for fate in fates))


@pytest.mark.spec("SYS-1", "SALE-1")
def test_an_order_is_created_once(ids: dict[str, int]) -> None:
    first = write("orders", order(ids), lines=[line(ids), line(ids, code="2")])
    again = write("orders", order(ids), lines=[line(ids), line(ids, code="2")])
    assert counts(first) == {("own", "created"): 1, ("order_lines", "created"): 2}
    assert counts(again) == {("own", "unchanged"): 1, ("order_lines", "unchanged"): 2}
    stored = Order.objects.get()
    assert (stored.total, stored.currency) == (D(40), "EUR")
    assert [found.cost for found in stored.lines.order_by("number")] == [D(8), D(8)]
    assert LedgerFact.objects.count() == 2


@pytest.mark.spec("SYS-1")
def test_only_the_line_that_changed_is_counted_as_changed(ids: dict[str, int]) -> None:
    write("orders", order(ids), lines=[line(ids), line(ids, code="2")])
    fates = write("orders", order(ids), lines=[line(ids), line(ids, code="2", quantity=D(3))])
    assert counts(fates) == {
        ("own", "changed"): 1,
        ("order_lines", "unchanged"): 1,
        ("order_lines", "changed"): 1,
    }
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-1")
def test_a_changed_order_can_be_written_back(ids: dict[str, int]) -> None:
    write("orders", order(ids), lines=[line(ids)])
    fates = write("orders", order(ids, seller=ids["bob"]), lines=[line(ids, quantity=D(5))])
    previous = next(fate.previous for fate in fates if not fate.importable)
    assert previous is not None
    own = {name: value for name, value in previous.items() if name not in ("order_lines", "order_credits")}
    write(
        "orders",
        own,
        lines=[{"order": "o1", **values} for values in previous["order_lines"]],
        shares=[{"order": "o1", **values} for values in previous["order_credits"]],
    )
    assert OrderLine.objects.get().quantity == D(2)
    assert Order.objects.get().credits.get().member_id == ids["ann"]
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-1")
@pytest.mark.parametrize(
    ("own", "of_line", "column", "reason"),
    [
        ({}, {"quantity": D(-1)}, "quantity", "more than 0"),
        ({}, {"quantity": D(0)}, "quantity", "more than 0"),
        ({"rate": D(-1)}, {}, "rate", "more than 0"),
        ({"cancelled_on": date(2026, 1, 9)}, {}, "cancelled_on", "before it was placed"),
    ],
)
def test_an_order_that_cannot_be_is_refused_with_its_lines(
    ids: dict[str, int], own: dict[str, Any], of_line: dict[str, Any], column: str, reason: str
) -> None:
    fates = write("orders", order(ids, **own), lines=[line(ids, **of_line)])
    assert {fate.fate for fate in fates} == {Fate.REJECTED}
    assert fates[0].column == column
    assert all(reason in fate.reason for fate in fates)
    assert Order.objects.count() == LedgerFact.objects.count() == 0


def test_the_same_order_twice_in_a_file_is_refused_once(ids: dict[str, int]) -> None:
    fates = write("orders", order(ids), order(ids), lines=[line(ids)])
    assert [fate.fate for fate in fates if not fate.importable].count(Fate.REJECTED) == 1
    assert Order.objects.count() == 1


@pytest.mark.spec("PAY-5")
def test_several_sellers_come_in_a_file_of_their_own(ids: dict[str, int]) -> None:
    shares = [
        {"order": "o1", "member": ids["ann"], "weight": 2, "credit": "direct"},
        {"order": "o1", "member": ids["bob"], "weight": 1, "credit": "direct"},
    ]
    write("orders", order(ids), lines=[line(ids)], shares=shares)
    amounts = LedgerFact.objects.order_by("member_id").values_list("amount", "weight", "weight_total")
    assert sorted(amounts) == [(66_667, 1, 3), (133_333, 2, 3)]


@pytest.mark.spec("SALE-1")
def test_what_follows_an_order(ids: dict[str, int]) -> None:
    write("orders", order(ids), lines=[line(ids)])
    found = Order.objects.get()
    rows: dict[str, dict[str, Any]] = {
        "contracts": {
            "code": "c1",
            "customer": ids["acme"],
            "member": ids["ann"],
            "signed_on": DAY,
            "amount": D(100),
        },
        "invoices": {"code": "i1", "order": found.pk, "issued_on": DAY, "amount": D(20)},
        "payments": {"code": "m1", "order": found.pk, "received_on": DAY, "amount": D(25)},
        "returns": {"code": "r1", "order": found.pk, "line": "1", "returned_on": DAY, "quantity": D(1)},
    }
    for name, row in rows.items():
        assert counts(write(name, row)) == {("own", "created"): 1}, name
        assert counts(write(name, row)) == {("own", "unchanged"): 1}, name
    assert list(discrepancies()) == []
    assert Payment.objects.get().allocations.get().amount == D(20)
    assert GoodsReturn.objects.get().amount == D(10)
    for name, model in (
        ("returns", GoodsReturn),
        ("payments", Payment),
        ("invoices", Invoice),
        ("contracts", Contract),
    ):
        undo = importables()[name].undo
        assert undo is not None
        assert undo(list(model.objects.values_list("id", flat=True)), SYSTEM, AT) == []
        assert model.objects.count() == 0
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-1")
@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("contracts", {"code": "c1", "signed_on": DAY, "ends_on": DAY}, "ends_on"),
        ("invoices", {"code": "i1", "issued_on": DAY, "due_on": date(2026, 1, 1), "amount": D(1)}, "due_on"),
        ("payments", {"code": "m1", "received_on": DAY, "amount": D(0)}, "amount"),
        ("payments", {"code": "m1", "received_on": DAY, "amount": D(1), "currency": "USD"}, "currency"),
        ("returns", {"code": "r1", "line": "9", "returned_on": DAY, "quantity": D(1)}, "line"),
        ("returns", {"code": "r1", "line": "1", "returned_on": DAY, "quantity": D(3)}, "quantity"),
        (
            "returns",
            {"code": "r1", "line": "1", "returned_on": date(2026, 1, 1), "quantity": D(1)},
            "returned_on",
        ),
    ],
)
def test_what_cannot_follow_an_order_is_refused(
    ids: dict[str, int], name: str, row: dict[str, Any], column: str
) -> None:
    write("orders", order(ids), lines=[line(ids)])
    owner = {"customer": ids["acme"]} if name == "contracts" else {"order": Order.objects.get().pk}
    fates = write(name, {**row, **owner})
    assert [(fate.fate, fate.column) for fate in fates] == [(Fate.REJECTED, column)]


def test_an_order_that_was_paid_survives_the_undo_of_its_import(ids: dict[str, int]) -> None:
    write("orders", order(ids), order(ids, "o2"), lines=[line(ids), line(ids, "o2")])
    paid = Order.objects.get(code="o1")
    write("payments", {"code": "m1", "order": paid.pk, "received_on": DAY, "amount": D(5)})
    undo = importables()["orders"].undo
    assert undo is not None
    assert undo(list(Order.objects.values_list("id", flat=True)), SYSTEM, AT) == [paid.pk]
    assert list(Order.objects.values_list("code", flat=True)) == ["o1"]
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-3")
def test_importing_needs_its_permission(ids: dict[str, int]) -> None:
    rep = Viewer("rep", Scope.OWN)
    action = importables()["orders"].write
    assert action is not None
    with pytest.raises(Refusal, match="import"):
        action(ImportBatch([ImportRow(2, order(ids))], rep, AT))


def test_the_number_of_queries_does_not_grow_with_rows(
    ids: dict[str, int], django_assert_max_num_queries: Any
) -> None:
    codes = [f"o{number}" for number in range(50)]
    with django_assert_max_num_queries(28):
        write("orders", *(order(ids, code) for code in codes), lines=[line(ids, code) for code in codes])
    with django_assert_max_num_queries(20):
        write("orders", *(order(ids, code) for code in codes), lines=[line(ids, code) for code in codes])


@pytest.mark.spec("SYS-1", "SALE-1")
@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ([], "goods of line 2 came back"),
        ([{"code": "2", "product": None}], "goods of line 2 came back"),
        ([{"code": "2", "quantity": D(1)}], "of line 2 more came back"),
    ],
    ids=["gone", "another product", "fewer"],
)
def test_an_order_cannot_lose_goods_that_came_back(
    ids: dict[str, int], left: list[dict[str, Any]], reason: str
) -> None:
    """Trap: a file rewrote an order without the line of a return; posting the return's facts looked for that line and
    the whole import ended with StopIteration."""
    write("orders", order(ids), order(ids, "o2"), lines=[line(ids), line(ids, code="2"), line(ids, "o2")])
    sold = Order.objects.get(code="o1").pk
    back = {"code": "r", "order": sold, "line": "2", "returned_on": DAY, "quantity": D(2)}
    assert write("returns", back)[0].fate is Fate.CREATED
    again = [
        line(ids, quantity=D(3)),
        *(line(ids, **given) for given in left),
        line(ids, "o2", quantity=D(5)),
    ]
    fates = write("orders", order(ids), order(ids, "o2"), lines=again)
    refused = next(found for found in fates if found.fate is Fate.REJECTED and not found.importable)
    assert (refused.number, refused.column) == (2, "code")
    assert refused.reason.startswith(reason)
    assert OrderLine.objects.get(order__code="o2").quantity == D(5), "the other order of the file is changed"
    assert sorted(OrderLine.objects.filter(order__code="o1").values_list("quantity", flat=True)) == [
        D(2),
        D(2),
    ]
    assert not list(discrepancies())
