"""What one may not open answers as what is not there, in every page and every choice (SYS-3, TEAM-10)."""

import pytest
from django.urls import reverse

from emporion.doors.web.cards.tests.office import browser
from emporion.doors.web.cards.tests.shop import Shop, open_shop, order_form, text_of
from emporion.records.orders.models import Order

CUSTOMER = (
    *(
        "cards:customer",
        "cards:customer_money",
        "cards:customer_changes",
        "customers:edit",
        "customers:owner",
    ),
    *("customers:zone", "customers:base", "customers:create_contact", "orders:pay", "orders:contract"),
)
ORDER = (
    "cards:order",
    "cards:order_changes",
    "orders:edit",
    "orders:cancel",
    "orders:take_back",
    "orders:invoice",
)
OTHERS = ("cards:payment", "orders:allocate", "cards:contract", "customers:edit_contact", "cards:contact")
POSTED = ("customers:remove", "orders:remove", "orders:remove_payment", "customers:remove_contact")
NOBODY = 999_999


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


def foreign(shop: Shop, name: str) -> int:
    """What of Boris' a page of that name is about."""
    if name in {"cards:payment", "orders:allocate", "orders:remove_payment"}:
        return shop.his_payment
    if "contact" in name and name != "customers:create_contact":
        return shop.his_contact
    if name == "cards:contract":
        return shop.his_contract
    return shop.his_order if name in {*ORDER, "orders:remove"} else shop.bolt


def without(page: str, number: int) -> str:
    """What a page says, without the number that was asked for."""
    return page.split("<main")[1].replace(f" {number} ", " N ")


@pytest.mark.spec("SYS-3", "TEAM-10")
def test_what_is_foreign_answers_as_what_is_missing(shop: Shop) -> None:
    """Trap: a page that says "forbidden" for the one and "not found" for the other tells what exists."""
    anna = browser("anna")
    for name in (*CUSTOMER, *ORDER, *OTHERS):
        theirs = anna.get(reverse(name, args=[foreign(shop, name)]))
        missing = anna.get(reverse(name, args=[NOBODY]))
        assert (name, theirs.status_code, missing.status_code) == (name, 404, 404)
        assert without(text_of(theirs), foreign(shop, name)) == without(text_of(missing), NOBODY)


@pytest.mark.spec("SYS-3")
def test_what_is_foreign_is_not_written_either(shop: Shop) -> None:
    anna = browser("anna")
    for name in (*POSTED, "customers:edit", "orders:cancel", "orders:pay"):
        assert anna.post(reverse(name, args=[foreign(shop, name)]), {"version": "1"}).status_code == 404
    assert Order.objects.filter(pk=shop.his_order, removed_at=None, cancelled_on=None).exists()


@pytest.mark.spec("SYS-3", "TEAM-10")
def test_lists_searches_and_exports_hold_only_ones_own(shop: Shop) -> None:
    """Trap: an export, a count or a filter of the address reads the records of everyone."""
    anna, hanna, dora = browser("anna"), browser("hanna"), browser("dora")
    for address in ("/customers/", "/customers/?q=bolt", f"/customers/?owner={shop.office.here.boris}"):
        assert ">bolt<" not in text_of(anna.get(address))
    for address in ("/orders/", "/orders/?q=B-1", f"/orders/?customer={shop.bolt}"):
        assert ">B-1<" not in text_of(anna.get(address))
    assert "bolt" not in text_of(anna.get(f"/orders/?customer={shop.bolt}"))
    assert "0 records" in text_of(anna.get(f"/orders/?customer={shop.bolt}"))
    assert anna.get("/customers/?format=csv").status_code == 403
    assert "B-1" not in text_of(hanna.get("/orders/?format=csv"))
    assert "A-1" in text_of(hanna.get("/orders/?format=csv"))
    assert "B-1" in text_of(dora.get("/orders/?format=csv"))


@pytest.mark.spec("SYS-3")
def test_choices_name_only_what_one_may_name(shop: Shop) -> None:
    anna = browser("anna")
    for address in (reverse("customers:owner", args=[shop.acme]), "/customers/new/", "/orders/new/"):
        assert ">boris<" not in text_of(anna.get(address))
    assert "bolt" not in text_of(anna.get("/customers/options/?customer=bol"))
    assert "acme" in text_of(anna.get("/customers/options/?customer=acm"))
    refused = anna.post(
        "/orders/new/", order_form(**{"customer": "bolt", "credits-0-member": shop.office.here.anna})
    )
    assert "Nothing that you may open is called so." in text_of(refused)
    foreign_seller = anna.post("/orders/new/", order_form(**{"credits-0-member": shop.office.here.boris}))
    assert foreign_seller.status_code == 200
    assert not Order.objects.filter(code__startswith="O-").exists()


@pytest.mark.spec("SYS-3")
def test_who_only_reads_finds_no_way_to_write(shop: Shop) -> None:
    audit = browser("audit")
    for name in (*CUSTOMER[3:], *ORDER[2:], "orders:allocate", "customers:edit_contact"):
        assert audit.get(reverse(name, args=[shop.acme])).status_code == 403
    card = text_of(audit.get(reverse("cards:customer", args=[shop.acme])))
    assert "Log a call" not in card
    assert "recycle bin" not in card
    assert "New customer" not in text_of(audit.get("/customers/"))


@pytest.mark.spec("SALE-1", "SYS-3")
def test_costs_are_for_who_may_see_them(shop: Shop) -> None:
    anna, dora = browser("anna"), browser("dora")
    product, order = reverse("cards:product", args=[shop.tea]), reverse("cards:order", args=[shop.her_order])
    assert "€6.00" in text_of(dora.get(product))
    assert "€18.00" in text_of(dora.get(order))
    for page in (product, order, "/products/"):
        assert "Cost" not in text_of(anna.get(page))
    assert anna.get(reverse("catalog:cost", args=[shop.tea])).status_code == 403
    assert anna.get(reverse("catalog:edit", args=[shop.tea])).status_code == 403
