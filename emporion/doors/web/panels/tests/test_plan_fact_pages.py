"""Plan and fact at any level on pages: the director's year by channel and month, a day, a week, what has changed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.panels.plan_fact_rows import folded
from emporion.doors.web.panels.tests.conftest import Scene, planned, sold
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.periods import Period
from emporion.numbers.planning.models import Plan, Target
from emporion.numbers.planning.pace import Standing
from emporion.numbers.planning.plan_actions import ChannelOfYear, MetricOfYear, draw_plan
from emporion.numbers.planning.plan_fact_lines import Line
from emporion.numbers.planning.publishing import publish_plan
from emporion.numbers.planning.version_actions import sign_plan
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, day
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-8", "SEE-4"), pytest.mark.usefixtures("at_noon")]
BUSINESS = "/business/?period=2026"


def page_of(client: Client, address: str) -> Any:
    """What the page draws from."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.context["it"]


def year(scene: Scene) -> Plan:
    """A signed plan of 12,000 for 2026: 60 % by shop, 30 % by dealers, 10 % by none."""
    Target.objects.all().delete()
    plan = draw_plan(
        code="2026",
        name="Year 2026",
        days=Period.parse("2026"),
        metrics=[MetricOfYear("revenue", Decimal(12_000))],
        channels=[ChannelOfYear("shop", Decimal("0.6")), ChannelOfYear("dealers", Decimal("0.3"))],
        by=SYSTEM,
        at=AT,
    )
    return sign_plan(plan=plan, by=SYSTEM, at=AT)


def test_channels_sum_to_the_whole_and_say_what_is_outside(scene: Scene) -> None:
    """Trap: 100 were sold online, a channel that the plan does not have; shop 1,200, the year 1,300."""
    plan = year(scene)
    client = scene.signed_in("director")
    levels = page_of(client, BUSINESS).levels
    rows = [(getattr(row.name, "text", row.name), row.plan.value, row.bar.fact) for row in levels.channels]
    assert rows == [
        ("shop", 7_200, 1_200),
        ("dealers", 3_600, 0),
        ("Not assigned to a channel", 1_200, 100),
    ]
    assert (levels.total.plan.value, levels.total.bar.fact) == (12_000, 1_300)
    assert [(one["name"], one["figure"].value) for one in levels.outside] == [("online", 100)]
    rest = levels.channels[-1].bar.address
    assert client.get(rest).context["number"].value == 100
    assert client.get(levels.outside[0]["figure"].address).context["number"].value == 100
    assert client.get(levels.channels[0].name.address).context["table"] is not None
    assert (levels.plan_link.address, levels.is_only_signed) == (reverse("plans:plan", args=[plan.pk]), True)
    text = client.get(BUSINESS).content.decode()
    assert "signed, not published yet" in text
    list(publish_plan(plan=plan, by=SYSTEM, at=AT))
    page = page_of(client, BUSINESS)
    assert (page.bar.plan, page.bar.fact, page.levels.is_only_signed) == (12_000, 1_300, False)


def test_months_and_multiples_are_the_same_numbers(scene: Scene) -> None:
    """Trap: June has not begun: no nought, and its close is a forecast; all closes are the head's forecast."""
    year(scene)
    page = page_of(scene.signed_in("director"), BUSINESS)
    months = page.levels.months
    assert [row.bar.fact for row in months] == [0, 0, 0, 400, 900, *[None] * 7]
    assert sum(row.plan.value for row in months) == page.bar.plan == 12_000
    closes = sum(row.forecast.value for row in months)
    assert round(closes, 4) == round(page.bar.forecast, 4) == round(page.standing.forecast, 4)
    assert months[3].gap.value == 400 - months[3].plan.value
    shop = page.levels.multiples[0]
    assert [one.name.text for one in page.levels.multiples] == [
        "shop",
        "dealers",
        "Not assigned to a channel",
    ]
    assert (len(shop.bars), len(shop.ticks), len(shop.table.rows)) == (2, 12, 12)
    assert (shop.table.rows[5][1].value.value, shop.table.rows[4][1].value.value) == (None, 800)
    assert {one.most for one in page.levels.multiples} == {shop.most}
    plans = next(one.values for one in page.run.series if one.name == "Plan")
    assert sum(plans) == 12_000


def test_department_and_business_close_the_year_alike(scene: Scene) -> None:
    """Trap: by the pace of the days on one page and month by month on the other the year had two forecasts."""
    list(publish_plan(plan=year(scene), by=SYSTEM, at=AT))
    client = scene.signed_in("director")
    business, department = page_of(client, BUSINESS).bar, page_of(client, "/department/?period=2026").bar
    assert business == department
    assert business.forecast is not None


def test_a_part_of_the_year_with_a_plan_is_no_plan_of_the_year(scene: Scene) -> None:
    page = page_of(scene.signed_in("director"), BUSINESS)
    assert (page.bar.plan, page.levels.total.plan.value, page.levels.plan_link) == (None, None, None)
    assert [row.plan.value for row in page.levels.months][3:6] == [None, 1_300, None]


