"""The list of orders."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Badge, Cell, Money
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.kernel.ui.filters import Choice, Days, Text
from emporion.kernel.ui.links import Openable
from emporion.kernel.ui.lists import Column, ListPage
from emporion.kernel.ui.lists import Sum as Total
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.models import Order, OrderCredit
from emporion.records.orders.queries import visible_orders
from emporion.records.orders.views.finding import open_amount, paid_and_returned
from emporion.records.team.queries import visible_members

MOST_CHOICES = 200
STANDING, CANCELLED, OPENING = "standing", "cancelled", "opening"


@OncePerViewer
def _members(viewer: Viewer) -> Iterable[tuple[str, Text]]:
    rows = visible_members(viewer).order_by("name", "code").values_list("pk", "name", "code")
    return [(str(pk), name or code) for pk, name, code in rows[:MOST_CHOICES]]


def _states(viewer: Viewer) -> Iterable[tuple[str, Text]]:  # noqa: ARG001 - a filter's signature
    return [(STANDING, _("stand")), (CANCELLED, _("cancelled")), (OPENING, _("brought in from before"))]


def _in_state(orders: QuerySet[Any], state: str) -> QuerySet[Any]:
    conditions = {
        STANDING: Q(cancelled_on=None, opening=False),
        CANCELLED: Q(cancelled_on__isnull=False),
        OPENING: Q(opening=True),
    }
    return orders.filter(conditions[state])


def _sold_by(orders: QuerySet[Any], member: str) -> QuerySet[Any]:
    return orders.filter(pk__in=OrderCredit.objects.filter(member_id=int(member)).values("order_id"))


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """The records of one customer, where the address names one: cards lead here with it."""

    name: str = "customer"

    @property
    def names(self) -> tuple[str, ...]:
        """Its name."""
        return (self.name,)

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:  # noqa: ARG002 - a filter's signature
        """Theirs; what is no number narrows nothing."""
        pk = _number(query.get(self.name, ""))
        return records if pk is None else records.filter(customer_id=pk)

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:
        """Whose they are, and a field that keeps it; nothing where the address names none. One query."""
        pk = _number(query.get(self.name, ""))
        found = visible_customers(viewer).filter(pk=pk).first() if pk is not None else None
        if found is None:
            return SafeString("")
        kept = format_html('<input type="hidden" name="{}" value="{}">', self.name, pk)
        return format_html('<p class="mark">{}: {}{}</p>', now_said("Customer"), found.name, kept)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _by_currency(orders: QuerySet[Any]) -> Cell:
    """All that fit, a sum for each currency: amounts in different ones are never added up."""
    sums = (
        orders.filter(cancelled_on=None).values_list("currency").annotate(Sum("total")).order_by("currency")
    )
    return " + ".join(formats.money(total, currency) for currency, total in sums)


def _state(order: Any) -> Cell:
    if order.cancelled_on:
        return Badge(_("cancelled"), "bad")
    if order.opening:
        return Badge(_("brought in from before"))
    if order.still_open <= 0:
        return Badge(_("paid"), "good")
    return Badge(_("partly paid"), "warning") if order.paid else Badge(_("not paid"), "warning")


class OrderList(ListPage):
    """Orders with whose sale they are and what of them is paid."""

    key = "orders"
    subject = "order"
    title = _("Orders")
    empty = _("Orders that you enter or import will stand here, with their payments.")
    create_label = _("New order")
    default_sort = "-day"
    template_name = "orders/list.html"
    columns = (
        Column("code", _("Order"), lambda one: one.code, ("code",)),
        Column("day", _("Day"), lambda one: one.placed_on, ("placed_on",)),
        Column("customer", _("Customer"), lambda one: one.customer_cell),
        Column("members", _("Whose sale"), lambda one: one.members),
        Column("amount", _("Amount"), lambda one: Money(one.total, one.currency), end=True),
        Column("paid", _("Paid"), lambda one: Money(one.paid, one.currency), end=True),
        Column("state", _("State"), _state),
    )
    filters = (
        OfCustomer(),
        Days("day", _("Day"), "placed_on"),
        Choice("member", _("Whose sale"), _members, _sold_by),
        Choice("state", _("State"), _states, _in_state),
    )
    sums = (Total(_("ordered in all, without cancelled ones and before returns:"), _by_currency),)

    def records(self, viewer: Viewer) -> QuerySet[Order]:
        """Those the viewer may open."""
        return visible_orders(viewer).select_related("customer")

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By code, or by customer."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """Whose sale they are, what is paid, and which customers the viewer may open. Three queries."""
        ids = [one.pk for one in rows]
        sellers, money = _sellers(ids), paid_and_returned(ids)
        links = Openable(viewer, {"customer": (visible_customers(viewer), [one.customer_id for one in rows])})
        for row in rows:
            paid, returned = money[row.pk]
            row.paid, row.still_open = paid, open_amount(row, paid, returned)
            row.members = ", ".join(sellers.get(row.pk, []))
            row.customer_cell = links.link("customer", row.customer)

    def more(self, viewer: Viewer) -> dict[str, bool]:
        """Whether they find the way to money received."""
        return {"writes": viewer.may(Permission.WRITE)}

    def create_address(self, viewer: Viewer) -> str:
        """Where an order is entered."""
        return reverse("orders:create") if viewer.may(Permission.WRITE) else ""


def _sellers(ids: Sequence[int]) -> dict[int, list[str]]:
    """By order, the names of those whose sale it is. One query."""
    rows = OrderCredit.objects.filter(order_id__in=ids).order_by("order_id", "pk")
    found: dict[int, list[str]] = {}
    for order_id, name, code in rows.values_list("order_id", "member__name", "member__code"):
        found.setdefault(order_id, []).append(name or code)
    return found


def still_open(orders: Sequence[Order]) -> dict[int, Decimal]:
    """By order, what is still to be paid of it. One query."""
    money = paid_and_returned([one.pk for one in orders])
    return {one.pk: open_amount(one, *money[one.pk]) for one in orders}
