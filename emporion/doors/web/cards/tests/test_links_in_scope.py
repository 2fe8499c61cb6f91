"""What a page names and the viewer may not open is its name alone: a link there would answer that there is none."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.cards.tests.office import browser, deal_of
from emporion.doors.web.cards.tests.shop import Shop, open_shop, sold
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.activities.actions import log_activity, open_task
from emporion.records.customers.queries import today
from emporion.records.orders.models import Contract
from emporion.records.pipeline.models import Deal, DealCredit
from emporion.records.pipeline.rules import Share

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
CARDS = re.compile(
    r'href="(/(?:customers|deals|orders|payments|contracts|members|people|territories|tasks)/\d+/)"'
)


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


def hers_with_his_customer(shop: Shop) -> list[str]:
    """Pages of Anna's own work with Boris' customer, whom she may not open."""
    here = shop.office.here
    deal = deal_of(here, "Ropes", here.bolt, here.anna)
    DealCredit.objects.create(deal_id=deal, member_id=here.boris, credit="overlay")
    order = sold("A-2", here.bolt, here.anna, shop.tea, 1)
    contract = Contract.objects.create(
        code="A-2C", customer_id=here.bolt, member_id=here.anna, signed_on=today()
    )
    call = log_activity(
        kind="call",
        first="cold",
        day=today(),
        customer_id=here.bolt,
        shares=[Share(here.anna)],
        by=SYSTEM,
        at=now(),
    )
    task = open_task(
        title="Ring them", opened_on=today(), customer_id=here.bolt, member_id=here.anna, by=SYSTEM, at=now()
    )
    cards = [
        ("deal", deal),
        ("order", order),
        ("contract", contract.pk),
        ("activity", call.pk),
        ("task", task.pk),
    ]
    return [
        *(reverse(f"cards:{kind}", args=[pk]) for kind, pk in cards),
        *("/deals/", "/orders/", "/activities/", "/tasks/"),
    ]


def test_no_page_of_a_rep_links_to_a_card_that_is_not_theirs(shop: Shop) -> None:
    """Trap: an order one sold to a colleague's customer showed a link to the customer, which answered 404."""
    anna = browser("anna")
    for page in hers_with_his_customer(shop):
        text = anna.get(page).content.decode()
        main = text[text.index("<main") :]
        assert "bolt" in main, page
        assert f'href="/customers/{shop.bolt}/"' not in main, page
        answers = {link: anna.get(link).status_code for link in set(CARDS.findall(main))}
        assert {link: status for link, status in answers.items() if status != 200} == {}, page


def test_who_may_open_a_card_finds_the_link(shop: Shop) -> None:
    dora = browser("dora")
    for page in hers_with_his_customer(shop):
        assert f'href="/customers/{shop.bolt}/"' in dora.get(page).content.decode(), page


def test_money_and_the_next_step_are_offered_only_where_they_can_be_entered(shop: Shop) -> None:
    """Trap: two buttons of such a page led to "not found"."""
    pages = hers_with_his_customer(shop)
    order = next(page for page in pages if re.fullmatch(r"/orders/\d+/", page))
    call = next(page for page in pages if re.fullmatch(r"/activities/\d+/", page))
    anna = browser("anna")
    assert "Money received" not in anna.get(order).content.decode()
    assert "/tasks/new/?step=1&amp;customer" not in anna.get(call).content.decode()
    assert f"/tasks/new/?step=1&amp;customer={shop.bolt}" in browser("dora").get(call).content.decode()


def test_links_cost_the_same_for_fifty_rows(shop: Shop) -> None:
    """Trap: the scope asked for again in every row."""
    anna, here = browser("anna"), shop.office.here

    def costs() -> dict[str, int]:
        found = {}
        for page in ("/deals/", "/activities/", "/tasks/"):
            anna.get(page)
            with CaptureQueriesContext(connection) as queries:
                anna.get(page)
            found[page] = len(queries)
        return found

    deal_of(here, "First", here.bolt, here.anna)
    before = costs()
    first = Deal.objects.get(name="First")
    made = Deal.objects.bulk_create(
        Deal(
            code=f"x-{number}",
            name=f"More {number}",
            pipeline_id=here.pipeline,
            stage_id=first.stage_id,
            customer_id=(here.acme, here.bolt)[number % 2],
            opened_on=today(),
        )
        for number in range(50)
    )
    DealCredit.objects.bulk_create(DealCredit(deal=one, member_id=here.anna) for one in made)
    for number in range(10):
        open_task(
            title=f"Task {number}",
            opened_on=today(),
            customer_id=here.bolt,
            member_id=here.anna,
            by=SYSTEM,
            at=now(),
        )
    assert costs() == before
