"""Forms of cost lines."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput
from emporion.numbers.planning.models import CostLine
from emporion.records.catalog.models import Category
from emporion.records.catalog.queries import visible_products

FIXED, SHARE, PER_UNIT = "amount", "share", "per_unit"
KINDS = (
    (FIXED, _("a fixed amount for all these days")),
    (SHARE, _("per cent of revenue")),
    (PER_UNIT, _("an amount for each unit sold")),
)
HUNDRED = Decimal(100)
DAY = timedelta(days=1)


def cost_values(line: CostLine) -> dict[str, Any]:
    """What the form of a cost line shows, as it is now."""
    kind = next(name for name, _said in KINDS if getattr(line, name) is not None)
    value = getattr(line, kind)
    return {
        "name": line.name,
        "kind": kind,
        "value": _plain(value * HUNDRED if kind == SHARE else value),
        "product": line.product,
        "category": line.category,
        "channel": line.channel,
        "replaces_cost": line.replaces_cost,
        "starts_on": line.starts_on,
        "last_on": line.ends_on - DAY,
        "version": line.version,
    }


def _plain(value: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    return Decimal(f"{value.normalize():f}")


class CostForm(RecordForm):
    """A cost line, as it is entered and changed; its code is given once."""

    code = forms.CharField(label=_("Code"), max_length=100)
    name = forms.CharField(label=_("What it is spent on"), max_length=200)
    kind = forms.ChoiceField(label=_("How it comes"), choices=KINDS)
    value = forms.DecimalField(
        label=_("How much"), min_value=Decimal(0), max_digits=18, decimal_places=7,
        help_text=_("In the base currency; of revenue in per cent."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)
    product = RecordField(
        label=_("Product"),
        required=False,
        found=matching,
        help_text=_("Of one product, one category or one channel; all three empty: of the whole firm."),
    )
    category = forms.ModelChoiceField(
        Category.objects.order_by("name", "code"), label=_("Category"), required=False, empty_label="–"
    )
    channel = forms.CharField(label=_("Channel"), max_length=40, required=False)
    replaces_cost = forms.BooleanField(
        label=_("It stands instead of what the catalogue says a product costs"),
        required=False,
        help_text=_("Otherwise it comes on top of that cost."),
    )

    def __init__(self, *args: Any, options_address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.records = visible_products()
        product.widget.options_address = options_address
        category: Any = self.fields["category"]
        category.label_from_instance = lambda one: one.name or one.code
        if self.stored is not None:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Refuses a last day before the first, and an amount finer than money is kept."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day cannot be before the first."))
        value = cleaned.get("value")
        if value is not None and cleaned.get("kind") == FIXED and value != round(value, 4):
            self.add_error("value", _("An amount has at most four decimal places."))
        return cleaned

    @property
    def attributes(self) -> dict[str, Any]:
        """What is said of the cost, as the actions take it."""
        told = self.cleaned_data
        value = told["value"] / HUNDRED if told["kind"] == SHARE else told["value"]
        product, category = told["product"], told["category"]
        return {
            "name": told["name"],
            **{kind: value if kind == told["kind"] else None for kind, _said in KINDS},
            "product_id": product and product.pk,
            "category_id": category and category.pk,
            "channel": told["channel"].strip(),
            "replaces_cost": told["replaces_cost"],
            "starts_on": told["starts_on"],
            "ends_on": told["last_on"] + DAY,
        }
