"""The page that finds anything: in scope, quickly, in every language."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.shell.finding import SHOWN, found
from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Contact, Customer, CustomerOwner
from emporion.records.orders.models import Order
from emporion.records.pipeline.models import Deal, DealCredit, Pipeline
from emporion.records.team.models import Member
from emporion.records.team.queries import viewer_for

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 1, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    """A director, and two reps, each with a customer, a contact, a deal and an order; their names begin alike."""
    install_standard_roles()
    pipeline = Pipeline.objects.create(code="new")
    users = {"director": create_user(name="director", role="director", by=SYSTEM, at=AT)}
    for name in ("anna", "boris"):
        users[name] = create_user(name=name, role="rep", by=SYSTEM, at=AT)
        member = Member.objects.create(code=name, name=f"Zeta {name}", user=users[name])
        customer = Customer.objects.create(code=f"K-{name}", name=f"Zeta of {name}")
        CustomerOwner.objects.create(customer=customer, starts_on=DAY, member=member)
        Contact.objects.create(code=f"C-{name}", customer=customer, given_name=f"Zeta-{name}")
        deal = Deal.objects.create(
            code=f"D-{name}", name=f"Zeta deal {name}", customer=customer, pipeline=pipeline, opened_on=DAY
        )
        DealCredit.objects.create(deal=deal, member=member)
        Order.objects.create(code=f"O-{name}", customer=customer, placed_on=DAY, total=1, currency="EUR")
    Product.objects.create(code="P-1", name="Zeta pipe")
    return users


def page(user: User, text: str, language: str = "en") -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["language"] = language
    User.objects.filter(pk=user.pk).update(language=language)
    answer = client.get("/search/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.spec("SYS-7", "TEAM-10")
def test_everyone_finds_what_they_may_open(people: dict[str, User]) -> None:
    """Trap: a hit, or how many there are, tells of what somebody may not open."""
    anna, director = (viewer_for(people[name], DAY) for name in ("anna", "director"))
    groups = {str(group.label): group for group in found(anna, "zeta")}
    assert set(groups) == {"Customers", "Contacts", "Deals", "Orders", "Products", "People"}
    assert [hit.name for hit in groups["Customers"].hits] == ["Zeta of anna"]
    assert "boris" not in str(groups)
    assert found(anna, "boris") == []
    assert {len(group.hits) for group in found(director, "zeta")} == {1, 2}
    assert [str(group.label) for group in found(director, "K-boris")] == [
        "Customers",
        "Contacts",
        "Deals",
        "Orders",
    ]


def test_the_nearest_come_first_and_the_rest_are_in_the_list(people: dict[str, User]) -> None:
    for number in range(SHOWN + 2):
        Customer.objects.create(code=f"Q-{number}", name=f"Firm {number} Zeta")
    director = viewer_for(people["director"], DAY)
    (customers, *_) = found(director, "zeta")
    assert [hit.name for hit in customers.hits[:2]] == ["Zeta of anna", "Zeta of boris"]
    assert (len(customers.hits), customers.more.endswith("?q=zeta")) == (SHOWN, True)
    (exact, *_) = found(director, "q-7")
    assert exact.hits[0].name == "Firm 7 Zeta"


def test_pages_and_metrics_are_found_where_they_may_be_seen(people: dict[str, User]) -> None:
    anna, director = (viewer_for(people[name], DAY) for name in ("anna", "director"))
    assert [hit.name for group in found(director, "audit") for hit in group.hits] == ["Audit log"]
    assert found(anna, "audit") == []
    assert "Margin" in {hit.name for group in found(director, "margin") for hit in group.hits}
    assert "Margin" not in {hit.name for group in found(anna, "margin") for hit in group.hits}


def test_the_page_says_what_to_do_when_nothing_is_found(people: dict[str, User]) -> None:
    assert "Nothing you may open fits" in page(people["anna"], "<b>nobody</b>")
    assert "<b>nobody" not in page(people["anna"], "<b>nobody</b>")
    assert "Type the beginning" in page(people["anna"], "")
    assert page(people["anna"], "\0'\"%_🙂" * 50)


@pytest.mark.parametrize("text", ["zeta", "anna", "4951234567"])
def test_it_costs_the_same_however_much_is_found(people: dict[str, User], text: str) -> None:
    viewer = viewer_for(people["anna"], DAY)
    with CaptureQueriesContext(
        connection,
    ) as few:
        found(viewer, text)
    member = Member.objects.get(code="anna")
    for number in range(50):
        customer = Customer.objects.create(code=f"M-{number}", name=f"Zeta anna {number}")
        CustomerOwner.objects.create(customer=customer, starts_on=DAY, member=member)
        Contact.objects.create(code=f"N-{number}", customer=customer, given_name="Zeta anna")
    with CaptureQueriesContext(connection) as many:
        found(viewer, text)
    assert len(many) == len(few) <= 9
