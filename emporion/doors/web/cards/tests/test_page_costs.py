"""No list, board, card or search takes more than twelve queries, whoever looks and however many rows there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.cards.tests.office import Office, browser, deal_of, open_office
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.activities.actions import log_activity, open_task
from emporion.records.customers.models import Contact, Customer, CustomerOwner
from emporion.records.customers.queries import today
from emporion.records.orders.models import Order, OrderCredit
from emporion.records.pipeline.rules import Share
from emporion.records.team.models import Absence

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("SYS-3")]
BUDGET = 12
WHO = ("dora", "hanna", "anna")  # sees all, a team, their own


@pytest.fixture
def office(db: None) -> Office:
    """The small department with people who sign in."""
    return open_office()


def _pages(office: Office) -> list[str]:
    return [
        *("/customers/", "/customers/?q=a", "/deals/", "/deals/?q=deal", "/deals/board/", "/orders/"),
        *("/activities/", "/tasks/", "/search/?q=deal", "/search/?q=customer"),
        reverse("cards:customer", args=[office.here.acme]),
        reverse("cards:deal", args=[office.annas_deal]),
        reverse("cards:task", args=[office.annas_task]),
        reverse("cards:activity", args=[office.annas_call]),
    ]


def _costs(office: Office) -> dict[tuple[str, str], int]:
    return {(who, page): _cost(who, page) for who in WHO for page in _pages(office)}


def _cost(who: str, page: str) -> int:
    client = browser(who)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def _one_of_each(office: Office, number: int) -> None:
    here, day = office.here, today()
    customer = Customer.objects.create(code=f"c{number}", name=f"Customer {number}", in_base_from=day)
    CustomerOwner.objects.create(customer=customer, member_id=here.anna, starts_on=day - timedelta(days=9))
    Contact.objects.create(code=f"k{number}", customer=customer, given_name="Customer")
    deal = deal_of(here, f"Deal {number}", customer.pk, here.anna)
    order = Order.objects.create(code=f"o{number}", customer=customer, placed_on=day, currency="EUR", total=9)
    OrderCredit.objects.create(order=order, member_id=here.anna)
    for one in (deal, office.annas_deal):
        open_task(title=f"Task {number}", opened_on=day, deal_id=one, by=SYSTEM, at=now())
        log_activity(kind="visit", day=day, deal_id=one, shares=[Share(here.anna)], by=SYSTEM, at=now())


def test_pages_cost_the_same_with_fifty_rows_as_with_one_and_at_most_twelve_queries(office: Office) -> None:
    """Trap: who looks cost up to eight queries before the first row was read."""
    _one_of_each(office, 0)
    few = _costs(office)
    for number in range(1, 50):
        _one_of_each(office, number)
    assert _costs(office) == few
    assert {page: cost for page, cost in few.items() if cost > BUDGET} == {}


def test_who_looks_costs_four_queries_whatever_they_lead(office: Office) -> None:
    """Session, user with role, settings, and where they stand: a page of nothing else shows it. Trap: whoever stood in
    for several people, or had several below, was read several times."""
    for away in (office.here.anna, office.here.boris):
        Absence.objects.create(
            code=f"away-{away}",
            member_id=away,
            stand_in_id=office.hanna,
            starts_on=today(),
            ends_on=today() + timedelta(days=3),
        )
    assert {who: _cost(who, "/search/") for who in WHO} == dict.fromkeys(WHO, 4)
