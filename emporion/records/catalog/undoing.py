"""What of the catalogue can be removed, and how its changes are undone."""

from datetime import datetime

from django.db import models

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import Changed, old_values, register_inverse
from emporion.kernel.record_removing import Removable, register_removable
from emporion.records.catalog.actions import change_category, change_product, require_lead
from emporion.records.catalog.models import Category, Product


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable("product", _products, allowed=require_lead))
    register_inverse("product.changed", _change_product_back)
    register_inverse("category.changed", _change_category_back)


def _products(_: Viewer) -> models.QuerySet[Product]:
    return Product.objects.all()


def _change_product_back(product_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_product(product_id=product_id, changes=old_values(Product, changed), by=by, at=at)


def _change_category_back(category_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_category(category_id=category_id, changes=old_values(Category, changed), by=by, at=at)
