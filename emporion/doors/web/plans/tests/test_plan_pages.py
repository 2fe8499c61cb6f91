"""The list of plans and the table of one: sums that always fit, changes that are told, and what each role sees."""

from datetime import date
from decimal import Decimal as D
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.plans.tests.conftest import Office
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.periods import Period
from emporion.numbers.planning.cell_actions import assign_over, change_cell, lock_cell
from emporion.numbers.planning.models import Branch, CellChange, Plan
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import AT, CHANNELS
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-3", "PLAN-5", "PLAN-6")]


def shown(client: Client, address: str) -> Any:
    """What the page draws from."""
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK, response.content.decode()
    return response.context


def values(row: Any) -> list[D | None]:
    """The numbers of a row, the whole first."""
    return [cell.figure.value if cell.figure else None for cell in row.cells]


def cell_of(branch: Branch, month: int) -> dict[str, Any]:
    """A month of a branch's revenue, as the actions take it."""
    return {"branch_id": branch.pk, "metric": "revenue", "starts_on": date(2026, month, 1)}


def test_the_list_says_how_a_plan_stands_and_an_empty_one_how_to_begin(office: Office) -> None:
    client = office.signed_in("director")
    text = client.get("/plans/").content.decode()
    assert f'href="{office.address}"' in text
    assert "draft" in text
    Plan.objects.all().delete()
    assert 'href="/plans/new/"' in client.get("/plans/").content.decode()
    assert 'href="/plans/new/"' not in office.signed_in("auditor").get("/plans/").content.decode()


@pytest.mark.parametrize("by", ["", "quarter"])
def test_the_parts_of_every_branch_sum_to_it_in_every_column(office: Office, by: str) -> None:
    """Trap: rounded cells that sum to something else than the total under them."""
    client = office.signed_in("director")
    for branch in Branch.objects.filter(plan=office.plan, parts__isnull=False).distinct():
        page = shown(client, f"{office.address}?branch={branch.pk}&by={by}")
        own = values(page["it"].own)
        columns = zip(*(values(row) for row in page["rows"]), strict=True)
        assert [sum(cell or 0 for cell in column) for column in columns] == own
        assert own[0] == sum(cell or 0 for cell in own[1:])
        assert len(own) == (5 if by else 13)


