"""The cards of an order, a payment and a contract (SALE-1)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.cells import Badge, Cell, Link, Money, Share
from emporion.kernel.ui.charts import Drawn, Heading, Table
from emporion.kernel.ui.links import Openable, address_with, card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.forms.orders import CREDITS
from emporion.records.orders.models import Order, OrderLine, Payment
from emporion.records.orders.queries import visible_contracts, visible_orders
from emporion.records.orders.views.finding import contract_of, open_amount, order_of, payment_of
from emporion.records.pipeline.queries import visible_deals
from emporion.records.team.queries import visible_members, visible_territories

HISTORY = 200


def order(request: PageRequest, pk: int) -> HttpResponse:
    """The lines, whose sale it is, money, goods that came back, the facts behind."""
    viewer = request.viewer
    found = order_of(viewer, pk)
    lines = list(found.lines.select_related("product").order_by("number"))
    allocations = list(found.allocations.select_related("payment").order_by("payment__received_on", "pk"))
    returns = list(found.returns.order_by("returned_on", "pk"))
    sellers = list(found.credits.select_related("member").order_by("pk"))
    links = _links(viewer, found, [one.member_id for one in sellers])
    paid = sum((one.amount for one in allocations), Decimal(0))
    still = open_amount(found, paid, sum((one.amount for one in returns), Decimal(0)))
    period = f"{found.placed_on}..{found.placed_on}"
    context = {
        "title": _("Order %(code)s") % {"code": found.code},
        "order": found,
        "state": _state(found, paid, still),
        "customer": links.link("customer", found.customer),
        "facts": _facts(found, paid, still, links),
        "lines": _lines(viewer, found, lines),
        "credits": _credits(sellers, links),
        "payments": _payments(found, allocations),
        "invoices": _invoices(found),
        "returns": _returns(found, returns, lines),
        "can_pay": still > 0 and links.may_open("customer", found.customer_id),
        "writes": viewer.may(Permission.WRITE),
        "facts_address": address_with(
            reverse("panels:facts", args=["revenue"]), {"period": period, "order": found.code}
        ),
    }
    return render(request, "cards/order.html", context)


def _links(viewer: Viewer, found: Any, members: Sequence[int | None] = ()) -> Openable:
    """Links to what an order or a contract names. One query."""
    named: dict[str, Any] = {
        "customer": (visible_customers(viewer), [found.customer_id]),
        "deal": (visible_deals(viewer), [found.deal_id]),
        "contract": (visible_contracts(viewer), [getattr(found, "contract_id", None)]),
        "territory": (visible_territories(viewer), [getattr(found, "territory_id", None)]),
        "member": (visible_members(viewer), members),
    }
    return Openable(viewer, named)


def _state(found: Order, paid: Decimal, still: Decimal) -> Cell:
    if found.cancelled_on:
        return Badge(_("cancelled"), "bad")
    if found.opening:
        return Badge(_("brought in from before"))
    if still <= 0:
        return Badge(_("paid"), "good")
    return Badge(_("partly paid") if paid else _("not paid"), "warning")


def _facts(found: Order, paid: Decimal, still: Decimal, links: Openable) -> list[tuple[Any, Cell]]:
    base = str(preference("base_currency"))
    facts: list[tuple[Any, Cell]] = [
        (_("Total"), Money(found.total, found.currency)),
        (_("Paid"), Money(paid, found.currency)),
        (_("Still open"), Money(still, found.currency)),
        (_("Cancelled on"), found.cancelled_on),
        (_("Deal"), links.link("deal", found.deal)),
        (_("Contract"), links.link("contract", found.contract)),
        (_("Zone"), links.link("territory", found.territory)),
        (_("Channel"), found.channel),
        (_("Source"), found.source),
        (_("Rate"), None if found.currency == base else found.rate.normalize()),
    ]
    return _filled(facts)


def _filled(facts: Sequence[tuple[Any, Cell]]) -> list[tuple[Any, Cell]]:
    return [(name, value) for name, value in facts if value not in (None, "")]


def _product(line: OrderLine) -> Cell:
    product = line.product
    return (
        line.code
        if product is None
        else Link(product.name or product.code, card_address("product", product.pk))
    )


def _lines(viewer: Viewer, found: Order, lines: Sequence[OrderLine]) -> Table:
    with_cost = viewer.may(Permission.SEE_COST)
    base = str(preference("base_currency"))
    headings = [
        Heading(_("Product")),
        Heading(_("Quantity"), "end"),
        Heading(_("Price"), "end"),
        Heading(_("Discount"), "end"),
        Heading(_("Amount"), "end"),
        *([Heading(_("Cost"), "end")] if with_cost else []),
    ]
    rows = [
        [
            Drawn(_product(line)),
            Drawn(line.quantity, "end"),
            Drawn(Money(line.unit_price, found.currency), "end"),
            Drawn(Share(line.discount) if line.discount else None, "end"),
            Drawn(Money(line.amount, found.currency), "end"),
            *([Drawn(Money(line.cost, base), "end")] if with_cost else []),
        ]
        for line in lines
    ]
    empty = [Drawn(" ", "end") for _one in range(3)]
    totals = [Drawn(_("in all")), *empty, Drawn(Money(found.total, found.currency), "end")]
    if with_cost:
        totals.append(Drawn(Money(sum((line.cost for line in lines), Decimal(0)), base), "end"))
    return Table(_("Lines"), headings, rows, totals)


def _credits(sellers: Sequence[Any], links: Openable) -> Table:
    headings = [Heading(_("Who")), Heading(_("How it counts")), Heading(_("Parts"), "end")]
    rows = [
        [Drawn(links.link("member", one.member)), Drawn(CREDITS.get(one.credit)), Drawn(one.weight, "end")]
        for one in sellers
    ]
    return Table(_("Whose sale it is"), headings, rows)


def _payments(found: Order, allocations: Sequence[Any]) -> Table:
    headings = [Heading(_("Payment")), Heading(_("Day")), Heading(_("Amount"), "end")]
    rows = [
        [
            Drawn(Link(one.payment.code, card_address("payment", one.payment_id))),
            Drawn(one.payment.received_on),
            Drawn(Money(one.amount, found.currency), "end"),
        ]
        for one in allocations
    ]
    return Table(_("Payments"), headings, rows)


def _invoices(found: Order) -> Table:
    headings = [
        Heading(_("Invoice")),
        Heading(_("Issued on")),
        Heading(_("Due on")),
        Heading(_("Amount"), "end"),
    ]
    rows = [
        [
            Drawn(one.code),
            Drawn(one.issued_on),
            Drawn(one.due_on),
            Drawn(Money(one.amount, found.currency), "end"),
        ]
        for one in found.invoices.order_by("issued_on", "pk")
    ]
    return Table(_("Invoices"), headings, rows)


def _returns(found: Order, returns: Sequence[Any], lines: Sequence[OrderLine]) -> Table:
    named = {line.number: _product(line) for line in lines}
    headings = [
        Heading(_("Day")),
        Heading(_("Product")),
        Heading(_("Quantity"), "end"),
        Heading(_("Amount"), "end"),
    ]
    rows = [
        [
            Drawn(one.returned_on),
            Drawn(named.get(one.line_number)),
            Drawn(one.quantity, "end"),
            Drawn(Money(one.amount, found.currency), "end"),
        ]
        for one in returns
    ]
    return Table(_("Goods that came back"), headings, rows)


def order_changes(request: PageRequest, pk: int) -> HttpResponse:
    """What was done to the order, by whom and when: by hand; what an import did stands with the import."""
    found = order_of(request.viewer, pk)
    entries = AuditEntry.objects.filter(subject=f"order:{pk}").order_by("-id")[:HISTORY]
    context = {
        "title": _("Changes of order %(code)s") % {"code": found.code},
        "back": card_address("order", pk),
        "changes": [{"at": one.at, "by": who(one.by), "values": _told(one.payload or {})} for one in entries],
    }
    return render(request, "cards/changes.html", context)


def _told(payload: Mapping[str, Sequence[Any]]) -> list[tuple[Any, Any, Any]]:
    """The columns people know; what only the machine reads is left to the audit log."""
    names: dict[str, Any] = {
        "placed_on": _("Day"),
        "total": _("Total"),
        "currency": _("Currency"),
        "rate": _("Rate"),
        "channel": _("Channel"),
        "source": _("Source"),
        "cancelled_on": _("Cancelled on"),
    }
    told: list[tuple[Any, Any, Any]] = [
        (names[name], old, new) for name, (old, new) in sorted(payload.items()) if name in names
    ]
    for name, label in (("lines", _("Lines")), ("credits", _("Whose sale it is"))):
        if name in payload:
            old, new = payload[name]
            told.append((label, len(old or []) or None, len(new or [])))
    return told


def payment(request: PageRequest, pk: int) -> HttpResponse:
    """What came in, and what it is for."""
    found = payment_of(request.viewer, pk)
    allocations = list(found.allocations.select_related("order").order_by("pk"))
    rest = found.amount - sum((one.amount for one in allocations), Decimal(0))
    facts: list[tuple[Any, Cell]] = [
        (_("Received on"), found.received_on),
        (_("Amount"), Money(found.amount, found.currency)),
        (_("For no order yet"), Money(rest, found.currency) if rest else None),
        (_("Rate"), None if found.rate == 1 else found.rate.normalize()),
        (_("Number"), found.code),
    ]
    links = Openable(request.viewer, {"customer": (visible_customers(request.viewer), [found.customer_id])})
    context = {
        "customer": links.link("customer", found.customer),
        "allocates": bool(rest) and found.customer_id is not None,
        "title": _("Payment %(code)s") % {"code": found.code},
        "payment": found,
        "facts": _filled(facts),
        "allocations": _allocations(request.viewer, found, allocations),
        "writes": request.viewer.may(Permission.WRITE),
    }
    return render(request, "cards/payment.html", context)


def _allocations(viewer: Viewer, found: Payment, allocations: Sequence[Any]) -> Table:
    """The orders it is for; one that the viewer may not open is named by nothing but its amount."""
    ids = [one.order_id for one in allocations]
    seen = set(visible_orders(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    rows = [
        [
            Drawn(
                Link(one.order.code, card_address("order", one.order_id))
                if one.order_id in seen
                else _("another's order")
            ),
            Drawn(Money(one.amount, found.currency), "end"),
        ]
        for one in allocations
    ]
    return Table(_("What it is for"), [Heading(_("Order")), Heading(_("Amount"), "end")], rows)


def contract(request: PageRequest, pk: int) -> HttpResponse:
    """A contract, and what was ordered under it."""
    found = contract_of(request.viewer, pk)
    base = str(preference("base_currency"))
    links = _links(request.viewer, found, [found.member_id])
    facts: list[tuple[Any, Cell]] = [
        (_("Customer"), links.link("customer", found.customer)),
        (_("Signed on"), found.signed_on),
        (_("Ends on"), found.ends_on),
        (_("Amount"), Money(found.amount, base)),
        (_("Whose work"), links.link("member", found.member)),
        (_("Deal"), links.link("deal", found.deal)),
    ]
    context = {
        "title": _("Contract %(code)s") % {"code": found.code},
        "customer": links.link("customer", found.customer),
        "facts": _filled(facts),
    }
    return render(request, "cards/contract.html", context)
