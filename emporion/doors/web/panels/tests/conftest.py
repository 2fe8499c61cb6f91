"""A department of three sellers in two teams, with orders, a deal, calls and plans of May 2026; who may look at it."""

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
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.actions.deals import open_deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, build, day
from emporion.records.team.models import Member, Place

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)  # Wednesday, the 14th of 21 working days


@dataclass(frozen=True, slots=True)
class Scene:
    """The department, and a browser for each role."""

    ids: Department
    carla: int

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


def sold(
    code: str, customer_id: int, member_id: int, on: date, amount: int, *, channel: str = "shop"
) -> None:
    """An order of one line."""
    entry = OrderEntry(
        code=code,
        customer_id=customer_id,
        placed_on=on,
        currency="EUR",
        channel=channel,
        lines=[LineEntry(1, None, Decimal(1), Decimal(amount))],
        credits=[CreditEntry(member_id)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


def planned(metric: str, member_id: int | None, value: int, start: date, end: date) -> None:
    """A target."""
    set_target(
        metric=metric,
        member_id=member_id,
        starts_on=start,
        ends_on=end,
        value=Decimal(value),
        by=SYSTEM,
        at=AT,
    )


@pytest.fixture
def nothing(db: None, settings: Any, tmp_path: Path) -> Callable[..., Client]:
    """An installation without a record; gives a browser for a role."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    return Scene(ids=None, carla=0).signed_in  # type: ignore[arg-type]  # there is no department yet


@pytest.fixture
def scene(nothing: Callable[..., Client]) -> Scene:
    """The department: Anna (red) sold 600 of her 900, Boris (blue) 300 of 300, Carla (blue) nothing of 100."""
    ids = build()
    carla = Member.objects.create(code="carla", name="Carla")
    Place.objects.create(
        member=carla, starts_on=day(-100), team_id=ids.blue, role="hunter", manager_id=ids.boris
    )
    sold("A0", ids.acme, ids.anna, date(2026, 4, 10), 400)
    sold("A1", ids.acme, ids.anna, day(4), 500)
    sold("A2", ids.acme, ids.anna, day(11), 100, channel="online")
    sold("B1", ids.bolt, ids.boris, day(5), 300)
    may, june = day(1), date(2026, 6, 1)
    for member_id, value in ((ids.anna, 900), (ids.boris, 300), (carla.pk, 100)):
        planned("revenue", member_id, value, may, june)
    planned("meetings", ids.anna, 20, may, june)
    open_deal(
        code="D1",
        name="A large order",
        pipeline_id=ids.pipeline,
        stage_id=ids.call,
        opened_on=day(6),
        currency="EUR",
        value=Decimal(1_000),
        customer_id=ids.acme,
        shares=[Share(ids.anna)],
        by=SYSTEM,
        at=AT,
    )
    return Scene(ids, carla.pk)


@pytest.fixture
def at_noon() -> Any:
    """It is 20 May 2026."""
    with time_machine.travel(NOON, tick=False):
        yield
