"""What products cost and sell for on a day, and what goes with them. Everyone sees the catalogue; costs need a
permission of their own when they are shown."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import models

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.records.catalog.models import Category, Complement, Product, ProductCost, ProductPrice
from emporion.records.team.rules import Timeline, Tree


def visible_products() -> models.QuerySet[Product]:
    """All products but those in the recycle bin."""
    return Product.objects.filter(removed_at=None)


class CostBook:
    """The cost of every product (or of some) on any day, read once."""

    def __init__(self, timeline: Timeline[Decimal | None]) -> None:
        self._timeline = timeline

    @classmethod
    def load(cls, product_ids: Iterable[int] | None = None) -> "CostBook":
        """One query."""
        rows = ProductCost.objects.all()
        if product_ids is not None:
            rows = rows.filter(product_id__in=product_ids)
        return cls(Timeline(rows.values_list("product_id", "starts_on", "cost").iterator()))

    def cost(self, product_id: int, day: date) -> Decimal | None:
        """What one unit cost on that day, in the base currency with up to nine places; None when not known."""
        return self._timeline.on(product_id, day)


class PriceBook:
    """The prices of one list on any day, read once."""

    def __init__(self, timeline: Timeline[Decimal | None]) -> None:
        self._timeline = timeline

    @classmethod
    def load(cls, price_list_id: int, product_ids: Iterable[int] | None = None) -> "PriceBook":
        """One query."""
        rows = ProductPrice.objects.filter(price_list_id=price_list_id)
        if product_ids is not None:
            rows = rows.filter(product_id__in=product_ids)
        return cls(Timeline(rows.values_list("product_id", "starts_on", "price").iterator()))

    def price(self, product_id: int, day: date) -> Decimal | None:
        """The price of one unit on that day, in the list's currency; None when the list does not have it then."""
        return self._timeline.on(product_id, day)


def cost_history(viewer: Viewer, product_id: int) -> list[tuple[date, Decimal | None]]:
    """From which day the product cost what, earliest first. Needs the permission to see costs. One query."""
    viewer.require(Permission.SEE_COST)
    rows = ProductCost.objects.filter(product_id=product_id).order_by("starts_on")
    return list(rows.values_list("starts_on", "cost"))


def new_products(day: date) -> models.QuerySet[Product]:
    """The products that are new on that day."""
    return visible_products().filter(launched_on__lte=day, new_until__gt=day)


def complements_of(product_id: int) -> dict[str, list[Product]]:
    """By kind (cross, up, partner), what is offered with the product and still sold, by code. One query."""
    found: dict[str, list[Product]] = {}
    rows = Complement.objects.filter(
        product_id=product_id, complement__is_active=True, complement__removed_at=None
    )
    for row in rows.select_related("complement").order_by("kind", "complement__code"):
        found.setdefault(row.kind, []).append(row.complement)
    return found


def category_tree() -> Tree:
    """Categories under categories. One query."""
    return Tree(dict(Category.objects.values_list("id", "parent_id")))


def product_codes() -> dict[int, str]:
    """The code of every product, for the ledger. One query."""
    return dict(Product.objects.values_list("id", "code"))
