"""Which records somebody may ask about by their code."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.reading import EVERYTHING, wanting
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.models import Contract, GoodsReturn, Invoice, Payment
from emporion.records.orders.queries import visible_orders
from emporion.records.pipeline.queries import visible_deals
from emporion.records.team.queries import visible_members

Rows = QuerySet[Any]


def _contracts(viewer: Viewer) -> Rows:
    customers = visible_customers(viewer).values("id")
    return Contract.objects.filter(Q(member_id__in=viewer.member_ids) | Q(customer_id__in=customers))


def _payments(viewer: Viewer) -> Rows:
    orders, customers = visible_orders(viewer).values("id"), visible_customers(viewer).values("id")
    return Payment.objects.filter(Q(customer_id__in=customers) | Q(allocations__order_id__in=orders))


def _invoices(viewer: Viewer) -> Rows:
    return Invoice.objects.filter(order_id__in=visible_orders(viewer).values("id"))


def _returns(viewer: Viewer) -> Rows:
    return GoodsReturn.objects.filter(order_id__in=visible_orders(viewer).values("id"))


_OPENED: dict[str, Callable[[Viewer], Rows]] = {
    "member": visible_members,
    "customer": visible_customers,
    "deal": visible_deals,
    "order": visible_orders,
    "activity": visible_activities,
    "task": visible_tasks,
    "contract": _contracts,
    "invoice": _invoices,
    "payment": _payments,
    "return": _returns,
}


@wanting(EVERYTHING)
def opened(kind: str, viewer: Viewer) -> Rows | None:
    """The records of that kind that the viewer may open; None where all may be named: the viewer sees everything, or
    everybody knows records of that kind (teams, zones, products, stages)."""
    rows = None if viewer.sees_all else _OPENED.get(kind)
    return rows(viewer) if rows else None


@wanting(EVERYTHING)
def named(kind: str, viewer: Viewer) -> Rows | None:
    """The records of that kind whose names the viewer may read; None where all may be: those they may open, and the
    customers whom an order, a deal or an activity that they may open names anyway."""
    if kind != "customer" or viewer.sees_all:
        return None
    of = [rows(viewer).values("customer_id") for rows in (visible_orders, visible_deals, visible_activities)]
    met = Q(id__in=of[0]) | Q(id__in=of[1]) | Q(id__in=of[2])
    return Customer.objects.filter(met | Q(id__in=visible_customers(viewer).values("id")))
