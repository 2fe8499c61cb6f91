"""The small department with people who sign in: Hanna leads Anna, Boris is in another team, Dora sees all."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.test import Client

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.clock import now
from emporion.records.activities.actions import log_activity, open_task
from emporion.records.customers.queries import today
from emporion.records.pipeline.actions.deals import open_deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import Department, build
from emporion.records.team.models import Member, Place
from emporion.records.team.queries import viewer_for

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Office(NamedTuple):
    """The department, the head, and a deal, an activity and a task of Anna's and of Boris'."""

    here: Department
    hanna: int
    annas_deal: int
    boris_deal: int
    annas_call: int
    boris_call: int
    annas_task: int
    boris_task: int


def open_office() -> Office:
    """Everything, in the database."""
    here = build()
    install_standard_roles()
    hanna = Member.objects.create(code="hanna", name="hanna").pk
    Place.objects.create(
        member_id=hanna, starts_on=today() - timedelta(days=900), team_id=here.red, role="head"
    )
    for name, role, member_id in (
        ("dora", "director", None),
        ("audit", "auditor", None),
        ("hanna", "head", hanna),
        ("anna", "rep", here.anna),
        ("boris", "rep", here.boris),
    ):
        user = create_user(name=name, role=role, by=SYSTEM, at=now())
        if member_id is not None:
            Member.objects.filter(pk=member_id).update(user=user)
    deals = [
        deal_of(here, name, customer, member)
        for name, customer, member in (
            ("Forklifts", here.acme, here.anna),
            ("Pallets", here.bolt, here.boris),
        )
    ]
    calls = [
        log_activity(
            kind="call",
            first="cold",
            day=today(),
            customer_id=one,
            shares=[Share(whose)],
            by=SYSTEM,
            at=now(),
        ).pk
        for one, whose in ((here.acme, here.anna), (here.bolt, here.boris))
    ]
    tasks = [
        open_task(
            title=title,
            opened_on=today(),
            due_on=today(),
            customer_id=one,
            member_id=whose,
            by=SYSTEM,
            at=now(),
        ).pk
        for title, one, whose in (("Send prices", here.acme, here.anna), ("Ask again", here.bolt, here.boris))
    ]
    return Office(here, hanna, *deals, *calls, *tasks)


def deal_of(here: Department, name: str, customer_id: int, member_id: int) -> int:
    """A deal of that person."""
    made = open_deal(
        name=name,
        opened_on=today() - timedelta(days=30),
        pipeline_id=here.pipeline,
        customer_id=customer_id,
        value=Decimal(1000),
        shares=[Share(member_id)],
        by=SYSTEM,
        at=now(),
    )
    return made.pk


def browser(name: str, language: str = "en") -> Client:
    """Pages as that person sees them."""
    user = User.objects.get(username=name)
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    return client


def viewer(name: str) -> Viewer:
    """That person as a viewer."""
    return viewer_for(User.objects.select_related("access_role").get(username=name), today())
