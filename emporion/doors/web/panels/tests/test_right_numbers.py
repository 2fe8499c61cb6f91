"""A page shows each number once and the same everywhere: of all facts, of the page's days, of no day to come."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client

from emporion.doors.web.panels.tests.conftest import Scene, planned, sold
from emporion.kernel.access.viewer import SYSTEM
from emporion.numbers.planning.actions import remove_target
from emporion.numbers.planning.models import Target
from emporion.records.activities.actions.tasks import open_task
from emporion.records.customers.actions.owning import put_into_base
from emporion.records.pipeline.actions.changing import close_deal, reopen_deal
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.tests.department import AT, day
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SEE-4", "PLAN-8"), pytest.mark.usefixtures("at_noon")]


def page_of(client: Client, address: str) -> Any:
    """What the page draws from."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.context["it"]


def number_of(client: Client, address: str) -> Any:
    """The number at the head of the page of facts to which a number leads."""
    return client.get(address).context["number"].value


def dora(scene: Scene) -> None:
    """Sells 120 in May and has no plan."""
    member = Member.objects.create(code="dora", name="Dora")
    Place.objects.create(member=member, starts_on=day(-100), team_id=scene.ids.blue, role="closer")
    sold("D1", scene.ids.bolt, member.pk, day(6), 120)


def test_the_head_is_the_fact_of_all(scene: Scene) -> None:
    """Trap: Dora's 120 stand in her row and in the facts; a head that sums the people with a plan leaves them out."""
    dora(scene)
    client = scene.signed_in("director")
    page = page_of(client, "/department/?period=2026-05")
    assert (page.bar.fact, page.bar.plan, page.total.bar.fact) == (1_020, 1_300, 1_020)
    assert sum(row.bar.fact for row in page.rows) == number_of(client, page.bar.address) == 1_020
    assert (page.of_planned.value, number_of(client, page.of_planned.address)) == (900, 900)
    standing = page.standing  # 14 of 21 days are gone: 900 close at 1350, and Dora's 120 at 180
    assert (standing.forecast, standing.needed_pace) == (1_530, 40)
    assert round(standing.pace, 4) == Decimal("72.8571")


def test_a_head_compares_the_facts_of_their_own_people(scene: Scene) -> None:
    """Trap: with all facts meant all of the company's, Anna's 600 would be in the blue team's head."""
    dora(scene)
    head = scene.signed_in("head", scene.ids.boris)
    Place.objects.filter(member__code="dora").update(manager_id=scene.ids.boris)
    page = page_of(head, "/department/?period=2026-05")
    assert (page.bar.fact, page.bar.plan) == (420, 400)
    assert number_of(head, page.bar.address) == 420


def test_a_year_against_the_plans_that_make_it_up(scene: Scene) -> None:
    """Trap: the plan of May beside the revenue of the year; with the plans of all months it is the year's."""
    dora(scene)
    client = scene.signed_in("director")
    page = page_of(client, "/business/?period=2026")
    assert (page.bar.fact, page.bar.plan, page.whole["revenue"]) == (1_420, None, 1_420)
    assert (page.apart.bar.fact, page.apart.bar.plan) == (900, 1_300)
    planned("revenue", scene.ids.anna, 1_000, date(2026, 1, 1), day(1))
    planned("revenue", scene.ids.anna, 2_000, date(2026, 6, 1), date(2027, 1, 1))
    page = page_of(client, "/business/?period=2026")
    assert (page.bar.fact, page.bar.plan, page.apart) == (1_420, 4_300, None)
    assert (page.of_planned.value, number_of(client, page.bar.address)) == (1_300, 1_420)


def test_a_plan_of_other_days_stands_apart(scene: Scene) -> None:
    """Trap: a quota of two months in the column of April shows 450 for a month of 400, and sorts by it."""
    planned("revenue", scene.ids.anna, 1_000, date(2026, 3, 1), day(1))
    sold("A00", scene.ids.acme, scene.ids.anna, date(2026, 3, 5), 50)
    sold("B00", scene.ids.bolt, scene.ids.boris, date(2026, 4, 6), 425)
    client = scene.signed_in("director")
    page = page_of(client, "/department/?period=2026-04")
    rows = {row.person.name: row for row in page.rows}
    assert [row.person.name for row in page.rows][:2] == ["boris", "anna"]
    assert (rows["anna"].bar.fact, rows["anna"].bar.plan) == (400, None)
    assert (rows["anna"].apart.fact, rows["anna"].apart.plan, rows["boris"].apart) == (450, 1_000, None)
    assert (page.bar.fact, page.total.bar.fact, page.standing) == (825, 825, None)
    assert (page.apart.bar.fact, page.total.apart.fact, page.apart.days.days) == (450, 450, 44)
    assert number_of(client, rows["anna"].bar.address) == 400
    assert number_of(client, rows["anna"].apart.address) == 450
    assert number_of(client, page.apart.bar.address) == 450
    text = client.get("/department/?period=2026-04").content.decode()
    assert "Plan of 1 Mar 2026 – 30 Apr 2026, of those with a plan" in text


