"""Plans in the database: drawn, changed, locked, made anew, published (PLAN-3, 5, 6)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.periods import Period
from emporion.numbers.planning.actions import set_target
from emporion.numbers.planning.cell_actions import (
    assign_over,
    change_cell,
    change_total,
    lock_cell,
    move_person,
    restore_cell,
    set_presence,
)
from emporion.numbers.planning.models import Branch, CellChange, Plan, Target, Weight
from emporion.numbers.planning.plan_actions import MetricOfYear
from emporion.numbers.planning.plan_queries import PlanBook, of_member, visible_branches, visible_plans
from emporion.numbers.planning.publishing import publish_plan
from emporion.numbers.planning.tests.conftest import AT, CHANNELS, Department, sell
from emporion.numbers.planning.version_actions import plan_of_targets, replan, sign_plan
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("PLAN-3")]
MARCH, JULY, OCTOBER = date(2026, 3, 1), date(2026, 7, 1), date(2026, 10, 1)


def sheets(plan: Plan, metric: str = "revenue") -> dict[str, Any]:
    """By person's or team's code, the whole and its months; asserts that every branch is the sum of its parts."""
    book = PlanBook(plan, metric)
    book.read_all()
    found = {}
    stack = [book.root]
    while stack:
        branch = stack.pop()
        sheet = book.sheet(branch)
        name = branch.member.code if branch.member else branch.team.code if branch.team else branch.name
        found[name] = (quantity_of(sheet.whole), [quantity_of(value) for value in sheet.spans])
        parts = book.parts(branch)
        if parts and not branch.over:
            assert sum(book.sheet(one).whole for one in parts) == sheet.whole
            assert tuple(map(sum, zip(*(book.sheet(one).spans for one in parts), strict=True))) == sheet.spans
        stack += parts
    return found


def change(branch: Branch, value: int, span: date | None = None, by: Viewer = SYSTEM) -> CellChange:
    return change_cell(
        branch_id=branch.pk,
        metric="revenue",
        starts_on=span,
        value=D(value),
        reason="they know better",
        by=by,
        at=AT,
    )


def branch_of(plan: Plan, code: str) -> Branch:
    return Branch.objects.get(plan=plan, member__code=code)


def places_of(plan: Plan, code: str, what: str) -> list[str]:
    """What stands above the branches of a person."""
    found = Branch.objects.filter(plan=plan, member__code=code).order_by("id")
    return list(found.values_list(what, flat=True))


@pytest.mark.spec("PLAN-1", "PLAN-3")
def test_a_year_is_drawn_from_last_years_facts(department: Department) -> None:
    """1,000 grows by half to 1,500: by person like last year, the newcomer like the mean of the team in the half of the
    year in which they are there."""
    plan = department.draw()
    found = sheets(plan)
    assert found["Year 2026"][0] == 1500
    assert found["North"][0] + found["South"][0] == 1500
    assert found["dan"][1][:6] == [0] * 6
    assert (found["North"][0], found["ann"][0], found["bob"][0]) == (749, 499, 250)
    assert (found["cem"][0], found["dan"][0]) == (568, 183)
    months = found["Year 2026"][1]
    assert [place for place, value in enumerate(months) if value] == [2, 5, 8, 11]


@pytest.mark.spec("PLAN-3")
def test_what_nobody_sold_is_not_asked_of_anybody(department: Department) -> None:
    """Trap: a third of last year came by itself, and the plan of a tenth more asked half as much again of everybody."""
    sell(None, date(2025, 6, 10), 500)
    found = sheets(department.draw(metrics=[MetricOfYear("revenue")]))
    assert found["Year 2026"][0] == 1500
    assert (
        found["other"][0] == 441
    )  # 500 of what was sold, and of what the newcomer is expected to: 500 ÷ 1,701
    assert found["ann"][0] < 400


@pytest.mark.spec("PLAN-2")
def test_channels_hold_those_who_sell_in_them(department: Department) -> None:
    plan = department.draw(channels=CHANNELS)
    root = Branch.objects.get(plan=plan, kind="whole")
    assert list(root.parts.order_by("id").values_list("name", flat=True)) == ["dealers", "tenders", "other"]
    found = sheets(plan)
    assert [found[name][0] for name in ("dealers", "tenders", "other")] == [1200, 225, 75]
    assert set(places_of(plan, "bob", "parent__parent__name")) == {"tenders"}


def test_a_changed_cell_moves_only_what_is_free(department: Department) -> None:
    plan = department.draw()
    before = sheets(plan)
    changed = change(branch_of(plan, "ann"), 550)
    after = sheets(plan)
    assert changed.calculated == before["ann"][0]
    assert after["ann"][0] == 550
    assert after["North"] == before["North"]
    assert after["cem"] == before["cem"]
    lock_cell(
        branch_id=branch_of(plan, "bob").pk, metric="revenue", starts_on=None, locked=True, by=SYSTEM, at=AT
    )
    with pytest.raises(Refusal) as refused:
        change(branch_of(plan, "ann"), 450)
    assert refused.value.name == "nothing_free"
    with pytest.raises(Refusal) as refused:
        change(branch_of(plan, "bob"), 400)
    assert refused.value.name == "cell_locked"
    assert sheets(plan) == after


def test_a_change_taken_back_leaves_no_trace_but_in_the_audit(department: Department) -> None:
    plan = department.draw()
    before = sheets(plan)
    ann = branch_of(plan, "ann")
    change(ann, 100, MARCH)
    assert sheets(plan) != before
    restore_cell(branch_id=ann.pk, metric="revenue", starts_on=MARCH, by=SYSTEM, at=AT)
    assert sheets(plan) == before
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["plan.cell_changed", "plan.cell_restored"]


def test_another_total_is_right_in_every_branch_and_settled_cells_stay(department: Department) -> None:
    """Trap: 550 settled for a person is more than their team would have of the smaller year."""
    plan = department.draw()
    change(branch_of(plan, "ann"), 550)
    change_total(plan=plan, metric="revenue", total=D(600), reason="the market fell", by=SYSTEM, at=AT)
    found = sheets(plan)
    assert (found["Year 2026"][0], found["ann"][0]) == (600, 550)
    with pytest.raises(Refusal):
        change_total(plan=plan, metric="revenue", total=D(500), reason="it fell further", by=SYSTEM, at=AT)
    assert sheets(plan) == found


def test_over_assignment_adds_to_the_people_and_not_to_the_head(department: Department) -> None:
    plan = department.draw()
    north = Branch.objects.get(plan=plan, team__code="North")
    before = sheets(plan)
    assign_over(branch_id=north.pk, over=D("0.1"), by=SYSTEM, at=AT)
    after = sheets(plan)
    assert after["North"] == before["North"]
    assert after["ann"][0] + after["bob"][0] == before["North"][0] * D("1.1") // 1


@pytest.mark.spec("PLAN-3", "TEAM-11")
def test_people_come_grow_move_and_leave_within_the_sums(department: Department) -> None:
    plan = department.draw()
    before = sheets(plan)
    dan = branch_of(plan, "dan")
    set_presence(
        branch_id=dan.pk, joins_on=date(2026, 9, 1), leaves_on=None, ramp=[250, 500], by=SYSTEM, at=AT
    )
    slower = sheets(plan)
    assert slower["South"] == before["South"]
    assert 0 < slower["dan"][1][8] < before["dan"][1][8]
    north = Branch.objects.get(plan=plan, team__code="North")
    cem = branch_of(plan, "cem")
    move_person(branch_id=cem.pk, team_branch_id=north.pk, from_day=JULY, by=SYSTEM, at=AT)
    assert places_of(plan, "cem", "parent__team__code") == [
        "South",
        "North",
    ]
    book = PlanBook(plan, "revenue")
    south, moved = [book.sheet(one) for one in of_member(plan, department.members["cem"].pk)]
    assert south.spans[8] == moved.spans[2] == 0
    assert south.spans[2] > 0
    assert moved.spans[8] > 0


@pytest.mark.spec("PLAN-6")
def test_what_is_past_is_frozen_when_a_plan_is_made_anew(department: Department) -> None:
    plan = department.draw()
    change(branch_of(plan, "ann"), 550)
    plan = sign_plan(plan=plan, by=SYSTEM, at=AT)
    with pytest.raises(Refusal) as refused:
        change(branch_of(plan, "ann"), 450)
    assert refused.value.name == "plan_is_signed"
    before = sheets(plan)
    new = replan(
        plan=plan,
        code="2026-2",
        name="Year 2026",
        frozen_until=date(2026, 5, 1),
        reason="a big order",
        by=SYSTEM,
        at=AT,
    )
    assert sheets(new) == before, "a version changes nothing by itself"
    change_total(plan=new, metric="revenue", total=D(2000), reason="a big order", by=SYSTEM, at=AT)
    after = sheets(new)
    assert after["Year 2026"][0] == 2000
    assert {name: months[:4] for name, (_, months) in after.items()} == {
        name: months[:4] for name, (_, months) in before.items()
    }
    with pytest.raises(Refusal) as refused:
        change(branch_of(new, "ann"), 1, MARCH)
    assert refused.value.name == "span_is_past"


@pytest.mark.spec("PLAN-6", "PLAN-8")
def test_a_signed_plan_becomes_targets_and_its_next_version_replaces_them(department: Department) -> None:
    plan = department.draw()
    plan = sign_plan(plan=plan, by=SYSTEM, at=AT)
    last = list(publish_plan(plan=plan, by=SYSTEM, at=AT))[-1]
    assert last.done == last.of == Target.objects.count() == 12 * 5 - 6, (
        "who comes in July has no target before"
    )
    found = sheets(plan)
    ann = Target.objects.filter(member__code="ann").order_by("starts_on")
    assert list(ann.values_list("value", flat=True)) == found["ann"][1]
    whole = Target.objects.filter(member=None).order_by("starts_on")
    assert list(whole.values_list("value", flat=True)) == found["Year 2026"][1]
    new = replan(
        plan=Plan.objects.get(pk=plan.pk),
        code="b",
        name="b",
        frozen_until=JULY,
        reason="half a year is gone",
        by=SYSTEM,
        at=AT,
    )
    change_total(plan=new, metric="revenue", total=D(3000), reason="growth", by=SYSTEM, at=AT)
    list(publish_plan(plan=sign_plan(plan=new, by=SYSTEM, at=AT), by=SYSTEM, at=AT))
    assert Target.objects.filter(plan=new).count() == Target.objects.count() == 54
    assert sum(whole.values_list("value", flat=True)) == 3000


@pytest.mark.spec("PLAN-6")
def test_publishing_goes_on_where_it_was_stopped(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emporion.numbers.planning import publishing

    monkeypatch.setattr(publishing, "CHUNK", 7)
    plan = department.draw()
    sign_plan(plan=plan, by=SYSTEM, at=AT)
    next(iter(publish_plan(plan=Plan.objects.get(pk=plan.pk), by=SYSTEM, at=AT)))
    assert Target.objects.count() == 7
    list(publish_plan(plan=Plan.objects.get(pk=plan.pk), by=SYSTEM, at=AT))
    assert Target.objects.count() == 54
    assert Plan.objects.get(pk=plan.pk).state == "published"


@pytest.mark.spec("PLAN-8")
def test_spans_off_the_month_become_a_plan_of_their_own_kind(department: Department) -> None:
    spans = [(date(2026, 5, 31), date(2026, 8, 31)), (date(2026, 8, 31), date(2026, 11, 30))]
    for code, values in (("ann", (250, 300)), ("bob", (0, None))):
        for (start, end), value in zip(spans, values, strict=True):
            if value is not None:
                set_target(
                    metric="revenue",
                    member_id=department.members[code].pk,
                    starts_on=start,
                    ends_on=end,
                    value=D(value),
                    by=SYSTEM,
                    at=AT,
                )
    plan = plan_of_targets(
        code="quotas",
        name="Quotas",
        days=Period(date(2026, 5, 31), date(2026, 11, 1)),  # the last quota begins in them and ends after
        metrics=["revenue"],
        by=SYSTEM,
        at=AT,
    )
    assert sheets(plan) == {"Quotas": (550, [250, 300]), "ann": (550, [250, 300]), "bob": (0, [0, 0])}
    signed = sign_plan(plan=plan, by=SYSTEM, at=AT)
    list(publish_plan(plan=signed, by=SYSTEM, at=AT))
    assert Target.objects.filter(member__code="ann", plan=plan).count() == 2


def rep(department: Department, code: str) -> Viewer:
    member = department.members[code]
    return Viewer(
        name=code,
        scope=Scope.OWN,
        member_id=member.pk,
        member_ids=frozenset({member.pk}),
        permissions=frozenset({Permission.WRITE}),
    )


@pytest.mark.spec("PLAN-4")
def test_a_rep_sees_their_own_branch_and_changes_none(department: Department) -> None:
    plan = department.draw()
    ann = rep(department, "ann")
    assert [one.member_id for one in visible_branches(ann)] == [department.members["ann"].pk]
    assert list(visible_plans(ann)) == [plan]
    for code, name in (("ann", "not_yours"), ("bob", "no_such_branch")):
        with pytest.raises(Refusal) as refused:
            change(branch_of(plan, code), 1, by=ann)
        assert refused.value.name == name
    with pytest.raises(Refusal):
        department.draw("another", by=ann)
    with pytest.raises(Refusal):
        sign_plan(plan=plan, by=ann, at=AT)


@pytest.mark.spec("PLAN-5")
def test_any_metric_is_planned_each_as_it_adds_up(department: Department) -> None:
    plan = department.draw(
        metrics=[
            MetricOfYear("revenue"),
            MetricOfYear("meetings", base=D(240)),
            MetricOfYear("active_base", base=D(30)),
        ]
    )
    meetings, base = sheets(plan, "meetings"), sheets(plan, "active_base")
    assert meetings["Year 2026"][0] == 240
    assert base["Year 2026"] == (30, [30] * 12)
    assert base["North"][1][11] + base["South"][1][11] == 30


def test_opening_a_branch_costs_the_same_for_one_person_and_for_fifty(
    department: Department,
) -> None:
    plan = department.draw()
    north = Branch.objects.get(plan=plan, team__code="North")
    counts = []
    for more in (0, 50):
        for number in range(more):
            member = Member.objects.create(code=f"x{number}")
            made = Branch.objects.create(plan=plan, parent=north, kind="member", member=member)
            Weight.objects.create(branch=made, metric="revenue", weight=10)
        with CaptureQueriesContext(connection) as queries:
            book = PlanBook(plan, "revenue")
            for one in book.parts(north):
                book.sheet(one)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
