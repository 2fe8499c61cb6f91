"""What a metric should reach: the published targets, against which facts stand."""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.models import Record
from emporion.kernel.money import QuantityField
from emporion.records.team.models import Member


class Target(Record):
    """A target: the value a metric should reach for a person in the days from `starts_on` to before `ends_on`;
    without a person, for the whole department. Money in the base currency, shares as fractions. `plan` is the signed
    plan it was published from, empty for one that was set by itself."""

    metric = models.CharField(max_length=60)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = QuantityField()
    plan = models.ForeignKey("planning.Plan", on_delete=models.PROTECT, null=True, related_name="targets")

    class Meta:
        indexes = [models.Index(fields=["metric", "starts_on"], name="target_by_metric")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="target_has_days"),
            models.UniqueConstraint(fields=["metric", "member", "starts_on"], name="target_once"),
            models.UniqueConstraint(
                fields=["metric", "starts_on"], condition=Q(member__isnull=True), name="target_of_all_once"
            ),
        ]
