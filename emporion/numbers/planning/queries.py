"""Reading targets: what a viewer may see."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import models

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.closing import closings_from
from emporion.kernel.ledger.models import Closing
from emporion.kernel.periods import Period
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Target

if TYPE_CHECKING:
    from emporion.numbers.metrics.metric import Metric

FROZEN = "targets"


class Goal(NamedTuple):
    """A target as it is evaluated: a cell of person × span."""

    metric: str
    member_id: int | None
    member: str | None
    starts_on: date
    ends_on: date
    value: Decimal


def visible_targets(viewer: Viewer) -> models.QuerySet[Target]:
    """Targets of the people the viewer sees; the department's only for those who see everything."""
    targets = Target.objects.all()
    return targets if viewer.sees_all else targets.filter(member_id__in=viewer.member_ids)


def goals(metrics: Collection[str], period: Period, viewer: Viewer, *, as_closed: bool = False) -> list[Goal]:
    """The targets of those metrics whose first day lies in the period, earliest first; `as_closed` shows those that
    begin on closed days as they were when their days were closed. One query, up to three when closed."""
    found = visible_targets(viewer).filter(
        metric__in=metrics, starts_on__gte=period.start, starts_on__lt=period.end
    )
    kept: list[Goal] = []
    if as_closed:
        for closing in closings_from(period.start):
            kept += _kept(closing, metrics, period, viewer)
            found = found.filter(starts_on__gte=closing.ends_on)
    rows = found.order_by("starts_on", "member_id", "metric")
    columns = ("metric", "member_id", "member__code", "starts_on", "ends_on", "value")
    return kept + [Goal(*row) for row in rows.values_list(*columns)]


def running_goals(metrics: Collection[str], period: Period, viewer: Viewer) -> list[Goal]:
    """The targets of those metrics that share a day with the period, earliest first. One query."""
    rows = (
        visible_targets(viewer)
        .filter(metric__in=metrics, starts_on__lt=period.end, ends_on__gt=period.start)
        .order_by("starts_on", "member_id", "metric")
    )
    columns = ("metric", "member_id", "member__code", "starts_on", "ends_on", "value")
    return [Goal(*row) for row in rows.values_list(*columns)]


def _kept(closing: Closing, metrics: Collection[str], period: Period, viewer: Viewer) -> list[Goal]:
    """The asked targets that a closing kept."""
    goals_then = [
        Goal(metric, member_id, member, date.fromisoformat(first), date.fromisoformat(end), Decimal(value))
        for metric, member_id, member, first, end, value in closing.frozen.get(FROZEN, [])
    ]
    return [
        goal
        for goal in goals_then
        if goal.metric in metrics
        and goal.starts_on in period
        and (viewer.sees_all or goal.member_id in viewer.member_ids)
    ]


def plannable(name: str) -> "Metric":
    """The metric of that name; refuses an unknown one, and one that is about a plan itself."""
    found = metric(name)
    from emporion.numbers.planning.definitions import is_about_a_plan  # with the query engine, so not before

    if is_about_a_plan(name):
        raise Refusal(
            "not_plannable", f"{name} is about a plan itself; a target is set for the metric it is about"
        )
    return found


def frozen_targets(start: date | None, end: date) -> list[list[object]]:
    """What a closing keeps: every target whose first day is among the days being closed. One query."""
    found = Target.objects.filter(starts_on__lt=end).order_by("starts_on", "member_id", "metric")
    if start is not None:
        found = found.filter(starts_on__gte=start)
    columns = ("metric", "member_id", "member__code", "starts_on", "ends_on", "value")
    return [
        [name, member_id, member, first.isoformat(), last.isoformat(), str(value)]
        for name, member_id, member, first, last, value in found.values_list(*columns)
    ]
