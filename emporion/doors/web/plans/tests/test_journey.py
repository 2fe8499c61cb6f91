"""A year from its first number to its second version, as people make it by their pages (PLAN-1 to PLAN-6)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from emporion.doors.web.plans.tests.conftest import Office
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.numbers.planning.models import Branch, Plan, PlanSpan, Proposal, Target
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.proposal_actions import (
    Answer,
    agree,
    counter_propose,
    propose,
    reopen,
    submit_round,
)
from emporion.numbers.planning.publishing import publish_plan
from emporion.numbers.planning.tests.conftest import AT
from emporion.records.team.models import Member
from emporion.records.team.queries import viewer_for

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-3", "PLAN-4", "PLAN-6")]
MARCH = date(2026, 3, 1)


class Journey:
    """Who takes part, and what they do by their pages."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.director, self.hana = office.signed_in("director"), office.signed_in("head", "hana")
        self.reps = {code: office.signed_in("rep", code) for code in ("ann", "bob", "cem")}
        self.plan = office.department.draw("year", by=self.viewer("director--en"))

    def viewer(self, username: str) -> Viewer:
        """That person as they may see on the day of the tests."""
        return viewer_for(User.objects.select_related("access_role").get(username=username), AT.date())

    @property
    def address(self) -> str:
        """The page of the plan."""
        return f"/plans/{self.plan.pk}/"

    def about(self, code: str, what: str = "") -> str:
        """The page of a person's plan."""
        return f"{self.address}people/{Member.objects.get(code=code).pk}/{what}"

    def hands(self, client: Client, address: str, number: int, **values: int) -> None:
        """A side hands a round over: m3=150 is 150 in March."""
        spans = {span.starts_on.month: span.pk for span in PlanSpan.objects.filter(plan=self.plan)}
        said = {f"value_{spans[int(name[1:])]}": str(value) for name, value in values.items()}
        done = client.post(address, {"step": "submit", "round": str(number), "note": "as we spoke", **said})
        assert done.status_code == HTTPStatus.FOUND, done.content.decode()

    def signs(self, client: Client, code: str, number: int) -> None:
        """A side signs the other's round."""
        client.post(self.about(code, "agree/"), {"round": str(number)})

    def months(self, plan: Plan, code: str) -> list[D]:
        """What a person is to reach by month."""
        book = PlanBook(plan, "revenue")
        sheet = book.sheet(Branch.objects.get(plan=plan, member__code=code))
        return [quantity_of(value) for value in sheet.spans]


def test_a_year_is_set_split_proposed_agreed_signed_published_and_planned_anew_in_may(office: Office) -> None:
    it = Journey(office)
    ann = Branch.objects.get(plan=it.plan, member__code="ann")
    it.hana.post(
        f"{it.address}cell/?branch={ann.pk}&metric=revenue", {"value": "520", "reason": "her new district"}
    )
    assert sum(it.months(it.plan, "ann")) == 520
    it.hands(it.reps["ann"], f"{it.address}mine/", 1, m3=150, m6=110)
    it.hands(it.hana, it.about("ann"), 1, m3=140, m6=120)
    it.hands(it.reps["ann"], f"{it.address}mine/", 2, m3=142, m6=115)
    it.signs(it.hana, "ann", 2)
    assert it.months(it.plan, "ann")[2] == 142
    assert it.months(it.plan, "ann")[5] == 115
    it.hands(it.hana, it.about("bob"), 1, m9=60)
    it.signs(it.reps["bob"], "bob", 1)
    assert it.months(it.plan, "bob")[8] == 60
    agreed = it.months(it.plan, "ann")
    assert agreed[2] == 142, "what was agreed does not move with what others agree"

    it.director.post(f"{it.address}sign/")
    plan = Plan.objects.get(pk=it.plan.pk)
    assert plan.state == "signed", "no round is open"
    list(publish_plan(plan=plan, by=it.viewer("director--en"), at=AT))
    assert Target.objects.get(member__code="ann", starts_on=MARCH).value == 142

    it.director.post(
        f"{it.address}replan/",
        {"name": "From May", "code": "year-05", "frozen_until": "2026-05-01", "reason": "a lost customer"},
    )
    it.plan = Plan.objects.get(code="year-05")
    assert it.months(it.plan, "ann") == agreed, "a version changes nothing by itself"
    north = Branch.objects.get(plan=it.plan, team__code="North")
    it.hands(it.reps["ann"], f"{it.address}mine/", 1, m6=100)
    it.signs(it.hana, "ann", 1)
    now = it.months(it.plan, "ann")
    assert now[:4] == agreed[:4]
    assert now[5] == 100
    whole = PlanBook(it.plan, "revenue").sheet(north)
    assert [quantity_of(one) for one in whole.spans] == [
        one + other for one, other in zip(now, it.months(it.plan, "bob"), strict=True)
    ]
    it.director.post(f"{it.address}sign/")
    again = Plan.objects.get(pk=it.plan.pk)
    list(publish_plan(plan=again, by=it.viewer("director--en"), at=AT))
    assert Target.objects.get(member__code="ann", starts_on=date(2026, 6, 1)).value == 100
    assert Target.objects.get(member__code="ann", starts_on=MARCH).value == 142
    assert set(Target.objects.values_list("plan__code", flat=True)) == {"year-05"}
    _told_by_the_audit()


