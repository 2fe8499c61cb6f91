"""Versions by page: signed, published by a job, planned anew, compared; and what is said of a branch."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from emporion.doors.web.plans.tests.conftest import Office
from emporion.doors.web.plans.tests.test_plan_pages import cell_of, shown, values
from emporion.kernel.access.viewer import SYSTEM
from emporion.numbers.planning.actions import set_target
from emporion.numbers.planning.cell_actions import change_cell
from emporion.numbers.planning.models import Branch, Plan, Target, Weight
from emporion.numbers.planning.models.plans import DRAFT, PUBLISHED, SIGNED
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import AT
from emporion.numbers.planning.version_actions import replan, sign_plan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("PLAN-6")]


def state(office: Office) -> str:
    """How the plan stands."""
    return Plan.objects.get(pk=office.plan.pk).state


def work() -> None:
    """Does what waits for a worker, in this process."""
    for waiting in DBTaskResult.objects.filter(status="READY"):
        told = waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        DBTaskResult.objects.filter(pk=waiting.pk).update(status="SUCCESSFUL", return_value=told)


def test_it_is_asked_before_a_plan_is_signed(office: Office) -> None:
    client = office.signed_in("director")
    assert "cannot be undone" in client.get(f"{office.address}sign/").content.decode()
    assert state(office) == DRAFT
    client.post(f"{office.address}sign/")
    assert state(office) == SIGNED
    assert "signed already" in client.get(f"{office.address}sign/").content.decode()


def test_publishing_is_a_job_with_progress(office: Office) -> None:
    office.plan = sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    client = office.signed_in("director")
    for _ in range(2):
        client.post(f"{office.address}publish/")
    assert DBTaskResult.objects.count() == 1, "pressed twice, it is published once"
    page = shown(client, office.address)
    assert page["publishing"].runs
    assert "every 1s" in client.get(office.address).content.decode()
    work()
    assert state(office) == PUBLISHED
    assert Target.objects.filter(plan=office.plan, member=None, metric="revenue").count() == 12
    assert shown(client, office.address)["publishing"] is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_why_a_job_stopped_is_told_on_the_page(office: Office, language: str) -> None:
    """A target that was set by itself covers days of the plan."""
    ann = office.branch("dealers", "Ann").member_id
    set_target(
        metric="revenue", member_id=ann, starts_on=date(2026, 1, 15), ends_on=date(2026, 2, 15), value=D(1),
        by=SYSTEM, at=AT,
    )  # fmt: skip
    office.plan = sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    client = office.signed_in("director", language=language)
    client.post(f"{office.address}publish/")
    work()
    refused = shown(client, office.address)["publishing"].refused
    assert refused
    assert ("was set by itself" in refused) is (language == "en")
    assert state(office) == SIGNED
    Target.objects.filter(plan=None).delete()
    client.post(f"{office.address}publish/")
    work()
    assert state(office) == PUBLISHED


def test_a_draft_is_not_published(office: Office) -> None:
    client = office.signed_in("director")
    assert client.post(f"{office.address}publish/").status_code == 400
    assert DBTaskResult.objects.count() == 0


@pytest.mark.parametrize("name", ["sign/", "replan/", "publish/", "move/"])
def test_a_head_neither_signs_nor_publishes(office: Office, name: str) -> None:
    client = office.signed_in("head", "hana")
    assert client.post(f"{office.address}{name}").status_code == 403
    assert state(office) == DRAFT


def test_planned_anew_with_the_past_frozen_and_compared(office: Office) -> None:
    office.plan = sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    client = office.signed_in("director")
    said = {"name": "Anew", "code": "2026-05", "frozen_until": "2026-05-01", "reason": "the market"}
    answer = client.post(f"{office.address}replan/", said)
    new = Plan.objects.get(code="2026-05")
    assert answer.headers["Location"] == f"/plans/{new.pk}/"
    text = client.get(answer.headers["Location"]).content.decode()
    assert "frozen until 1 May 2026" in text
    assert "the market" in text
    root = PlanBook(new, "revenue").root
    change_cell(
        branch_id=root.pk,
        metric="revenue",
        starts_on=date(2026, 9, 1),
        value=D(500),
        reason="less",
        by=SYSTEM,
        at=AT,
    )
    page = shown(client, f"/plans/{new.pk}/compare/")["it"]
    before = PlanBook(office.plan, "revenue")
    was = D(before.sheet(before.root).spans[8]) / 1_000_000
    columns = [one["title"] for one in page.columns]
    assert "September 2026" in columns
    assert "March 2026" not in columns, "what is frozen does not differ"
    cell = page.total.cells[1 + columns.index("September 2026")]
    assert (cell.before.value, cell.after.value, cell.by.value) == (was, 500, 500 - was)
    for place in range(len(columns)):
        changed = sum(row.cells[place + 1].by.value for row in page.rows if row.cells[place + 1].by)
        assert changed == page.total.cells[place + 1].by.value, (
            "what differs below sums to what differs above"
        )


def test_two_versions_without_a_change_do_not_differ(office: Office) -> None:
    office.plan = sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    new = replan(
        plan=office.plan,
        code="again",
        name="Again",
        frozen_until=date(2026, 3, 1),
        reason="x",
        by=SYSTEM,
        at=AT,
    )
    client = office.signed_in("director")
    text = client.get(f"/plans/{new.pk}/compare/").content.decode()
    assert "Nothing differs here." in text
    assert "Choose a plan" in client.get(f"{office.address}compare/").content.decode()
    branch = Branch.objects.get(plan=new, kind="team", team__code="North", parent__name="dealers")
    page = shown(office.signed_in("head", "hana"), f"/plans/{new.pk}/compare/?branch={branch.pk}")["it"]
    assert (page.rows, page.alike) == ([], 1)
    assert "North" in page.way


def test_the_weight_of_a_branch(office: Office) -> None:
    client = office.signed_in("director")
    cem, dan = office.branch("dealers", "Cem"), office.branch("dealers", "Dan")
    before = office.whole(cem) + office.whole(dan)
    address = f"{office.address}weight/?branch={dan.pk}&metric=revenue"
    assert shown(client, address)["of_many"] == 2
    client.post(address, {"weight": "0", "reason": "trial"})
    assert Weight.objects.get(branch=dan, metric="revenue", span=None).weight == 0
    assert office.whole(cem) + office.whole(dan) == before
    assert "required" in client.post(address, {"weight": "5", "reason": ""}).content.decode()


def test_a_reserve_is_per_cent(office: Office) -> None:
    north = office.branch("dealers", "North")
    client = office.signed_in("director")
    client.post(f"{office.address}over/?branch={north.pk}", {"over": "10"})
    assert Branch.objects.get(pk=north.pk).over == D("0.1")
    assert shown(client, f"{office.address}over/?branch={north.pk}")["form"].initial["over"] == 10
    assert "100" in client.post(f"{office.address}over/?branch={north.pk}", {"over": "101"}).content.decode()


def test_who_comes_goes_and_learns(office: Office) -> None:
    dan = office.branch("dealers", "Dan")
    client = office.signed_in("director")
    address = f"{office.address}presence/?branch={dan.pk}&metric=revenue"
    said: dict[str, Any] = {"joins_on": "2026-08-01", "leaves_on": "2026-12-01", "ramp": "25, 50 %; 75"}
    client.post(address, said)
    found = Branch.objects.get(pk=dan.pk)
    assert (found.joins_on, found.leaves_on) == (date(2026, 8, 1), date(2026, 12, 1))
    assert found.ramp == [250, 500, 750]
    page = shown(client, f"{office.address}?branch={dan.parent_id}")
    row = next(one for one in page["rows"] if one.name == "Dan")
    assert values(row)[12] is None
    assert "25 50 75" in client.post(address, {"ramp": "a quarter"}).content.decode()
    assert client.post(address, {"joins_on": "2026-08-01", "leaves_on": "2026-08-01"}).status_code == 200
    assert Branch.objects.get(pk=dan.pk).leaves_on == date(2026, 12, 1)


def test_a_person_moves_to_another_team(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    north = office.branch("dealers", "North")
    client = office.signed_in("director")
    address = f"{office.address}move/?branch={cem.pk}&metric=revenue"
    assert "dealers › North" in client.get(address).content.decode()
    client.post(address, {"team_branch": str(north.pk), "from_day": "2026-07-01"})
    assert Branch.objects.get(pk=cem.pk).leaves_on == date(2026, 7, 1)
    assert Branch.objects.get(parent=north, member__code="cem").joins_on == date(2026, 7, 1)


def test_a_head_speaks_for_their_people_only(office: Office) -> None:
    client = office.signed_in("head", "hana")
    ann, north = office.branch("dealers", "Ann"), office.branch("dealers", "North")
    assert client.get(f"{office.address}presence/?branch={ann.pk}").status_code == 200
    assert client.get(f"{office.address}over/?branch={north.pk}").status_code == 400
    change_cell(**cell_of(office.branch("dealers", "Cem"), 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    own = Branch.objects.filter(plan=office.plan, member__code="hana").first()
    assert own is None
