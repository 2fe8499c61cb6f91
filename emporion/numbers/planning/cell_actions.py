"""Changing a plan that is still a draft: cells, locks, weights, who is there and when."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.models import own_fields
from emporion.kernel.money import quantity_of
from emporion.numbers.planning.models import Branch, CellChange, Plan, PlanMetric, PlanSpan, Weight
from emporion.numbers.planning.models.plans import DRAFT, MEMBER, TEAM
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.plan_queries import (
    PlanBook,
    may_shape,
    planned_metric,
    refuse_hidden_metric,
    visible_branch,
)
from emporion.numbers.planning.proposal_queries import refuse_agreed
from emporion.numbers.planning.sheets import Sheet

FEW = 40  # changed branches that are checked one by one; of more the whole tree is read at once


def change_cell(
    *,
    branch_id: int,
    metric: str,
    starts_on: date | None,
    value: Decimal,
    reason: str,
    locked: bool = False,
    by: Viewer,
    at: datetime,
) -> CellChange:
    """Put a value into a cell of a branch (None: its whole) instead of what was calculated; what is free around it
    takes up the difference, and what stood there and the reason are kept (0 is a value: nothing is possible).

    Refuses a plan that is signed, a locked cell, days that are past in this version, a lack of a reason, a value that
    the others cannot make room for, a plan of a person that both sides agreed on, and a branch that is not the
    viewer's to shape.
    """
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at, metric)
        span = _span(branch.plan, starts_on)
        book = PlanBook(branch.plan, planned_metric(branch.plan, metric).metric)
        known = CellChange.objects.filter(branch=branch, metric=metric, span=span).first()
        _refuse_change(known, value, reason)
        before = _cell(book.sheet(branch), book, span)
        above = book.above(branch)
        old = own_fields(known) if known else None
        changed = known or CellChange(branch=branch, metric=metric, span=span, calculated=quantity_of(before))
        changed.value, changed.reason, changed.locked = value, reason.strip(), locked
        changed.changed_by, changed.changed_at = by.name, at
        changed.save()
        refuse_unfit(branch.plan, metric)
        if PlanBook(branch.plan, metric).above(branch) != above:
            raise Refusal(
                "nothing_free", "every other part is settled: free one of them, or change their sum first"
            )
        _record("plan.cell_changed", branch, by, at, old=old, new=own_fields(changed))
    return changed


def lock_cell(
    *, branch_id: int, metric: str, starts_on: date | None, locked: bool, by: Viewer, at: datetime
) -> None:
    """Lock a cell at what stands in it, or unlock it: a cell locked without a change becomes free again."""
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at, metric)
        span = _span(branch.plan, starts_on)
        book = PlanBook(branch.plan, planned_metric(branch.plan, metric).metric)
        known = CellChange.objects.filter(branch=branch, metric=metric, span=span).first()
        if known is None and not locked:
            return
        old = own_fields(known) if known else None
        stands = quantity_of(_cell(book.sheet(branch), book, span))
        if known is not None and not locked and known.value == known.calculated and not known.reason:
            known.delete()
            _record("plan.cell_unlocked", branch, by, at, old=old, new=None)
            return
        found = known or CellChange(
            branch=branch, metric=metric, span=span, value=stands, calculated=stands, changed_by=by.name
        )
        found.locked, found.changed_at = locked, at
        found.save()
        event = "plan.cell_locked" if locked else "plan.cell_unlocked"
        _record(event, branch, by, at, old=old, new=own_fields(found))


def restore_cell(*, branch_id: int, metric: str, starts_on: date | None, by: Viewer, at: datetime) -> None:
    """Take a change back: the cell is calculated again. Nothing happens where there is none; refuses a locked one."""
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at, metric)
        span = _span(branch.plan, starts_on)
        known = CellChange.objects.filter(branch=branch, metric=metric, span=span).first()
        if known is None:
            return
        if known.locked:
            raise Refusal("cell_locked", "this cell is locked; unlock it first")
        old = own_fields(known)
        known.delete()
        refuse_unfit(branch.plan, metric)
        _record("plan.cell_restored", branch, by, at, old=old, new=None)


def change_total(*, plan: Plan, metric: str, total: Decimal, reason: str, by: Viewer, at: datetime) -> None:
    """Another total of the year for a metric; every branch follows, what is settled stays."""
    refuse_stranger(by)
    refuse_hidden_metric(by, metric)
    if not reason.strip():
        raise Refusal("reason_missing", "say why the total changes")
    if total < 0:
        raise Refusal("negative_plan", f"a plan cannot be {total}")
    with transaction.atomic():
        _refuse_signed(plan)
        planned = planned_metric(plan, metric)
        old = {"total": planned.total}
        PlanMetric.objects.filter(pk=planned.pk).update(total=total)
        refuse_unfit(plan, metric)
        record(
            "plan.total_changed",
            by=by,
            at=at,
            subject=f"plan:{plan.code}",
            old=old,
            new={"metric": metric, "total": total, "reason": reason.strip()},
        )


def weigh_branch(*, branch_id: int, metric: str, weight: int, reason: str, by: Viewer, at: datetime) -> None:
    """Give a branch another weight among its parent's parts."""
    if weight < 0:
        raise Refusal("bad_weights", "weights must be at least 0")
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at, metric)
        name = planned_metric(branch.plan, metric).metric
        old = (
            Weight.objects.filter(branch=branch, metric=name, span=None)
            .values_list("weight", flat=True)
            .first()
        )
        Weight.objects.update_or_create(branch=branch, metric=name, span=None, defaults={"weight": weight})
        refuse_unfit(branch.plan, name)
        new = {"metric": name, "weight": weight, "reason": reason}
        _record("plan.branch_weighed", branch, by, at, old={"weight": old}, new=new)


