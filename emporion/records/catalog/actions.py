"""Writes about products, their costs, prices and complements."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_changing import change_record, create_record, locked
from emporion.records.catalog.models import (
    Category,
    Complement,
    PriceList,
    Product,
    ProductCost,
    ProductPrice,
)
from emporion.records.catalog.queries import category_tree
from emporion.records.catalog.reposting import repost_products
from emporion.records.catalog.rules import new_until


def create_category(
    *, code: str, by: Viewer, at: datetime, name: str = "", parent_id: int | None = None
) -> Category:
    """A category. Refuses a code in use."""
    require_lead(by)
    return create_record(
        Category(code=code, name=name, parent_id=parent_id), subject="category", by=by, at=at
    )


def change_category(
    *, category_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Category:
    """The category with these attributes changed. Refuses one that would come to lie inside itself."""
    require_lead(by)
    parent = changes.get("parent_id")
    if parent is not None and parent in category_tree().below([category_id]):
        raise Refusal(
            "inside_itself", "it would come to lie inside itself; choose a parent that is not below it"
        )
    return change_record(Category, category_id, changes, subject="category", by=by, at=at, version=version)


def create_product(*, code: str, by: Viewer, at: datetime, **attributes: Any) -> Product:
    """A product; when a launch is given without an end of newness, the setting `new_product_days` gives it. Refuses a
    code in use."""
    require_lead(by)
    product = Product(code=code, **attributes)
    if product.new_until is None:
        product.new_until = new_until(product.launched_on, int(preference("new_product_days")))
    return create_record(product, subject="product", by=by, at=at)


def change_product(
    *, product_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Product:
    """The product with these attributes changed. When the days on which it is new change, the facts of its sales are
    posted anew in the same transaction."""
    require_lead(by)
    with transaction.atomic():
        before = locked(Product, product_id, "product")
        product = change_record(
            Product, product_id, changes, subject="product", by=by, at=at, version=version
        )
        if (before.launched_on, before.new_until) != (product.launched_on, product.new_until):
            repost_products([product_id], at=at)
    return product


def create_price_list(*, code: str, currency: str, by: Viewer, at: datetime, name: str = "") -> PriceList:
    """A price list. Refuses a code in use."""
    require_lead(by)
    return create_record(
        PriceList(code=code, name=name, currency=currency), subject="price_list", by=by, at=at
    )


def set_cost(*, product_id: int, starts_on: date, cost: Decimal | None, by: Viewer, at: datetime) -> None:
    """What one unit costs from a day on, until the next change; None: not known. Orders keep the cost they were
    placed with. Needs the permission to see costs; refuses less than nothing."""
    require_lead(by)
    by.require(Permission.SEE_COST)
    _refuse_negative(cost)
    with transaction.atomic():
        product = locked(Product, product_id, "product")
        ProductCost.objects.update_or_create(
            product=product,
            starts_on=starts_on,
            defaults={"cost": cost, "updated_at": at, "touched_at": at},
        )
        _bump(product, at)
        new = {"cost": cost, "from": starts_on}
        record("product.cost_set", by=by, at=at, subject=f"product:{product_id}", new=new)


def set_price(
    *, price_list_id: int, product_id: int, starts_on: date, price: Decimal | None, by: Viewer, at: datetime
) -> None:
    """The price of one unit in a list from a day on; None: no longer in it. Refuses less than nothing."""
    require_lead(by)
    _refuse_negative(price)
    with transaction.atomic():
        product = locked(Product, product_id, "product")
        ProductPrice.objects.update_or_create(
            price_list_id=price_list_id,
            product=product,
            starts_on=starts_on,
            defaults={"price": price, "updated_at": at, "touched_at": at},
        )
        _bump(product, at)
        new = {"price": price, "price_list": price_list_id, "from": starts_on}
        record("product.price_set", by=by, at=at, subject=f"product:{product_id}", new=new)


def set_complement(*, product_id: int, complement_id: int, kind: str, by: Viewer, at: datetime) -> Complement:
    """Offer a product with another: `cross`, `up` or `partner`. Refuses a product with itself."""
    require_lead(by)
    if product_id == complement_id:
        raise Refusal("own_complement", "a product is not offered with itself")
    with transaction.atomic():
        product = locked(Product, product_id, "product")
        made, _ = Complement.objects.update_or_create(
            product=product,
            complement_id=complement_id,
            defaults={"kind": kind, "updated_at": at, "touched_at": at},
        )
        _bump(product, at)
        new = {"complement": complement_id, "kind": kind}
        record("product.complement_set", by=by, at=at, subject=f"product:{product_id}", new=new)
    return made


def _bump(product: Product, at: datetime) -> None:
    product.version += 1
    product.updated_at = at
    product.save(update_fields=["version", "updated_at"])


def _refuse_negative(value: Decimal | None) -> None:
    if value is not None and value < 0:
        raise Refusal("less_than_nothing", "a cost or price is at least 0")


def require_lead(by: Viewer) -> None:
    """The catalogue is changed by who is responsible for more than their own work."""
    by.require(Permission.WRITE)
    if by.scope is Scope.OWN:
        raise Refusal("not_permitted", f"{by.name} may not change the catalogue")
