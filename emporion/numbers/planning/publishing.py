"""A signed plan becomes targets, in resumable chunks: what plan and fact stand on (PLAN-6, PLAN-8)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.numbers.planning.actions import target_code
from emporion.numbers.planning.models import Branch, Plan, Target
from emporion.numbers.planning.models.plans import DRAFT, PUBLISHED, SIGNED
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.plan_queries import PlanBook, Span, summed
from emporion.numbers.planning.sheets import Sheet

CHUNK = 2_000  # targets in one transaction: well under a second


class Published(NamedTuple):
    """How far the publishing has come: targets written, and how many there will be."""

    done: int
    of: int


def publish_plan(*, plan: Plan, by: Viewer, at: datetime) -> Iterator[Published]:
    """Write a signed plan as targets of people and of the department, chunk by chunk; told after each. Begun again it
    goes on where it stood. Targets of the version it replaces give way, those set by themselves are refused for.
    """
    refuse_stranger(by)
    if plan.state == DRAFT:
        raise Refusal("plan_is_draft", f"the plan {plan.code} is a draft; sign it first")
    cells = list(_cells(plan))
    _refuse_in_the_way(plan, cells)
    Plan.objects.filter(pk=plan.pk).update(cells_to_publish=len(cells))
    for start in range(plan.published_cells, len(cells), CHUNK):
        with transaction.atomic():
            _write(plan, cells[start : start + CHUNK], at)
            done = min(start + CHUNK, len(cells))
            Plan.objects.filter(pk=plan.pk).update(published_cells=done)
        yield Published(done, len(cells))
    _finish(plan, cells, by, at)
    yield Published(len(cells), len(cells))


class _Target(NamedTuple):
    metric: str
    member_id: int | None
    span: Span
    value: Decimal


def _cells(plan: Plan) -> Iterator[_Target]:
    """Every target that follows from the plan, always in the same order."""
    for planned in plan.metrics.order_by("metric"):
        name = planned.metric
        book = PlanBook(plan, name)
        book.read_all()
        # Made of people's targets, the whole is their sum and nobody's own: against all facts it would be another plan.
        if planned.base is not None:
            yield from _of_sheet(name, None, book.spans, book.sheet(book.root))
        by_member: dict[int, list[Branch]] = defaultdict(list)
        for branch in book.leaves():
            if branch.member_id is not None:
                by_member[branch.member_id].append(branch)
        for member_id, branches in sorted(by_member.items()):
            together = summed([book.sheet(one) for one in branches], book.sums)
            if together is not None:
                for place, cell in enumerate(_of_sheet(name, member_id, book.spans, together)):
                    # 0 where somebody is not there is no target; where they are, it is one.
                    if cell.value or any(book.is_there(one, place) for one in branches):
                        yield cell


def _of_sheet(name: str, member_id: int | None, spans: Sequence[Span], sheet: Sheet) -> Iterator[_Target]:
    for span, value in zip(spans, sheet.spans, strict=True):
        yield _Target(name, member_id, span, quantity_of(value))


def _refuse_in_the_way(plan: Plan, cells: Sequence[_Target]) -> None:
    """Another target of the same person on some of the days, which no version of this plan has written."""
    if not cells:
        return
    chain = _versions(plan)
    others = Target.objects.filter(
        metric__in={one.metric for one in cells}, starts_on__lt=plan.ends_on, ends_on__gt=plan.starts_on
    ).exclude(plan_id__in=chain)
    spans = {(one.metric, one.member_id, one.span.starts_on, one.span.ends_on) for one in cells}
    planned = {(one.metric, one.member_id) for one in cells}
    of_other_plans = others.filter(plan__isnull=False).exclude(plan_id__in=chain).select_related("plan")
    for one in of_other_plans:
        if one.plan is not None and (one.metric, one.member_id) in planned:
            raise Refusal(
                "another_plan_stands",
                f"the plan {one.plan.code} is published for days of this one: plan that one anew",
            )
    for key in others.values_list("metric", "member_id", "starts_on", "ends_on"):
        if key not in spans and key[:2] in planned:
            raise Refusal(
                "target_in_the_way",
                f"a target of {key[0]} from {key[2]} was set by itself and covers days of the plan",
            )


def _versions(plan: Plan) -> list[int]:
    """The plan and the versions it came from."""
    found: list[int] = []
    one: Plan | None = plan
    while one is not None:
        found.append(one.pk)
        one = one.replaces
    return found


def _write(plan: Plan, cells: Sequence[_Target], at: datetime) -> None:
    known = _known(cells)
    new, changed = [], []
    for cell in cells:
        target = known.get((cell.metric, cell.member_id, cell.span.starts_on))
        if target is None:
            new.append(_new(plan, cell, at))
        elif (target.value, target.ends_on, target.plan_id) != (cell.value, cell.span.ends_on, plan.pk):
            target.value, target.ends_on, target.plan_id = cell.value, cell.span.ends_on, plan.pk
            target.version, target.updated_at = target.version + 1, at
            changed.append(target)
    Target.objects.bulk_create(new)
    Target.objects.bulk_update(changed, ["value", "ends_on", "plan", "version", "updated_at"], batch_size=200)


def _known(cells: Sequence[_Target]) -> Mapping[tuple[str, int | None, object], Target]:
    members = {cell.member_id for cell in cells}
    found = Target.objects.filter(
        Q(member_id__in=[one for one in members if one is not None]) | Q(member__isnull=True),
        metric__in={cell.metric for cell in cells},
        starts_on__in={cell.span.starts_on for cell in cells},
    )
    return {(one.metric, one.member_id, one.starts_on): one for one in found}


def _new(plan: Plan, cell: _Target, at: datetime) -> Target:
    return Target(
        code=target_code(cell.metric, cell.member_id, cell.span.starts_on),
        metric=cell.metric,
        member_id=cell.member_id,
        starts_on=cell.span.starts_on,
        ends_on=cell.span.ends_on,
        value=cell.value,
        plan=plan,
        created_at=at,
        updated_at=at,
    )


def _finish(plan: Plan, cells: Sequence[_Target], by: Viewer, at: datetime) -> None:
    """Targets of earlier versions that this one no longer has go; the plan is published, on record."""
    kept = {(one.metric, one.member_id, one.span.starts_on) for one in cells}
    with transaction.atomic():
        earlier = Target.objects.filter(plan_id__in=_versions(plan)[1:])
        gone = [
            pk
            for pk, *key in earlier.values_list("pk", "metric", "member_id", "starts_on")
            if tuple(key) not in kept
        ]
        Target.objects.filter(pk__in=gone).delete()
        if Plan.objects.filter(pk=plan.pk, state=SIGNED).update(state=PUBLISHED, updated_at=at):
            told = {"targets": len(cells), "removed": len(gone)}
            record("plan.published", by=by, at=at, subject=f"plan:{plan.code}", new=told)
