"""A plan: its spans of days, its metrics, its tree of branches, and what people changed in it (PLAN-1, 3, 6).

No cell of a plan is stored. Each follows from the totals, the weights and the changes, so that one change at the top is
right in every branch at once.
"""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.models import Record
from emporion.kernel.money import QuantityField, RateField
from emporion.records.team.models import Member, Team

DRAFT, SIGNED, PUBLISHED = "draft", "signed", "published"
STATES = (DRAFT, SIGNED, PUBLISHED)
WHOLE, CHANNEL, TEAM, MEMBER = "whole", "channel", "team", "member"
KINDS = (WHOLE, CHANNEL, TEAM, MEMBER)


class Plan(Record):
    """A version of a plan for the days from `starts_on` to before `ends_on`.

    A version that replaces another takes from it, unchanged, every cell of a span that ends by `frozen_until`. Only a
    draft can be changed.
    """

    name = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, default=DRAFT)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    frozen_until = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    drawn_by = models.CharField(max_length=150)
    signed_by = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True)
    answers_due_on = models.DateField(null=True)
    published_cells = models.PositiveIntegerField(default=0)
    cells_to_publish = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_has_days"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="plan_state"),
            models.CheckConstraint(
                condition=Q(frozen_until__isnull=True) | Q(replaces__isnull=False),
                name="plan_frozen_of_another",
            ),
            models.CheckConstraint(
                condition=Q(state=DRAFT) | Q(signed_at__isnull=False), name="plan_signed_has_a_moment"
            ),
        ]


class PlanSpan(models.Model):
    """One column of a plan: days from `starts_on` to before `ends_on`; months as a rule, others where wanted."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="spans")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_span_has_days"),
            models.UniqueConstraint(fields=["plan", "starts_on"], name="plan_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to before {self.ends_on}"


class PlanMetric(models.Model):
    """A metric that is planned: last year's fact, the growths it was multiplied by, the total, and the unit to which
    parts are rounded. Shares as fractions, money in the base currency."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="metrics")
    metric = models.CharField(max_length=60)
    base = QuantityField(null=True)
    market_growth = RateField(default=0)
    own_growth = RateField(default=0)
    total = QuantityField()
    unit = QuantityField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "metric"], name="plan_metric_once"),
            models.CheckConstraint(condition=Q(unit__gt=0), name="plan_unit_positive"),
            models.CheckConstraint(condition=Q(total__gte=0), name="plan_total_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of plan {self.plan_id}"


class Branch(models.Model):
    """A place in the tree of a plan: the whole, a channel, a team, a person (who may stand in several channels).

    `joins_on` and `leaves_on` say on which days of the plan they are there, `ramp` how much of a usual month each of
    the first months brings (thousandths), `over` by how much the sum of its parts is above it (over-assignment).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="branches")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="parts")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    joins_on = models.DateField(null=True)
    leaves_on = models.DateField(null=True)
    ramp = models.JSONField(default=list)
    over = RateField(default=0)
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")

    class Meta:
        indexes = [models.Index(fields=["plan", "member"], name="branch_by_member")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="branch_kind"),
            models.CheckConstraint(condition=Q(over__gte=0), name="branch_over_not_negative"),
            models.CheckConstraint(
                condition=(Q(kind=WHOLE) & Q(parent__isnull=True))
                | (~Q(kind=WHOLE) & Q(parent__isnull=False)),
                name="branch_whole_is_the_root",
            ),
            models.CheckConstraint(
                condition=(Q(kind=MEMBER) & Q(member__isnull=False))
                | (~Q(kind=MEMBER) & Q(member__isnull=True)),
                name="branch_of_a_member",
            ),
            models.UniqueConstraint(fields=["plan"], condition=Q(kind=WHOLE), name="branch_one_root"),
            models.UniqueConstraint(
                fields=["parent", "kind", "name"], condition=Q(kind=CHANNEL), name="branch_channel_once"
            ),
            models.UniqueConstraint(
                fields=["parent", "team"], condition=Q(kind=TEAM), name="branch_team_once"
            ),
            models.UniqueConstraint(
                fields=["parent", "member", "joins_on"], condition=Q(kind=MEMBER), name="branch_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.member_id or self.team_id or ''}".strip()


class Weight(models.Model):
    """How much a branch weighs among its parent's parts for a metric; without a span, in the whole plan. With one, how
    much that span weighs within the branch beside its parent's own shape, in thousandths (1000: as much)."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="weights")
    metric = models.CharField(max_length=60)
    span = models.ForeignKey(PlanSpan, on_delete=models.CASCADE, null=True)
    weight = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=0), name="plan_weight_not_negative"),
            models.UniqueConstraint(fields=["branch", "metric", "span"], name="plan_weight_of_span_once"),
            models.UniqueConstraint(
                fields=["branch", "metric"], condition=Q(span__isnull=True), name="plan_weight_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weight} of {self.metric} in branch {self.branch_id}"


class CellChange(models.Model):
    """What a person put into a cell instead of what was calculated, or that it is locked as it is.

    Without a span it is the branch's whole. `calculated` is what stood there before. Either way the cell keeps its
    value while others are dealt out anew; a locked one must be unlocked before it is changed.
    """

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="changes")
    metric = models.CharField(max_length=60)
    span = models.ForeignKey(PlanSpan, on_delete=models.CASCADE, null=True)
    value = QuantityField()
    calculated = QuantityField()
    locked = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="cell_not_negative"),
            models.UniqueConstraint(fields=["branch", "metric", "span"], name="cell_of_span_once"),
            models.UniqueConstraint(
                fields=["branch", "metric"], condition=Q(span__isnull=True), name="cell_of_whole_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of branch {self.branch_id}: {self.value}"
