"""What an assistant has on the desk: tasks due, orders entered, invoices that fall due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from emporion.doors.web.panels.people import SELLING, Person
from emporion.doors.web.panels.plans import Asked
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.clock import zone
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.cells import Cell, Link, Money
from emporion.kernel.ui.links import Openable, address_with, card_address
from emporion.records.activities.models import Task
from emporion.records.activities.queries import open_tasks
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.models import Invoice
from emporion.records.orders.queries import visible_orders
from emporion.records.orders.views.finding import open_amount, paid_and_returned
from emporion.records.team.models import Member
from emporion.records.team.queries import Places, stood_in_for

SUPPORTING = frozenset({"assistant", "service"})
SOON = timedelta(days=7)
MOST_TASKS, MOST_INVOICES = 8, 8
LOOKED_AT = 200  # invoices, of which those that are paid are left out


@dataclass(frozen=True, slots=True)
class Due:
    """Something on the desk: what, for whom, by when, and how much."""

    what: Link
    customer: Cell
    day: Any
    amount: Money | None = None


class Desk:
    """The desk of a person who works for others, as the viewer may see it."""

    def __init__(self, person: Person, asked: Asked) -> None:
        self.person, self.asked = person, asked
        self._today = asked.today

    @cached_property
    def _served_ids(self) -> frozenset[int]:
        """For whom they work besides themselves: whom they stand in for, and their manager where that one sells."""
        manager = Places.load([self.person.pk]).on(self.person.pk, self._today).manager_id
        sells = manager is not None and Places.load([manager]).on(manager, self._today).role in SELLING
        return stood_in_for(self.person.pk, self._today) | ({manager} if sells and manager else frozenset())

    @cached_property
    def served(self) -> list[str]:
        """Their names."""
        rows = Member.objects.filter(pk__in=self._served_ids).order_by("name", "code")
        return [name or code for name, code in rows.values_list("name", "code")]

    @cached_property
    def _tasks(self) -> Any:
        return open_tasks(self.asked.viewer).filter(member_id__in=self._served_ids | {self.person.pk})

    @cached_property
    def counted(self) -> dict[str, int]:
        """How many of the open tasks are overdue, due today, and due in the week after today."""
        soon = self._today + SOON
        found: dict[str, int] = self._tasks.aggregate(
            overdue=Count("id", filter=Q(due_on__lt=self._today)),
            now=Count("id", filter=Q(due_on=self._today)),
            soon=Count("id", filter=Q(due_on__gt=self._today, due_on__lte=soon)),
        )
        return found

    @property
    def tasks_address(self) -> str:
        """The list of their open tasks."""
        return address_with(reverse("activities:tasks"), {"member": str(self.person.pk)})

    @cached_property
    def tasks(self) -> list[Due]:
        """The tasks that are due first."""
        rows: Sequence[Task] = self._tasks.select_related("customer")[:MOST_TASKS]
        links = self._links(row.customer_id for row in rows)
        return [
            Due(
                Link(row.title or row.code, card_address("task", row.pk)),
                links.link("customer", row.customer),
                row.due_on,
            )
            for row in rows
        ]

    @cached_property
    def orders_entered(self) -> int:
        """How many orders they entered in the period: by the audit log, for an order does not say whose hand it was."""
        username = Member.objects.filter(pk=self.person.pk).values_list("user__username", flat=True).first()
        here = zone(str(preference("zone")))
        days = self.asked.span.period
        start, end = (datetime.combine(day, time(), here) for day in (days.start, days.end))
        entries = AuditEntry.objects.filter(at__gte=start, at__lt=end, action="order.placed", by=username)
        return entries.count() if username else 0

    @cached_property
    def invoices(self) -> list[Due]:
        """On one's own desk: invoices of orders that the viewer may open, overdue or due within a week, of which
        something is still to be paid, the oldest first. Three queries."""
        if not self.is_own:
            return []
        found = Invoice.objects.filter(
            order__in=visible_orders(self.asked.viewer),
            order__cancelled_on=None,
            due_on__lte=self._today + SOON,
        )
        rows = found.select_related("order__customer").order_by("-due_on", "id")[:LOOKED_AT]
        money = paid_and_returned([row.order_id for row in rows])
        unpaid = [(row, open_amount(row.order, *money[row.order_id])) for row in rows]
        shown = [(row, amount) for row, amount in unpaid if amount > 0]
        shown.sort(key=lambda one: (one[0].due_on, one[0].pk))
        links = self._links(row.order.customer_id for row, _amount in shown[:MOST_INVOICES])
        return [
            Due(
                Link(row.code, card_address("order", row.order_id)),
                links.link("customer", row.order.customer),
                row.due_on,
                Money(min(amount, row.amount), row.order.currency),
            )
            for row, amount in shown[:MOST_INVOICES]
        ]

    @property
    def is_own(self) -> bool:
        """Whether the viewer looks at their own desk."""
        return self.person.pk == self.asked.viewer.member_id

    def _links(self, customer_ids: Any) -> Openable:
        viewer = self.asked.viewer
        return Openable(viewer, {"customer": (visible_customers(viewer), list(customer_ids))})
