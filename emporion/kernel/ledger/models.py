"""The ledger's tables. Rows are only ever added; triggers in the database refuse anything else."""

from django.db import models
from django.db.models.functions import Now


class LedgerFact(models.Model):
    """One row of the ledger. The id is the watermark. Other parts' records are named by id, without foreign keys:
    the ledger lies below them and outlives them."""

    kind = models.CharField(max_length=30)
    occurred_at = models.DateTimeField(null=True)
    day = models.DateField()
    recorded_at = models.DateTimeField()
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    member_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, null=True)
    member_zone_id = models.BigIntegerField(null=True)
    territory_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    stage_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=40, null=True)
    source = models.CharField(max_length=100, null=True)
    quantity = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    original_amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    minutes = models.BigIntegerField(default=0)
    weight = models.PositiveIntegerField(default=1)
    weight_total = models.PositiveIntegerField(default=1)
    credit = models.CharField(max_length=10, default="direct")
    traits = models.IntegerField(default=0)
    due_day = models.DateField(null=True)
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "ledger_fact"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="ledger_fact_subject")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__gt=0, weight__lte=models.F("weight_total")),
                name="ledger_fact_weight",
            ),
            models.CheckConstraint(
                condition=models.Q(credit__in=["direct", "overlay"]), name="ledger_fact_credit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day} {self.subject_kind}:{self.subject_id}"


class Epoch(models.Model):
    """Which ledger this is: a fact store of another epoch, or newer than the ledger, is not read."""

    code = models.UUIDField(unique=True)
    base_currency = models.CharField(max_length=3)
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_epoch"

    def __str__(self) -> str:
        return str(self.code)


class Closing(models.Model):
    """A closed period: the watermark up to which facts count in it, and what else was true then, frozen."""

    starts_on = models.DateField(null=True)
    ends_on = models.DateField(unique=True)
    watermark = models.BigIntegerField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=150)
    frozen = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "ledger_closing"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True) | models.Q(starts_on__lt=models.F("ends_on")),
                name="ledger_closing_span",
            )
        ]

    def __str__(self) -> str:
        return f"closed to before {self.ends_on}"
