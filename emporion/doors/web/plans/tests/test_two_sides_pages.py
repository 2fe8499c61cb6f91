"""The pages of a plan from two sides: what each side sees and does, and what nobody else does (PLAN-4)."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.plans.tests.conftest import Office
from emporion.kernel.access.viewer import SYSTEM
from emporion.numbers.planning.models import Agreement, Branch, Plan, PlanSpan, Proposal, Submission
from emporion.numbers.planning.proposal_actions import ask_for_answers
from emporion.numbers.planning.tests.conftest import AT
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-4")]


def opened(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK, response.content.decode()
    return response


def cells(office: Office, **values: str) -> dict[str, str]:
    """The fields of the form: the value of months by their number, m3="150"."""
    spans = {span.starts_on.month: span.pk for span in PlanSpan.objects.filter(plan=office.plan)}
    return {f"value_{spans[int(name[1:])]}": value for name, value in values.items()}


def id_of(code: str) -> int:
    return Member.objects.get(code=code).pk


def mine(office: Office) -> str:
    return f"{office.address}mine/"


def about(office: Office, code: str, what: str = "") -> str:
    return f"{office.address}people/{id_of(code)}/{what}"


def hand_over(client: Client, office: Office, address: str, number: int = 1, **values: str) -> Any:
    data = {"step": "submit", "round": str(number), "note": "the fair", **cells(office, **values)}
    return client.post(address, data)


def test_two_rounds_by_pages(office: Office) -> None:
    """Ann notes, hands over; Hana counters; Ann comes nearer; the director
    signs, for nobody else in the team sells to dealers. Each sees the other's only once it is handed over."""
    ann, hana = office.signed_in("rep", "ann"), office.signed_in("head", "hana")
    page = opened(ann, mine(office))
    assert [row.calculated.value for row in page.context["rows"]][2] > 0
    ann.post(mine(office), {"step": "save", **cells(office, m3="170")})
    theirs = opened(hana, about(office, "ann")).context["rows"][2].theirs
    assert theirs is None, "what is only noted is nobody else's"
    assert hand_over(ann, office, mine(office), m3="170", m6="0").status_code == HTTPStatus.FOUND
    row = opened(hana, about(office, "ann")).context["rows"]
    assert (row[2].theirs.value, row[5].theirs.value, row[8].theirs) == (170, 0, None)
    hand_over(hana, office, about(office, "ann"), m3="190")
    assert opened(ann, mine(office)).context["to_sign"].round == 1
    hand_over(ann, office, mine(office), number=2, m3="180", m6="0")
    director = office.signed_in("director")
    answer = director.post(about(office, "ann", "agree/"), {"round": "2", "makes_room": "1"}, follow=True)
    assert "both made together" in answer.content.decode()
    page = opened(ann, mine(office))
    assert "you made together" in page.content.decode()
    assert page.context["rows"][2].agreed.value == 180
    assert page.context["form"] is None
    assert [one.submission.round for one in page.context["it"].rounds] == [2, 1, 1]
    assert [side for _name, side, _at in page.context["it"].signatures] == ["employee", "head"]
    assert Agreement.objects.get().head_name.startswith("director")


def test_a_round_without_a_reason_is_told_and_nothing_typed_is_lost(office: Office) -> None:
    ann = office.signed_in("rep", "ann")
    answer = ann.post(mine(office), {"step": "submit", "round": "1", **cells(office, m3="7")})
    assert answer.status_code == HTTPStatus.OK
    assert 'value="7"' in answer.content.decode()
    assert answer.context["form"].non_field_errors()
    assert not Proposal.objects.exists(), "all of it or nothing"


def test_what_is_empty_is_filled_from_what_is_calculated(office: Office) -> None:
    ann = office.signed_in("rep", "ann")
    calculated = [row.calculated.value for row in opened(ann, mine(office)).context["rows"]]
    ann.post(mine(office), {"step": "fill", **cells(office, m3="7")})
    rows = opened(ann, mine(office)).context["rows"]
    assert rows[2].theirs.value == 7
    assert [row.theirs.value for row in rows[3:]] == calculated[3:]


def test_beside_the_plan_stand_history_customers_and_season(office: Office) -> None:
    context = opened(office.signed_in("rep", "ann"), mine(office)).context
    assert [(label, figure.value) for label, figure in context["years"]] == [("2025", 400)]
    assert context["rows"][2].before.value == 100
    assert context["rows"][1].before.value == 0


