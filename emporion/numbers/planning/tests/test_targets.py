"""Setting targets by hand and from files."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, RowFate
from emporion.numbers.planning.actions import remove_target, set_target
from emporion.numbers.planning.imports import undo_targets, write_targets
from emporion.numbers.planning.models import Target
from emporion.numbers.planning.queries import frozen_targets, visible_targets
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("PLAN-5")]
AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def anna() -> Member:
    return Member.objects.create(code="M1", name="Anna")


def target(
    member: Member | None,
    start: date = JANUARY,
    end: date = FEBRUARY,
    value: str = "100",
    metric: str = "revenue",
) -> Target:
    """A target set by the system."""
    return set_target(
        metric=metric,
        member_id=member.pk if member else None,
        starts_on=start,
        ends_on=end,
        value=Decimal(value),
        by=SYSTEM,
        at=AT,
    )


def test_a_target_is_set_and_audited(anna: Member) -> None:
    made = target(anna, value="12.5")
    assert Target.objects.get().value == Decimal("12.5")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("target.set", f"target:{made.code}")
    assert entry.payload is not None
    assert entry.payload["value"] == [None, "12.5"]


def test_the_same_start_replaces_it(anna: Member) -> None:
    first = target(anna)
    second = target(anna, end=MARCH, value="200")
    assert (second.pk, second.version, second.ends_on, Target.objects.count()) == (first.pk, 2, MARCH, 1)


def test_a_day_is_in_one_target_only(anna: Member) -> None:
    """Trap: two targets over the same day would count what was sold twice."""
    target(anna)
    target(anna, FEBRUARY, MARCH)
    with pytest.raises(Refusal, match="another target covers 2026-01-01 to before 2026-02-01"):
        target(anna, date(2026, 1, 15), date(2026, 2, 2))
    with pytest.raises(Refusal, match="another target covers"):
        target(anna, JANUARY, MARCH)
    target(anna, date(2026, 1, 15), date(2026, 2, 2), metric="calls")
    target(None, date(2026, 1, 15), date(2026, 2, 2))


@pytest.mark.parametrize("metric", ["plan", "revenue_attainment", "calls_plan_fact"])
def test_a_plan_is_not_planned(anna: Member, metric: str) -> None:
    with pytest.raises(Refusal, match="is about a plan itself"):
        target(anna, metric=metric)


def test_an_unknown_metric_is_answered_with_the_nearest(anna: Member) -> None:
    with pytest.raises(UnknownName, match="did you mean revenue"):
        target(anna, metric="revenu")


def test_an_empty_span_is_refused_by_the_action_and_the_database(anna: Member) -> None:
    with pytest.raises(Refusal, match="must have a day in it"):
        target(anna, FEBRUARY, FEBRUARY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(code="x", metric="revenue", starts_on=FEBRUARY, ends_on=FEBRUARY, value=1)


def test_two_targets_of_the_department_cannot_start_on_one_day() -> None:
    """Trap: to a database two unknown persons are never the same person."""
    target(None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(code="x", metric="revenue", starts_on=JANUARY, ends_on=MARCH, value=1)


@pytest.mark.spec("TEAM-10")
def test_a_rep_sees_their_own_targets_and_sets_none(anna: Member) -> None:
    boris = Member.objects.create(code="M2")
    rep = Viewer(
        "anna",
        Scope.OWN,
        member_id=anna.pk,
        member_ids=frozenset({anna.pk}),
        permissions=frozenset({Permission.WRITE}),
    )
    target(anna)
    others = [target(boris), target(None)]
    assert [found.member_id for found in visible_targets(rep)] == [anna.pk]
    for whose in (anna.pk, boris.pk, None, 10**6):
        with pytest.raises(Refusal, match="only for people below them"):
            set_by(rep, whose)
    for one in [*others, Target.objects.get(member=anna)]:
        with pytest.raises(Refusal, match="that you may change"):
            remove_target(target_id=one.pk, by=rep, at=AT)
    assert Target.objects.count() == 3


def set_by(by: Viewer, member_id: int | None, metric: str = "calls") -> Target:
    """A target of two months, set by that person."""
    return set_target(
        metric=metric,
        member_id=member_id,
        starts_on=JANUARY,
        ends_on=MARCH,
        value=Decimal(1),
        by=by,
        at=AT,
    )


@pytest.mark.spec("TEAM-10")
def test_a_lead_plans_people_below_and_not_themselves(anna: Member) -> None:
    """Trap: whoever sees their own target could lower it, and be paid for more than was planned."""
    boss = Member.objects.create(code="B")
    lead = Viewer(
        "boss",
        Scope.TEAM,
        member_id=boss.pk,
        member_ids=frozenset({boss.pk, anna.pk}),
        permissions=frozenset({Permission.WRITE}),
    )
    theirs, own = set_by(lead, anna.pk), target(boss)
    with pytest.raises(Refusal, match="only for people below them"):
        set_by(lead, boss.pk)
    with pytest.raises(Refusal, match="that you may change"):
        remove_target(target_id=own.pk, by=lead, at=AT)
    remove_target(target_id=theirs.pk, by=lead, at=AT)
    assert Target.objects.get() == own


@pytest.mark.spec("TEAM-10")
def test_a_target_needs_the_permission_of_its_metric(anna: Member) -> None:
    """Trap: a target of the margin shows, by its attainment, the cost to someone who may not see cost."""
    lead = Viewer(
        "boss", Scope.TEAM, member_ids=frozenset({anna.pk}), permissions=frozenset({Permission.WRITE})
    )
    made = target(anna, metric="margin")
    with pytest.raises(Refusal, match="see_cost"):
        set_by(lead, anna.pk, "margin")
    with pytest.raises(Refusal, match="that you may change"):
        remove_target(target_id=made.pk, by=lead, at=AT)
    seeing = replace(lead, permissions=lead.permissions | {Permission.SEE_COST})
    remove_target(target_id=made.pk, by=seeing, at=AT)


@pytest.mark.spec("SYS-1", "TEAM-10")
@pytest.mark.parametrize("rights", [frozenset({Permission.WRITE}), frozenset(Permission)])
def test_only_who_sees_all_imports_targets_and_takes_imports_back(
    anna: Member, rights: frozenset[Permission]
) -> None:
    """Trap: the undo of a batch asked for no permission, so that anyone could remove everyone's targets."""
    [made] = rows(("revenue", anna, JANUARY, FEBRUARY, "100"))
    lead = Viewer("boss", Scope.TEAM, member_ids=frozenset({anna.pk}), permissions=rights)
    with pytest.raises(Refusal, match="may not do this"):
        undo_targets([made.record_id or 0], lead, AT)
    with pytest.raises(Refusal, match="may not do this"):
        write_targets(ImportBatch([], by=lead, at=AT))
    assert Target.objects.count() == 1


