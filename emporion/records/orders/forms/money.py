"""Forms of what follows an order: cancelling, money received, goods that came back, invoices, contracts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui import formats
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.customers.forms.owning import member_field
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.models import Order, OrderLine

FOR = "for_"  # before the number of an order that money is for


class Amount(forms.DecimalField):
    """Money, to the ten-thousandth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 4, **kwargs})


class CancelForm(RecordForm):
    """On which day an order is called off."""

    cancelled_on = forms.DateField(
        label=_("Cancelled on"),
        widget=DayInput,
        help_text=_("Its amounts are taken back on that day, not on the day it was placed."),
    )


class AllocationForm(PageForm):
    """For which orders money is: a field for each order that is not paid yet."""

    def __init__(
        self, *args: Any, orders: Sequence[Order], open_of: Mapping[int, Decimal], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.orders = {f"{FOR}{order.pk}": order for order in orders}
        for name, order in self.orders.items():
            said = {
                "code": order.code,
                "day": formats.full_day(order.placed_on),
                "open": formats.money(open_of[order.pk], order.currency),
            }
            label = now_said("For order %(code)s of %(day)s, %(open)s open") % said
            self.fields[name] = Amount(label=label, required=False)
        self.dress()

    def clean(self) -> dict[str, Any]:
        """Refuses money for an order that is offered no longer: somebody else has it paid or cancelled meanwhile."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(
            name.startswith(FOR) and name not in self.fields and value for name, value in self.data.items()
        ):
            self.add_error(
                None, now_said("One of these orders has nothing open any more. Look at what is left.")
            )
        return cleaned

    @property
    def allocations(self) -> dict[str, Decimal]:
        """By the order's code, what of the money is for it."""
        said = self.cleaned_data
        return {order.code: said[name] for name, order in self.orders.items() if said.get(name)}


class PaymentForm(AllocationForm):
    """Money received; what is for no order is a prepayment."""

    code = forms.CharField(
        label=_("Number"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )
    received_on = forms.DateField(label=_("Received on"), widget=DayInput)
    amount = Amount(label=_("Amount"), help_text=_("Negative: it was paid back."))
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label=_("Currency"),
        error_messages={"invalid": _("Three capital letters, such as EUR.")},
    )
    rate = forms.DecimalField(
        label=_("Rate"), min_value=Decimal("0.000000001"), max_digits=18, decimal_places=9
    )

    def clean_amount(self) -> Decimal:
        """Not nothing."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError(_("A payment is more or less than nothing."))
        return amount


class PayerForm(PageForm):
    """Who paid."""

    customer = RecordField(label=_("Customer"), found=matching)

    def __init__(self, *args: Any, viewer: Viewer, options_address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer: Any = self.fields["customer"]
        customer.records = visible_customers(viewer)
        customer.widget.options_address = options_address


class ReturnForm(PageForm):
    """Goods of one line that came back."""

    line = forms.TypedChoiceField(label=_("Line"), coerce=int)
    quantity = forms.DecimalField(
        label=_("Quantity that came back"), min_value=Decimal("0.000001"), max_digits=18, decimal_places=6
    )
    returned_on = forms.DateField(label=_("Came back on"), widget=DayInput)
    amount = Amount(
        label=_("Amount"),
        required=False,
        min_value=Decimal(0),
        help_text=_("Left empty, the line's own share of it."),
    )
    code = forms.CharField(
        label=_("Number"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(line.number, _line_label(line)) for line in lines]
        self.fields["line"].choices = choices  # type: ignore[attr-defined]  # a field of choices


def _line_label(line: OrderLine) -> str:
    product = line.product
    name = (product.name or product.code) if product is not None else line.code
    return f"{line.number}. {name} × {formats.number(line.quantity)}"


class InvoiceForm(PageForm):
    """An invoice for an order."""

    code = forms.CharField(
        label=_("Number"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )
    issued_on = forms.DateField(label=_("Issued on"), widget=DayInput)
    due_on = forms.DateField(label=_("Due on"), widget=DayInput, required=False)
    amount = Amount(label=_("Amount"))


class ContractForm(PageForm):
    """A contract with a customer."""

    code = forms.CharField(
        label=_("Number"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput)
    ends_on = forms.DateField(label=_("Ends on"), widget=DayInput, required=False)
    amount = Amount(label=_("Amount"), required=False, min_value=Decimal(0))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"] = member_field(viewer)
        self.fields["member"].label = _("Whose work")
        self.dress()
