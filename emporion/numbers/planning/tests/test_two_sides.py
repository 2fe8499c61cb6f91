"""A plan from two sides: rounds, both signatures, room, and who may not (PLAN-4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.periods import Period
from emporion.numbers.planning.agreeing import NoRoom
from emporion.numbers.planning.cell_actions import (
    assign_over,
    change_cell,
    change_total,
    lock_cell,
    restore_cell,
)
from emporion.numbers.planning.models import Agreement, Branch, CellChange, Plan, Proposal, Submission
from emporion.numbers.planning.plan_actions import MetricOfYear
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.proposal_actions import (
    Answer,
    agree,
    ask_for_answers,
    counter_propose,
    propose,
    reopen,
    submit_round,
)
from emporion.numbers.planning.proposal_queries import (
    branches_of,
    calculated,
    party,
    people_of,
    read_way,
    talk_of,
    talks_of,
)
from emporion.numbers.planning.tests.conftest import CHANNELS, Department, sell
from emporion.numbers.planning.tests.negotiating import AT, TODAY, Table, refused
from emporion.numbers.planning.version_actions import replan, sign_plan
from emporion.records.team.models import Absence, Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("PLAN-4")]
MARCH, JUNE, SEPTEMBER, DECEMBER = (date(2026, month, 1) for month in (3, 6, 9, 12))


@pytest.fixture
def table(department: Department) -> Table:
    install_standard_roles()
    for code in ("hana", "dora"):
        Member.objects.create(code=code, name=code.title(), hired_on=date(2024, 1, 1))
    hana = Member.objects.get(code="hana")
    Place.objects.create(member=hana, starts_on=date(2024, 1, 1), team=department.teams["North"], role="head")
    Place.objects.filter(member__code__in=["ann", "bob"]).update(manager=hana)
    return Table(department, department.draw())


def test_two_rounds_end_in_one_signed_version(table: Table) -> None:
    """Ann says 150 in March and 100 in June, Hana 160, Ann 155: Hana signs it, and what Ann does not bring Bob does."""
    before, bob = table.spans("ann"), table.spans("bob")
    table.proposes("ann", {MARCH: 150, JUNE: 100})
    counter_propose(
        answers=[Answer("revenue", MARCH, D(160), "you had 100 last year")],
        note="",
        **table.where("ann", table.head, 1),
    )
    table.proposes("ann", {MARCH: 155})
    agreement = agree(round=2, **table.where("ann", table.head, 2))
    assert (agreement.employee_name, agreement.head_name, agreement.round) == ("ann", "hana", 2)
    assert agreement.employee_at < agreement.head_at
    now = table.spans("ann")
    assert (now[2], now[5]) == (155, 100), "what was not said anew in the second round holds from the first"
    cells = CellChange.objects.filter(branch__member__code="ann")
    assert set(cells.values_list("locked", "reason")) == {(True, "agreed in round 2")}
    assert {cell.calculated for cell in cells} == {before[2], before[5]}
    assert table.spans("bob")[2] == bob[2] + before[2] - 155
    north = PlanBook(table.plan, "revenue").sheet_of(Branch.objects.get(team__code="North").pk)
    assert quantity_of(north.spans[2]) == before[2] + bob[2], "the team is what it was"
    told = AuditEntry.objects.filter(subject="plan:2026").order_by("id").values_list("action", flat=True)
    assert list(told)[1:] == [
        *("plan.proposed", "plan.round_submitted") * 3,
        "plan.agreed",
    ]


def test_the_employee_signs_what_the_head_proposes(table: Table) -> None:
    """Trap: the head speaks first; nobody needs to have answered before there is something to sign."""
    counter_propose(answers=[Answer("revenue", MARCH, D(170))], note="more", **table.where("ann", table.head))
    agreement = agree(round=1, **table.where("ann", table.viewer("ann"), 5))
    assert agreement.head_at < agreement.employee_at
    assert agreement.head_user_id != agreement.employee_user_id
    assert table.spans("ann")[2] == 170


def test_nothing_possible_is_an_answer_and_no_answer_is_none(table: Table) -> None:
    june = table.spans("ann")[5]
    table.proposes("ann", {MARCH: 0, JUNE: 1})
    propose(answers=[Answer("revenue", JUNE, None)], **table.where("ann", table.viewer("ann")))
    table.proposes("ann", {SEPTEMBER: None}, why="June is open")
    agree(round=2, **table.where("ann", table.head))
    assert table.spans("ann")[2] == 0
    assert CellChange.objects.filter(branch__member__code="ann").count() == 1
    assert table.spans("ann")[5] != 1
    assert june


def test_nobody_signs_for_another(table: Table) -> None:
    """Trap: a colleague, a stand-in, the head of another team, the employee for the head."""
    table.proposes("ann", {MARCH: 150})
    Absence.objects.create(
        member=Member.objects.get(code="ann"),
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=9),
        stand_in=Member.objects.get(code="bob"),
    )
    bob = table.viewer("bob")
    assert table.id("ann") in bob.member_ids, "a stand-in sees the records meanwhile"
    for stranger in (bob, table.viewer("cem"), table.viewer("dan", "head")):
        tried: tuple[tuple[Callable[..., object], dict[str, Any]], ...] = (
            (propose, {"answers": [Answer("revenue", MARCH, D(1))]}),
            (submit_round, {"round": 2}),
            (counter_propose, {"answers": []}),
            (agree, {"round": 1}),
            (reopen, {"reason": "mine"}),
        )
        for action, given in tried:
            with pytest.raises(Refusal) as told:
                action(**given, **table.where("ann", stranger))
            missing = table.where("ann", stranger) | {"member_id": 10**9}
            with pytest.raises(Refusal) as of_missing:
                action(**given, **missing)
            assert told.value.name == of_missing.value.name
            assert told.value.name in {"no_such_person", "no_such_plan"}
    refused("nothing_to_sign", agree, round=1, **table.where("ann", table.viewer("ann")))
    refused("not_the_head", counter_propose, answers=[], **table.where("ann", table.viewer("ann")))
    assert Proposal.objects.count() == 1


def test_a_director_does_not_agree_with_themselves(table: Table) -> None:
    """Trap: who sees everybody leads everybody, and would sign both sides of their own plan."""
    north = Branch.objects.get(team__code="North")
    director = table.director
    Branch.objects.create(plan=table.plan, parent=north, kind="member", member_id=table.id("dora"))
    assert party(director, table.plan.pk, table.id("dora"), TODAY).side == "employee"
    assert table.id("dora") not in [one.pk for one in people_of(director, table.plan, TODAY)]
    propose(answers=[Answer("revenue", MARCH, D(5))], **table.where("dora", director))
    submit_round(round=1, note="mine", **table.where("dora", director))
    refused("nothing_to_sign", agree, round=1, **table.where("dora", director))
    refused("not_the_head", counter_propose, answers=[], **table.where("dora", director))
    user_less = Viewer("ghost", SYSTEM.scope, member_id=table.id("ann"), permissions=SYSTEM.permissions)
    refused("not_a_user", propose, answers=[], **table.where("ann", user_less))


def test_a_round_that_moved_on_is_not_signed(table: Table) -> None:
    """Trap: the head signs what was on the screen while the employee has said something else since."""
    table.proposes("ann", {MARCH: 150})
    table.proposes("ann", {MARCH: 140})
    refused("round_moved_on", agree, round=1, **table.where("ann", table.head))
    refused("round_moved_on", submit_round, round=2, **table.where("ann", table.viewer("ann")))
    agree(round=2, **table.where("ann", table.head))
    assert table.spans("ann")[2] == 140


def test_what_differs_is_explained(table: Table) -> None:
    ann = table.viewer("ann")
    refused("nothing_proposed", submit_round, round=1, **table.where("ann", ann))
    propose(answers=[Answer("revenue", MARCH, table.spans("ann")[2])], **table.where("ann", ann))
    submit_round(round=1, **table.where("ann", ann))
    propose(answers=[Answer("revenue", MARCH, D(1))], **table.where("ann", ann))
    refused("reason_missing", submit_round, round=2, **table.where("ann", ann))
    propose(answers=[Answer("revenue", MARCH, D(1), "a strike")], **table.where("ann", ann))
    submit_round(round=2, **table.where("ann", ann))


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Answer("calls", MARCH, D(1)), "not_in_the_plan"),
        (Answer("gross_margin", MARCH, D(1)), "not_in_the_plan"),
        (Answer("revenue", date(2026, 3, 2), D(1)), "no_such_span"),
        (Answer("revenue", MARCH, D(-1)), "negative_plan"),
        (Answer("revenue", MARCH, D("1e12")), "not_a_number"),
        (Answer("revenue", MARCH, D("0.0000001")), "not_a_number"),
        (Answer("revenue", MARCH, D("NaN")), "not_a_number"),
    ],
)
def test_what_is_no_answer_is_refused(table: Table, answer: Answer, name: str) -> None:
    refused(name, propose, answers=[answer], **table.where("ann", table.viewer("ann")))


def test_where_there_is_no_room_it_is_said_by_how_much(table: Table) -> None:
    """Bob is settled too, so that nobody in North can give what Ann asks more; a reserve, or the branches above do."""
    ann, bob = table.spans("ann")[2], table.spans("bob")[2]
    table.proposes("bob", {MARCH: int(bob)}, why="as it is")
    agree(round=1, **table.where("bob", table.head))
    table.proposes("ann", {MARCH: int(ann) + 30})
    with pytest.raises(NoRoom) as told:
        agree(round=1, **table.where("ann", table.head))
    assert [told.value.more, told.value.less] == [30, 0]
    assert not CellChange.objects.filter(branch__member__code="ann").exists(), "nothing of it was written"
    refused("not_permitted", agree, round=1, makes_room=True, **table.where("ann", table.head))
    cem = table.spans("cem")[2]
    agree(round=1, makes_room=True, **table.where("ann", table.director))
    assert table.spans("ann")[2] == ann + 30
    assert table.spans("cem")[2] == cem - 30, "the other team gives way, the whole stays"


def test_a_reserve_above_the_plan_makes_room(table: Table) -> None:
    """Bob is free and gives up to nothing; beyond it a reserve of the team is needed."""
    ann, bob = table.spans("ann")[2], table.spans("bob")[2]
    table.proposes("ann", {MARCH: int(ann + bob) + 10})
    with pytest.raises(NoRoom) as told:
        agree(round=1, **table.where("ann", table.head))
    assert told.value.more == 10
    assign_over(branch_id=Branch.objects.get(team__code="North").pk, over=D("0.1"), by=table.director, at=AT)
    agree(round=1, **table.where("ann", table.head))
    assert table.spans("ann")[2] == ann + bob + 10


def test_the_last_of_a_team_who_leaves_something_is_told_so_too(table: Table) -> None:
    ann, bob = table.spans("ann")[2], table.spans("bob")[2]
    table.proposes("bob", {MARCH: int(bob)}, why="as it is")
    agree(round=1, **table.where("bob", table.head))
    table.proposes("ann", {MARCH: int(ann) - 20})
    with pytest.raises(NoRoom) as told:
        agree(round=1, **table.where("ann", table.head))
    assert [told.value.more, told.value.less] == [0, 20]


def test_what_both_signed_is_spread_over_the_channels_they_stand_in(table: Table) -> None:
    """Dan is new and stands in both channels: 101 go by what stands there, whole units, and sum to 101."""
    table.plan = table.department.draw(
        "by-channel", channels=CHANNELS, metrics=[MetricOfYear("revenue", own=D("0.5"))]
    )
    branches = branches_of(table.plan, [table.id("dan")])[table.id("dan")]
    assert len(branches) == 2
    stood = [PlanBook(table.plan, "revenue").sheet(one).spans[8] for one in branches]
    table.proposes("dan", {SEPTEMBER: 31})
    agree(round=1, makes_room=True, **table.where("dan", table.director))
    now = [PlanBook(table.plan, "revenue").sheet(one).spans[8] for one in branches]
    assert sum(now) == 31_000_000
    assert all(value % 1_000_000 == 0 for value in now)
    for value, was in zip(now, stood, strict=True):
        assert abs(value - 31_000_000 * was / sum(stood)) < 1_000_000


def test_neither_side_changes_alone_what_both_signed_until_it_is_reopened(table: Table) -> None:
    """Trap: a lock that its own head may take off is no signature."""
    before = table.spans("ann")
    table.proposes("ann", {MARCH: 150})
    agree(round=1, **table.where("ann", table.head))
    branch = Branch.objects.get(member__code="ann")
    cell = {"branch_id": branch.pk, "metric": "revenue", "starts_on": MARCH, "by": table.director, "at": AT}
    refused("agreed_already", change_cell, value=D(1), reason="I say so", **cell)
    refused("agreed_already", lock_cell, locked=False, **cell)
    refused("agreed_already", restore_cell, **cell)
    refused("agreed_already", propose, answers=[], **table.where("ann", table.viewer("ann")))
    refused("agreed_already", agree, round=1, **table.where("ann", table.head))
    refused("reason_missing", reopen, reason=" ", **table.where("ann", table.head))
    reopen(reason="the order is gone", **table.where("ann", table.head))
    assert table.spans("ann") == before
    refused("not_agreed", reopen, reason="again", **table.where("ann", table.head))
    refused("round_moved_on", agree, round=1, **table.where("ann", table.head))
    table.proposes("ann", {MARCH: 130})
    agree(round=2, **table.where("ann", table.head))
    assert Agreement.objects.count() == 2
    assert Agreement.objects.get(round=1).reopen_reason == "the order is gone"


def test_agreed_months_stand_in_place_of_a_whole_that_the_head_had_set(table: Table) -> None:
    ann = Branch.objects.get(member__code="ann")
    change_cell(
        branch_id=ann.pk, metric="revenue", starts_on=None, value=D(500), reason="round", by=table.head, at=AT
    )
    months = table.spans("ann")
    values = {date(2026, number + 1, 1): int(value) for number, value in enumerate(months)}
    values[MARCH] += 10
    table.proposes("ann", values)
    agree(round=1, **table.where("ann", table.head))
    assert sum(table.spans("ann")) == 510
    change_total(plan=table.plan, metric="revenue", total=D(1600), reason="a new market", by=SYSTEM, at=AT)
    assert sum(table.spans("ann")) == 510, "what was agreed does not move with the year"


@pytest.mark.spec("PLAN-6")
def test_a_plan_is_not_signed_over_an_open_round_without_a_word(table: Table) -> None:
    table.proposes("ann", {MARCH: 150})
    refused("rounds_open", sign_plan, plan=table.plan, by=table.director, at=AT)
    sign_plan(plan=table.plan, despite="she is on leave", by=table.director, at=AT)
    told = AuditEntry.objects.order_by("-id")[0].payload or {}
    assert told["despite"] == [None, "she is on leave"]
    refused("plan_is_signed", agree, round=1, **table.where("ann", table.head))


@pytest.mark.spec("PLAN-6")
def test_in_a_new_version_only_what_is_to_come_is_agreed_anew(table: Table) -> None:
    table.proposes("ann", {MARCH: 150, JUNE: 120})
    agree(round=1, **table.where("ann", table.head))
    plan = sign_plan(plan=table.plan, by=table.director, at=AT)
    table.plan = replan(
        plan=plan, code="2026-05", name="b", frozen_until=date(2026, 5, 1), reason="May", by=SYSTEM, at=AT
    )
    assert (table.spans("ann")[2], table.spans("ann")[5]) == (150, 120)
    answer = [Answer("revenue", MARCH, D(1))]
    refused("span_is_past", propose, answers=answer, **table.where("ann", table.viewer("ann")))
    table.proposes("ann", {JUNE: 130})
    agree(round=1, **table.where("ann", table.head))
    assert (table.spans("ann")[2], table.spans("ann")[5]) == (150, 130)


def test_who_is_late(table: Table) -> None:
    ask_for_answers(plan=table.plan, due_on=TODAY, by=table.director, at=AT)
    plan = Plan.objects.get(pk=table.plan.pk)
    talk = talk_of(plan, table.id("ann"))
    assert (talk.turn, talk.is_late(plan, TODAY)) == ("employee", False)
    assert talk.is_late(plan, TODAY + timedelta(days=1))
    table.proposes("ann", {MARCH: 150})
    assert talk_of(plan, table.id("ann")).turn == "head"
    agree(round=1, **table.where("ann", table.head))
    assert not talk_of(plan, table.id("ann")).is_late(plan, TODAY + timedelta(days=1))
    refused("not_permitted", ask_for_answers, plan=plan, due_on=None, by=table.head, at=AT)


def test_the_database_keeps_what_was_said(table: Table) -> None:
    table.proposes("ann", {MARCH: 150})
    for change in (
        lambda: Proposal.objects.update(value=D(1)),
        lambda: Proposal.objects.all().delete(),
        lambda: Submission.objects.update(note="other"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    submission = Submission.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.create(
            plan=table.plan,
            member=submission.member,
            side="employee",
            round=2,
            submitted_by="somebody",
            submitted_at=AT,
        )


def test_reading_costs_the_same_for_one_person_and_for_fifty(table: Table) -> None:
    north, director = Branch.objects.get(team__code="North"), table.director
    counts = []
    for more in (0, 50):
        for number in range(more):
            member = Member.objects.create(code=f"x{number}")
            Branch.objects.create(plan=table.plan, parent=north, kind="member", member=member)
        with CaptureQueriesContext(connection) as queries:
            ids = [one.pk for one in people_of(director, table.plan, TODAY)]
            talks_of(table.plan, ids)
            book = PlanBook(table.plan, "revenue")
            branches = branches_of(table.plan, ids)
            read_way(book, [one for of_one in branches.values() for one in of_one])
            for of_one in branches.values():
                calculated(book, of_one, agreed=False)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24


@pytest.mark.spec("PLAN-3")
def test_months_that_are_not_over_say_nothing_of_the_season(department: Department) -> None:
    """Trap: a plan of next year drawn in July takes the autumn that has not come yet for an autumn without sales."""
    for month in (3, 6):
        sell(department.members["ann"], date(2026, month, 3), 250, "other")
    plan = department.draw(
        "2027",
        days=Period(date(2027, 1, 1), date(2028, 1, 1)),
        metrics=[MetricOfYear("revenue", base=D(1000))],
        at=datetime(2026, 7, 20, tzinfo=UTC),
    )
    root = Branch.objects.get(plan=plan, kind="whole")
    spans = [quantity_of(value) for value in PlanBook(plan, "revenue").sheet(root).spans]
    sold = [spans[place] for place in (2, 5, 8, 11)]
    assert sum(sold) == sum(spans) == 1000
    assert max(sold) - min(sold) < 40, (
        "each of the four months as good as the others but for its working days"
    )
