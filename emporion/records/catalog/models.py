"""Products, what they cost, what they are sold for, and what goes with them (SALE-1)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from emporion.kernel.models import Record, RemovableRecord, in_bin
from emporion.kernel.money import RateField

COMPLEMENT_KINDS = ("cross", "up", "partner")


class Category(Record):
    """A group of products, perhaps inside another."""

    name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="category_not_own_parent"
            )
        ]


class Product(RemovableRecord):
    """Something that is sold. A sale from `launched_on` up to but not including `new_until` is of a new product."""

    name = models.CharField(max_length=200, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="products")
    unit = models.CharField(max_length=20, blank=True)
    launched_on = models.DateField(null=True)
    new_until = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [in_bin("product_removed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_until__isnull=True)
                | Q(launched_on__isnull=True)
                | Q(new_until__gte=F("launched_on")),
                name="product_new_after_launch",
            )
        ]


class ProductCost(models.Model):
    """What one unit costs us from a day on, in the base currency, until the next row; no value: not known."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="costs")
    starts_on = models.DateField()
    cost = RateField(null=True)
    updated_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "starts_on"], name="product_cost_once_a_day"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="product_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.starts_on}"


class PriceList(Record):
    """A list of prices in one currency."""

    name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)


class ProductPrice(models.Model):
    """The price of one unit in a list from a day on, until the next row; no value: no longer in the list."""

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    starts_on = models.DateField()
    price = RateField(null=True)
    updated_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "product", "starts_on"], name="product_price_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="product_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price_list_id}: {self.product_id} from {self.starts_on}"


class Complement(models.Model):
    """What is offered with a product: beside it, instead of it (better), or by a partner."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="complements")
    complement = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="complements_of")
    kind = models.CharField(max_length=10, default="cross")
    updated_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "complement"], name="complement_once"),
            models.CheckConstraint(condition=Q(kind__in=COMPLEMENT_KINDS), name="complement_kind"),
            models.CheckConstraint(
                condition=~Q(complement=F("product")), name="complement_is_another_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} + {self.complement_id}"
