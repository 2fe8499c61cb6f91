"""What the pages cost: not more with fifty rows than with one, and within the budget of twelve queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.cards.tests.office import browser
from emporion.doors.web.cards.tests.shop import Shop, more_customers, more_on_the_cards, open_shop

BUDGET = 12


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


def cost(name: str, address: str) -> int:
    """The queries of a page, once it has been opened before."""
    client = browser(name)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.both_databases
def test_no_page_asks_more_for_more_rows(shop: Shop) -> None:
    pages = [
        "/customers/",
        "/orders/",
        "/products/",
        reverse("cards:customer", args=[shop.acme]),
        reverse("cards:order", args=[shop.her_order]),
        reverse("cards:product", args=[shop.tea]),
    ]
    before = {page: cost("dora", page) for page in pages} | {
        f"{page} anna": cost("anna", page) for page in pages
    }
    more_customers(50, shop.office.here.anna)
    more_on_the_cards(30, shop)
    after = {page: cost("dora", page) for page in pages} | {
        f"{page} anna": cost("anna", page) for page in pages
    }
    assert after == before
    assert {page: count for page, count in after.items() if count > BUDGET} == {}
