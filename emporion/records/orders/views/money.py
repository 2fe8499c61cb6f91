"""What follows an order: money received, goods that came back, invoices, contracts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import today, visible_customer
from emporion.records.orders.actions.orders import issue_invoice, sign_contract
from emporion.records.orders.actions.payments import allocate_payment, receive_payment, return_goods
from emporion.records.orders.forms.money import (
    AllocationForm,
    ContractForm,
    InvoiceForm,
    PayerForm,
    PaymentForm,
    ReturnForm,
)
from emporion.records.orders.models import Contract, GoodsReturn, Invoice, Order, Payment
from emporion.records.orders.queries import visible_orders
from emporion.records.orders.views.finding import next_code, order_of, payment_of
from emporion.records.orders.views.lists import still_open
from emporion.records.orders.views.orders import told

LOOKED_AT = 100  # of the customer's latest orders: those not paid are offered
OFFERED = 15


@needs(Permission.WRITE)
def payer(request: PageRequest) -> HttpResponse:
    """Who paid: then their orders are shown."""
    form = PayerForm(
        request.POST or None, viewer=request.viewer, options_address=reverse("customers:options")
    )
    if request.method == "POST" and form.is_valid():
        return redirect("orders:pay", pk=form.cleaned_data["customer"].pk)
    context = {
        "form": form,
        "title": _("Money received"),
        "submit_label": _("Next"),
        "back": reverse("orders:list"),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.WRITE)
def pay(request: PageRequest, pk: int) -> HttpResponse:
    """Money received from a customer, and what of it is for which order."""
    customer = visible_customer(request.viewer, pk)
    orders, open_of = _unpaid(request.viewer, customer)
    chosen = [one for one in orders if str(one.pk) == request.GET.get("order", "")]
    form = PaymentForm(
        request.POST or None, orders=orders, open_of=open_of, initial=_first_payment(chosen, open_of)
    )

    def act() -> Payment:
        said = {name: form.cleaned_data[name] for name in ("received_on", "amount", "currency", "rate")}
        code = form.cleaned_data["code"] or next_code(Payment, "P", said["received_on"])
        return receive_payment(
            code=code, customer_id=pk, allocations=form.allocations, by=request.viewer, at=now(), **said
        )

    return form_answer(
        request,
        form,
        act,
        _told_payment,
        title=_("Money received from %(name)s") % {"name": customer.name},
        submit_label=_("Save"),
        back=card_address("customer", pk),
    )


def _first_payment(chosen: Sequence[Order], open_of: dict[int, Decimal]) -> dict[str, Any]:
    """Today, in the base currency; or what is open of the order that the address names."""
    values: dict[str, Any] = {"received_on": today(), "currency": preference("base_currency"), "rate": "1"}
    for order in chosen:
        amount = f"{open_of[order.pk]:f}"
        values |= {"amount": amount, f"for_{order.pk}": amount, "currency": order.currency}
        values["rate"] = f"{order.rate.normalize():f}"
    return values


def _unpaid(viewer: Viewer, customer: Customer) -> tuple[list[Order], dict[int, Decimal]]:
    """The customer's latest orders that the viewer may open and that are not paid, and what is open of each."""
    standing = visible_orders(viewer).filter(customer=customer, cancelled_on=None, opening=False)
    latest = list(standing.order_by("-placed_on", "-pk")[:LOOKED_AT])
    open_of = still_open(latest)
    unpaid = [one for one in latest if open_of[one.pk] > 0][:OFFERED]
    return unpaid, open_of


@needs(Permission.WRITE)
def allocate(request: PageRequest, pk: int) -> HttpResponse:
    """For which orders the rest of a payment is."""
    payment = payment_of(request.viewer, pk)
    orders: list[Order] = []
    open_of: dict[int, Decimal] = {}
    if payment.customer is not None:
        used = set(payment.allocations.values_list("order_id", flat=True))
        found, open_of = _unpaid(request.viewer, payment.customer)
        orders = [one for one in found if one.currency == payment.currency and one.pk not in used]
    form = AllocationForm(request.POST or None, orders=orders, open_of=open_of)
    return form_answer(
        request,
        form,
        lambda: allocate_payment(
            code=payment.code, allocations=form.allocations, by=request.viewer, at=now()
        ),
        _told_payment,
        title=_("What payment %(code)s is for") % {"code": payment.code},
        submit_label=_("Save"),
        back=card_address("payment", pk),
    )