def _told_by_the_audit() -> None:
    rows = AuditEntry.objects.filter(subject__in=("plan:year", "plan:year-05")).order_by("id")
    said = ["plan.proposed", "plan.round_submitted"]
    assert list(rows.values_list("action", flat=True)) == [
        *("plan.drawn", "plan.cell_changed"),
        *(said * 3),
        "plan.agreed",
        *said,
        *("plan.agreed", "plan.signed", "plan.published", "plan.replanned"),
        *said,
        *("plan.agreed", "plan.signed", "plan.published"),
    ]
    who = dict(rows.values_list("action", "by"))
    assert who["plan.signed"] == "director--en"
    assert who["plan.agreed"] == "head-hana-en"


@pytest.mark.spec("SYS-3", "TEAM-10")
def test_a_colleague_neither_reads_nor_changes_what_another_proposes(office: Office) -> None:
    """By the page, the action, the export and the direct address; what exists answers as what does not."""
    it = Journey(office)
    it.hands(it.reps["ann"], f"{it.address}mine/", 1, m3=173_173)
    for code in ("bob", "cem"):
        client = it.reps[code]
        for what, sent in (("", None), ("", {"step": "save"}), ("agree/", {"round": "1"}), ("reopen/", None)):
            answer = (
                client.get(it.about("ann", what))
                if sent is None
                else client.post(it.about("ann", what), sent)
            )
            assert answer.status_code == HTTPStatus.NOT_FOUND, what
        assert client.get(f"{it.address}gap/").status_code == HTTPStatus.FORBIDDEN
        for address in (it.address, f"{it.address}mine/", f"{it.address}?branch=1", f"{it.address}plan.xlsx"):
            assert b"173173" not in _all_of(client.get(address))
        _refused_by_the_actions(it, it.viewer(f"rep-{code}-en"))
    assert Proposal.objects.count() == 1


def _all_of(answer: Any) -> bytes:
    content: bytes = answer.getvalue() if answer.streaming else answer.content
    return content


def _refused_by_the_actions(it: Journey, by: Viewer) -> None:
    where: dict[str, Any] = {"plan_id": it.plan.pk, "member_id": Member.objects.get(code="ann").pk}
    tried: tuple[tuple[Callable[..., object], dict[str, Any]], ...] = (
        (propose, {"answers": [Answer("revenue", MARCH, D(1))]}),
        (submit_round, {"round": 2}),
        (counter_propose, {"answers": [Answer("revenue", MARCH, D(1))]}),
        (agree, {"round": 1}),
        (reopen, {"reason": "x"}),
    )
    for action, given in tried:
        with pytest.raises(Refusal) as refused:
            action(**where, **given, by=by, at=AT)
        assert refused.value.name == "no_such_person"