def assign_over(*, branch_id: int, over: Decimal, by: Viewer, at: datetime) -> None:
    """By how much the sum of a branch's parts is above it, as a fraction: what heads keep as a reserve."""
    if not 0 <= over <= 1:
        raise Refusal("bad_share", f"over-assignment is a fraction from 0 to 1, not {over}")
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at)
        old = {"over": branch.over}
        Branch.objects.filter(pk=branch.pk).update(over=over)
        for name in PlanMetric.objects.filter(plan=branch.plan).values_list("metric", flat=True):
            refuse_unfit(branch.plan, name)
        _record("plan.over_assigned", branch, by, at, old=old, new={"over": over})


def set_presence(
    *,
    branch_id: int,
    joins_on: date | None,
    leaves_on: date | None,
    ramp: Sequence[int],
    by: Viewer,
    at: datetime,
) -> None:
    """Say from and to which day a person is in the plan, and by which steps a newcomer comes to full strength
    (thousandths of a usual month, the first month first). The others of the team take up the difference."""
    if joins_on and leaves_on and leaves_on <= joins_on:
        raise Refusal("empty_period", "nobody leaves before they come")
    if any(not 0 <= step <= 2000 for step in ramp) or len(ramp) > 24:
        raise Refusal("bad_ramp", "a ramp has up to 24 steps, each from 0 to 2")
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at)
        if branch.kind != MEMBER:
            raise Refusal("not_a_person", "only a person joins and leaves")
        old = {"joins_on": branch.joins_on, "leaves_on": branch.leaves_on, "ramp": branch.ramp}
        new = {"joins_on": joins_on, "leaves_on": leaves_on, "ramp": list(ramp)}
        Branch.objects.filter(pk=branch.pk).update(**new)
        for name in PlanMetric.objects.filter(plan=branch.plan).values_list("metric", flat=True):
            refuse_unfit(branch.plan, name)
        _record("plan.presence_set", branch, by, at, old=old, new=new)