@needs(Permission.WRITE)
def take_back(request: PageRequest, pk: int) -> HttpResponse:
    """Goods of an order that came back."""
    order = order_of(request.viewer, pk)
    lines = list(order.lines.select_related("product").order_by("number"))
    form = ReturnForm(request.POST or None, lines=lines, initial={"returned_on": today()})

    def act() -> Order:
        said = form.cleaned_data
        return_goods(
            code=said["code"] or next_code(GoodsReturn, "R", said["returned_on"]),
            order_code=order.code,
            line_number=said["line"],
            returned_on=said["returned_on"],
            quantity=said["quantity"],
            amount=said["amount"],
            by=request.viewer,
            at=now(),
        )
        return order

    title = _("Goods of order %(code)s came back") % {"code": order.code}
    return form_answer(
        request, form, act, told, title=title, submit_label=_("Save"), back=card_address("order", pk)
    )


@needs(Permission.WRITE)
def invoice(request: PageRequest, pk: int) -> HttpResponse:
    """An invoice for an order."""
    order = order_of(request.viewer, pk)
    first = {"issued_on": today(), "amount": f"{still_open([order])[order.pk]:f}"}
    form = InvoiceForm(request.POST or None, initial=first)

    def act() -> Order:
        said = {name: form.cleaned_data[name] for name in ("issued_on", "due_on", "amount")}
        code = form.cleaned_data["code"] or next_code(Invoice, "I", said["issued_on"])
        issue_invoice(code=code, order=order, by=request.viewer, at=now(), **said)
        return order

    title = _("Invoice for order %(code)s") % {"code": order.code}
    return form_answer(
        request, form, act, told, title=title, submit_label=_("Save"), back=card_address("order", pk)
    )


@needs(Permission.WRITE)
def contract(request: PageRequest, pk: int) -> HttpResponse:
    """A contract signed with a customer."""
    customer = visible_customer(request.viewer, pk)
    first = {"signed_on": today(), "member": request.viewer.member_id}
    form = ContractForm(request.POST or None, viewer=request.viewer, initial=first)

    def act() -> Contract:
        said = form.cleaned_data
        made = Contract(
            code=said["code"] or next_code(Contract, "C", said["signed_on"]),
            customer=customer,
            member=said["member"],
            signed_on=said["signed_on"],
            ends_on=said["ends_on"],
            amount=said["amount"] or Decimal(0),
        )
        return sign_contract(contract=made, by=request.viewer, at=now())

    def told_contract(made: Contract) -> tuple[str, str]:
        address = card_address("contract", made.pk) or card_address("customer", pk)
        return address or reverse("customers:list"), _("Contract %(code)s is saved.") % {"code": made.code}

    return form_answer(
        request,
        form,
        act,
        told_contract,
        title=_("Contract with %(name)s") % {"name": customer.name},
        submit_label=_("Save"),
        back=card_address("customer", pk),
    )


@needs(Permission.WRITE)
@require_POST
def remove_payment(request: PageRequest, pk: int) -> HttpResponse:
    """A payment put into the recycle bin."""
    payment = payment_of(request.viewer, pk)
    name, back = _("Payment %(code)s") % {"code": payment.code}, card_address("payment", pk)
    to = card_address("customer", payment.customer_id) or reverse("orders:list")
    return removed(request, "payment", pk, name=name, to=to, back=back)


def _told_payment(payment: Payment) -> tuple[str, str]:
    address = card_address("payment", payment.pk) or reverse("orders:list")
    return address, _("Payment %(code)s is saved.") % {"code": payment.code}
