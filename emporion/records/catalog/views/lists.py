"""The list of products."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.clock import local_day, now
from emporion.kernel.preferences.queries import preference
from emporion.kernel.search import matching
from emporion.kernel.ui.cells import Badge, Cell, Money
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.kernel.ui.filters import Choice, Text
from emporion.kernel.ui.lists import Column, ListPage
from emporion.records.catalog.forms import list_label, products_to_name
from emporion.records.catalog.models import Category, PriceList, Product
from emporion.records.catalog.queries import CostBook, PriceBook
from emporion.records.catalog.rules import is_new

MOST_CHOICES = 200
SOLD, GONE, NEW = "sold", "gone", "new"


def may_change(viewer: Viewer) -> bool:
    """Whether the viewer changes the catalogue: who writes and answers for more than their own work."""
    return viewer.may(Permission.WRITE) and viewer.scope is not Scope.OWN


def department_day() -> date:
    """The day it is for the department. One query."""
    return local_day(now(), str(preference("zone")))


@OncePerViewer
def _categories(viewer: Viewer) -> Iterable[tuple[str, Text]]:  # noqa: ARG001 - everyone sees the catalogue
    rows = Category.objects.order_by("name", "code").values_list("pk", "name", "code")[:MOST_CHOICES]
    return [(str(pk), name or code) for pk, name, code in rows]


@OncePerViewer
def _all_price_lists(viewer: Viewer) -> Iterable[PriceList]:  # noqa: ARG001 - everyone sees the catalogue
    return PriceList.objects.order_by("code")[:MOST_CHOICES]


def _price_lists(viewer: Viewer) -> Iterable[tuple[str, Text]]:
    return [(str(one.pk), list_label(one)) for one in _all_price_lists(viewer)]


def _states(viewer: Viewer) -> Iterable[tuple[str, Text]]:  # noqa: ARG001 - a filter's signature
    return [(SOLD, _("on sale")), (NEW, _("new")), (GONE, _("no longer on sale"))]


def _in_state(products: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == NEW:
        today = department_day()
        return products.filter(launched_on__lte=today, new_until__gt=today)
    return products.filter(is_active=state == SOLD)


def _price(product: Any) -> Cell:
    return Money(product.price_now, product.price_currency) if product.price_now is not None else None


def _state(product: Any) -> Cell:
    if not product.is_active:
        return Badge(_("no longer on sale"))
    return Badge(_("new"), "good") if product.is_new_now else Badge(_("on sale"))


class ProductList(ListPage):
    """Products with the price of a list and, for who may see it, what they cost."""

    key = "products"
    subject = "product"
    title = _("Products")
    empty = _("Products that you enter or import will stand here, with their prices and costs.")
    create_label = _("Add a product")
    template_name = "catalog/list.html"
    default_sort = "name"
    columns = (
        Column("name", _("Name"), lambda one: one.name or one.code, ("name",)),
        Column("code", _("Code"), lambda one: one.code, ("code",)),
        Column(
            "category", _("Category"), lambda one: one.category and (one.category.name or one.category.code)
        ),
        Column("unit", _("Unit"), lambda one: one.unit),
        Column("price", _("Price"), _price, end=True),
        Column(
            "cost",
            _("Cost"),
            lambda one: one.cost_now if one.cost_now is None else Money(one.cost_now, one.cost_currency),
            end=True,
            permission=Permission.SEE_COST,
        ),
        Column("launched", _("Launched on"), lambda one: one.launched_on, ("launched_on",)),
        Column("state", _("State"), _state),
    )
    filters = (
        Choice("category", _("Category"), _categories, lambda rows, pk: rows.filter(category_id=pk)),
        Choice("state", _("State"), _states, _in_state),
        Choice("price_list", _("Prices of"), _price_lists, lambda rows, _pk: rows),
    )

    def records(self, viewer: Viewer) -> QuerySet[Product]:  # noqa: ARG002 - everyone sees the catalogue
        """All products."""
        products: QuerySet[Product] = products_to_name().select_related("category")
        return products

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By name or code."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """What they sell for and cost today. Up to three queries."""
        today = department_day()
        ids = [one.pk for one in rows]
        lists: list[PriceList] = _all_price_lists(viewer)
        asked = self.request.GET.get("price_list", "")
        prices, currency = _prices([one for one in lists if str(one.pk) == asked] or lists, ids, today)
        costs = CostBook.load(ids) if viewer.may(Permission.SEE_COST) else None
        base = str(preference("base_currency")) if costs else ""
        for one in rows:
            one.price_now, one.price_currency = prices.get(one.pk), currency
            one.cost_now, one.cost_currency = costs.cost(one.pk, today) if costs else None, base
            one.is_new_now = is_new(one.launched_on, one.new_until, today)

    def more(self, viewer: Viewer) -> dict[str, bool]:
        """Whether they find the ways to new price lists and categories."""
        return {"changes_catalogue": may_change(viewer)}

    def create_address(self, viewer: Viewer) -> str:
        """Where a product is entered."""
        return reverse("catalog:create") if may_change(viewer) else ""


def _prices(
    lists: Sequence[PriceList], ids: Sequence[int], day: date
) -> tuple[dict[int, Decimal | None], str]:
    """By product, the price in the first of these lists, and its currency. One query."""
    if not lists:
        return {}, ""
    book = PriceBook.load(lists[0].pk, ids)
    return {pk: book.price(pk, day) for pk in ids}, lists[0].currency