def test_the_gap_is_one_screen_with_its_sums_and_who_is_late(office: Office) -> None:
    ask_for_answers(plan=office.plan, due_on=date(2026, 2, 1), by=SYSTEM, at=AT)
    ann, hana = office.signed_in("rep", "ann"), office.signed_in("head", "hana")
    hand_over(ann, office, mine(office), m3="170", m6="100")
    hand_over(hana, office, about(office, "ann"), m3="200")
    page = opened(hana, f"{office.address}gap/").context
    by_name = {row.name: (row, figures[0]) for row, figures in page["rows"]}
    assert set(by_name) == {"Ann", "Bob"}, "only whom one leads"
    numbers = by_name["Ann"][1]
    assert (numbers["theirs"].value, numbers["heads"].value) == (270, 200)
    june = opened(hana, about(office, "ann")).context["rows"][5].calculated.value
    assert numbers["gap"].value == (170 - 200) + (100 - june)
    assert by_name["Bob"][1]["theirs"] is None
    assert by_name["Bob"][0].is_late
    total = page["sums"][0]
    assert total["calculated"].value == sum(one["calculated"].value for _row, one in by_name.values())
    assert total["theirs"].value == 270
    late = opened(hana, f"{office.address}gap/?state=agreed").context
    assert late["rows"] == []
    assert late["sums"][0]["theirs"].value == 270, "the sums are of all rows, whatever is shown"
    months = opened(hana, f"{office.address}gap/?by=span")
    assert len(months.context["rows"][0][1]) == 13
    everybody = opened(office.signed_in("director"), f"{office.address}gap/").context
    assert len(everybody["rows"]) == 4


def test_where_there_is_no_room_the_page_says_by_how_much(office: Office) -> None:
    """Bob alone sells by tender in his team: what he asks more nobody there can give."""
    bob, hana = office.signed_in("rep", "bob"), office.signed_in("head", "hana")
    tender = int(opened(bob, mine(office)).context["rows"][2].calculated.value)
    hand_over(bob, office, mine(office), m3=str(tender + 9))
    answer = hana.post(about(office, "bob", "agree/"), {"round": "1"}, follow=True)
    assert "has 9 too little" in answer.content.decode()
    assert not Agreement.objects.exists()
    director = office.signed_in("director")
    director.post(about(office, "bob", "agree/"), {"round": "1", "makes_room": "1"})
    assert opened(bob, mine(office)).context["rows"][2].agreed.value == tender + 9


@pytest.mark.spec("SYS-3", "TEAM-10")
def test_another_persons_plan_answers_like_one_that_is_not_there(office: Office) -> None:
    """Trap: the page refuses, and the form, the export or the address of a signature does not."""
    ann = office.signed_in("rep", "ann")
    hand_over(ann, office, mine(office), m3="173173")
    strangers = (office.signed_in("rep", "bob"), office.signed_in("rep", "cem", "ru"))
    for client in strangers:
        for what, data in (
            ("", None),
            ("", {"step": "submit", "round": "2", "note": "x", **cells(office, m3="1")}),
            ("agree/", {"round": "1"}),
            ("reopen/", {"reason": "x"}),
            ("reopen/", None),
        ):
            foreign, missing = about(office, "ann", what), f"{office.address}people/999999/{what}"
            answers = [
                client.get(one) if data is None else client.post(one, data) for one in (foreign, missing)
            ]
            assert [one.status_code for one in answers] == [404, 404], what
        for address in (mine(office), office.address, f"{office.address}gap/", f"{office.address}plan.xlsx"):
            answer = client.get(address)
            said = answer.getvalue() if answer.streaming else answer.content
            assert b"173173" not in said
            assert "173,173" not in said.decode("latin-1")
    assert Submission.objects.count() == 1
    assert Proposal.objects.count() == 1
    assert not Agreement.objects.exists()


def test_a_plan_with_an_open_round_is_signed_for_a_reason(office: Office) -> None:
    hand_over(office.signed_in("rep", "ann"), office, mine(office), m3="170")
    director = office.signed_in("director")
    director.post(f"{office.address}sign/")
    assert Plan.objects.get(pk=office.plan.pk).state == "draft"
    director.post(f"{office.address}sign/", {"despite": "it starts today"})
    assert Plan.objects.get(pk=office.plan.pk).state == "signed"


@pytest.mark.parametrize("language", ["en", "ru", "el"])
def test_every_page_in_every_language(office: Office, language: str) -> None:
    ask_for_answers(plan=office.plan, due_on=date(2026, 2, 1), by=SYSTEM, at=AT)
    ann = office.signed_in("rep", "ann", language)
    hand_over(ann, office, mine(office), m3="170")
    opened(ann, mine(office))
    director = office.signed_in("director", "", language)
    for address in (
        "gap/",
        "gap/?by=span",
        "gap/?by=quarter&metric=calls",
        "gap/due/",
        f"people/{id_of('ann')}/",
    ):
        opened(director, f"{office.address}{address}")


def test_the_gap_costs_the_same_for_one_person_and_for_fifty(office: Office) -> None:
    north = office.branch("dealers", "North")
    director = office.signed_in("director")
    counts = []
    for more in (0, 60):
        for number in range(more):
            member = Member.objects.create(code=f"x{number}", name=f"X {number}")
            Branch.objects.create(plan=office.plan, parent=north, kind="member", member=member)
        opened(director, f"{office.address}gap/")
        with CaptureQueriesContext(connection) as queries:
            page = opened(director, f"{office.address}gap/").context
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40
    assert len(page["rows"]) == 50
    assert page["after"]
