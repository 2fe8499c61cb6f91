"""Deals, the stages they pass, what they are worth and whose they are (PIPE-3, PIPE-4).

A deal's stages and values are histories: nothing of them is overwritten, and the ledger is read from them. Rows that
are `assumed` were made from the deal's own row of an imported file, where no history came with it; they count only
until the real history is known (`rules.known_history`).
"""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.ledger.vocabulary import CREDITS
from emporion.kernel.models import Record, RemovableRecord, in_bin
from emporion.kernel.money import AmountField, RateField
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Customer
from emporion.records.pipeline.rules import OUTCOMES
from emporion.records.team.models import Member, Territory


class Process(models.TextChoices):
    """Whose work a pipeline is."""

    HUNTER = "hunter"
    CLOSER = "closer"
    FARMER = "farmer"


class LeadSource(Record):
    """Where leads come from: an exhibition, a site, a partner."""

    name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=40, blank=True)


class Pipeline(Record):
    """A way of selling, as a row of stages."""

    name = models.CharField(max_length=200, blank=True)
    process = models.CharField(max_length=10, choices=Process.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(process__in=[*Process.values, ""]), name="pipeline_process")
        ]


class Stage(Record):
    """A stage. After the key stage it is the customer who decides; `outcome` says what it means to be in it."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=200, blank=True)
    position = models.IntegerField()
    is_key = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=[(one, one) for one in OUTCOMES], default="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "position"], name="stage_position_once"),
            models.UniqueConstraint(fields=["pipeline"], condition=Q(is_key=True), name="stage_one_key"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="stage_outcome"),
        ]


class Deal(RemovableRecord):
    """A chance to sell. `stage` and `closed_on` repeat what the history says, so that boards and lists need not read
    it; they are set by `actions.posting.restate` alone. Amounts are in `currency`; `rate` is the base currency for
    one unit of it, fixed when the deal was entered. `territory` is the deal's own, at first its customer's zone."""

    name = models.CharField(max_length=255, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True)
    source = models.ForeignKey(LeadSource, on_delete=models.PROTECT, null=True)
    channel = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    rate = RateField(default=1)
    lost_reason = models.CharField(max_length=255, blank=True)
    contract_signed_on = models.DateField(null=True)
    contract_amount = AmountField(null=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["opened_on", "id"], name="deal_by_opening"),
            models.Index(fields=["expected_on", "id"], name="deal_by_expected_day"),
            models.Index(fields=["stage", "closed_on", "expected_on", "id"], name="deal_on_board"),
            in_bin("deal_removed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="deal_rate_positive"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="deal_closed_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(contract_amount__isnull=True) | Q(contract_signed_on__isnull=False),
                name="deal_contract_amount_of_contract",
            ),
        ]


class DealStage(models.Model):
    """A deal came into a stage. Entries of one day are in the order of `sequence`, then of the stages' positions."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="history")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    entered_on = models.DateField()
    entered_at = models.DateTimeField(null=True)
    sequence = models.IntegerField(default=0)
    assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "entered_on", "sequence", "stage", "assumed"], name="deal_stage_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} in {self.stage_id} from {self.entered_on}"


class DealValue(models.Model):
    """What a deal is worth from that day on, in its own currency."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="values")
    starts_on = models.DateField()
    value = AmountField()
    assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "starts_on", "assumed"], name="deal_value_from"),
            models.CheckConstraint(condition=Q(value__gte=0), name="deal_value_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} is worth {self.value} from {self.starts_on}"


class DealCredit(models.Model):
    """Whose deal it is: direct credits are weighted shares of one whole; an overlay stands beside them."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="credits", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, db_index=False)
    weight = models.PositiveIntegerField(default=1)
    credit = models.CharField(max_length=10, default="direct")
    assumed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["member", "deal", "assumed"], name="deal_credit_of")]
        constraints = [
            models.UniqueConstraint(fields=["deal", "member", "credit", "assumed"], name="deal_credit_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="deal_credit_weight_positive"),
            models.CheckConstraint(condition=Q(credit__in=CREDITS), name="deal_credit_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.member_id}"
