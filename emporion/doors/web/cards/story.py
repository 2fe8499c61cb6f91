"""The timeline of a customer: everything that happened with them, of every kind, latest first (CUST-10).

Read as one statement, so that a page of it costs one query however long the story is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.money import AmountField
from emporion.kernel.ui.links import card_address
from emporion.records.activities.forms.wording import outcome_name, sort_name
from emporion.records.activities.models import Activity
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.activities.rules import KINDS as ACTIVITIES
from emporion.records.activities.views.listing import member_names
from emporion.records.orders.models import Contract, GoodsReturn, Payment
from emporion.records.orders.queries import visible_orders
from emporion.records.pipeline.queries import visible_deals

A_PAGE = 20
DEEPEST = 100  # pages
Rows = QuerySet[Any, Any]
_COLUMNS = ("on_day", "what", "subject", "text", "more", "sort", "money", "money_of")

KINDS: Mapping[str, str | Promise] = {
    "contacts": gettext_lazy("Contacts"),
    "orders": gettext_lazy("Orders"),
    "money": gettext_lazy("Money"),
    "deals": gettext_lazy("Deals"),
    "tasks": gettext_lazy("Tasks"),
}


class _Row(NamedTuple):
    """A row of the statement, in the order of its columns."""

    day: date
    what: str
    subject: int
    text: str
    more: str
    sort: str
    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: on which day, what, in which words, for how much, and the card it is on."""

    day: date
    title: str
    address: str
    note: str = ""
    who: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the story, and whether there is more of it."""

    events: Sequence[Event]
    more: bool


def story(viewer: Viewer, customer_id: int, kind: str = "", page: int = 1) -> Page:
    """A page of what happened with the customer, of that kind or of all: what the viewer, who may open the
    customer, may open. Two queries."""
    reads = [read for name, found in _READS.items() if kind in ("", name) for read in found]
    first, *others = (read(viewer, customer_id) for read in reads)
    rows = first.union(*others, all=True) if others else first
    start = (page - 1) * A_PAGE
    ordered = rows.order_by("-on_day", "-subject", "what")
    found = [_Row(*row) for row in ordered[start : start + A_PAGE + 1]]
    shown = found[:A_PAGE]
    done = [row.subject for row in shown if row.what in ACTIVITIES]
    who = member_names(done) if done else {}
    return Page([_event(row, who.get(row.subject, "")) for row in shown], len(found) > A_PAGE)


# Reading


def _rows(records: QuerySet[Any], what: Any, day: str, text: str, **others: str) -> Rows:
    """These records as rows of the statement; `others` name the attributes of the columns they fill."""

    def column(name: str) -> Any:
        return F(others[name]) if name in others else Value("", CharField())

    nothing = Cast(Value(None), AmountField())
    made = records.order_by().annotate(
        on_day=F(day),
        what=what if isinstance(what, F) else Value(what, CharField()),
        subject=F(others.get("subject", "pk")),
        text=Cast(F(text), TextField()),
        more=column("more"),
        sort=column("sort"),
        money=F(others["money"]) if "money" in others else nothing,
        money_of=column("money_of"),
    )
    rows: Rows = made.values_list(*_COLUMNS)
    return rows


def _activities(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_activities(viewer).filter(customer_id=customer_id)
    return _rows(found, F("kind"), "day", "note", more="outcome", sort="first")


def _orders(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_orders(viewer).filter(customer_id=customer_id)
    return _rows(found, "order", "placed_on", "code", money="total", money_of="currency")


def _cancelled(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_orders(viewer).filter(customer_id=customer_id, cancelled_on__isnull=False)
    return _rows(found, "cancelled", "cancelled_on", "code", money="total", money_of="currency")


def _returns(viewer: Viewer, customer_id: int) -> Rows:
    orders = visible_orders(viewer).filter(customer_id=customer_id)
    found = GoodsReturn.objects.filter(order_id__in=orders.values("id"))
    columns = {"subject": "order_id", "money": "amount", "money_of": "order__currency"}
    return _rows(found, "return", "returned_on", "order__code", **columns)


def _payments(_viewer: Viewer, customer_id: int) -> Rows:
    found = Payment.objects.filter(
        customer_id=customer_id, removed_at=None
    )  # who may open the customer may open them
    return _rows(found, "payment", "received_on", "code", money="amount", money_of="currency")


def _contracts(_viewer: Viewer, customer_id: int) -> Rows:
    found = Contract.objects.filter(customer_id=customer_id)  # who may open the customer may open them
    return _rows(found, "contract", "signed_on", "code")


def _opened(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_deals(viewer).filter(customer_id=customer_id)
    return _rows(found, "opened", "opened_on", "name", more="code")


def _closed(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_deals(viewer).filter(customer_id=customer_id, closed_on__isnull=False)
    return _rows(found, "closed", "closed_on", "name", more="code", sort="stage__outcome")


def _tasks(viewer: Viewer, customer_id: int) -> Rows:
    found = visible_tasks(viewer).filter(customer_id=customer_id, done_on__isnull=False, dropped=False)
    return _rows(found, "task", "done_on", "title", more="code")


_READS: Mapping[str, tuple[Callable[[Viewer, int], Rows], ...]] = {
    "orders": (_orders, _cancelled, _returns, _contracts),
    "contacts": (_activities,),
    "money": (_payments,),
    "deals": (_opened, _closed),
    "tasks": (_tasks,),
}


# Telling


def _event(row: _Row, who: str) -> Event:
    if row.what in ACTIVITIES:
        title = str(sort_name(Activity(kind=row.what, first=row.sort)))
        ended = str(outcome_name(row.more)) if row.more else ""
        note = " · ".join(part for part in (ended, row.text) if part)
        return Event(row.day, title, card_address("activity", row.subject), note, who)
    title, kind = _TOLD[row.what]
    if row.what == "closed" and row.sort == "won":
        title = _WON
    name = {"name": row.text or row.more}
    return Event(
        row.day, title % name, card_address(kind, row.subject), amount=row.amount, currency=row.currency
    )


_WON: Any = gettext_lazy("Deal won: %(name)s")
_LOST = gettext_lazy("Deal closed without sale: %(name)s")
_TOLD: Mapping[str, tuple[Any, str]] = {
    "order": (gettext_lazy("Order %(name)s"), "order"),
    "cancelled": (gettext_lazy("Order %(name)s cancelled"), "order"),
    "return": (gettext_lazy("Goods of order %(name)s came back"), "order"),
    "payment": (gettext_lazy("Payment %(name)s"), "payment"),
    "contract": (gettext_lazy("Contract %(name)s signed"), "contract"),
    "opened": (gettext_lazy("Deal opened: %(name)s"), "deal"),
    "closed": (_LOST, "deal"),
    "task": (gettext_lazy("Done: %(name)s"), "task"),
}


def kind_names() -> list[tuple[str, str]]:
    """What the timeline can be narrowed to: everything, or one kind."""
    return [("", _("All")), *((name, str(label)) for name, label in KINDS.items())]
