"""The office with something to sell: two products with prices and costs, an order of Anna's and one of Boris'."""

from datetime import date, timedelta
from decimal import Decimal as D
from html import unescape
from typing import Any, NamedTuple

from emporion.doors.web.cards.tests.office import Office, open_office
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.activities.models import Task
from emporion.records.catalog.actions import create_price_list, create_product, set_cost, set_price
from emporion.records.catalog.models import ProductPrice
from emporion.records.customers.actions.contacts import add_contact
from emporion.records.customers.models import Contact, Customer, CustomerOwner
from emporion.records.customers.queries import today
from emporion.records.orders.actions.orders import place_order, sign_contract
from emporion.records.orders.actions.payments import receive_payment
from emporion.records.orders.models import Contract, Order, OrderCredit, OrderLine
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry


class Shop(NamedTuple):
    """Ids of what is there: `hers` is Anna's, `his` is Boris'."""

    office: Office
    tea: int
    cup: int
    prices: int
    her_order: int
    his_order: int
    her_payment: int
    his_payment: int
    her_contract: int
    his_contract: int
    her_contact: int
    his_contact: int

    @property
    def acme(self) -> int:
        """Anna's customer."""
        return self.office.here.acme

    @property
    def bolt(self) -> int:
        """Boris' customer."""
        return self.office.here.bolt


def open_shop() -> Shop:
    """Everything, in the database."""
    office = open_office()
    here = office.here
    tea, cup = (
        create_product(code=code, name=name, unit="box", by=SYSTEM, at=now()).pk
        for code, name in (("TEA", "Mountain tea"), ("CUP", "Blue cup"))
    )
    prices = create_price_list(code="base", currency="EUR", by=SYSTEM, at=now()).pk
    long_ago = date(2020, 1, 1)
    for product, price, cost in ((tea, D(10), D(6)), (cup, D(4), D(1))):
        set_price(
            price_list_id=prices, product_id=product, starts_on=long_ago, price=price, by=SYSTEM, at=now()
        )
        set_cost(product_id=product, starts_on=long_ago, cost=cost, by=SYSTEM, at=now())
    made = [
        _belongings(letter, customer, member, tea)
        for letter, customer, member in (("A", here.acme, here.anna), ("B", here.bolt, here.boris))
    ]
    return Shop(office, tea, cup, prices, *(one for pair in zip(*made, strict=True) for one in pair))


def _belongings(letter: str, customer: int, member: int, product: int) -> tuple[int, int, int, int]:
    order = sold(f"{letter}-1", customer, member, product, 3)
    payment = receive_payment(
        code=f"{letter}-P",
        customer_id=customer,
        received_on=today(),
        amount=D(10),
        currency="EUR",
        allocations={f"{letter}-1": D(10)},
        by=SYSTEM,
        at=now(),
    )
    contract = Contract(code=f"{letter}-C", customer_id=customer, member_id=member, signed_on=today())
    sign_contract(contract=contract, by=SYSTEM, at=now())
    contact = add_contact(customer_id=customer, family_name=f"Of{letter}", by=SYSTEM, at=now())
    return order, payment.pk, contract.pk, contact.pk


def sold(  # noqa: PLR0917 - whose, what, how much
    code: str, customer: int, member: int, product: int, quantity: int, days_ago: int = 1
) -> int:
    """An order of one line, at ten each."""
    entry = OrderEntry(
        code=code,
        customer_id=customer,
        placed_on=today() - timedelta(days=days_ago),
        currency="EUR",
        lines=[LineEntry(1, product, D(quantity), D(10))],
        credits=[CreditEntry(member)],
    )
    return place_order(entry=entry, by=SYSTEM, at=now()).pk


def more_customers(count: int, owner: int) -> None:
    """So many more customers of that person, each with an order; only their rows, without facts."""
    made = Customer.objects.bulk_create(
        Customer(code=f"more-{number}", name=f"More {number:03}") for number in range(count)
    )
    CustomerOwner.objects.bulk_create(
        CustomerOwner(customer=one, member_id=owner, starts_on=date(2020, 1, 1)) for one in made
    )
    orders = Order.objects.bulk_create(
        Order(code=f"M-{one.code}", customer=one, placed_on=today(), currency="EUR", total=D(7))
        for one in made
    )
    OrderCredit.objects.bulk_create(OrderCredit(order=one, member_id=owner) for one in orders)


def more_on_the_cards(count: int, shop: Shop) -> None:
    """So many more contacts, tasks, orders' lines and prices."""
    acme, anna = shop.acme, shop.office.here.anna
    Contact.objects.bulk_create(
        Contact(code=f"c-{one}", family_name="More", customer_id=acme) for one in range(count)
    )
    Task.objects.bulk_create(
        Task(code=f"t-{one}", title="More", customer_id=acme, member_id=anna, opened_on=today())
        for one in range(count)
    )
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
        for one in range(count)
    )
    ProductPrice.objects.bulk_create(
        ProductPrice(
            price_list_id=shop.prices, product_id=shop.tea, starts_on=date(2021, 1, 1 + one), price=D(9)
        )
        for one in range(count)
    )


def text_of(response: Any) -> str:
    """A page as it reads."""
    page: bytes = response.content
    return unescape(page.decode())


def order_form(**values: Any) -> dict[str, Any]:
    """What the form of an order sends: its head, one line of tea without a price, Anna's sale; changed by `values`."""
    form = {
        "customer": "acme",
        "placed_on": f"{today()}",
        "currency": "EUR",
        "rate": "1",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-product": "Mountain tea (TEA)",
        "lines-0-quantity": "2",
        "credits-TOTAL_FORMS": "1",
        "credits-INITIAL_FORMS": "0",
        "credits-0-weight": "1",
        "credits-0-credit": "direct",
    }
    return {**form, **values}
