"""What both sides signed holds until they sign anew: what an attacker could do, and can no longer (PLAN-4)."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.numbers.planning.bringing import bring_changes
from emporion.numbers.planning.cell_actions import change_cell, move_person, set_presence, weigh_branch
from emporion.numbers.planning.models import Branch
from emporion.numbers.planning.proposal_actions import Answer, agree, counter_propose, propose, reopen
from emporion.numbers.planning.sheets_in_excel import Edit
from emporion.numbers.planning.tests.conftest import Department
from emporion.numbers.planning.tests.negotiating import Table, refused
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("PLAN-4")]
MARCH = date(2026, 3, 1)
AT = datetime(2026, 1, 7, 9, tzinfo=UTC)


@pytest.fixture
def table(department: Department) -> Table:
    install_standard_roles()
    for code in ("hana", "dora"):
        Member.objects.create(code=code, name=code.title(), hired_on=date(2024, 1, 1))
    hana = Member.objects.get(code="hana")
    Place.objects.create(member=hana, starts_on=date(2024, 1, 1), team=department.teams["North"], role="head")
    Place.objects.filter(member__code__in=["ann", "bob"]).update(manager=hana)
    return Table(department, department.draw())


def agreed(table: Table) -> None:
    """The head says 100, Ann 150, and the head signs 150."""
    answers = [Answer("revenue", MARCH, D(100))]
    counter_propose(answers=answers, note="a usual year", **table.where("ann", table.head))
    table.proposes("ann", {MARCH: 150})
    agree(round=1, **table.where("ann", table.head, 1))


def test_an_offer_from_before_a_reopening_cannot_be_signed(table: Table) -> None:
    """Trap: having reopened, Ann signed alone the head's old offer of 100, and both were said to have signed."""
    agreed(table)
    reopen(reason="second thoughts", **table.where("ann", table.viewer("ann"), 2))
    refused("round_moved_on", agree, round=1, **table.where("ann", table.viewer("ann"), 3))


def test_nothing_around_an_agreement_moves_it(table: Table) -> None:
    """Trap: cells of a signed person were refused, but their weight, their days, their team and a spreadsheet were
    not."""
    agreed(table)
    ann = Branch.objects.get(plan=table.plan, member__code="ann")
    by = table.director
    where = {"branch_id": ann.pk, "by": by, "at": AT}
    refused("agreed_already", weigh_branch, metric="revenue", weight=0, reason="starve", **where)
    refused("agreed_already", set_presence, joins_on=None, leaves_on=MARCH, ramp=[], **where)
    south = Branch.objects.get(plan=table.plan, team__code="South")
    refused("agreed_already", move_person, team_branch_id=south.pk, from_day=date(2026, 7, 1), **where)
    edit = Edit("revenue", ann.pk, date(2026, 6, 1), "", D(1), "brought")
    refused("agreed_already", bring_changes, plan=table.plan, edits=[edit], reason="brought", by=by, at=AT)


def test_a_draft_is_not_told_by_the_audit_log(table: Table) -> None:
    """Trap: who may read the audit log read there what the other side had noted and not handed over."""
    answers = [Answer("revenue", MARCH, D(424242), "my secret")]
    propose(answers=answers, **table.where("ann", table.viewer("ann")))
    said = str(AuditEntry.objects.get(action="plan.proposed").payload)
    assert "424242" not in said
    assert "my secret" not in said


def test_a_metric_that_one_may_not_see_is_not_planned_either(table: Table) -> None:
    """Trap: a lead without the permission for cost changed and read the plan of margin."""
    ann = Branch.objects.get(plan=table.plan, member__code="ann")
    lead = Viewer(
        name="lead",
        scope=Scope.ALL,
        member_ids=frozenset({ann.member_id or 0}),
        permissions=frozenset({Permission.WRITE}),
    )
    refused(
        "not_in_the_plan",
        change_cell,
        branch_id=ann.pk,
        metric="margin",
        starts_on=None,
        value=D(1),
        reason="a try",
        by=lead,
        at=AT,
    )
