"""Orders and what follows them, entered by pages (SALE-1)."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.urls import reverse

from emporion.doors.web.cards.tests.office import browser
from emporion.doors.web.cards.tests.shop import Shop, open_shop, order_form, text_of
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.catalog.actions import set_cost
from emporion.records.catalog.models import Product
from emporion.records.customers.queries import today
from emporion.records.orders.models import GoodsReturn, Invoice, Order, OrderLine, Payment


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


def stored_form(order: int, **values: Any) -> dict[str, Any]:
    """What the form of an order sends when nothing is changed, but for these values."""
    found, line = Order.objects.get(pk=order), OrderLine.objects.get(order_id=order)
    form = order_form(
        **{
            "placed_on": f"{found.placed_on}",
            "version": found.version,
            "lines-INITIAL_FORMS": "1",
            "lines-0-number": line.number,
            "lines-0-quantity": f"{line.quantity.normalize():f}",
            "lines-0-unit_price": f"{line.unit_price.normalize():f}",
            "credits-INITIAL_FORMS": "1",
            "credits-0-member": found.credits.get().member_id,
        }
    )
    return {**form, **values}


@pytest.mark.both_databases
@pytest.mark.spec("SALE-1")
def test_an_order_is_entered_line_by_line(shop: Shop) -> None:
    anna = browser("anna")
    lines = {
        "lines-1-product": "CUP",
        "lines-1-quantity": "1.5",
        "lines-1-unit_price": "3",
        "lines-1-discount": "10",
    }
    answer = anna.post(
        "/orders/new/", order_form(**lines, **{"credits-0-member": shop.office.here.anna}), follow=True
    )
    made = Order.objects.get(code=f"O-{today():%y%m%d}-1")
    assert "is saved." in text_of(answer)
    assert made.customer_id == shop.acme
    amounts = list(made.lines.order_by("number").values_list("amount", "discount", "cost"))
    assert amounts == [(D(20), D(0), D(12)), (D("4.05"), D("0.1"), D("1.5"))]
    assert made.total == D("24.05")
    assert made.credits.get().member_id == shop.office.here.anna
    assert list(discrepancies()) == []


@pytest.mark.spec("SALE-1")
def test_more_lines_are_shown_without_writing(shop: Shop) -> None:
    anna = browser("anna")
    page = text_of(anna.post("/orders/new/", order_form(more="1")))
    assert 'name="lines-4-product"' in page
    assert 'name="lines-5-product"' not in page
    assert 'value="Mountain tea (TEA)"' in page
    assert Order.objects.count() == 2


@pytest.mark.spec("SALE-1")
def test_what_is_wrong_is_told_where_it_was_typed(shop: Shop) -> None:
    anna = browser("anna")
    mine = {"credits-0-member": shop.office.here.anna}
    unpriced = anna.post("/orders/new/", order_form(**mine, currency="USD", rate="2"))
    assert "No list has a price for it on that day" in text_of(unpriced)
    unknown = anna.post("/orders/new/", order_form(**mine, **{"lines-0-product": "gold"}))
    assert "Nothing that you may open is called so." in text_of(unknown)
    nothing = anna.post("/orders/new/", order_form(**mine, **{"lines-0-quantity": "0"}))
    assert nothing.status_code == 200
    assert Order.objects.count() == 2


@pytest.mark.spec("SALE-1")
def test_an_edited_order_keeps_what_was_not_touched(shop: Shop) -> None:
    """Trap: saving an old order takes today's cost of the product, or recomputes an amount that a file gave."""
    OrderLine.objects.filter(order=shop.her_order).update(exact_amount=D("29.5"), amount=D("29.5"))
    Order.objects.filter(pk=shop.her_order).update(total=D("29.5"))
    set_cost(product_id=shop.tea, starts_on=today(), cost=D(9), by=SYSTEM, at=now())
    anna = browser("anna")
    address = reverse("orders:edit", args=[shop.her_order])
    assert anna.post(address, stored_form(shop.her_order, channel="shop")).status_code == 302
    line = OrderLine.objects.get(order=shop.her_order)
    assert (line.amount, line.cost, Order.objects.get(pk=shop.her_order).channel) == (
        D("29.5"),
        D(18),
        "shop",
    )
    changed = stored_form(shop.her_order, **{"lines-0-quantity": "2"})
    assert anna.post(address, changed).status_code == 302
    line = OrderLine.objects.get(order=shop.her_order)
    assert (line.amount, line.cost) == (D(20), D(12))


@pytest.mark.spec("SALE-1")
def test_two_people_editing_one_order_get_told(shop: Shop) -> None:
    anna, dora = browser("anna"), browser("dora")
    address = reverse("orders:edit", args=[shop.her_order])
    hers = stored_form(shop.her_order, channel="shop")
    assert dora.post(address, stored_form(shop.her_order, channel="web")).status_code == 302
    late = anna.post(address, hers)
    assert late.status_code == 409
    assert "It is now: web" in text_of(late)
    assert Order.objects.get(pk=shop.her_order).channel == "web"


