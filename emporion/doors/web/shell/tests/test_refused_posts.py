"""What is refused after a button is told where the button stands."""

import pytest
from django.test import Client

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import today
from emporion.records.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.spec("CUST-1")]
HERE = "http://localhost"


@pytest.fixture
def customer() -> Customer:
    """One with an order, so that it cannot be removed."""
    install_standard_roles()
    create_user(name="dora", role="director", by=SYSTEM, at=now())
    made = Customer.objects.create(code="K", name="Kappa")
    Order.objects.create(code="O", customer=made, placed_on=today(), total=1, currency="EUR")
    return made


@pytest.fixture
def dora(customer: Customer) -> Client:
    """Pages as the director sees them."""
    from emporion.kernel.access.models import User

    client = Client(SERVER_NAME="localhost")
    user = User.objects.get(username="dora")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_refused_removal_goes_back_with_the_refusal(dora: Client, customer: Customer) -> None:
    """Trap: a bare page with "400", and the customer nowhere in sight."""
    card = f"/customers/{customer.pk}/?kind=orders"
    answer = dora.post(f"/customers/{customer.pk}/remove/", {"version": 1}, headers={"Referer": HERE + card})
    assert (answer.status_code, answer["Location"]) == (302, card)
    page = dora.get(card).content.decode()
    assert 'class="notice notice-error" role="alert"' in page
    assert "order" in page[page.index("notice-error") :][:300]
    assert "notice-error" not in dora.get(card).content.decode()
    assert Customer.objects.get().removed_at is None


def test_it_is_told_in_the_language_of_the_reader(dora: Client, customer: Customer) -> None:
    dora.post("/appearance/", {"language": "ru"})
    card = f"/customers/{customer.pk}/"
    dora.post(f"/customers/{customer.pk}/remove/", {"version": 1}, headers={"Referer": HERE + card})
    page = dora.get(card).content.decode()
    assert "заказ" in page[page.index("notice-error") :][:300]


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "https://evil.example/customers/",
        "//evil.example/customers/",
        "http://localhost.evil.example/",
        "http://localhost/undo/",
        "javascript:alert(1)",
        "/customers/",
    ],
)
def test_nobody_is_sent_elsewhere_or_in_a_circle(dora: Client, sender: str) -> None:
    """Trap: a page that only takes what is sent answers 405 to who is led back to it."""
    answer = dora.post("/undo/", {"entry": "1"}, headers={"Referer": sender} if sender else {})
    assert answer.status_code in {400, 404}
    assert b"notice-error" not in answer.content


def test_a_refusal_of_what_was_only_looked_at_stays_a_page(dora: Client) -> None:
    answer = dora.get("/customers/999999/", headers={"Referer": f"{HERE}/customers/"})
    assert answer.status_code == 404


def test_what_a_script_sent_gets_the_status(dora: Client, customer: Customer) -> None:
    headers = {"Referer": f"{HERE}/customers/", "HX-Request": "true"}
    answer = dora.post(f"/customers/{customer.pk}/remove/", {"version": 1}, headers=headers)
    assert answer.status_code == 400
