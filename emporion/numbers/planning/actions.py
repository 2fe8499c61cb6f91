"""Setting and removing targets."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.models import own_fields
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.planning.models import Target
from emporion.numbers.planning.queries import plannable, visible_targets
from emporion.numbers.planning.rules import overlapping
from emporion.records.team.queries import led_by


def target_code(metric: str, member_id: int | None, starts_on: date) -> str:
    """The code by which a target is known: its key."""
    return f"{metric}/{member_id or 'all'}/{starts_on}"


def set_target(
    *,
    metric: str,
    member_id: int | None,
    starts_on: date,
    ends_on: date,
    value: Decimal,
    by: Viewer,
    at: datetime,
) -> Target:
    """Set what a metric should reach for a person (None: the department) from `starts_on` to before `ends_on`.

    Replaces the target of the same person that starts on the same day. Refuses an unknown metric and one they may not
    see, anyone but people below them, an empty span, and days that another target of theirs covers. Seven queries.
    """
    by.require(Permission.WRITE)
    planned = plannable(metric)
    name = planned.name
    if planned.permission:
        by.require(planned.permission)
    if not _may_plan(by, member_id, at.date()):
        raise Refusal("not_yours", f"{by.name} may set targets only for people below them")
    with transaction.atomic():
        theirs = {
            found.starts_on: found for found in Target.objects.filter(Q(member_id=member_id), metric=name)
        }
        refuse_impossible((starts_on, ends_on), theirs)
        target = theirs.get(starts_on)
        old = own_fields(target) if target else None
        if target is None:
            target = Target(
                code=target_code(name, member_id, starts_on), metric=name, member_id=member_id, version=0
            )
        target.starts_on, target.ends_on, target.value = starts_on, ends_on, value
        target.updated_at = target.touched_at = at
        target.version += 1
        if old is None:
            target.created_at = at
        target.save()
        record("target.set", by=by, at=at, subject=f"target:{target.code}", old=old, new=own_fields(target))
    return target


def remove_target(*, target_id: int, by: Viewer, at: datetime) -> None:
    """Remove a target of someone below the person, of a metric that they may see; refuses any other in the same
    words, and one that does not exist."""
    by.require(Permission.WRITE)
    with transaction.atomic():
        target = visible_targets(by).filter(pk=target_id).first()
        if target is None or not _may_remove(by, target, at.date()):
            raise Refusal("unknown_target", f"there is no target number {target_id} that you may change")
        record("target.removed", by=by, at=at, subject=f"target:{target.code}", old=own_fields(target))
        target.delete()


def _may_plan(by: Viewer, member_id: int | None, on: date) -> bool:
    """A plan is set by a lead for people below them, by nobody for themselves; the department's by who sees all."""
    return by.sees_all or (member_id is not None and member_id in led_by(by, on))


def _may_remove(by: Viewer, target: Target, on: date) -> bool:
    """A metric that is no more needs no permission: its targets can still be removed."""
    needed = {metric.permission for metric in all_metrics() if metric.name == target.metric} - {None}
    return needed <= by.permissions and _may_plan(by, target.member_id, on)


def refuse_impossible(span: tuple[date, date], theirs: Mapping[date, Target]) -> None:
    """Refuses a span without a day, and one that shares a day with another target of the same person."""
    if span[1] <= span[0]:
        raise Refusal("empty_period", f"a target must have a day in it: {span[0]} to before {span[1]}")
    other = overlapping(span, ((found.starts_on, found.ends_on) for found in theirs.values()))
    if other:
        raise Refusal("overlapping_target", f"another target covers {other[0]} to before {other[1]}")
