"""A cell changed by page: only what is free moves, and there is a way back."""

import re
from datetime import date
from decimal import Decimal as D
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from emporion.doors.web.plans.tests.conftest import Office
from emporion.kernel.access.viewer import SYSTEM
from emporion.numbers.planning.models import Branch, CellChange
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import AT
from emporion.numbers.planning.version_actions import sign_plan

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-3", "PLAN-5")]


def september(office: Office, branch: Branch) -> D:
    """What a branch is to bring in September."""
    return D(PlanBook(office.plan, "revenue").sheet_of(branch.pk).spans[8]) / 1_000_000


def address_of(office: Office, branch: Branch, name: str = "cell/", span: str = "2026-09-01") -> str:
    """The page of September of a branch."""
    return f"{office.address}{name}?branch={branch.pk}&metric=revenue&span={span}&open={branch.parent_id}"


def undo(client: Client, page: str) -> None:
    """Presses "Undo" on a page."""
    form = re.search(r'<form method="post" action="([^"]*put-back[^"]*)">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert (
        client.post(unescape(form[1]), {name: unescape(said) for name, said in fields.items()}).status_code
        == 302
    )


def test_a_changed_cell_keeps_its_reason_and_its_neighbours_take_the_difference(office: Office) -> None:
    client = office.signed_in("director")
    cem, dan = office.branch("dealers", "Cem"), office.branch("dealers", "Dan")
    before = september(office, cem), september(office, dan)
    said = {"value": "10", "reason": "holiday"}
    answer = client.post(address_of(office, cem), said)
    assert answer.headers["Location"] == f"{office.address}?branch={cem.parent_id}&metric=revenue"
    assert [september(office, cem), september(office, dan)] == [10, sum(before) - 10]
    change = CellChange.objects.get()
    assert (change.calculated, change.reason, change.changed_by) == (before[0], "holiday", "director--en")
    undo(client, client.get(answer.headers["Location"]).content.decode())
    assert (september(office, cem), september(office, dan)) == before
    assert CellChange.objects.count() == 0


def test_undo_brings_an_earlier_change_back(office: Office) -> None:
    """Trap: a way back that forgets what stood there before the last word."""
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    first = client.post(address_of(office, cem), {"value": "10", "reason": "holiday", "locked": "on"})
    client.get(first.headers["Location"])  # its own "Undo" is seen here
    answer = client.post(address_of(office, cem), {"value": "20", "reason": "better"})
    assert september(office, cem) == 20
    undo(client, client.get(answer.headers["Location"]).content.decode())
    change = CellChange.objects.get()
    assert (change.value, change.reason, change.locked) == (10, "holiday", True)


def test_a_lock_is_set_and_lifted_without_a_change(office: Office) -> None:
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    stands = september(office, cem)
    client.post(address_of(office, cem), {"value": str(stands), "reason": "", "locked": "on"})
    assert CellChange.objects.get().locked
    refused = client.post(address_of(office, cem, "cell/restore/"), follow=True).content.decode()
    assert "unlock it first" in refused
    client.post(address_of(office, cem), {"value": str(stands), "reason": ""})
    assert CellChange.objects.count() == 0


def test_calculated_again(office: Office) -> None:
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    before = september(office, cem)
    client.post(address_of(office, cem), {"value": "10", "reason": "holiday"})
    page = client.get(address_of(office, cem)).context
    assert page["restore_address"]
    client.post(page["restore_address"])
    assert september(office, cem) == before


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"value": "10", "reason": ""}, "say why"),
        ({"value": "-1", "reason": "x"}, "greater than or equal to 0"),
        ({"value": "99999999", "reason": "x"}, "more than"),
        ({"value": "1e999999", "reason": "x"}, "digits"),
        ({"value": "", "reason": "x"}, "required"),
    ],
)
def test_what_is_refused_is_told_and_what_was_typed_stays(
    office: Office, said: dict[str, str], told: str
) -> None:
    answer = office.signed_in("director").post(address_of(office, office.branch("dealers", "Cem")), said)
    assert answer.status_code == HTTPStatus.OK
    text = answer.content.decode()
    assert told in text
    assert CellChange.objects.count() == 0
    assert answer.context["form"]["value"].value() == said["value"]


def test_a_head_changes_their_people_and_nobody_else(office: Office) -> None:
    """Trap: a head who may see the team's own plan and change it, or somebody else's people."""
    client = office.signed_in("head", "hana")
    bob = office.branch("tenders", "Bob")
    assert (
        client.post(address_of(office, bob), {"value": "1", "reason": "x", "locked": ""}).status_code == 200
    )
    for branch, status in ((office.branch("dealers", "North"), 200), (office.branch("dealers", "Cem"), 404)):
        assert client.post(address_of(office, branch), {"value": "1", "reason": "x"}).status_code == status
    assert CellChange.objects.count() == 0
    assert client.get(address_of(office, bob)).status_code == 200


def test_who_may_not_write_and_whose_it_is_not_change_nothing(office: Office) -> None:
    ann = office.branch("dealers", "Ann")
    said: dict[str, Any] = {"value": "1", "reason": "more for me"}
    assert office.signed_in("auditor").post(address_of(office, ann), said).status_code == HTTPStatus.FORBIDDEN
    rep = office.signed_in("rep", "ann")
    assert "may plan only for people below them" in rep.post(address_of(office, ann), said).content.decode()
    assert CellChange.objects.count() == 0


def test_a_signed_plan_is_not_changed(office: Office) -> None:
    sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    assert "is signed" in client.post(address_of(office, cem), {"value": "1", "reason": "x"}).content.decode()
    assert "/cell/" not in client.get(f"{office.address}?branch={cem.parent_id}").content.decode()


def test_a_cell_of_another_plan_or_of_no_span_is_none_of_this_one(office: Office) -> None:
    other = office.department.draw("other", days=office_days())
    client = office.signed_in("director")
    stranger = Branch.objects.filter(plan=other).first()
    assert stranger is not None
    assert client.get(f"{office.address}cell/?branch={stranger.pk}").status_code == HTTPStatus.NOT_FOUND
    cem = office.branch("dealers", "Cem")
    assert client.get(address_of(office, cem, span="2026-09-02")).status_code == HTTPStatus.NOT_FOUND


def office_days() -> Any:
    """A year of another plan."""
    from emporion.kernel.periods import Period

    return Period(date(2027, 1, 1), date(2028, 1, 1))
