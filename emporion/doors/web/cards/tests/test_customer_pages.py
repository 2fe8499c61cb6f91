"""Customers: their list, their card, their forms (CUST-1, CUST-10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emporion.doors.web.cards.story import A_PAGE, story
from emporion.doors.web.cards.tests.office import browser, viewer
from emporion.doors.web.cards.tests.shop import Shop, more_customers, open_shop, sold, text_of
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.clock import now
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.customers.actions.customers import change_customer
from emporion.records.customers.models import Customer, CustomerOwner
from emporion.records.customers.queries import today


@pytest.fixture
def shop(db: None) -> Shop:
    """Two sellers, each with their own."""
    return open_shop()


def edited(shop: Shop, client: Client, **values: Any) -> Any:
    """The answer to the form of Acme, changed by these values."""
    customer = Customer.objects.get(pk=shop.acme)
    form = {"name": customer.name, "kind": "company", "version": customer.version}
    return client.post(reverse("customers:edit", args=[shop.acme]), {**form, **values})


@pytest.mark.both_databases
@pytest.mark.spec("CUST-10")
def test_a_list_and_a_card_say_who_owns_what_was_sold_and_what_is_open(shop: Shop) -> None:
    listed = text_of(browser("dora").get("/customers/"))
    for words in (">anna<", ">north<", "yesterday", ">acme<"):
        assert words in listed
    card = text_of(browser("anna").get(reverse("cards:customer", args=[shop.acme])))
    for words in (
        "Order A-1",
        "Payment A-P",
        "Contract A-C signed",
        "cold call",
        "Send prices",
        "Forklifts",
        "OfA",
    ):
        assert words in card


@pytest.mark.spec("CUST-10")
def test_the_story_is_told_by_kinds_and_pages(shop: Shop) -> None:
    anna = viewer("anna")
    for number in range(A_PAGE + 5):
        sold(f"S-{number}", shop.acme, shop.office.here.anna, shop.tea, 1, number)
    first, second = story(anna, shop.acme, "orders", 1), story(anna, shop.acme, "orders", 2)
    assert (len(first.events), first.more, second.more) == (A_PAGE, True, False)
    days = [event.day for event in (*first.events, *second.events)]
    assert days == sorted(days, reverse=True)
    assert len(days) == A_PAGE + 5 + 2
    assert {event.title for event in story(anna, shop.acme, "contacts", 1).events} == {"cold call"}
    page = browser("anna").get(reverse("cards:customer", args=[shop.acme]), {"kind": "orders", "page": "2"})
    assert "?kind=orders" in text_of(page)
    assert "21–27" in text_of(page)


@pytest.mark.both_databases
@pytest.mark.spec("CUST-1")
def test_a_customer_is_entered_with_owner_zone_and_base(shop: Shop) -> None:
    anna = browser("anna")
    form = {"name": "Fresh", "kind": "company", "owner": shop.office.here.anna, "in_base_from": f"{today()}"}
    answer = anna.post("/customers/new/", {**form, "country": "gr", "segment": "A"}, follow=True)
    made = Customer.objects.get(name="Fresh")
    assert answer.redirect_chain == [(reverse("cards:customer", args=[made.pk]), 302)]
    assert "Fresh is saved." in text_of(answer)
    assert (made.country, made.segment, made.in_base_from) == ("GR", "A", today())
    assert CustomerOwner.objects.get(customer=made).member_id == shop.office.here.anna


@pytest.mark.spec("CUST-1")
def test_two_people_editing_one_customer_get_told(shop: Shop) -> None:
    """Trap: the second one overwrites the first without a word, or loses what they typed."""
    anna, dora = browser("anna"), browser("dora")
    version = Customer.objects.get(pk=shop.acme).version
    assert edited(shop, dora, city="Northville").status_code == 302
    late = edited(shop, anna, city="Southport", version=version)
    assert late.status_code == 409
    assert "It is now: Northville" in text_of(late)
    assert 'value="Southport"' in text_of(late)
    assert Customer.objects.get(pk=shop.acme).city == "Northville"
    again = edited(shop, anna, city="Southport", version=version + 1)
    assert again.status_code == 302
    assert Customer.objects.get(pk=shop.acme).city == "Southport"


@pytest.mark.spec("CUST-1")
def test_a_change_is_told_with_a_way_back(shop: Shop) -> None:
    anna = browser("anna")
    edited(shop, anna, city="Northville")
    card = anna.get(reverse("cards:customer", args=[shop.acme]))
    entry = text_of(card).split('name="entry" value="')[1].split('"')[0]
    undone = anna.post(
        "/undo/", {"entry": entry, "next": reverse("cards:customer", args=[shop.acme])}, follow=True
    )
    assert "It is as it was before." in text_of(undone)
    assert Customer.objects.get(pk=shop.acme).city == ""


@pytest.mark.spec("TEAM-10")
def test_an_undo_reaches_no_further_than_its_reader(shop: Shop) -> None:
    """Trap: the number of an entry is enough to change a foreign record, or to learn that somebody has changed it."""
    dora = browser("dora")
    change_customer(customer_id=shop.bolt, city="Farville", by=viewer("boris"), at=now())
    entry = AuditEntry.objects.order_by("-id").values_list("id", flat=True)[0]
    anna = browser("anna")
    foreign, missing = (anna.post("/undo/", {"entry": number}) for number in (entry, entry + 1))
    assert foreign.status_code == missing.status_code == 400
    assert foreign.context["reason"] == missing.context["reason"]
    assert Customer.objects.get(pk=shop.bolt).city == "Farville"
    assert dora.post("/undo/", {"entry": entry}).status_code == 302
    assert Customer.objects.get(pk=shop.bolt).city == ""


@pytest.mark.spec("TEAM-1", "CUST-2")
def test_owner_zone_and_base_change_from_a_day_on(shop: Shop) -> None:
    dora = browser("dora")
    version = Customer.objects.get(pk=shop.acme).version
    tomorrow = today() + timedelta(days=1)
    form = {"member": shop.office.here.boris, "starts_on": f"{tomorrow}", "version": version}
    assert dora.post(reverse("customers:owner", args=[shop.acme]), form).status_code == 302
    zone = {"territory": "", "starts_on": f"{today()}", "version": version + 1}
    assert dora.post(reverse("customers:zone", args=[shop.acme]), zone).status_code == 302
    base = {"in_base_from": "2026-01-01", "left_base_on": "2026-02-01", "version": version + 2}
    assert dora.post(reverse("customers:base", args=[shop.acme]), base).status_code == 302
    found = Customer.objects.get(pk=shop.acme)
    assert f"{found.in_base_from} {found.left_base_on}" == "2026-01-01 2026-02-01"
    assert list(found.owners.order_by("starts_on").values_list("member__code", flat=True)) == [
        "anna",
        "boris",
    ]
    assert list(discrepancies()) == []


@pytest.mark.spec("TEAM-10")
def test_many_are_given_to_another_and_back(shop: Shop) -> None:
    """Trap: "all that fit" takes all there are instead of all the filter lets through."""
    dora = browser("dora")
    more_customers(3, shop.office.here.anna)
    form: dict[str, Any] = {"action": "reassign", "all": "1", "query": "q=More", "confirmed": "1"}
    form |= {"member": shop.office.here.boris, "starts_on": f"{today()}"}
    done = dora.post("/customers/many/", form, follow=True)
    assert "3 customers are now boris's." in text_of(done)
    given = CustomerOwner.objects.filter(member=shop.office.here.boris, starts_on=today())
    assert given.count() == 3
    assert not given.filter(customer_id=shop.acme).exists()
    entry = text_of(done).split('name="entry" value="')[1].split('"')[0]
    assert dora.post("/undo/", {"entry": entry}).status_code == 302
    assert not CustomerOwner.objects.filter(member=shop.office.here.boris, starts_on=today()).exists()


@pytest.mark.spec("CUST-1")
def test_a_contact_is_entered_changed_and_removed(shop: Shop) -> None:
    anna = browser("anna")
    address = reverse("customers:create_contact", args=[shop.acme])
    assert "at least one part of the name" in text_of(anna.post(address, {"phone": "1"}))
    wrong = anna.post(address, {"family_name": "Demo", "birthday_month_day": "02-31"})
    assert wrong.status_code == 200
    assert anna.post(address, {"family_name": "Demo", "decides": "on"}).status_code == 302
    card = anna.get(reverse("cards:customer", args=[shop.acme]))
    assert "Demo" in text_of(card)
    assert "decides" in text_of(card)
    anna.post(reverse("customers:remove_contact", args=[shop.her_contact]), {})
    assert ">OfA<" not in text_of(anna.get(reverse("cards:customer", args=[shop.acme])))


@pytest.mark.spec("CUST-1")
def test_a_customer_with_orders_is_not_removed(shop: Shop) -> None:
    dora = browser("dora")
    refused = dora.post(reverse("customers:remove", args=[shop.acme]), {})
    assert refused.status_code == 400
    assert Customer.objects.get(pk=shop.acme).removed_at is None


@pytest.mark.spec("CUST-2", "SYS-3")
def test_filters_stand_in_the_address(shop: Shop) -> None:
    dora, here = browser("dora"), shop.office.here
    Customer.objects.filter(pk=shop.bolt).update(segment="A", in_base_from=today())
    CustomerOwner.objects.create(customer_id=shop.bolt, starts_on=today(), member=None)
    for query, found in (
        ("segment=A", {"bolt"}),
        ("segment=B", set()),
        (f"owner={here.anna}", {"acme"}),
        (f"zone={here.north}", {"acme"}),
        ("state=unowned", {"bolt"}),
        ("state=nonsense&owner=nobody", {"acme", "bolt"}),
    ):
        page = text_of(dora.get(f"/customers/?{query}"))
        assert (query, {name for name in ("acme", "bolt") if f">{name}<" in page}) == (query, found)


@pytest.mark.spec("CUST-10")
def test_money_by_month_is_the_metric(shop: Shop) -> None:
    page = text_of(browser("dora").get(reverse("cards:customer_money", args=[shop.acme])))
    assert f"/facts/revenue/?period={today() - timedelta(days=1):%Y-%m}&customer=acme" in page
    assert ">30<" in page
    assert ">10<" in page
    part = browser("dora").get(
        reverse("cards:customer_money", args=[shop.acme]), headers={"hx-request": "true"}
    )
    assert text_of(part).startswith('<div class="money-by-month">')


@pytest.mark.spec("SYS-7")
def test_the_history_of_a_customer_reads_in_words(shop: Shop) -> None:
    dora = browser("dora")
    edited(shop, dora, what_matters="price", city="Northville")
    page = text_of(dora.get(reverse("cards:customer_changes", args=[shop.acme])))
    assert "What matters most" in page
    assert "what_matters" not in page