@pytest.mark.spec("SALE-1")
def test_money_comes_in_for_orders_and_the_rest_is_a_prepayment(shop: Shop) -> None:
    anna = browser("anna")
    page = text_of(anna.get(reverse("orders:pay", args=[shop.acme]), {"order": shop.her_order}))
    assert "For order A-1" in page
    assert "€20.00 open" in page
    assert 'value="20.0000"' in page
    form = {"received_on": f"{today()}", "amount": "25", "currency": "EUR", "rate": "1"}
    form |= {f"for_{shop.her_order}": "20"}
    assert anna.post(reverse("orders:pay", args=[shop.acme]), form).status_code == 302
    paid = Payment.objects.get(code=f"P-{today():%y%m%d}-1")
    assert paid.allocations.get().amount == D(20)
    card = text_of(anna.get(reverse("cards:payment", args=[paid.pk])))
    assert "For no order yet" in card
    assert "€5.00" in card
    assert "paid" in text_of(anna.get(reverse("cards:order", args=[shop.her_order])))
    again = anna.post(reverse("orders:pay", args=[shop.acme]), form)
    assert "nothing open any more" in text_of(again)
    assert Payment.objects.count() == 3
    assert list(discrepancies()) == []


@pytest.mark.spec("SALE-1")
def test_goods_come_back_and_an_invoice_goes_out(shop: Shop) -> None:
    anna = browser("anna")
    back = {"line": "1", "quantity": "4", "returned_on": f"{today()}"}
    address = reverse("orders:take_back", args=[shop.her_order])
    assert anna.post(address, back).status_code == 200
    assert GoodsReturn.objects.count() == 0
    assert anna.post(address, {**back, "quantity": "1"}).status_code == 302
    assert GoodsReturn.objects.get().amount == D(10)
    invoice = {"issued_on": f"{today()}", "amount": "20"}
    assert anna.post(reverse("orders:invoice", args=[shop.her_order]), invoice).status_code == 302
    assert Invoice.objects.get().order_id == shop.her_order
    card = text_of(anna.get(reverse("cards:order", args=[shop.her_order])))
    assert "Goods that came back" in card
    assert "Invoices" in card


@pytest.mark.spec("SALE-1")
def test_an_order_is_cancelled_once(shop: Shop) -> None:
    anna = browser("anna")
    address = reverse("orders:cancel", args=[shop.her_order])
    form: dict[str, Any] = {
        "cancelled_on": f"{today()}",
        "version": Order.objects.get(pk=shop.her_order).version,
    }
    assert anna.post(address, form).status_code == 302
    assert Order.objects.get(pk=shop.her_order).cancelled_on == today()
    assert anna.post(address, {**form, "version": form["version"] + 1}).status_code == 200
    assert "cancelled" in text_of(anna.get("/orders/?state=cancelled"))
    assert list(discrepancies()) == []


@pytest.mark.spec("SALE-1")
def test_an_order_goes_into_the_recycle_bin_and_comes_back(shop: Shop) -> None:
    anna = browser("anna")
    lines = order_form(**{"credits-0-member": shop.office.here.anna})
    anna.post("/orders/new/", lines)
    made = Order.objects.latest("pk")
    gone = anna.post(reverse("orders:remove", args=[made.pk]), {"version": made.version}, follow=True)
    assert "is in the recycle bin" in text_of(gone)
    assert f">{made.code}<" not in text_of(gone)
    entry = text_of(gone).split('name="entry" value="')[1].split('"')[0]
    back = anna.post("/undo/", {"entry": entry, "next": reverse("cards:order", args=[made.pk])}, follow=True)
    assert back.status_code == 200
    assert made.code in text_of(back)
    paid = anna.post(reverse("orders:remove", args=[shop.her_order]), {})
    assert paid.status_code == 400
    assert list(discrepancies()) == []


@pytest.mark.spec("SYS-7")
def test_sums_of_different_currencies_are_never_added(shop: Shop) -> None:
    anna = browser("anna")
    dollars = {
        "currency": "USD",
        "rate": "0.5",
        "lines-0-unit_price": "7",
        "credits-0-member": shop.office.here.anna,
    }
    anna.post("/orders/new/", order_form(**dollars))
    assert "€30.00 + $14.00" in text_of(anna.get("/orders/"))


@pytest.mark.spec("SALE-1")
def test_products_are_entered_priced_and_changed(shop: Shop) -> None:
    dora = browser("dora")
    form = {"code": "NEW", "name": "New tea", "is_active": "on", "launched_on": f"{today()}"}
    assert dora.post("/products/new/", form).status_code == 302
    made = Product.objects.get(code="NEW")
    for name, said in (
        ("price", {"price_list": shop.prices, "starts_on": f"{today()}", "price": "12.5"}),
        ("cost", {"starts_on": f"{today()}", "cost": "7"}),
        ("complement", {"complement": "CUP", "kind": "cross"}),
    ):
        assert dora.post(reverse(f"catalog:{name}", args=[made.pk]), said).status_code == 302
    card = text_of(dora.get(reverse("cards:product", args=[made.pk])))
    for words in ("€12.50", "€7.00", "Blue cup", "goes with it"):
        assert words in card
    listed = text_of(dora.get("/products/?state=new"))
    assert "New tea" in listed
    assert "Blue cup" not in listed
    version = Product.objects.get(pk=made.pk).version
    wrong = dora.post(
        reverse("catalog:edit", args=[made.pk]),
        {"name": "New tea", "version": version, "launched_on": f"{today()}", "new_until": "2020-01-01"},
    )
    assert "from its launch on" in text_of(wrong)
    late = dora.post(reverse("catalog:edit", args=[made.pk]), {"name": "Older", "version": version - 1})
    assert late.status_code == 409
    assert "It is now: New tea" in text_of(late)
