"""Products entered and changed."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import options_answer
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.records.catalog import actions
from emporion.records.catalog.forms import (
    CategoryForm,
    ComplementForm,
    CostForm,
    PriceForm,
    PriceListForm,
    ProductForm,
    product_values,
    products_to_name,
)
from emporion.records.catalog.models import Product
from emporion.records.catalog.views.lists import department_day, may_change


def product_of(pk: int) -> Product:
    """That product. Refuses one that does not exist."""
    found = products_to_name().select_related("category").filter(pk=pk).first()
    if not isinstance(found, Product):
        raise Refusal("no_such_product", "there is no such product")
    return found


def options(request: PageRequest) -> HttpResponse:
    """What a field may mean by the text typed so far."""
    return options_answer(products_to_name(), _typed(request), matching)


def _typed(request: PageRequest) -> str:
    return str(next(iter(request.GET.values()), ""))


@needs(Permission.WRITE)
def create(request: PageRequest) -> HttpResponse:
    """A new product."""
    _require_lead(request.viewer)
    form = ProductForm(request.POST or None)
    return form_answer(
        request,
        form,
        lambda: actions.create_product(
            code=form.cleaned_data["code"], by=request.viewer, at=now(), **form.attributes
        ),
        _saved,
        title=_("Add a product"),
        submit_label=_("Save"),
        back=reverse("catalog:list"),
    )


@needs(Permission.WRITE)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """A product changed."""
    _require_lead(request.viewer)
    product = product_of(pk)
    form = ProductForm(request.POST or None, stored=lambda: product_values(product_of(pk)))
    return form_answer(
        request,
        form,
        lambda: actions.change_product(
            product_id=pk,
            changes=form.attributes,
            version=form.cleaned_data["version"],
            by=request.viewer,
            at=now(),
        ),
        _saved,
        title=product.name or product.code,
        submit_label=_("Save"),
        back=card_address("product", pk),
    )


@needs(Permission.WRITE)
@require_POST
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """A product put into the recycle bin."""
    product = product_of(pk)
    name, back = product.name or product.code, card_address("product", pk)
    return removed(request, "product", pk, name=name, to=reverse("catalog:list"), back=back)


@needs(Permission.SEE_COST)
def cost(request: PageRequest, pk: int) -> HttpResponse:
    """What it costs from a day on."""
    form = CostForm(request.POST or None, initial={"starts_on": department_day()})
    return _beside(
        request,
        pk,
        form,
        lambda **said: actions.set_cost(product_id=pk, **said),
        lambda: {name: form.cleaned_data[name] for name in ("starts_on", "cost")},
        _("Cost of %(product)s"),
    )


@needs(Permission.WRITE)
def price(request: PageRequest, pk: int) -> HttpResponse:
    """What it sells for from a day on."""
    form = PriceForm(request.POST or None, initial={"starts_on": department_day()})
    return _beside(
        request,
        pk,
        form,
        lambda **said: actions.set_price(product_id=pk, **said),
        lambda: {
            "price_list_id": form.cleaned_data["price_list"].pk,
            "starts_on": form.cleaned_data["starts_on"],
            "price": form.cleaned_data["price"],
        },
        _("Price of %(product)s"),
    )


@needs(Permission.WRITE)
def complement(request: PageRequest, pk: int) -> HttpResponse:
    """What is offered with it."""
    form = ComplementForm(
        request.POST or None, product=product_of(pk), options_address=reverse("catalog:options")
    )
    return _beside(
        request,
        pk,
        form,
        lambda **said: actions.set_complement(product_id=pk, **said),
        lambda: {"complement_id": form.cleaned_data["complement"].pk, "kind": form.cleaned_data["kind"]},
        _("What goes with %(product)s"),
    )


@needs(Permission.WRITE)
def create_price_list(request: PageRequest) -> HttpResponse:
    """A new list of prices."""
    _require_lead(request.viewer)
    form = PriceListForm(request.POST or None)
    return form_answer(
        request,
        form,
        lambda: actions.create_price_list(by=request.viewer, at=now(), **form.cleaned_data),
        lambda made: (
            reverse("catalog:list"),
            _("Price list %(name)s is there.") % {"name": made.name or made.code},
        ),
        title=_("New price list"),
        submit_label=_("Save"),
        back=reverse("catalog:list"),
    )


@needs(Permission.WRITE)
def create_category(request: PageRequest) -> HttpResponse:
    """A new group of products."""
    _require_lead(request.viewer)
    form = CategoryForm(request.POST or None)

    def made() -> Any:
        parent = form.cleaned_data["parent"]
        return actions.create_category(
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            parent_id=parent and parent.pk,
            by=request.viewer,
            at=now(),
        )

    return form_answer(
        request,
        form,
        made,
        lambda category: (
            reverse("catalog:list"),
            _("Category %(name)s is there.") % {"name": category.name},
        ),
        title=_("New category"),
        submit_label=_("Save"),
        back=reverse("catalog:list"),
    )


def _beside(  # noqa: PLR0917 - what differs between them
    request: PageRequest, pk: int, form: PageForm, act: Any, said: Any, title: str
) -> HttpResponse:
    """A form of what hangs on a product, which leads back to its card."""
    _require_lead(request.viewer)
    product = product_of(pk)
    return form_answer(
        request,
        form,
        lambda: act(by=request.viewer, at=now(), **said()),
        lambda _made: _saved(product),
        title=title % {"product": product.name or product.code},
        submit_label=_("Save"),
        back=card_address("product", pk),
    )


def _saved(product: Product) -> tuple[str, str]:
    said = _("%(product)s is saved.") % {"product": product.name or product.code}
    return card_address("product", product.pk) or reverse("catalog:list"), said


def _require_lead(viewer: Viewer) -> None:
    if not may_change(viewer):
        raise Refusal("not_permitted", f"{viewer.name} may not change the catalogue")
