"""Orders entered, changed and cancelled."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import Done, removed
from emporion.records.customers.queries import today, visible_customers
from emporion.records.orders.actions.orders import cancel_order, change_order, place_order
from emporion.records.orders.forms.money import CancelForm
from emporion.records.orders.forms.orders import (
    MOST_LINES,
    OrderForm,
    credit_entries,
    credit_forms,
    line_entries,
    line_forms,
    order_values,
    refuse_too_many,
)
from emporion.records.orders.models import Order, OrderLine
from emporion.records.orders.rules.documents import OrderEntry
from emporion.records.orders.views.finding import next_code, order_of
from emporion.records.pipeline.queries import visible_deals

MORE = 3  # lines that the button adds
LONGEST_COUNT = 6  # digits of a number of rows: a longer one is too many, whichever it is


class OrderPage:
    """The three forms of one order, filled from what is stored or from what was sent."""

    def __init__(self, request: PageRequest, order: Order | None) -> None:
        posted = _with_more(request.POST) if request.method == "POST" else None
        self.request, self.order = request, order
        self.lines: Sequence[OrderLine] = () if order is None else _lines_of(order)
        sellers = None if order is None else list(order.credits.order_by("pk"))
        refuse_too_many(
            max(len(self.lines), _sent(posted, "lines")), max(len(sellers or ()), _sent(posted, "credits"))
        )
        addresses = {"customer": reverse("customers:options")}
        self.head = OrderForm(
            posted,
            viewer=request.viewer,
            addresses=addresses,
            order=order,
            stored=None if order is None else self._stored,
            initial=_first_values(request) if order is None else {},
        )
        self.rows = line_forms(
            posted,
            options_address=reverse("catalog:options"),
            stored=self.lines,
            extra=3 if order is None else 1,
        )
        self.credits = credit_forms(posted, viewer=request.viewer, stored=sellers)

    def _stored(self) -> dict[str, Any]:
        assert self.order is not None  # noqa: S101 - asked only where there is one
        order = order_of(self.request.viewer, self.order.pk)
        return order_values(order, _lines_of(order))

    def saved(self) -> Order | None:
        """The order, written; None where something is wrong or only more lines were asked for: the forms say what."""
        valid = [
            one.is_valid() for one in (self.head, self.rows, self.credits)
        ]  # all of them, so that all say what is wrong
        if "more" in self.request.POST or not all(valid):
            return None
        said = self.head.cleaned_data
        stored = {line.number: line for line in self.lines}
        lines = line_entries(self.rows, day=said["placed_on"], currency=said["currency"], stored=stored)
        if lines is None:
            return None
        made: list[Order] = []
        done = self.head.act(lambda: made.append(self._write(self._entry(lines))))
        return made[0] if done else None

    def _entry(self, lines: Any) -> OrderEntry:
        head = self.head.head
        shares = credit_entries(self.credits)
        if self.order is None:
            code = self.head.cleaned_data["code"] or next_code(Order, "O", head["placed_on"])
            return OrderEntry(code=code, lines=lines, credits=shares, **head)
        stored = self.order
        kept = {name: getattr(stored, name) for name in ("territory_id", "cancelled_on", "opening")}
        moment = stored.placed_at if stored.placed_on == head["placed_on"] else None
        return OrderEntry(code=stored.code, lines=lines, credits=shares, placed_at=moment, **kept, **head)

    def _write(self, entry: OrderEntry) -> Order:
        by, at = self.request.viewer, now()
        if self.order is None:
            return place_order(entry=entry, by=by, at=at)
        return change_order(entry=entry, version=self.head.cleaned_data["version"], by=by, at=at)

    def drawn(self, title: str, back: str) -> HttpResponse:
        """The page."""
        context = {
            "title": title,
            "form": self.head,
            "lines": self.rows,
            "credits": self.credits,
            "submit_label": _("Save"),
            "back": back,
        }
        return render(self.request, "orders/form.html", context, status=409 if self.head.conflict else 200)


def _with_more(posted: QueryDict) -> QueryDict:
    """What was sent, with room for more lines where the button asked for them."""
    if "more" not in posted:
        return posted
    kept = posted.copy()
    total = _sent(posted, "lines")
    if total <= MOST_LINES:
        kept["lines-TOTAL_FORMS"] = str(min(total + MORE, MOST_LINES))
    return kept


def _sent(posted: QueryDict | None, rows: str) -> int:
    """How many rows the page says it sends; a number that nobody can read is left to the form, which refuses it."""
    digits = "" if posted is None else posted.get(f"{rows}-TOTAL_FORMS", "").strip()
    if not digits.isdecimal():
        return 0
    return int(digits) if len(digits) <= LONGEST_COUNT else 10**LONGEST_COUNT


def _lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.select_related("product").order_by("number"))


def _first_values(request: PageRequest) -> dict[str, Any]:
    """What a new order begins with: today, the base currency, and the customer or deal that the address names."""
    values: dict[str, Any] = {"placed_on": today(), "currency": preference("base_currency"), "rate": "1"}
    for name, records in (("customer", visible_customers), ("deal", visible_deals)):
        pk = request.GET.get(name, "")
        if pk.isascii() and pk.isdecimal() and len(pk) < 19:
            values[name] = records(request.viewer).filter(pk=pk).first()
    if values.get("deal") is not None and values.get("customer") is None:
        values["customer"] = values["deal"].customer
    return values


@needs(Permission.WRITE)
def create(request: PageRequest) -> HttpResponse:
    """A new order."""
    return _answer(request, OrderPage(request, None), _("New order"), reverse("orders:list"))


@needs(Permission.WRITE)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """An order changed."""
    order = order_of(request.viewer, pk)
    title = _("Order %(code)s") % {"code": order.code}
    return _answer(request, OrderPage(request, order), title, card_address("order", pk))


def _answer(request: PageRequest, page: OrderPage, title: str, back: str) -> HttpResponse:
    done = Done(request) if request.method == "POST" else None
    order = page.saved() if done is not None else None
    if done is None or order is None:
        return page.drawn(title, back)
    address, said = told(order)
    done.tell(said, address)
    return HttpResponseRedirect(address)


@needs(Permission.WRITE)
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    """An order called off."""
    order = order_of(request.viewer, pk)
    form = CancelForm(
        request.POST or None,
        stored=lambda: {"version": order_of(request.viewer, pk).version},
        initial={"cancelled_on": today()},
    )

    def act() -> Order:
        said = form.cleaned_data
        return cancel_order(
            code=order.code,
            cancelled_on=said["cancelled_on"],
            version=said["version"],
            by=request.viewer,
            at=now(),
        )

    return form_answer(
        request,
        form,
        act,
        told,
        title=_("Cancel order %(code)s") % {"code": order.code},
        submit_label=_("Cancel the order"),
        back=card_address("order", pk),
    )


@needs(Permission.WRITE)
@require_POST
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """An order put into the recycle bin."""
    order = order_of(request.viewer, pk)
    name = _("Order %(code)s") % {"code": order.code}
    return removed(request, "order", pk, name=name, to=reverse("orders:list"), back=card_address("order", pk))


def told(order: Order) -> tuple[str, str]:
    """To the card, with a word of what was done."""
    address = card_address("order", order.pk) or reverse("orders:list")
    return address, _("Order %(code)s is saved.") % {"code": order.code}
