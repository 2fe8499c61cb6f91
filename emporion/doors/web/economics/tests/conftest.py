"""A firm of two teams that sells in a shop and online in May 2026, what it spends, and who may look at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.planning.actions import set_target
from emporion.numbers.planning.cost_actions import create_cost_line
from emporion.records.catalog.actions import create_product, set_cost
from emporion.records.catalog.models import Product
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, Department, build, day
from emporion.records.team.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)  # the last day of the month: all of May is gone
JANUARY, MAY, JUNE, NEXT_YEAR = date(2026, 1, 1), date(2026, 5, 1), date(2026, 6, 1), date(2027, 1, 1)


@dataclass(frozen=True, slots=True)
class Firm:
    """The people, and the two products: A costs 60 by the catalogue, B nothing that is known."""

    ids: Department
    a: Product
    b: Product

    def signed_in(self, role: str, member_id: int | None = None, language: str = "en") -> Client:
        """A browser in which somebody of that role has signed in, joined to that person."""
        user = User.objects.create(
            username=f"{role}-{member_id}-{language}",
            access_role=AccessRole.objects.get(code=role),
            language=language,
        )
        if member_id is not None:
            Member.objects.filter(pk=member_id).update(user=user)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client


def sold(  # noqa: PLR0917 - a row of a table
    code: str,
    customer_id: int,
    member_id: int,
    product: Product,
    quantity: int,
    price: int,
    channel: str = "shop",
) -> None:
    """An order of one line on 4 May."""
    entry = OrderEntry(
        code=code,
        customer_id=customer_id,
        placed_on=day(4),
        currency="EUR",
        channel=channel,
        lines=[LineEntry(1, product.pk, Decimal(quantity), Decimal(price))],
        credits=[CreditEntry(member_id)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


def spent(code: str, **attributes: Any) -> None:
    """A cost of May, where nothing else is said."""
    said: dict[str, Any] = {"name": code.title(), "starts_on": MAY, "ends_on": JUNE} | attributes
    create_cost_line(code=code, by=SYSTEM, at=AT, **said)


@pytest.fixture
def firm(db: None, settings: Any, tmp_path: Path) -> Firm:
    """In May Anna (red) sold 50 of A at 100, Boris (blue) 10 of A at 100 online; nothing was spent yet."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    ids = build()
    made = [create_product(code=code, name=f"Product {code}", by=SYSTEM, at=AT) for code in ("A", "B")]
    set_cost(product_id=made[0].pk, starts_on=JANUARY, cost=Decimal(60), by=SYSTEM, at=AT)
    sold("O1", ids.acme, ids.anna, made[0], 50, 100)
    sold("O2", ids.bolt, ids.boris, made[0], 10, 100, channel="online")
    return Firm(ids, *made)


@pytest.fixture
def at_noon() -> Any:
    """It is 31 May 2026."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def planned() -> Callable[[int | None, int], None]:
    """Sets a plan of revenue of May."""

    def plan(member_id: int | None, value: int) -> None:
        set_target(
            metric="revenue",
            member_id=member_id,
            starts_on=MAY,
            ends_on=JUNE,
            value=Decimal(value),
            by=SYSTEM,
            at=AT,
        )

    return plan