def test_a_closing_keeps_the_targets_that_begin_in_it(anna: Member) -> None:
    target(anna)
    target(anna, FEBRUARY, MARCH, "200")
    kept = ["revenue", anna.pk, "M1", "2026-01-01", "2026-02-01", "100.000000"]
    assert frozen_targets(None, FEBRUARY) == [kept]
    assert [row[-1] for row in frozen_targets(FEBRUARY, MARCH)] == ["200.000000"]


def rows(*values: tuple[str, Member | None, date, date, str]) -> list[RowFate]:
    """What becomes of these rows of a file."""
    names = ("metric", "member", "starts_on", "ends_on", "value")
    batch = [
        ImportRow(number, dict(zip(names, (m, w.pk if w else None, s, e, Decimal(v)), strict=True)))
        for number, (m, w, s, e, v) in enumerate(values, start=2)
    ]
    return write_targets(ImportBatch(batch, by=SYSTEM, at=AT))


def fates(found: list[RowFate]) -> list[str]:
    """In short."""
    return [str(one.fate) for one in found]


@pytest.mark.spec("SYS-1")
def test_a_file_creates_changes_and_leaves(anna: Member) -> None:
    first: Any = ("revenue", anna, JANUARY, FEBRUARY, "100")
    second: Any = ("revenue", anna, FEBRUARY, MARCH, "100")
    assert fates(rows(first, second)) == ["created", "created"]
    found = rows(first, ("revenue", anna, FEBRUARY, MARCH, "150"))
    assert fates(found) == ["unchanged", "changed"]
    assert found[1].previous is not None
    assert found[1].previous["value"] == 100
    assert found[1].record_id == Target.objects.get(starts_on=FEBRUARY).pk


@pytest.mark.spec("SYS-1")
def test_a_file_is_told_what_is_wrong_with_a_row(anna: Member) -> None:
    found = rows(
        ("revenu", anna, JANUARY, FEBRUARY, "1"),
        ("revenue", anna, MARCH, FEBRUARY, "1"),
        ("revenue", anna, JANUARY, MARCH, "1"),
        ("revenue", anna, FEBRUARY, MARCH, "1"),
        ("revenue", anna, JANUARY, MARCH, "2"),
    )
    assert [(one.fate, one.column) for one in found] == [
        (Fate.REJECTED, "metric"),
        (Fate.REJECTED, "ends_on"),
        (Fate.CREATED, ""),
        (Fate.REJECTED, "ends_on"),
        (Fate.REJECTED, "starts_on"),
    ]
    assert "did you mean revenue" in found[0].reason
    assert "twice" in found[4].reason


@pytest.mark.spec("SYS-1")
def test_what_people_set_no_file_overwrites_and_no_undo_removes(anna: Member) -> None:
    imported = rows(("revenue", anna, JANUARY, FEBRUARY, "100"), ("revenue", None, JANUARY, FEBRUARY, "900"))
    target(anna, value="120")
    assert fates(rows(("revenue", anna, JANUARY, FEBRUARY, "100"))) == ["kept"]
    ids = [one.record_id for one in imported if one.record_id is not None]
    assert undo_targets(ids, SYSTEM, AT) == [Target.objects.get(member=anna).pk]
    assert Target.objects.get().value == 120