def test_a_state_is_of_no_day_to_come(scene: Scene) -> None:
    """Trap: what is due on the 25th is overdue on the 31st; today is the 20th."""
    for number in (15, 25):
        open_task(
            title="Call",
            opened_on=day(3),
            due_on=day(number),
            member_id=scene.ids.anna,
            customer_id=scene.ids.acme,
            by=SYSTEM,
            at=AT,
        )
    client = scene.signed_in("director")
    response = client.get("/department/?period=2026-05")
    page = response.context["it"]
    overdue = {one["label"].text: one["figure"] for one in page.stuck}["Overdue tasks"]
    assert (overdue.value, response.context["as_of"]) == (1, day(20))
    assert "period=2026-05-01..2026-05-20" in overdue.address
    assert number_of(client, overdue.address) == 1
    assert number_of(client, "/facts/overdue_tasks/?period=2026-05") == 1
    assert response.content.decode().count("is as of 20 May 2026") == 1
    person = page_of(client, f"/people/{scene.ids.anna}/numbers/?period=2026")
    assert {str(one["label"]): one["figure"].value for one in person.states}["Overdue tasks"] == 1
    assert page_of(client, "/department/?period=2026-04").whole["overdue_tasks"] == 0


def test_a_plan_of_a_state_is_measured_as_far_as_it_is_known(scene: Scene) -> None:
    """Trap: a base of one customer who bought on the 11th is nobody's by the end of the year."""
    put_into_base(customer_id=scene.ids.acme, day=day(1), by=SYSTEM, at=AT)
    planned("active_base", scene.ids.anna, 5, date(2026, 1, 1), date(2027, 1, 1))
    client = scene.signed_in("director")
    page = page_of(client, f"/people/{scene.ids.anna}/numbers/?period=2026")
    bar = {str(one["label"]): one["bar"] for one in page.plans}["Active base"]
    assert (bar.fact, bar.plan, number_of(client, bar.address) == 1) == (1, 5, True)


def test_where_the_facts_end_the_states_end(scene: Scene) -> None:
    """Trap: real files end in May 2026; in 2028 nobody of 2026's last day is in the active base any more."""
    put_into_base(customer_id=scene.ids.acme, day=day(1), by=SYSTEM, at=AT)
    with time_machine.travel("2028-01-15T12:00:00Z", tick=False):
        response = scene.signed_in("director").get("/business/?period=2026")
    assert response.context["as_of"] == day(11)
    assert [row[1].value.value for row in response.context["it"].base.rows] == [1]


def test_a_month_to_come_has_no_numbers_yet(scene: Scene) -> None:
    """Trap: a nought is a result, and there is none."""
    planned("revenue", scene.ids.anna, 500, date(2026, 7, 1), date(2026, 8, 1))
    client = scene.signed_in("director")
    page = page_of(client, "/department/?period=2026-07")
    anna = next(row for row in page.rows if row.person.name == "anna")
    assert (page.bar.fact, anna.bar.fact, anna.bar.plan) == (None, None, 500)
    assert (page.standing.plan, page.standing.forecast) == (500, None)
    assert {cell.figure.value for cell in anna.cells} == {None}
    assert page_of(client, "/business/?period=2027").bar.fact is None
    bars = [one["bar"] for one in page_of(client, f"/people/{scene.ids.anna}/numbers/?period=2026-07").plans]
    assert [(bar.fact, bar.plan) for bar in bars] == [(None, 500)]


def test_no_plan_is_no_column(scene: Scene) -> None:
    for target in Target.objects.all():
        remove_target(target_id=target.pk, by=SYSTEM, at=AT)
    page = page_of(scene.signed_in("director"), "/department/?period=2026-05")
    assert (page.bar.fact, page.bar.plan, page.apart, page.own_days_heading) == (900, None, None, "")


def test_a_fact_taken_back_says_so(scene: Scene) -> None:
    """Trap: +1 and -1 of a deal that was opened again read as a mistake."""
    deal = Deal.objects.get(code="D1")
    close_deal(deal_id=deal.pk, outcome="won", closed_on=day(8), version=deal.version, by=SYSTEM, at=AT)
    deal.refresh_from_db()
    reopen_deal(deal_id=deal.pk, opened_on=day(8), version=deal.version, by=SYSTEM, at=AT)
    rows = page_of(scene.signed_in("director"), "/facts/win_rate/?period=2026-05").rows
    assert [row[1].value for row in rows] == ["deal won", "taken back: deal won"]