def test_what_was_changed_is_told_beside_what_was_calculated(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    change_cell(**cell_of(cem, 9), value=D(0), reason="on leave", by=SYSTEM, at=AT)
    lock_cell(**cell_of(cem, 3), locked=True, by=SYSTEM, at=AT)
    page = shown(office.signed_in("director"), f"{office.address}?branch={cem.parent_id}")
    row = next(one for one in page["rows"] if one.name == "Cem")
    march, september = row.cells[3], row.cells[9]
    assert (september.figure.value, september.mark, march.mark) == (0, "changed", "locked")
    assert "on leave" in september.told
    text = office.signed_in("auditor").get(f"{office.address}?branch={cem.parent_id}").content.decode()
    assert "on leave" in text
    assert "/cell/" not in text, "who may not write finds no way to change a cell"


def test_nothing_possible_is_not_the_same_as_nobody_there(office: Office) -> None:
    """Dan comes in July: before it he has no number, while a 0 that somebody planned is one."""
    cem = office.branch("dealers", "Cem")
    change_cell(**cell_of(cem, 9), value=D(0), reason="training", by=SYSTEM, at=AT)
    page = shown(office.signed_in("director"), f"{office.address}?branch={cem.parent_id}")
    rows = {row.name: values(row) for row in page["rows"]}
    assert rows["Dan"][1:7] == [None] * 6
    assert rows["Cem"][9] == 0


def test_a_reserve_stands_under_the_sum(office: Office) -> None:
    north = office.branch("dealers", "North")
    assign_over(branch_id=north.pk, over=D("0.1"), by=SYSTEM, at=AT)
    page = shown(office.signed_in("director"), f"{office.address}?branch={north.pk}")
    own, together, above = (values(row)[0] for row in (page["it"].own, page["it"].sum, page["it"].reserve))
    assert together == own + above  # type: ignore[operator]  # both are numbers
    assert [own, above] == [479, 47], "ten per cent, each month in whole units"


def test_a_head_sees_their_team_in_every_channel_and_a_rep_only_their_own(office: Office) -> None:
    head = shown(office.signed_in("head", "hana"), office.address)
    names = [row.name for row in head["rows"]]
    assert "dealers › North" in names, "not two rows that are both called North"
    assert len(set(names)) == len(names)
    assert "South" not in {row.name for row in head["rows"]}
    rep = shown(office.signed_in("rep", "ann"), office.address)
    assert {row.name for row in rep["rows"]} == {"dealers › Ann"}
    assert values(rep["it"].sum)[0] == sum(
        office.whole(one) for one in Branch.objects.filter(plan=office.plan, member__code="ann")
    )


def test_a_foreign_branch_answers_as_one_that_is_not_there(office: Office) -> None:
    client = office.signed_in("rep", "ann")
    for name in ("", "days/", "categories/", "compare/", "cell/", "weight/", "over/", "presence/"):
        foreign, missing = office.branch("dealers", "Cem").pk, 999_999
        answers = [client.get(f"{office.address}{name}?branch={pk}") for pk in (foreign, missing)]
        assert [one.status_code for one in answers] == [HTTPStatus.NOT_FOUND] * 2, name
        texts = [
            one.content.decode().replace(str(pk), "#")
            for one, pk in zip(answers, (foreign, missing), strict=True)
        ]
        assert [text.partition("<main")[2] for text in texts[:1]] == [
            text.partition("<main")[2] for text in texts[1:]
        ]
    assert client.get("/plans/999999/").status_code == HTTPStatus.NOT_FOUND


def test_parts_out_of_sight_are_one_line_so_that_the_sum_fits(office: Office) -> None:
    """Eve belongs to South and has a place in North's plan: Hana may not open her, and yet her team's sum fits."""
    north = office.branch("dealers", "North")
    eve = Member.objects.create(code="eve", name="Eve")
    Branch.objects.create(plan=office.plan, parent=north, kind="member", member=eve)
    where: dict[str, Any] = {
        "branch_id": Branch.objects.get(member=eve).pk,
        "metric": "revenue",
        "starts_on": None,
    }
    change_cell(**where, value=D(100), reason="helps out", by=SYSTEM, at=AT)
    page = shown(office.signed_in("head", "hana"), f"{office.address}?branch={north.pk}")
    assert {row.name: values(row)[0] for row in page["rows"]}["Others"] == 100
    assert "Eve" not in str([row.name for row in page["rows"]])
    assert values(page["it"].own)[0] == sum(values(row)[0] or 0 for row in page["rows"])


def test_a_metric_that_asks_for_a_permission_is_not_shown_without_it(office: Office) -> None:
    office.plan.metrics.create(metric="margin", total=D(100))
    address = f"{office.address}?metric=margin"
    assert office.signed_in("rep", "ann").get(address).status_code == HTTPStatus.NOT_FOUND
    assert office.signed_in("director").get(address).status_code == HTTPStatus.OK


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == HTTPStatus.OK
    return len(caught)


@pytest.mark.parametrize(
    ("role", "most"),
    [
        ("director", {"": 24, "parts": 26, "cell/": 26, "days/": 26, "compare/": 48}),
        ("head", {"": 33, "parts": 36, "cell/": 32, "days/": 30, "compare/": 62}),
    ],
)
def test_queries_do_not_grow_with_people(office: Office, role: str, most: dict[str, int]) -> None:
    north, ann = office.branch("dealers", "North"), office.branch("dealers", "Ann")
    other = office.department.draw(
        "other", channels=CHANNELS, days=Period(date(2027, 1, 1), date(2028, 1, 1))
    )
    client = office.signed_in(role, "hana" if role == "head" else "")
    of_ann = f"?branch={ann.pk}&span=2026-09-01"
    addresses = {
        "": office.address,
        "parts": f"{office.address}?branch={north.pk}",
        "cell/": f"{office.address}cell/{of_ann}",
        "days/": f"{office.address}days/{of_ann}",
        "compare/": f"{office.address}compare/?branch={north.pk}&with={other.pk}",
    }
    before = {name: _queries(client, address) for name, address in addresses.items()}
    of_list = _queries(client, "/plans/")
    for number in range(50):
        member = Member.objects.create(code=f"m{number}", name=f"M{number}")
        branch = Branch.objects.create(plan=office.plan, parent=north, kind="member", member=member)
        branch.weights.create(metric="revenue", weight=100)
        Plan.objects.create(
            code=f"p{number}", name="P", starts_on=AT.date(), ends_on=date(2027, 1, 1), drawn_by="x"
        )
    assert {name: _queries(client, address) for name, address in addresses.items()} == before
    assert {name: count for name, count in before.items() if count > most[name]} == {}
    assert _queries(client, "/plans/") == of_list <= 14


def test_an_address_that_makes_no_sense_is_answered(office: Office) -> None:
    client = office.signed_in("director")
    for query in ("branch=x", "branch=²", f"branch={'9' * 40}", "metric=nothing"):
        assert client.get(f"{office.address}?{query}").status_code == HTTPStatus.NOT_FOUND
    assert CellChange.objects.count() == 0
    assert PlanBook(office.plan, "calls").sums.people


def test_a_branch_of_many_parts_has_pages_and_the_sum_is_over_all(office: Office) -> None:
    north = office.branch("dealers", "North")
    for number in range(120):
        member = Member.objects.create(code=f"m{number}", name=f"M{number}")
        branch = Branch.objects.create(plan=office.plan, parent=north, kind="member", member=member)
        branch.weights.create(metric="revenue", weight=100_000_000)
    client = office.signed_in("director")
    pages = [shown(client, f"{office.address}?branch={north.pk}&page={page}") for page in (1, 2, 3)]
    assert [len(page["rows"]) for page in pages] == [50, 50, 21]
    assert pages[0]["next_address"].endswith("page=2")
    assert pages[0]["previous_address"] == pages[2]["next_address"] == ""
    on_pages = sum(values(row)[0] or 0 for page in pages for row in page["rows"])
    assert on_pages == values(pages[0]["it"].own)[0] == values(pages[2]["it"].sum)[0]
