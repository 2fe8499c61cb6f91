"""What the firm spends: fixed costs of a span of days, and costs that grow with what is sold (PLAN-9)."""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.models import RemovableRecord, in_bin
from emporion.kernel.money import AmountField, RateField
from emporion.records.catalog.models import Category, Product

_IS_FIXED = Q(amount__isnull=False) & Q(share__isnull=True) & Q(per_unit__isnull=True)
_IS_SHARE = Q(amount__isnull=True) & Q(share__isnull=False) & Q(per_unit__isnull=True)
_IS_PER_UNIT = Q(amount__isnull=True) & Q(share__isnull=True) & Q(per_unit__isnull=False)
_OF_WHOLE = Q(product__isnull=True) & Q(category__isnull=True) & Q(channel="")
_OF_PRODUCT = Q(product__isnull=False) & Q(category__isnull=True) & Q(channel="")
_OF_CATEGORY = Q(product__isnull=True) & Q(category__isnull=False) & Q(channel="")
_OF_CHANNEL = Q(product__isnull=True) & Q(category__isnull=True) & ~Q(channel="")


class CostLine(RemovableRecord):
    """A cost that holds from `starts_on` to before `ends_on`: an amount for all these days together (fixed), a share of
    revenue as a fraction, or an amount for each unit sold (variable). Base currency.

    It is of the whole firm, or of one product, one category with those below it, or one channel. A variable one may
    stand instead of what the catalogue says that a product costs (`replaces_cost`); any other comes on top.
    """

    name = models.CharField(max_length=200)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="cost_lines")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="cost_lines")
    channel = models.CharField(max_length=40, blank=True, default="")
    amount = AmountField(null=True)
    share = RateField(null=True)
    per_unit = RateField(null=True)
    replaces_cost = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["starts_on", "ends_on"], name="cost_line_by_days"),
            in_bin("cost_line_removed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="cost_line_has_days"),
            models.CheckConstraint(condition=_IS_FIXED | _IS_SHARE | _IS_PER_UNIT, name="cost_line_one_kind"),
            models.CheckConstraint(
                condition=_OF_WHOLE | _OF_PRODUCT | _OF_CATEGORY | _OF_CHANNEL, name="cost_line_one_place"
            ),
            models.CheckConstraint(
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(share__isnull=True) | Q(share__gte=0))
                & (Q(per_unit__isnull=True) | Q(per_unit__gte=0)),
                name="cost_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(replaces_cost=False) | Q(amount__isnull=True),
                name="cost_line_fixed_replaces_none",
            ),
        ]
