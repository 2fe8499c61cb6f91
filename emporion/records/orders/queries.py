"""Reading orders: what a viewer may see, and what the ledger needs to know of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.reading import EVERYTHING, ONE, wanting
from emporion.records.catalog.models import Product
from emporion.records.customers.queries import (
    customers_in_reach,
    member_among,
    owned_now,
    owner_is,
    visible_customers,
)
from emporion.records.customers.reach import is_wide
from emporion.records.orders.models import (
    Allocation,
    Contract,
    GoodsReturn,
    Invoice,
    Order,
    OrderCredit,
    OrderLine,
    Payment,
)
from emporion.records.orders.rules.documents import LineRow
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import visible_deals

Launches = Mapping[int, tuple[date | None, date | None]]


def visible_orders(viewer: Viewer) -> models.QuerySet[Order]:
    """Orders the viewer may open: their members' own, their zones', and all of accounts they own now."""
    return orders_in_reach(viewer).filter(removed_at=None)


def orders_in_reach(viewer: Viewer) -> models.QuerySet[Order]:
    """The same, with those in the recycle bin."""
    orders = Order.objects.all()
    if viewer.sees_all:
        return orders
    if is_wide(viewer, Order):
        return orders.filter(_in_reach(viewer))
    own = OrderCredit.objects.filter(member_id__in=viewer.member_ids).values("order_id")
    theirs = orders.filter(customer_id__in=owned_now(viewer.member_ids, viewer.on)).values("id")
    there = orders.filter(territory_id__in=viewer.territory_ids).values("id")
    return orders.filter(id__in=own.union(theirs, there, all=True))


def _in_reach(viewer: Viewer) -> Q:
    """The same, asked of each order: for who reaches much."""
    own = OrderCredit.objects.filter(member_among(viewer.member_ids), order_id=OuterRef("pk"))
    there = Q(territory_id__in=viewer.territory_ids)
    return Q(Exists(own)) | Q(owner_is(viewer.member_ids, "customer_id", viewer.on)) | there


@wanting(ONE)
def visible_order(viewer: Viewer, code: str) -> Order:
    """The order of that code; refuses a missing one and one the viewer may not open, without saying which."""
    found = visible_orders(viewer).filter(code=code).first()
    if found is None:
        raise Refusal("no_such_order", f"there is no order {code} that you may open")
    return found


def visible_payments(viewer: Viewer) -> models.QuerySet[Payment]:
    """Payments the viewer may open: of customers they may open, or for orders they may open."""
    return payments_in_reach(viewer).filter(removed_at=None)


@wanting(EVERYTHING)
def payments_in_reach(viewer: Viewer) -> models.QuerySet[Payment]:
    """The same, with those in the recycle bin."""
    payments = Payment.objects.all()
    if viewer.sees_all:
        return payments
    used = Allocation.objects.filter(order_id__in=orders_in_reach(viewer).values("id")).values("payment_id")
    theirs = payments.filter(customer_id__in=customers_in_reach(viewer).values("id")).values("id")
    return payments.filter(id__in=used.union(theirs, all=True))


def visible_payment(viewer: Viewer, code: str) -> Payment:
    """The payment of that code; refuses a missing one and one the viewer may not open, without saying which."""
    found = visible_payments(viewer).filter(code=code).first()
    if found is None:
        raise Refusal("no_such_payment", f"there is no payment {code} that you may open")
    return found


@wanting(EVERYTHING)
def visible_contracts(viewer: Viewer) -> models.QuerySet[Contract]:
    """Contracts the viewer may open: their members' own, and those of customers and deals they may open."""
    contracts = Contract.objects.all()
    if viewer.sees_all:
        return contracts
    return contracts.filter(
        Q(member_id__in=viewer.member_ids)
        | Q(customer_id__in=visible_customers(viewer).values("id"))
        | Q(deal_id__in=visible_deals(viewer).values("id"))
    )


def order_codes() -> dict[int, str]:
    """The code of every order. One query."""
    return dict(Order.objects.values_list("id", "code"))


def is_new(launched: Launches, product_id: int | None, day: date) -> bool:
    """Whether a sale on that day is of a new product."""
    since, until = launched.get(product_id or 0, (None, None))
    return since is not None and until is not None and since <= day < until


def launches(product_ids: Iterable[int | None] | None = None) -> Launches:
    """When each product (or each of these) is new. One query."""
    rows = Product.objects.all()
    if product_ids is not None:
        rows = rows.filter(id__in=[found for found in product_ids if found is not None])
    return {row[0]: row[1:] for row in rows.values_list("id", "launched_on", "new_until")}


def lines_of(ids: Sequence[int]) -> dict[int, list[LineRow]]:
    """The lines of these orders, each order's by number. One query."""
    found: dict[int, list[LineRow]] = defaultdict(list)
    lines = OrderLine.objects.filter(order_id__in=ids).order_by("order_id", "number")
    for order_id, *values in lines.values_list("order_id", *LineRow._fields).iterator():
        found[order_id].append(LineRow(*values))
    return found


def _orders_of(member_id: int, start: date, end: date) -> Iterable[int]:
    """Orders credited to that person whose facts fall into the span: what a back-dated move of theirs touches."""
    touched = Q(placed_on__gte=start, placed_on__lt=end) | Q(cancelled_on__gte=start, cancelled_on__lt=end)
    return Order.objects.filter(touched, credits__member_id=member_id).values_list("id", flat=True)


def _returns_of(member_id: int, start: date, end: date) -> Iterable[int]:
    within = GoodsReturn.objects.filter(returned_on__gte=start, returned_on__lt=end)
    return within.filter(order__credits__member_id=member_id).values_list("id", flat=True)


def _payments_of(member_id: int, start: date, end: date) -> Iterable[int]:
    within = Payment.objects.filter(received_on__gte=start, received_on__lt=end)
    return within.filter(allocations__order__credits__member_id=member_id).values_list("id", flat=True)


def _invoices_of(member_id: int, start: date, end: date) -> Iterable[int]:
    within = Invoice.objects.filter(issued_on__gte=start, issued_on__lt=end)
    return within.filter(order__credits__member_id=member_id).values_list("id", flat=True)


def _contracts_of(member_id: int, start: date, end: date) -> Iterable[int]:
    within = Contract.objects.filter(signed_on__gte=start, signed_on__lt=end)
    return within.filter(member_id=member_id).values_list("id", flat=True)


def signed_in_pipeline(deal_ids: Iterable[int | None]) -> set[int]:
    """Those of these deals that carry the signing of their contract themselves. One query."""
    named = [deal_id for deal_id in deal_ids if deal_id is not None]
    deals = Deal.objects.filter(id__in=named, contract_signed_on__isnull=False)
    return set(deals.values_list("id", flat=True)) if named else set()


def orders_with_products(product_ids: Sequence[int]) -> Iterable[int]:
    """Orders with a line of one of these products."""
    return Order.objects.filter(lines__product_id__in=product_ids).values_list("id", flat=True).distinct()


def returns_with_products(product_ids: Sequence[int]) -> Iterable[int]:
    """Returns of orders with a line of one of these products."""
    within = GoodsReturn.objects.filter(order__lines__product_id__in=product_ids)
    return within.values_list("id", flat=True).distinct()


FINDERS: dict[str, Callable[[int, date, date], Iterable[int]]] = {
    "order": _orders_of,
    "return": _returns_of,
    "payment": _payments_of,
    "invoice": _invoices_of,
    "contract": _contracts_of,
}
