"""What a stranger asks of a page: why rows do not add up, who is far behind, what a share means, what is not yet."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.panels.adding_up import lines
from emporion.doors.web.panels.answers import Numbers
from emporion.doors.web.panels.plan_months import by_month
from emporion.doors.web.panels.tests.conftest import Scene, planned
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.calendar.rules import BusinessCalendar
from emporion.kernel.preferences.actions import set_preference
from emporion.kernel.ui.cells import Figure
from emporion.numbers.planning.queries import Goal
from emporion.records.activities.actions.activities import log_activity
from emporion.records.activities.actions.tasks import open_task
from emporion.records.customers.actions.owning import set_owner
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, day
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SEE-4"), pytest.mark.usefixtures("at_noon")]
WEEK = (True, True, True, True, True, False, False)


def page_of(client: Client, address: str) -> Any:
    """What the page draws from."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.context["it"]


def lines_of(page: Any) -> dict[str, dict[str, Any]]:
    """By label the numbers of each line between the rows and their total."""
    return {
        str(line.label): {
            name: cell.value
            for name, cell in zip(("revenue", *page.columns), line.cells, strict=True)
            if cell != ""
        }
        for line in page.adding_up
    }


def test_rows_and_others_less_what_is_shared_are_the_total(scene: Scene) -> None:
    """Trap: a meeting of Boris and Carla, and one that Anna held with a customer of the blue team: the rows say 2,
    the total 2, and nobody could tell how."""
    head = scene.signed_in("head", scene.ids.boris)
    set_owner(customer_id=scene.ids.acme, member_id=scene.ids.boris, starts_on=day(1), by=SYSTEM, at=AT)
    for code, customer_id, shares in (
        ("M1", scene.ids.bolt, [Share(scene.ids.boris), Share(scene.carla)]),
        ("M2", scene.ids.acme, [Share(scene.ids.anna)]),
    ):
        meeting(code, customer_id, shares)
    page = page_of(head, "/department/?period=2026-05")
    column = page.columns.index("meetings")
    rows = sum(row.cells[column].figure.value or 0 for row in page.rows)
    found = lines_of(page)
    others = found.get("Others, without a row", {}).get("meetings", 0)
    assert found["Stands in several rows"] == {"meetings": -1}
    assert rows + others - 1 == page.total.cells[column].figure.value
    assert "stands in the row of each" in head.get("/department/?period=2026-05").content.decode()


def meeting(code: str, customer_id: int, shares: list[Share]) -> None:
    """A meeting of the fifth of May."""
    log_activity(
        code=code, kind="meeting", day=day(5), customer_id=customer_id, shares=shares, by=SYSTEM, at=AT
    )


def test_what_no_row_shows_has_a_line_of_its_own() -> None:
    """Trap: an overdue task of a foreign assistant at one's own customer is in the total and in no row."""
    names = ("revenue", "overdue_tasks", "average_order")
    shown = [Numbers({"revenue": Decimal(60), "overdue_tasks": Decimal(3), "average_order": Decimal(5)})]
    hidden = [Numbers({"revenue": Decimal(0), "overdue_tasks": Decimal(1), "average_order": Decimal(7)})]
    total = Numbers({"revenue": Decimal(60), "overdue_tasks": Decimal(4), "average_order": Decimal(6)})
    found = lines(names, shown, hidden, total)
    assert [(str(line.label), line.cells) for line in found] == [
        ("Others, without a row", ("", Figure(Decimal(1), "count"), ""))
    ]


def test_rows_that_add_up_need_no_line(scene: Scene) -> None:
    assert page_of(scene.signed_in("director"), "/department/?period=2026-05").adding_up == []


def test_who_is_far_behind_plan_is_named_first(scene: Scene) -> None:
    """Trap: by signs alone a person at 0 % of the plan is not among those who need their head."""
    client = scene.signed_in("director")
    address = "/department/?part=needing&period=2026-05"
    found = client.get(address).context["needing"]
    assert [(one.person.name, one.closes_at) for one in found] == [("Carla", 0)]
    assert found[0].signs[0].said == "Revenue: forecast of the close 0% of the plan, 0 of 100"
    assert client.get(found[0].signs[0].address).context["number"].value == 0
    planned("revenue", scene.ids.anna, 1_000, date(2026, 4, 1), day(1))
    closed = client.get("/department/?part=needing&period=2026-04").context["needing"]
    assert [one.signs[0].said for one in closed] == ["Revenue: closed at 40% of the plan, 400 of 1,000"]
    set_preference(name="behind_plan_percent", value=40, by=SYSTEM, at=AT)
    assert client.get("/department/?part=needing&period=2026-04").context["needing"] == []


def test_a_share_of_the_funnel_says_of_what_it_is(scene: Scene) -> None:
    client = scene.signed_in("director")
    funnel = page_of(client, "/department/?period=2026-05").funnels[0]
    assert "of those who entered, moved on" in client.get("/department/?period=2026-05").content.decode()
    assert "Of deals that entered the stage" in client.get(funnel["moved_on"]).content.decode()