def test_a_day_and_a_week_have_their_part_of_the_month(scene: Scene) -> None:
    """Anna's 900 of May's 21 working days: 42 or 43 a day, 5 days a week. On the 11th she sold 100."""
    client = scene.signed_in("director")
    page = page_of(client, "/department/?period=2026-W20")
    bars = {row.person.name: (row.bar.fact, row.bar.plan) for row in page.rows}
    assert bars == {"anna": (100, 215), "boris": (0, 70), "Carla": (0, 25)}
    assert (page.bar.plan, page.apart) == (310, None)
    assert client.get("/department/?period=2026-W20").context["period"]["label"] == "11–17 May 2026"
    days = [page_of(client, f"/department/?period=2026-05-{number:02d}").bar.plan for number in range(11, 18)]
    assert (sum(days), days[5:]) == (310, [0, 0])
    own = page_of(scene.signed_in("rep", scene.ids.anna), "/my-page/?period=2026-05-11")
    assert [(str(one["label"]), one["bar"].fact, one["bar"].plan) for one in own.plans] == [
        ("Revenue", 100, 43),
        ("Meetings", 0, 1),
    ]
    bad = client.get("/department/?period=2026-W54")
    assert bad.status_code == HTTPStatus.BAD_REQUEST


def test_the_department_by_team_and_by_channel(scene: Scene) -> None:
    client = scene.signed_in("director")
    page = page_of(client, "/department/?level=team")
    teams = [(row.name.text, row.bar.fact, row.plan.value) for row in page.levels.teams]
    assert teams == [("blue", 300, 400), ("red", 600, 900)]
    assert (page.levels.total.bar.fact, page.levels.total.plan.value) == (900, 1_300)
    channels = page_of(client, "/department/?level=channel").levels.channels
    assert [(row.name.text, row.bar.fact) for row in channels] == [("shop", 800), ("online", 100)]
    head = scene.signed_in("head", scene.ids.boris)
    assert [row.name.text for row in page_of(head, "/department/?level=team").levels.teams] == ["blue"]


def order_of_today(scene: Scene, code: str, on: date, amount: int) -> None:
    """Entered on the morning of the second of June."""
    entry = OrderEntry(
        code=code,
        customer_id=scene.ids.acme,
        placed_on=on,
        currency="EUR",
        channel="shop",
        lines=[LineEntry(1, None, Decimal(1), Decimal(amount))],
        credits=[CreditEntry(scene.ids.anna)],
    )
    place_order(entry=entry, by=SYSTEM, at=datetime(2026, 6, 2, 8, tzinfo=UTC))


def test_what_has_changed_since_yesterday(scene: Scene) -> None:
    """Trap: an order of the 6th entered today is no sale of today, and moves the month all the same."""
    after_all_that = datetime(2026, 6, 2, 12, tzinfo=UTC)
    with time_machine.travel(after_all_that, tick=False):
        look_since_yesterday(scene)


def look_since_yesterday(scene: Scene) -> None:
    """It is the second of June, and all of the department was entered on the first."""
    client, boris = scene.signed_in("director"), scene.signed_in("head", scene.ids.boris)
    quiet = client.get("/business/?part=since&period=2026-05")
    assert quiet.context["since"] == []
    assert "Nothing that was entered since yesterday" in quiet.content.decode()
    order_of_today(scene, "T1", day(29), 70)
    order_of_today(scene, "T2", day(6), 30)
    for address in ("/business/", "/department/", f"/people/{scene.ids.anna}/numbers/"):
        response = client.get(f"{address}?part=since&period=2026-05")
        moved = {one.label.text: one for one in response.context["since"]}
        revenue = moved["Revenue"]
        assert (revenue.now.value - revenue.was.value, revenue.by) == (100, "+100")
        assert [(one.name.text, one.amount.value, list(one.notes)) for one in revenue.records] == [
            ("order T1", 70, ["late: of 29 May 2026"]),
            ("order T2", 30, ["late: of 6 May 2026"]),
        ]
        assert client.get(revenue.now.address).context["number"].value == revenue.now.value
        assert 'id="since"' in client.get(f"{address}?period=2026-05").content.decode()
    assert boris.get("/department/?part=since&period=2026-05").context["since"] == []
    rep = scene.signed_in("rep", scene.ids.anna)
    assert rep.get("/business/?part=since").status_code == HTTPStatus.FORBIDDEN
    assert rep.get("/my-page/?part=since&period=2026-05").context["since"]


def test_many_lines_end_in_one_of_all_others() -> None:
    lines = [Line(str(one), str(one), Standing(Decimal(one), Decimal(2))) for one in range(5)]
    shown, others = folded(lines, "others", 3)
    assert [line.key for line in shown] == ["0", "1", "2"]
    assert others is not None
    assert [others.standing.plan, others.standing.fact] == [Decimal(7), Decimal(4)]


@pytest.mark.spec("SYS-8")
def test_the_business_costs_as_many_queries_with_forty_people(scene: Scene) -> None:
    plan = year(scene)
    list(publish_plan(plan=plan, by=SYSTEM, at=AT))
    client = scene.signed_in("director")

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    def people(first: int, last: int) -> None:
        for number in range(first, last):
            member = Member.objects.create(code=f"X{number}", name=f"X{number}")
            Place.objects.create(member=member, starts_on=day(-100), team_id=scene.ids.red, role="closer")
            planned("revenue", member.pk, 10, day(1), date(2026, 6, 1))
            sold(f"X{number}", scene.ids.bolt, member.pk, day(12), 1)

    addresses = (BUSINESS, "/department/?level=team", "/department/?period=2026-W20")
    people(0, 1)
    few = [cost(address) for address in addresses]
    people(1, 40)
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 48
