"""Reading targets: what a viewer may see."""

import hashlib
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import models

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Target

if TYPE_CHECKING:
    from emporion.numbers.metrics.metric import Metric


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


def goals(metrics: Collection[str], period: Period, viewer: Viewer) -> list[Goal]:
    """The targets of those metrics whose first day lies in the period, earliest first. One query."""
    found = visible_targets(viewer).filter(
        metric__in=metrics, starts_on__gte=period.start, starts_on__lt=period.end
    )
    rows = found.order_by("starts_on", "member_id", "metric")
    return [
        Goal(*row)
        for row in rows.values_list("metric", "member_id", "member__code", "starts_on", "ends_on", "value")
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


def frozen_targets() -> dict[str, object]:
    """What a closing keeps of the targets: how many there were, and one hash of them all. One query."""
    running = hashlib.sha256()
    count = 0
    rows = Target.objects.order_by("metric", "member__code", "starts_on")
    for row in rows.values_list("metric", "member__code", "starts_on", "ends_on", "value").iterator():
        running.update("|".join(map(str, row)).encode() + b"\n")
        count += 1
    return {"count": count, "digest": running.hexdigest()}
