"""Forms of products, their costs and prices, and what goes with them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.catalog.models import Category, PriceList, Product

KINDS = {
    "cross": _("goes with it"),
    "up": _("the better one"),
    "partner": _("from a partner"),
}


class PriceInput(forms.DecimalField):
    """What one unit costs: exact, not less than nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": Decimal(0), "max_digits": 18, "decimal_places": 9, **kwargs})


def product_values(product: Product) -> dict[str, Any]:
    """What the form of a product shows, as it is now."""
    names = ("name", "unit", "launched_on", "new_until", "is_active", "version")
    return {name: getattr(product, name) for name in names} | {"category": product.category}


class ProductForm(RecordForm):
    """A product, as it is entered and changed; its code is given once."""

    code = forms.CharField(label=_("Code"), max_length=100)
    name = forms.CharField(label=_("Name"), max_length=200)
    category = forms.ModelChoiceField(
        Category.objects.order_by("name", "code"), label=_("Category"), required=False, empty_label="–"
    )
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    launched_on = forms.DateField(label=_("Launched on"), widget=DayInput, required=False)
    new_until = forms.DateField(
        label=_("New until, that day not included"),
        widget=DayInput,
        required=False,
        help_text=_("Left empty, it follows from the launch and the setting for new products."),
    )
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        category.label_from_instance = lambda one: one.name or one.code  # type: ignore[attr-defined]
        if self.stored is not None:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Refuses an end of newness before the launch."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        launched, until = cleaned.get("launched_on"), cleaned.get("new_until")
        if launched and until and until < launched:
            self.add_error("new_until", _("A product is new from its launch on, not before."))
        return cleaned

    @property
    def attributes(self) -> dict[str, Any]:
        """What is said of the product, as the actions take it."""
        names = ("name", "unit", "launched_on", "new_until", "is_active")
        category = self.cleaned_data["category"]
        return {name: self.cleaned_data[name] for name in names} | {"category_id": category and category.pk}


class CostForm(PageForm):
    """What one unit costs us from a day on."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput)
    cost = PriceInput(label=_("Cost of one unit"), required=False, help_text=_("Left empty: not known."))


class PriceForm(PageForm):
    """The price of one unit in a list from a day on."""

    price_list = forms.ModelChoiceField(
        PriceList.objects.order_by("code"), label=_("Price list"), empty_label=None
    )
    starts_on = forms.DateField(label=_("From"), widget=DayInput)
    price = PriceInput(
        label=_("Price of one unit"),
        required=False,
        help_text=_("Left empty: no longer in the list from that day on."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["price_list"]
        chosen.label_from_instance = list_label  # type: ignore[attr-defined]


def list_label(price_list: PriceList) -> str:
    """A price list as it is named: with its currency."""
    return f"{price_list.name or price_list.code}, {price_list.currency}"


class PriceListForm(PageForm):
    """A new list of prices."""

    code = forms.CharField(label=_("Code"), max_length=100)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label=_("Currency"),
        help_text=_("Three capital letters, such as EUR."),
        error_messages={"invalid": _("Three capital letters, such as EUR.")},
    )


class CategoryForm(PageForm):
    """A new group of products."""

    code = forms.CharField(label=_("Code"), max_length=100)
    name = forms.CharField(label=_("Name"), max_length=200)
    parent = forms.ModelChoiceField(
        Category.objects.order_by("name", "code"), label=_("Inside"), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].label_from_instance = lambda one: one.name or one.code  # type: ignore[attr-defined]


class ComplementForm(PageForm):
    """Another product that is offered with one."""

    complement = RecordField(label=_("Product"), found=matching)
    kind = forms.ChoiceField(label=_("How it goes with it"), choices=list(KINDS.items()))

    def __init__(self, *args: Any, product: Product, options_address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["complement"]
        chosen.records = products_to_name().filter(~Q(pk=product.pk))  # type: ignore[attr-defined]
        chosen.widget.options_address = options_address


def products_to_name() -> Any:
    """The products that may be named: everyone sees the catalogue."""
    return Product.objects.filter(removed_at=None)
