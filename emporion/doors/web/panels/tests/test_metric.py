"""Any metric by any two dimensions, the facts behind a number, and one person's page."""

import csv
import io
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
import time_machine

from emporion.doors.web.panels.tests.conftest import Scene, sold
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.ui.cells import Figure, Link
from emporion.kernel.ui.charts import Table
from emporion.records.customers.actions.customers import change_customer
from emporion.records.customers.actions.owning import put_into_base, set_owner, set_zone
from emporion.records.pipeline.tests.department import AT, day
from emporion.records.team.models import Territory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SEE-4"), pytest.mark.usefixtures("at_noon")]


def drawn(table: Table) -> list[list[Any]]:
    """The rows of a table and its totals, as plain values."""
    return [
        [
            one.value.value
            if isinstance(one.value, Figure)
            else one.value.text
            if isinstance(one.value, Link)
            else one.value
            for one in row
        ]
        for row in (*table.rows, table.totals)
    ]


def test_two_dimensions_with_the_engine_s_totals(scene: Scene) -> None:
    """Trap: acme bought in the shop and online: one customer, and 1 + 1 in the columns."""
    page = scene.signed_in("director").get("/metrics/customers_buying/?by=member&by=channel&period=2026-05")
    table = page.context["table"]
    assert [str(heading.label) for heading in table.headings] == [
        "Member",
        "shop",
        "online",
        "Customers buying",
    ]
    assert drawn(table) == [
        ["anna", 1, 1, 1],
        ["boris", 1, None, 1],
        ["All together", 2, 1, 2],
    ]
    assert page.context["chart"].categories == ["anna", "boris"]


def test_time_runs_on_and_names_its_months(scene: Scene) -> None:
    page = scene.signed_in("director", language="ru").get("/metrics/revenue/?by=month&period=2026")
    assert [row[0] for row in drawn(page.context["table"])][:2] == ["апр. 2026", "май 2026"]
    assert page.context["chart"].kind == "line"


def test_limited_to_one_and_as_it_was_known(scene: Scene) -> None:
    client = scene.signed_in("director")
    limited = client.get("/metrics/revenue/?by=channel&period=2026-05&member=anna")
    assert drawn(limited.context["table"])[-1] == ["All together", 600]
    assert [one["values"] for one in limited.context["limits"]] == ["anna"]
    assert client.get("/metrics/revenue/?period=2026-05&as_of=0").context["number"].value == 0
    assert client.get("/metrics/revenue/?as_of=-1").status_code == HTTPStatus.BAD_REQUEST
    choosing = client.get("/metrics/revenue/?period=2026-05&limit=channel")
    assert [one["value"] for one in choosing.context["values"]] == ["online", "shop"]


def test_what_a_metric_cannot_be_asked_is_told_on_its_page(scene: Scene) -> None:
    page = scene.signed_in("director").get("/metrics/active_base/?by=month&period=2026-05")
    assert page.status_code == HTTPStatus.OK
    assert page.context["refused"]
    assert "table" not in page.context


def test_another_metric_keeps_the_choices(scene: Scene) -> None:
    page = scene.signed_in("director").get("/metrics/revenue/?metric=orders&by=member&period=2026-05")
    assert page.headers["Location"] == "/metrics/orders/?by=member&period=2026-05"


