"""A department of two teams with facts of last year, its plan of 2026, and who may look at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
import time_machine
from django.test import Client

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.plan_actions import MetricOfYear
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import CHANNELS, Department, department
from emporion.records.team.models import Member, Place

__all__ = ["department"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


@dataclass
class Office:
    """The department with a head of North (Hana), its draft by channel, team and person."""

    department: Department
    plan: Plan

    def signed_in(self, role: str, code: str = "", language: str = "en") -> Client:
        """A browser in which somebody of that role has signed in, joined to that person."""
        user = User.objects.create(
            username=f"{role}-{code}-{language}",
            access_role=AccessRole.objects.get(code=role),
            language=language,
        )
        if code:
            Member.objects.filter(code=code).update(user=user)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    def branch(self, channel: str, name: str, plan: Plan | None = None) -> Branch:
        """A branch of a channel: of a team or a person by name."""
        found = Branch.objects.filter(plan=plan or self.plan).select_related("member", "team", "parent")
        return next(one for one in found if channel in _above(one) and name in _named(one))

    def whole(self, branch: Branch, metric: str = "revenue") -> D:
        """What a branch is to reach."""
        return D(PlanBook(branch.plan, metric).sheet_of(branch.pk).whole) / 1_000_000

    @property
    def address(self) -> str:
        """Its page."""
        return f"/plans/{self.plan.pk}/"


def _named(branch: Branch) -> tuple[str, ...]:
    return (branch.name, branch.team.name if branch.team else "", branch.member.name if branch.member else "")


def _above(branch: Branch) -> list[str]:
    names = [branch.name]
    above = branch.parent
    while above is not None:
        names.append(above.name)
        above = above.parent
    return names


@pytest.fixture
def office(department: Department) -> Iterator[Office]:
    """The year of revenue by channel, and calls beside it."""
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    hana = Member.objects.create(code="hana", name="Hana", hired_on=department.members["ann"].hired_on)
    start = department.members["ann"].hired_on
    assert start is not None
    Place.objects.create(member=hana, starts_on=start, team=department.teams["North"], role="head")
    for code in ("ann", "bob"):
        Place.objects.filter(member__code=code).update(manager=hana)
    metrics = [MetricOfYear("revenue", own=D("0.5")), MetricOfYear("calls", base=D(1000))]
    plan = department.draw(channels=CHANNELS, metrics=metrics)
    with time_machine.travel(NOON, tick=False):
        yield Office(department, plan)


SignedIn = Callable[..., Client]
