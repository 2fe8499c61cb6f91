"""How many rows the form of an order takes: a number in it is a word of the sender."""

from decimal import Decimal as D

import pytest

from emporion.doors.web.cards.tests.office import browser
from emporion.doors.web.cards.tests.shop import Shop, open_shop, order_form, text_of
from emporion.records.orders.forms.orders import MOST_LINES
from emporion.records.orders.models import Order, OrderLine

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SALE-1")]


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


@pytest.mark.parametrize("rows", ["lines", "credits"])
@pytest.mark.parametrize("number", [MOST_LINES + 1, 1_000, 10**9, "9" * 4_000])
def test_too_many_rows_are_refused_in_words(shop: Shop, rows: str, number: object) -> None:
    """Trap: a thousand rows were made for a number that came with two lines, on every request."""
    before = Order.objects.count()
    answer = browser("anna").post("/orders/new/", order_form(**{f"{rows}-TOTAL_FORMS": number}))
    assert answer.status_code == 400
    assert f"at most {MOST_LINES} lines" in text_of(answer)
    assert answer.content.count(b"<select") == 0
    assert Order.objects.count() == before


@pytest.mark.parametrize("number", ["", "x", "1.5"])
def test_what_is_no_number_loses_nothing_that_was_typed(shop: Shop, number: str) -> None:
    answer = browser("anna").post(
        "/orders/new/", order_form(**{"lines-TOTAL_FORMS": number, "channel": "fair"})
    )
    assert answer.status_code == 200
    assert 'value="fair"' in text_of(answer)


def test_as_many_as_fit_are_taken_and_the_button_stops_there(shop: Shop) -> None:
    full = order_form(**{"lines-TOTAL_FORMS": MOST_LINES, "credits-0-member": shop.office.here.anna})
    page = browser("anna").post("/orders/new/", {**full, "more": "1"})
    assert page.context["lines"].total_form_count() == MOST_LINES
    assert browser("anna").post("/orders/new/", full).status_code == 302


def test_a_longer_order_says_that_it_is_changed_by_an_import(shop: Shop) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order_id=shop.her_order,
            number=10 + one,
            product_id=shop.cup,
            quantity=D(1),
            unit_price=D(0),
            exact_amount=D(0),
            amount=D(0),
        )
        for one in range(MOST_LINES)
    )
    answer = browser("anna").get(f"/orders/{shop.her_order}/edit/")
    assert answer.status_code == 400
    assert "import a longer one" in text_of(answer)