@pytest.mark.spec("TEAM-10")
def test_a_rep_asks_only_about_their_own(scene: Scene) -> None:
    """Trap: a code that exists and may not be seen would be told from one that does not."""
    anna = scene.signed_in("rep", scene.ids.anna)
    assert drawn(anna.get("/metrics/revenue/?by=member&period=2026-05").context["table"])[0] == ["anna", 600]
    for kind in ("metrics", "facts"):
        foreign, missing = (
            anna.get(f"/{kind}/revenue/?period=2026-05&member={code}") for code in ("boris", "nobody-at-all")
        )
        assert (foreign.status_code, missing.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
        told = [str(page.context["reason"]) for page in (foreign, missing)]
        assert told[0].replace("boris", "nobody-at-all") == told[1]
    assert anna.get("/metrics/margin/").status_code == HTTPStatus.FORBIDDEN
    assert anna.get("/facts/margin/").status_code == HTTPStatus.FORBIDDEN
    assert "margin" not in [one["name"] for one in anna.get("/metrics/").context["metrics"]]
    assert anna.get("/metrics/gone/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.spec("TEAM-10", "SYS-4")
def test_a_table_as_a_file_holds_all_rows_and_leaves_its_trace(scene: Scene) -> None:
    address = "/metrics/revenue/?by=member&period=2026-05"
    file = scene.signed_in("director").get(f"{address}&format=csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows == [
        ["Member", "Revenue"],
        ["anna", "600.0000"],
        ["boris", "300.0000"],
        ["All together", "900.0000"],
    ]
    excel = scene.signed_in("auditor").get("/facts/revenue/?period=2026-05&format=xlsx")
    assert excel.content[:2] == b"PK"
    made = AuditEntry.objects.filter(action="export.made").order_by("id")
    assert [entry.subject for entry in made] == ["export:metric-revenue", "export:facts-revenue"]
    assert (
        scene.signed_in("rep", scene.ids.anna).get(f"{address}&format=csv").status_code
        == HTTPStatus.FORBIDDEN
    )


def test_no_name_becomes_a_formula_of_somebody_s_spreadsheet(scene: Scene) -> None:
    """Trap: a rep names a customer like a formula; in a table of two dimensions that name is the head of a column."""
    change_customer(customer_id=scene.ids.acme, name='=HYPERLINK("//evil.example")', by=SYSTEM, at=AT)
    director = scene.signed_in("director")
    for first, second in (("member", "customer"), ("customer", "member")):
        file = director.get(f"/metrics/revenue/?by={first}&by={second}&period=2026-05&format=csv")
        cells = [cell for row in csv.reader(io.StringIO(file.content.decode("utf-8-sig"))) for cell in row]
        assert '\'=HYPERLINK("//evil.example")' in cells
        assert not [cell for cell in cells if cell.startswith("=")]


def test_facts_behind_a_number_down_to_the_record(scene: Scene) -> None:
    page = scene.signed_in("director").get("/facts/revenue/?period=2026-05&member=anna")
    facts = page.context["it"]
    assert (facts.total, page.context["number"].value) == (2, 600)
    amounts = [row[3 + facts.columns.index("amount")].value.value for row in facts.rows]
    assert amounts == [500, 100]
    assert [row[2].value.text for row in facts.rows] == ["order A1", "order A2"]
    assert [row[0].value for row in facts.rows] == [day(4), day(11)]


def test_a_cell_of_a_tree_opens_to_its_own_sum(scene: Scene) -> None:
    """Trap: limited to a territory a number has all below it, and in its own row it has not."""
    Territory.objects.create(code="city", parent_id=scene.ids.north)
    set_zone(
        customer_id=scene.ids.bolt,
        territory_id=Territory.objects.get(code="city").pk,
        starts_on=day(1),
        by=SYSTEM,
        at=AT,
    )
    sold("B2", scene.ids.bolt, scene.ids.boris, day(12), 50)
    client = scene.signed_in("director")
    table = client.get("/metrics/revenue/?by=territory&period=2026-05").context["table"]
    cells = {row[0].value.text: row[1].value for row in table.rows}
    assert (cells["north"].value, cells["city"].value) == (600, 50)
    assert client.get(cells["north"].address).context["number"].value == 600
    assert client.get("/facts/revenue/?territory=north&period=2026-05").context["number"].value == 650


def test_a_plan_opens_to_the_facts_of_its_metric(scene: Scene) -> None:
    page = scene.signed_in("director").get("/facts/plan_fact/?period=2026-05&member=anna")
    assert page.headers["Location"] == "/facts/revenue/?period=2026-05&member=anna"


@pytest.mark.spec("TEAM-10")
def test_what_may_not_be_opened_is_one_line(scene: Scene) -> None:
    """Trap: a customer who went over to Boris still stands in Anna's base of April, and she may not open them."""
    put_into_base(customer_id=scene.ids.acme, day=date(2026, 4, 1), by=SYSTEM, at=AT)
    set_owner(customer_id=scene.ids.acme, member_id=scene.ids.boris, starts_on=day(1), by=SYSTEM, at=AT)
    anna = scene.signed_in("rep", scene.ids.anna)
    page = anna.get("/facts/total_base/?period=2026-04")
    facts = page.context["it"]
    assert (page.context["number"].value, facts.rows, facts.others.many) == (1, [], 1)
    assert "acme" not in page.content.decode()


@pytest.mark.spec("TEAM-10")
def test_one_s_own_page_and_a_foreign_one(scene: Scene) -> None:
    anna = scene.signed_in("rep", scene.ids.anna)
    page = anna.get("/my-page/").context["it"]
    assert [(str(one["label"]), one["bar"].plan) for one in page.plans] == [
        ("Revenue", 900),
        ("Meetings", 20),
    ]
    assert [one["figure"].value for one in page.customers] == [1000]
    assert str(page.revenue_parts.series[0].name) == "Retained revenue"
    foreign = anna.get(f"/people/{scene.ids.boris}/numbers/")
    missing = anna.get("/people/999999/numbers/")
    assert (foreign.status_code, missing.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
    assert foreign.context["reason"] == missing.context["reason"]


def test_the_business_by_month_and_channel(scene: Scene) -> None:
    sold("B0", scene.ids.bolt, scene.ids.boris, date(2025, 5, 5), 200)
    page = scene.signed_in("director").get("/business/").context["it"]
    assert (page.bar.fact, page.bar.plan) == (1_300, None)
    assert (page.apart.bar.fact, page.apart.bar.plan) == (900, 1_300)
    assert page.apart.bar.days == "1 May 2026 – 31 May 2026"
    channels = [(one.name.text, one.bar.fact, one.bar.plan) for one in page.levels.channels]
    assert channels == [("shop", 1_200, None), ("online", 100, None)]
    assert [(one.name, one.values[4]) for one in page.run.series][1:] == [
        ("Year before", 200),
        ("Plan", 1_300),
    ]
    assert page.largest_said == "2 of 2 customers bring 80% of the revenue."


def test_without_a_fact_for_long_a_page_begins_where_the_facts_are(scene: Scene) -> None:
    """Trap: real files that end years ago would open on an empty month."""
    with time_machine.travel("2028-01-15T12:00:00Z", tick=False):
        page = scene.signed_in("director").get("/department/")
    assert page.context["period"]["label"] == "May 2026"
    assert page.context["period"]["quiet_since"] == day(11)
