"""A department whose past is a table one knows by heart; who may look at it, and a worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_tasks_db.models import DBTaskResult

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.planning.actions import set_target
from emporion.records.catalog.models import Category, Product
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, Department, build
from emporion.records.team.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
# Of a year of 1,200: its mean month is 100, so the indices are 0.8, 1.0, 1.2, 1.5 and so on, whatever a year brings.
YEAR = (80, 100, 120, 150, 100, 100, 100, 100, 100, 100, 100, 50)
GROWN = ((2023, 80), (2024, 100), (2025, 120))  # per cent
THIS_YEAR = (80, 110, 108)


@dataclass(frozen=True, slots=True)
class Scene:
    """The department: Anna sells `old` (three years of one season, then 80, 110 and 108), Boris `young` (in March)."""

    ids: Department
    sign_in: Callable[[str], Client]


def sold(shop: Department, member_id: int, product: Product, on: date, amount: int) -> None:
    """An order of one line."""
    entry = OrderEntry(
        code=f"{product.code}-{on}",
        customer_id=shop.acme,
        placed_on=on,
        currency="EUR",
        channel="shop",
        lines=[LineEntry(1, product.pk, Decimal(1), Decimal(amount))],
        credits=[CreditEntry(member_id)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


@pytest.fixture
def at_noon() -> Any:
    """It is 15 April 2026."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    """The department."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    ids = build()
    category = Category.objects.create(code="things", name="Things")
    old, young, _unsold = (
        Product.objects.create(code=code, name=code.title(), category=category)
        for code in ("old", "young", "unsold")
    )
    for year, percent in GROWN:
        for month, amount in enumerate(YEAR, start=1):
            sold(ids, ids.anna, old, date(year, month, 2), amount * percent // 100)
    for month, amount in enumerate(THIS_YEAR, start=1):
        sold(ids, ids.anna, old, date(2026, month, 2), amount)
    sold(ids, ids.anna, old, date(2026, 4, 7), 60)
    sold(ids, ids.boris, young, date(2026, 3, 2), 40)
    for member_id in (ids.anna, ids.boris):
        planned(member_id, 200)
    return Scene(ids, _sign_in(ids))


def planned(member_id: int | None, value: int) -> None:
    """A target of revenue for April."""
    set_target(
        metric="revenue",
        member_id=member_id,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 5, 1),
        value=Decimal(value),
        by=SYSTEM,
        at=AT,
    )


def _sign_in(ids: Department) -> Callable[[str], Client]:
    def signed_in(role: str, language: str = "en") -> Client:
        user = User.objects.filter(username=role).first() or create_user(
            name=role, role=role, by=SYSTEM, at=now()
        )
        User.objects.filter(pk=user.pk).update(language=language)
        if role == "rep":
            Member.objects.filter(pk=ids.boris).update(user=user)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


def work() -> None:
    """Does what waits for a worker, in this process: a worker of its own has no part in the test's database."""
    for waiting in DBTaskResult.objects.filter(status="READY"):
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        DBTaskResult.objects.filter(pk=waiting.pk).update(status="SUCCESSFUL", finished_at=now())
