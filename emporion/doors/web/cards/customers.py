"""The card of a customer: who they are, what comes next, what happened, money by month (CUST-10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Subquery, Value
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.cards.figures import by_month
from emporion.doors.web.cards.story import A_PAGE, DEEPEST, kind_names, story
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.ui import formats
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.cells import Cell, Link, Money
from emporion.kernel.ui.links import Openable, address_with, card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.activities.queries import open_tasks
from emporion.records.customers.forms.words import FIELDS, said
from emporion.records.customers.models import Contact, Customer, CustomerOwner, CustomerZone, CustomField
from emporion.records.customers.queries import (
    change_history,
    today,
    visible_contact,
    visible_customer,
    visible_customers,
)
from emporion.records.customers.rules import full_name
from emporion.records.customers.views.beside import Beside, register_beside
from emporion.records.orders.queries import visible_orders
from emporion.records.pipeline.forms.wording import stage_name
from emporion.records.pipeline.models import DealValue
from emporion.records.pipeline.queries import open_deals
from emporion.records.team.queries import visible_members, visible_territories

FEW = 10
_WHO = (
    *("kind", "segment", "activity_type", "size_band", "age_band", "city", "region", "country", "address"),
    *("postal_code", "legal_address", "tax_id", "source"),
)
_WAYS = {"phone": "tel:", "mobile": "tel:", "email": "mailto:"}
_REACHED = ("preferred_channel", "phone", "email", "messenger", "website")
_PERSON = (
    *("given_name", "patronymic", "family_name", "address_form", "sex", "birth_year", "occupation"),
    "interests",
)
_WANTED = ("what_matters", "payment_manner", "suppliers_now", "buys_what_for", "could_interest")


def customer(request: PageRequest, pk: int) -> HttpResponse:
    """The card."""
    viewer = request.viewer
    found = visible_customer(viewer, pk)
    held = _held(pk)
    links = _links(viewer, found, held)
    reach = _reach(viewer, held)
    tasks = list(open_tasks(reach).filter(customer_id=pk).select_related("member")[:FEW])
    context = {
        "title": found.name,
        "customer": found,
        "facts": _facts(found, held, links),
        "reached": _said(found, _REACHED),
        "wanted": _said(found, _WANTED),
        "owners": _history(held, "owner", links),
        "zones": _history(held, "zone", links),
        "next_step": tasks[0] if tasks else None,
        "tasks": tasks[1:],
        "contacts": _contacts(found),
        "deals": _open_deals(reach, pk),
        "writes": viewer.may(Permission.WRITE),
        **_timeline(request, reach, pk),
    }
    return render(request, "cards/customer.html", context)


def _reach(viewer: Viewer, held: Sequence[Any]) -> Viewer:
    """How far the viewer sees of this customer: everything, where one of their people owns them today, and then no
    scope has to be asked for again."""
    day = today()
    owner = next(
        (pk for since, pk, _name, _code, what in reversed(held) if what == "owner" and since <= day), None
    )
    if owner not in viewer.member_ids:
        return viewer
    return Viewer(viewer.name, Scope.ALL, viewer.user_id, viewer.member_id, permissions=viewer.permissions)


def _timeline(request: PageRequest, reach: Viewer, pk: int) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kind_names()) else ""
    wanted = request.GET.get("page", "1")
    page = (
        min(max(int(wanted), 1), DEEPEST)
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5
        else 1
    )
    told = story(reach, pk, kind, page)

    def address(number: int) -> str:
        return address_with(request.path, {"kind": kind, "page": number if number > 1 else None})

    first = (page - 1) * A_PAGE
    return {
        "events": told.events,
        "kinds": [
            (label, address_with(request.path, {"kind": name}), name == kind) for name, label in kind_names()
        ],
        "previous_address": address(page - 1) if page > 1 else "",
        "next_address": address(page + 1) if told.more and page < DEEPEST else "",
        "shown_said": f"{formats.number(first + 1)}–{formats.number(first + len(told.events))}",
    }


def _held(pk: int) -> list[tuple[date, int | None, str, str, str]]:
    """Since when who owns the customer and where they are: day, id, name, code, which of the two. One query."""
    columns = ("starts_on", "{0}_id", "{0}__name", "{0}__code", "what")
    owners, zones = (
        model.objects.filter(customer_id=pk)
        .annotate(what=Value(what))
        .values_list(*(one.format(name) for one in columns))
        for model, name, what in ((CustomerOwner, "member", "owner"), (CustomerZone, "territory", "zone"))
    )
    return list(owners.union(zones, all=True).order_by("starts_on"))


def _links(viewer: Viewer, found: Customer, held: Sequence[Any]) -> Openable:
    def ids(which: str) -> list[int]:
        return [pk for _day, pk, _name, _code, what in held if what == which]

    named: dict[str, Any] = {
        "member": (visible_members(viewer), ids("owner")),
        "territory": (visible_territories(viewer), ids("zone")),
        "customer": (visible_customers(viewer), [found.holding_id]),
    }
    return Openable(viewer, named)


def _history(held: Sequence[Any], which: str, links: Openable) -> list[tuple[date, Cell]]:
    kind = "member" if which == "owner" else "territory"
    return [
        (day, None if pk is None else links.named(kind, pk, name or code))
        for day, pk, name, code, what in reversed(held)
        if what == which
    ]


def _facts(found: Customer, held: Sequence[Any], links: Openable) -> list[tuple[Any, Cell]]:
    day = today()

    def now_is(which: str) -> Cell:
        return next((cell for since, cell in _history(held, which, links) if since <= day), None)

    own: list[tuple[Any, Cell]] = [(_("Owner"), now_is("owner") or _("nobody")), (_("Zone"), now_is("zone"))]
    holding = found.holding_id and Customer.objects.filter(pk=found.holding_id, removed_at=None).first()
    if holding:
        own.append((FIELDS["holding"], links.link("customer", holding)))
    names = (*_WHO, *_PERSON, "in_base_from", "left_base_on")
    code: list[tuple[Any, Cell]] = [(_("Code"), found.code)]
    return [
        one for one in (*own, *_said(found, names), *_own_fields(found), *code) if one[1] not in (None, "")
    ]


def _said(found: Customer, names: Sequence[str]) -> list[tuple[Any, Cell]]:
    values = ((name, getattr(found, name)) for name in names)
    return [(FIELDS[name], _cell(name, value)) for name, value in values if value not in (None, "")]


def _cell(name: str, value: Any) -> Cell:
    """A field as people read it; what one can ring or write to is one tap away."""
    if name in _WAYS:
        return Link(value, _WAYS[name] + value.replace(" ", ""))
    shown: Cell = str(value) if name == "birth_year" else said(name, value)
    return shown


def _own_fields(found: Customer) -> list[tuple[Any, Cell]]:
    """Fields of one's own that are filled. One query where any is."""
    if not found.custom:
        return []
    names = dict(CustomField.objects.filter(code__in=found.custom).values_list("code", "name"))
    return [(names.get(code, code), value) for code, value in sorted(found.custom.items())]


