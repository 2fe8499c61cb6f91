"""Department: plan and fact by person, and what each role sees of it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.panels.tests.conftest import Scene, planned, sold
from emporion.kernel.access.models import AccessRole
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.closing import close
from emporion.records.customers.actions.owning import put_into_base
from emporion.records.orders.actions.orders import cancel_order
from emporion.records.orders.models import Order
from emporion.records.pipeline.tests.department import AT, day
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SEE-4", "PLAN-8"), pytest.mark.usefixtures("at_noon")]
PAGE = "/department/"


def shown(client: Client, address: str = PAGE) -> Any:
    """What the page draws from."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.context["it"]


def facts(page: Any) -> dict[str, int | None]:
    """Revenue by person, as the bars say."""
    return {row.person.name if row.person else "": row.bar.fact for row in page.rows}


def served(scene: Scene) -> None:
    """Anna has as many customers as she can serve."""
    put_into_base(customer_id=scene.ids.acme, day=day(1), by=SYSTEM, at=AT)
    Place.objects.filter(member_id=scene.ids.anna).update(capacity=1)


def test_plan_and_fact_of_the_month(scene: Scene) -> None:
    page = shown(scene.signed_in("director"))
    assert (page.days.days_gone, page.days.days) == (14, 21)
    assert facts(page) == {"anna": 600, "boris": 300, "Carla": 0}
    bars = {row.person.name: row.bar for row in page.rows}
    assert (bars["anna"].plan, bars["anna"].expected, bars["anna"].forecast) == (900, 600, 900)
    assert (bars["boris"].state, bars["anna"].state, bars["Carla"].state) == (
        "on_track",
        "on_track",
        "behind",
    )
    standing = page.standing
    assert (standing.plan, standing.fact, standing.forecast) == (1300, 900, 1350)
    assert (round(standing.pace, 2), round(standing.needed_pace, 2)) == (Decimal("64.29"), Decimal("57.14"))


def test_a_number_is_a_link_to_its_facts_and_a_name_to_its_page(scene: Scene) -> None:
    client = scene.signed_in("director")
    text = client.get(PAGE).content.decode()
    assert reverse("panels:member", args=[scene.ids.anna]) in text
    behind = client.get("/facts/revenue/?period=2026-05&member=anna")
    assert behind.context["it"].total == 2
    assert "/facts/revenue/?period=2026-05&amp;member=anna" in text


def test_totals_of_counts_are_the_engine_s(scene: Scene) -> None:
    """Trap: a customer of two sellers is one new customer, not two."""
    sold("C1", scene.ids.bolt, scene.ids.anna, day(5), 10)
    page = shown(scene.signed_in("director"))
    new = page.columns.index("new_customers")
    by_person = [row.cells[new].figure.value or 0 for row in page.rows]
    assert sum(by_person) == 2
    assert page.total.cells[new].figure.value == 1


def test_sorting_and_the_month_stand_in_the_address(scene: Scene) -> None:
    client = scene.signed_in("director")
    page = shown(client, f"{PAGE}?period=2026-04&sort=person")
    assert [row.person.name for row in page.rows] == ["Carla", "anna", "boris"]
    assert facts(page) == {"anna": 400, "boris": 0, "Carla": 0}
    assert client.get(f"{PAGE}?period=gone").status_code == HTTPStatus.BAD_REQUEST
    assert client.get(f"{PAGE}?period=9999").status_code == HTTPStatus.BAD_REQUEST


def test_plans_of_other_spans_than_the_month(scene: Scene) -> None:
    """Trap: a quota from the 31st of May to the 30th of August begins in May and would be shown in no other month."""
    planned("revenue", scene.ids.anna, 1_000, date(2026, 6, 29), date(2026, 9, 1))
    page = shown(scene.signed_in("director"), f"{PAGE}?period=2026-08")
    apart = next(row.apart for row in page.rows if row.person.name == "anna")
    assert (apart.plan, page.own_days_heading) == (1_000, "Plan of 29 Jun 2026 – 31 Aug 2026")
    half = shown(scene.signed_in("auditor"), f"{PAGE}?from=2026-05-15&to=2026-06-15")
    assert (half.bar.plan, half.apart.bar.plan, half.bar.fact, half.apart.bar.fact) == (None, 1_300, 0, 900)


def test_a_head_sees_their_own_people_and_a_rep_no_department(scene: Scene) -> None:
    """Trap: the blue team's head would read the red team's revenue in the total."""
    page = shown(scene.signed_in("head", scene.ids.boris))
    assert facts(page) == {"boris": 300, "Carla": 0}
    assert page.bar.plan == 400
    rep = scene.signed_in("rep", scene.ids.anna)
    assert rep.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert rep.get("/business/").status_code == HTTPStatus.FORBIDDEN


def test_cost_is_shown_to_who_may_see_it(scene: Scene) -> None:
    assert "margin" in shown(scene.signed_in("head", scene.ids.boris)).columns
    AccessRole.objects.filter(code="head").update(permissions=["write"])
    assert "margin" not in shown(scene.signed_in("head", scene.ids.anna)).columns


def test_what_is_stuck_the_funnel_and_who_needs_the_head(scene: Scene) -> None:
    served(scene)
    page = shown(scene.signed_in("director"))
    assert [(one["label"].text, one["figure"].value) for one in page.stuck] == [
        ("Deals without a next step", 1)
    ]
    stages = page.funnels[0]["stages"]
    assert [(stage["name"], stage["entries"].value, stage["is_key"]) for stage in stages] == [
        ("call", 1, False)
    ]
    apart = scene.signed_in("auditor").get(f"{PAGE}?part=needing").context["needing"]
    assert [(one.person.name, len(one.signs)) for one in apart] == [("Carla", 1), ("anna", 1)]


def test_a_closed_month_says_that_more_was_learnt(scene: Scene) -> None:
    client = scene.signed_in("director")
    close(end=date(2026, 5, 1), by=SYSTEM, at=AT)
    order = Order.objects.get(code="A0")
    cancel_order(code="A0", cancelled_on=date(2026, 4, 20), version=order.version, by=SYSTEM, at=AT)
    closed = client.get(f"{PAGE}?period=2026-04")
    assert closed.context["has_late"]
    assert facts(closed.context["it"])["anna"] == 400
    assert facts(shown(client, f"{PAGE}?period=2026-04&view=now"))["anna"] == 0


def test_an_empty_installation_says_what_will_be_here(nothing: Callable[..., Client]) -> None:
    client = nothing("director")
    for address in (PAGE, "/business/", "/my-page/", "/metrics/", "/metrics/revenue/", "/facts/revenue/"):
        assert client.get(address).status_code == HTTPStatus.OK
    text = client.get(PAGE).content.decode()
    assert "Here will stand plan and fact" in text
    assert reverse("running:imports") in text


@pytest.mark.spec("SYS-8")
def test_queries_do_not_grow_with_people(scene: Scene) -> None:
    client = scene.signed_in("director")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(client)
        return len(queries)

    cost()
    few = cost()
    for number in range(30):
        member = Member.objects.create(code=f"X{number}", name=f"X{number}")
        Place.objects.create(member=member, starts_on=day(-100), team_id=scene.ids.red, role="closer")
        planned("revenue", member.pk, 10, day(1), date(2026, 6, 1))
    cost()
    assert cost() == few
    assert few <= 48
