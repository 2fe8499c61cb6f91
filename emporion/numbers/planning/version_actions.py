"""Versions of a plan: signed, re-planned with the past frozen, made of targets that are there (PLAN-4, PLAN-6)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.money import QUANTITY_UNIT, quantity_units
from emporion.kernel.periods import Period
from emporion.numbers.planning.cell_actions import refuse_unfit
from emporion.numbers.planning.models import Branch, CellChange, Plan, PlanMetric, PlanSpan, Target, Weight
from emporion.numbers.planning.models.plans import DRAFT, MEMBER, SIGNED, WHOLE
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.proposal_queries import open_rounds
from emporion.numbers.planning.sheets import USUAL

Row = TypeVar("Row", bound=models.Model)


def sign_plan(*, plan: Plan, despite: str = "", by: Viewer, at: datetime) -> Plan:
    """Sign a draft: nothing in it changes any more, and it can be published. Refuses one that is signed already, and
    one in which a round is open with somebody, unless it is said why it is signed `despite` that (PLAN-4)."""
    refuse_stranger(by)
    with transaction.atomic():
        found = Plan.objects.select_for_update().get(pk=plan.pk)
        if found.state != DRAFT:
            raise Refusal("plan_is_signed", f"the plan {found.code} is signed already")
        still_open = open_rounds(found)
        if still_open and not despite.strip():
            raise Refusal(
                "rounds_open",
                f"nothing is agreed yet with {len(still_open)} of those who were asked; say why not",
            )
        for name in PlanMetric.objects.filter(plan=found).values_list("metric", flat=True):
            refuse_unfit(found, name)
        found.state, found.signed_by, found.signed_at, found.updated_at = SIGNED, by.name, at, at
        found.version += 1
        found.save()
        told: dict[str, object] = {"signed_at": at}
        if still_open:
            told |= {"despite": despite.strip(), "open_rounds": still_open}
        record("plan.signed", by=by, at=at, subject=f"plan:{found.code}", new=told)
    return found


def replan(
    *, plan: Plan, code: str, name: str, frozen_until: date, reason: str, by: Viewer, at: datetime
) -> Plan:
    """A new draft that replaces a signed plan: all as it was, what ended by `frozen_until` frozen, the rest free to
    change. Refuses a draft, a plan that another draft replaces already, and a lack of a reason."""
    refuse_stranger(by)
    with transaction.atomic():
        _refuse_replan(plan, code, frozen_until, reason)
        new = Plan.objects.create(
            code=code,
            name=name,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            replaces=plan,
            frozen_until=frozen_until,
            reason=reason.strip(),
            drawn_by=by.name,
            created_at=at,
            updated_at=at,
        )
        _copy(plan, new)
        told = {"replaces": plan.code, "frozen_until": frozen_until, "reason": reason}
        record("plan.replanned", by=by, at=at, subject=f"plan:{new.code}", new=told)
    return new


def _refuse_replan(plan: Plan, code: str, frozen_until: date, reason: str) -> None:
    if plan.state == DRAFT:
        raise Refusal(
            "plan_is_draft", f"the plan {plan.code} is a draft: change it, there is nothing to replace"
        )
    if not reason.strip():
        raise Refusal("reason_missing", "say why the plan is made anew")
    if Plan.objects.filter(code=code).exists():
        raise Refusal("code_taken", f"there is a plan {code} already")
    other = Plan.objects.filter(replaces=plan).first()
    if other is not None:
        raise Refusal("replaced_already", f"the plan {plan.code} is replaced by {other.code} already")
    if not plan.starts_on <= frozen_until < plan.ends_on:
        raise Refusal("bad_span", f"frozen until {frozen_until} leaves nothing to plan, or nothing to freeze")


def _copy(plan: Plan, new: Plan) -> None:
    PlanMetric.objects.bulk_create(_again(one, plan=new) for one in plan.metrics.all())
    spans = {}
    for span in plan.spans.order_by("starts_on"):
        spans[span.pk] = PlanSpan.objects.create(plan=new, starts_on=span.starts_on, ends_on=span.ends_on)
    branches = _copy_branches(plan, new)
    _copy_cells(Weight, plan, branches, spans)
    _copy_cells(
        CellChange, plan, branches, {pk: span for pk, span in spans.items() if span.ends_on > _frozen(new)}
    )


def _copy_cells(
    model: type[Weight] | type[CellChange],
    plan: Plan,
    branches: Mapping[int, int],
    spans: Mapping[int, PlanSpan],
) -> None:
    """Rows of branches, as a whole or in one of those spans."""
    rows: models.QuerySet[Any] = model.objects.filter(branch__plan=plan)
    kept = [
        _again(one, branch_id=branches[one.branch_id], span=spans[one.span_id] if one.span_id else None)
        for one in rows.iterator()
        if one.span_id is None or one.span_id in spans
    ]
    rows.bulk_create(kept, batch_size=2_000)


def _frozen(plan: Plan) -> date:
    return plan.frozen_until or plan.starts_on


def _copy_branches(plan: Plan, new: Plan) -> dict[int, int]:
    """By number of the branch that was, that of its copy; parents are copied before their parts."""
    copied: dict[int, int] = {}
    level = list(Branch.objects.filter(plan=plan, kind=WHOLE))
    while level:
        made = [
            _again(one, plan=new, parent_id=copied.get(one.parent_id or 0), earlier_id=one.pk)
            for one in level
        ]
        Branch.objects.bulk_create(made, batch_size=2_000)
        copied |= {one.pk: copy.pk for one, copy in zip(level, made, strict=True)}
        level = list(Branch.objects.filter(parent__in=[one.pk for one in level]).order_by("id"))
    return copied


def _again(row: Row, **other: object) -> Row:
    """The same row once more, not written yet."""
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    made = type(row)(
        **{name: value for name, value in fields.items() if name.removesuffix("_id") not in other}
    )
    for name, value in other.items():
        setattr(made, name, value)
    return made


def plan_of_targets(
    *, code: str, name: str, days: Period, metrics: Sequence[str], by: Viewer, at: datetime
) -> Plan:
    """A draft made of the targets of people that begin in those days, as `measure` counts them, each a cell of its own
    span, on whatever days these end. Refuses where there are none, and where two spans share some days only."""
    refuse_stranger(by)
    targets = list(
        Target.objects.filter(
            metric__in=metrics, member__isnull=False, starts_on__gte=days.start, starts_on__lt=days.end
        ).order_by("starts_on", "member_id")
    )
    columns = sorted({(one.starts_on, one.ends_on) for one in targets})
    _refuse_targets(code, columns)
    with transaction.atomic():
        plan = Plan.objects.create(
            code=code,
            name=name,
            starts_on=columns[0][0],
            ends_on=columns[-1][1],
            drawn_by=by.name,
            created_at=at,
            updated_at=at,
        )
        spans = {one: PlanSpan.objects.create(plan=plan, starts_on=one[0], ends_on=one[1]) for one in columns}
        root = Branch.objects.create(plan=plan, kind=WHOLE, name=name)
        members = {
            member_id: Branch.objects.create(plan=plan, parent=root, kind=MEMBER, member_id=member_id)
            for member_id in sorted({one.member_id or 0 for one in targets})
        }
        entering = _Entering(plan, root, spans, members)
        for metric in metrics:
            entering.enter([one for one in targets if one.metric == metric], metric)
        record("plan.of_targets", by=by, at=at, subject=f"plan:{code}", new={"targets": len(targets)})
    return plan


def _refuse_targets(code: str, columns: Sequence[tuple[date, date]]) -> None:
    if Plan.objects.filter(code=code).exists():
        raise Refusal("code_taken", f"there is a plan {code} already")
    if not columns:
        raise Refusal("no_targets", "nobody has a target in these days")
    for (start, end), (following, _) in pairwise(columns):
        if following < end:
            raise Refusal("overlapping_spans", f"the spans of {start} and {following} share a day")


class _Entering(NamedTuple):
    """A plan into which targets are put."""

    plan: Plan
    root: Branch
    spans: Mapping[tuple[date, date], PlanSpan]
    members: Mapping[int, Branch]

    def enter(self, targets: Sequence[Target], metric: str) -> None:
        """The targets of one metric: its total, what each person and span weighs, each target a settled cell."""
        total = sum((one.value for one in targets), Decimal(0))
        PlanMetric.objects.create(plan=self.plan, metric=metric, total=total, unit=QUANTITY_UNIT)
        Weight.objects.bulk_create(self._weights(targets, metric))
        CellChange.objects.bulk_create(self._cell(one, metric) for one in targets)

    def _cell(self, target: Target, metric: str) -> CellChange:
        return CellChange(
            branch=self.members[target.member_id or 0],
            metric=metric,
            span=self.spans[target.starts_on, target.ends_on],
            value=target.value,
            calculated=target.value,
            changed_by=self.plan.drawn_by,
            changed_at=self.plan.created_at,
        )

    def _weights(self, targets: Sequence[Target], metric: str) -> Iterator[Weight]:
        by_span: dict[int, int] = defaultdict(int)
        by_member: dict[int, int] = defaultdict(int)
        held = set()
        for one in targets:
            span_id, member_id = self.spans[one.starts_on, one.ends_on].pk, one.member_id or 0
            by_span[span_id] += quantity_units(one.value)
            by_member[member_id] += quantity_units(one.value)
            held.add((member_id, span_id))
        for span in self.spans.values():
            yield Weight(branch=self.root, metric=metric, span=span, weight=by_span[span.pk])
        for member_id, branch in self.members.items():
            yield Weight(branch=branch, metric=metric, weight=by_member[member_id])
            for span in self.spans.values():
                there = USUAL if (member_id, span.pk) in held else 0
                yield Weight(branch=branch, metric=metric, span=span, weight=there)