def move_person(*, branch_id: int, team_branch_id: int, from_day: date, by: Viewer, at: datetime) -> Branch:
    """From a day on a person belongs to another team's branch: they leave where they were and join there, weighing the
    same; what is past stays where it was."""
    refuse_stranger(by)
    with transaction.atomic():
        branch = _open_branch(branch_id, by, at)
        team = _open_branch(team_branch_id, by, at)
        if branch.kind != MEMBER or team.kind != TEAM or team.plan_id != branch.plan_id:
            raise Refusal("not_a_team", "a person moves to a team of the same plan")
        moved = Branch.objects.create(
            plan=branch.plan,
            parent=team,
            kind=MEMBER,
            member=branch.member,
            joins_on=from_day,
            leaves_on=branch.leaves_on,
        )
        weights = Weight.objects.filter(branch=branch)
        Weight.objects.bulk_create(
            Weight(branch=moved, metric=one.metric, span=one.span, weight=one.weight) for one in weights
        )
        Branch.objects.filter(pk=branch.pk).update(leaves_on=from_day)
        for name in PlanMetric.objects.filter(plan=branch.plan).values_list("metric", flat=True):
            refuse_unfit(branch.plan, name)
        _record("plan.person_moved", branch, by, at, old=None, new={"to": team.pk, "from_day": from_day})
    return moved


def refuse_unfit(plan: Plan, metric: str) -> None:
    """Refuses a plan in which some settled cells leave no way to deal it out: every branch in which people changed a
    cell is dealt out anew. Three queries for each level on the way to each of them."""
    changed = CellChange.objects.filter(branch__plan=plan, metric=metric).values_list("branch_id", flat=True)
    branches = sorted(set(changed))
    book = PlanBook(plan, metric)
    if len(branches) > FEW:
        book.read_all()
    for branch_id in branches:
        book.sheet_of(branch_id)


def _open_branch(branch_id: int, by: Viewer, at: datetime, metric: str | None = None) -> Branch:
    """A branch that they may shape, of whose plan nothing is signed, in a metric that they may see."""
    by.require(Permission.WRITE)
    if metric is not None:
        refuse_hidden_metric(by, metric)
    branch = visible_branch(by, branch_id, at.date())
    if not may_shape(by, branch, at.date()):
        raise Refusal("not_yours", f"{by.name} may plan only for people below them")
    _refuse_signed(branch.plan)
    refuse_agreed(branch)
    return branch


def _refuse_signed(plan: Plan) -> None:
    if Plan.objects.select_for_update().get(pk=plan.pk).state != DRAFT:
        raise Refusal("plan_is_signed", f"the plan {plan.code} is signed; re-plan it to change it")


def _span(plan: Plan, starts_on: date | None) -> PlanSpan | None:
    if starts_on is None:
        return None
    span = PlanSpan.objects.filter(plan=plan, starts_on=starts_on).first()
    if span is None:
        raise Refusal("no_such_span", f"no span of the plan {plan.code} begins on {starts_on}")
    if plan.frozen_until is not None and span.ends_on <= plan.frozen_until:
        raise Refusal("span_is_past", f"what ended by {plan.frozen_until} is past and stays as it was")
    return span


def _refuse_change(known: CellChange | None, value: Decimal, reason: str) -> None:
    if known is not None and known.locked:
        raise Refusal("cell_locked", "this cell is locked; unlock it first")
    if value < 0:
        raise Refusal("negative_plan", f"a plan cannot be {value}")
    if not reason.strip():
        raise Refusal("reason_missing", "say why this differs from what was calculated")


def _cell(sheet: Sheet, book: PlanBook, span: PlanSpan | None) -> int:
    if span is None:
        return sheet.whole
    return sheet.spans[next(place for place, one in enumerate(book.spans) if one.id == span.pk)]


def _record(event: str, branch: Branch, by: Viewer, at: datetime, *, old: object, new: object) -> None:
    subject = f"plan:{branch.plan.code}"
    record(event, by=by, at=at, subject=subject, old=_about(branch, old), new=_about(branch, new))


def _about(branch: Branch, said: object) -> dict[str, object] | None:
    return None if said is None else {"branch": branch.pk, **dict(said)}  # type: ignore[call-overload]
