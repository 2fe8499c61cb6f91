"""The card of a product: prices, costs for who may see them, sales by month, what goes with it (SALE-1)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.doors.web.cards.figures import by_month
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.cells import Badge, Cell, Money
from emporion.kernel.ui.charts import Drawn, Heading, Table
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.catalog.forms import KINDS, list_label
from emporion.records.catalog.models import Product, ProductPrice
from emporion.records.catalog.queries import complements_of, cost_history
from emporion.records.catalog.rules import is_new
from emporion.records.catalog.views.lists import department_day, may_change
from emporion.records.catalog.views.products import product_of

LATEST = 50  # prices on a card


def product(request: PageRequest, pk: int) -> HttpResponse:
    """The card."""
    viewer = request.viewer
    found = product_of(pk)
    context = {
        "title": found.name or found.code,
        "product": found,
        "state": _state(found),
        "facts": _facts(found),
        "prices": _prices(pk),
        "costs": _costs(viewer, pk) if viewer.may(Permission.SEE_COST) else None,
        "complements": [(KINDS.get(kind, kind), rows) for kind, rows in complements_of(pk).items()],
        "changes_catalogue": may_change(viewer),
    }
    return render(request, "cards/product.html", context)


def _state(found: Product) -> Cell:
    if not found.is_active:
        return Badge(_("no longer on sale"))
    new = is_new(found.launched_on, found.new_until, department_day())
    return Badge(_("new"), "good") if new else Badge(_("on sale"))


def _facts(found: Product) -> list[tuple[Any, Cell]]:
    category = found.category
    facts: list[tuple[Any, Cell]] = [
        (_("Category"), None if category is None else category.name or category.code),
        (_("Unit"), found.unit),
        (_("Launched on"), found.launched_on),
        (_("New until, that day not included"), found.new_until),
        (_("Code"), found.code),
    ]
    return [(name, value) for name, value in facts if value not in (None, "")]


def _prices(pk: int) -> Table:
    rows = ProductPrice.objects.filter(product_id=pk).select_related("price_list")
    headings = [Heading(_("Price list")), Heading(_("From")), Heading(_("Price"), "end")]
    drawn = [
        [
            Drawn(list_label(one.price_list)),
            Drawn(one.starts_on),
            Drawn(
                Money(one.price, one.price_list.currency) if one.price is not None else _("no longer in it"),
                "end",
            ),
        ]
        for one in rows.order_by("price_list__code", "-starts_on")[:LATEST]
    ]
    return Table(_("Prices"), headings, drawn)


def _costs(viewer: Viewer, pk: int) -> Table:
    base = str(preference("base_currency"))
    headings = [Heading(_("From")), Heading(_("Cost"), "end")]
    rows = [
        [Drawn(day), Drawn(Money(cost, base) if cost is not None else _("not known"), "end")]
        for day, cost in reversed(cost_history(viewer, pk))
    ]
    return Table(_("Costs"), headings, rows[:LATEST])


def product_sales(request: PageRequest, pk: int) -> HttpResponse:
    """What was sold by month, of the last year: what the viewer may see of it. A page of its own; the card shows it
    in its place."""
    found = product_of(pk)
    shown = by_month(
        {"revenue": _("Revenue"), "units": _("Units")},
        title=_("Sales by month"),
        today=department_day(),
        where={"product": found.code},
        viewer=request.viewer,
    )
    context = {
        "title": _("Sales of %(product)s") % {"product": found.name or found.code},
        "back": card_address("product", pk),
        "table": shown.table,
        "spark": shown.spark,
    }
    return render(request, "cards/sales_part.html" if request.htmx else "cards/sales.html", context)