def _contacts(found: Customer) -> list[dict[str, Any]]:
    rows = Contact.objects.filter(customer=found, removed_at=None).order_by("-decides", "family_name", "pk")[
        : FEW * 2
    ]
    return [
        {
            "contact": one,
            "name": full_name(
                {part: getattr(one, part) for part in ("given_name", "patronymic", "family_name")}
            )
            or one.code,
            "channel": said("preferred_channel", one.preferred_channel),
            "ways": [
                _cell(name, way)
                for name in ("phone", "mobile", "email", "messenger")
                if (way := getattr(one, name))
            ],
        }
        for one in rows
    ]


def _open_deals(viewer: Viewer, pk: int) -> list[dict[str, Any]]:
    """Their open deals with stage and worth. One query."""
    worth = (
        DealValue.objects.filter(deal_id=OuterRef("pk")).order_by("assumed", "-starts_on").values("value")[:1]
    )
    rows = open_deals(viewer).filter(customer_id=pk).select_related("stage").annotate(worth=Subquery(worth))
    return [
        {"deal": one, "stage": one.stage and stage_name(one.stage), "worth": Money(one.worth, one.currency)}
        for one in rows.order_by("expected_on", "pk")[:FEW]
    ]


def customer_money(request: PageRequest, pk: int) -> HttpResponse:
    """Revenue and money received by month, of the last year. A page of its own; the card shows it in its place."""
    found = visible_customer(request.viewer, pk)
    shown = by_month(
        {"revenue": _("Revenue"), "collected": _("Received")},
        title=_("Money by month"),
        today=today(),
        where={"customer": found.code},
        viewer=request.viewer,
    )
    context = {
        "title": _("Money of %(name)s") % {"name": found.name},
        "back": card_address("customer", pk),
        "table": shown.table,
        "spark": shown.spark,
    }
    return render(request, "cards/sales_part.html" if request.htmx else "cards/sales.html", context)


def contact(request: PageRequest, pk: int) -> HttpResponse:
    """A contact stands on the card of their customer."""
    return redirect("cards:customer", pk=visible_contact(request.viewer, pk).customer_id)


def customer_changes(request: PageRequest, pk: int) -> HttpResponse:
    """What was changed of the customer, by whom and when."""
    found = visible_customer(request.viewer, pk)
    changes = change_history(request.viewer, pk)[:200]
    context = {
        "title": _("Changes of %(name)s") % {"name": found.name},
        "back": card_address("customer", pk),
        "changes": [{"at": one.at, "by": who(one.by), "values": _values(one.values)} for one in changes],
    }
    return render(request, "cards/changes.html", context)


def _values(values: Mapping[str, Sequence[Any]]) -> list[tuple[Any, Any, Any]]:
    return [
        (FIELDS.get(name, name), said(name, old), said(name, new))
        for name, (old, new) in sorted(values.items())
    ]


def tell_customers() -> None:
    """What the list of customers says beside their own columns: the last order, and open deals."""
    columns = {"deals": gettext_lazy("Open deals"), "last_order": gettext_lazy("Last order")}
    register_beside(Beside(columns, _beside))


def _beside(viewer: Viewer, ids: Sequence[int]) -> dict[int, dict[str, Cell]]:
    """By customer, how many deals are open and when they last ordered. One query."""
    orders = visible_orders(viewer).filter(customer_id__in=ids, cancelled_on=None).order_by()
    deals = open_deals(viewer).filter(customer_id__in=ids).order_by()
    rows = orders.values_list("customer_id").annotate(latest=Max("placed_on"), many=Value(0))
    counted = deals.values_list("customer_id").annotate(latest=Max("opened_on"), many=Count("pk"))
    found: dict[int, dict[str, Cell]] = {}
    for customer_id, latest, many in rows.union(counted, all=True):
        found.setdefault(customer_id, {}).update({"deals": many} if many else {"last_order": latest})
    return found