def test_a_quarter_s_plan_is_spread_over_its_months_by_working_days() -> None:
    """Trap: 31 May to 30 August stood in May whole."""
    goal = Goal("revenue", None, None, date(2026, 5, 31), date(2026, 8, 31), Decimal(1_000))
    found = by_month([goal], BusinessCalendar(WEEK))
    # 31 May is a Sunday; then 22, 23 and 20 working days.
    assert found == {
        "2026-05": 0,
        "2026-06": Decimal("338.461538"),
        "2026-07": Decimal("353.846154"),
        "2026-08": Decimal("307.692308"),
    }
    assert sum(found.values()) == 1_000
    weekend = Goal("revenue", None, None, date(2026, 5, 30), date(2026, 6, 1), Decimal(10))
    assert by_month([weekend], BusinessCalendar(WEEK)) == {"2026-05": 10}


def test_the_chart_of_the_business_agrees_with_its_head(scene: Scene) -> None:
    planned("revenue", scene.ids.anna, 1_000, date(2026, 1, 1), day(1))
    planned("revenue", scene.ids.anna, 2_000, date(2026, 6, 1), date(2027, 1, 1))
    page = page_of(scene.signed_in("director"), "/business/?period=2026")
    plans = next(one.values for one in page.run.series if one.name == "Plan")
    assert (sum(plans), page.bar.plan, page.has_spread_plans) == (4_300, 4_300, True)
    assert (plans[4], min(plans) > 200) == (1_300, True)


def test_a_month_that_has_not_begun_has_no_nought(scene: Scene) -> None:
    """Trap: 0.00 for June read as a June without a sale."""
    client = scene.signed_in("director")
    planned("revenue", scene.ids.anna, 500, date(2026, 7, 1), date(2026, 8, 1))
    for address in ("/metrics/revenue/?period=2026-07", "/facts/revenue/?period=2026&month=2026-07"):
        assert client.get(address).context["number"].value is None
    assert client.get("/metrics/revenue/?period=2026-03").context["number"].value == 0
    table = client.get("/metrics/plan_fact/?by=month&period=2026").context["table"]
    assert [row[1].value.value for row in table.rows] == [900, None]


def test_a_metric_without_a_dimension_is_taken_by_what_tells_most(scene: Scene) -> None:
    head = scene.signed_in("head", scene.ids.boris).get("/metrics/revenue/?period=2026-05")
    assert (head.context["usual"], len(head.context["table"].rows)) == ("Member", 1)
    assert "No dimension is chosen" in head.content.decode()
    rep = scene.signed_in("rep", scene.ids.anna)
    own = rep.get("/metrics/revenue/")
    assert (own.context["usual"], own.context["period"]["text"]) == ("Month", "2026")
    assert [row[1].value.value for row in own.context["table"].rows] == [400, 600]
    assert rep.get("/metrics/revenue/?period=2026-05").context["usual"] == "Day"
    total = rep.get("/metrics/revenue/?period=2026-05&by=")
    assert (total.context["usual"], total.context["table"]) == ("", None)
    assert rep.get("/metrics/active_base/").context["usual"] == ""


@pytest.mark.spec("TEAM-10")
def test_an_assistant_s_page_is_of_what_they_do(scene: Scene) -> None:
    """Trap: nine rows of revenue, conversion and new customers, all of them nought."""
    vera = Member.objects.create(code="vera", name="Vera")
    Place.objects.create(
        member=vera, starts_on=day(-100), team_id=scene.ids.red, role="assistant", manager_id=scene.ids.anna
    )
    client = scene.signed_in("assistant", vera.pk)
    for number, due in enumerate((15, 20, 22)):
        open_task(
            title=f"Paper {number}", opened_on=day(3), due_on=day(due), member_id=vera.pk, by=SYSTEM, at=AT
        )
    open_task(title="Foreign", opened_on=day(3), due_on=day(20), member_id=scene.ids.boris, by=SYSTEM, at=AT)
    response = client.get("/my-page/")
    page = response.context["it"]
    assert page.desk.counted == {"overdue": 1, "now": 1, "soon": 1}
    assert [one.what.text for one in page.desk.tasks] == ["Paper 0", "Paper 1", "Paper 2"]
    assert (page.desk.served, page.desk.invoices, page.desk.orders_entered) == (["anna"], [], 0)
    text = response.content.decode()
    assert "On the desk" in text
    assert "Win rate" not in text
    assert page_of(scene.signed_in("rep", scene.ids.anna), "/my-page/").desk is None


@pytest.mark.spec("SYS-8")
def test_a_full_desk_costs_as_many_queries_as_an_empty_one(scene: Scene) -> None:
    vera = Member.objects.create(code="vera", name="Vera")
    Place.objects.create(member=vera, starts_on=day(-100), team_id=scene.ids.red, role="assistant")
    client = scene.signed_in("assistant", vera.pk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(client, "/my-page/")
        return len(queries)

    def paper(many: int) -> None:
        for number in range(many):
            open_task(
                title=f"Paper {number}",
                opened_on=day(3),
                due_on=day(20),
                member_id=vera.pk,
                customer_id=scene.ids.acme,
                by=SYSTEM,
                at=AT,
            )

    paper(1)
    cost()
    few = cost()
    paper(49)
    cost()
    assert cost() == few
