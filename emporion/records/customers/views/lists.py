"""The list of customers."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.cells import Badge, Cell, Link
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.kernel.ui.filters import Choice, Text, Typed
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import Bulk, Column, ListPage
from emporion.records.customers.forms.words import FIELDS
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.customers.queries import (
    in_base,
    owned_now,
    today,
    visible_customers,
    without_owner,
    zoned_now,
)
from emporion.records.customers.views.beside import columns_beside, read_beside
from emporion.records.team.queries import visible_members, visible_territories

MOST_CHOICES = 200
BASE, UNOWNED, OUTSIDE = "base", "unowned", "outside"
OWNER, ZONE = "owner", "zone"


@OncePerViewer
def _members(viewer: Viewer) -> Iterable[tuple[str, Text]]:
    rows = visible_members(viewer).order_by("name", "code").values_list("pk", "name", "code")
    return [(str(pk), name or code) for pk, name, code in rows[:MOST_CHOICES]]


@OncePerViewer
def _zones(viewer: Viewer) -> Iterable[tuple[str, Text]]:
    rows = visible_territories(viewer).order_by("name", "code").values_list("pk", "name", "code")
    return [(str(pk), name or code) for pk, name, code in rows[:MOST_CHOICES]]


@OncePerViewer
def _states(viewer: Viewer) -> Iterable[tuple[str, Text, QuerySet[Customer]]]:
    day = today()
    return [
        (BASE, _("in the base"), in_base(viewer, day)),
        (UNOWNED, _("without an owner"), without_owner(viewer, day)),
        (OUTSIDE, _("no longer in the base"), visible_customers(viewer, day).filter(left_base_on__lte=day)),
    ]


class _State(Choice):
    """Whether they are in the base: read for the viewer, so that nothing foreign is counted."""

    __slots__ = ()

    def narrow(self, records: QuerySet[Any], query: Any, viewer: Viewer) -> QuerySet[Any]:
        """Those in the chosen state."""
        chosen = {name: found for name, _label, found in _states(viewer)}.get(query.get(self.name, ""))
        return records if chosen is None else records.filter(pk__in=chosen.values("pk"))


def _base(customer: Any) -> Cell:
    if customer.left_base_on is not None and customer.left_base_on <= customer.day:
        return Badge(_("left"), "quiet")
    return customer.in_base_from  # type: ignore[no-any-return]


class CustomerList(ListPage):
    """Customers with their owner and zone of today, and what parts above say of them."""

    key = "customers"
    subject = "customer"
    title = _("Customers")
    empty = _("Customers that you enter or import will stand here, with their owner, zone and last order.")
    create_label = _("New customer")
    default_sort = "name"
    own_columns = (
        Column("name", _("Name"), lambda one: one.name, ("name",)),
        Column("city", FIELDS["city"], lambda one: one.city),
        Column("segment", FIELDS["segment"], lambda one: one.segment),
        Column("owner", _("Owner"), lambda one: one.owner_cell),
        Column("zone", _("Zone"), lambda one: one.zone_cell),
    )
    last_columns = (
        Column("since", _("In the base since"), _base),
        Column("code", _("Code"), lambda one: one.code, ("code",)),
    )
    filters = (
        Choice("owner", _("Owner"), _members, lambda rows, pk: rows.filter(pk__in=owned_now([int(pk)]))),
        Choice("zone", _("Zone"), _zones, lambda rows, pk: rows.filter(pk__in=zoned_now([int(pk)]))),
        _State(
            "state", _("Base"), lambda viewer: [one[:2] for one in _states(viewer)], lambda rows, _value: rows
        ),
        Typed("segment", FIELDS["segment"], "segment"),
    )
    bulk = (Bulk("reassign", _("Give to another owner")), Bulk("segment", _("Change the segment")))

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]  # other parts add to them
        """Own columns, with those that other parts have registered between them."""
        beside = [_column(name, label) for name, label in columns_beside().items()]
        return [*self.own_columns, *beside, *self.last_columns]

    def records(self, viewer: Viewer) -> QuerySet[Customer]:
        """Those the viewer may open."""
        return visible_customers(viewer)

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By name, code, tax number, phone, e-mail, city."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """Owner and zone of today, and what other parts say: two queries, where one other part says something."""
        ids, day = [one.pk for one in rows], today()
        held, beside = _held(ids, day), read_beside(viewer, ids)
        for row in rows:
            row.owner_cell, row.zone_cell = held.get((OWNER, row.pk)), held.get((ZONE, row.pk))
            row.day, row.beside = day, beside[row.pk]

    def create_address(self, viewer: Viewer) -> str:
        """Where a customer is entered."""
        return reverse("customers:create") if viewer.may(Permission.WRITE) else ""

    def bulk_address(self) -> str:
        """Where the chosen go."""
        return reverse("customers:many")


def _column(name: str, label: Text) -> Column:
    return Column(name, label, lambda row: row.beside.get(name), end=True)


def _held(ids: Sequence[int], day: date) -> dict[tuple[str, int], Cell]:
    """By what it is and by customer, who owns them and where they are on that day. One query."""
    owners = _rows(CustomerOwner, OWNER, "member", ids, day)
    zones = _rows(CustomerZone, ZONE, "territory", ids, day)
    found: dict[tuple[str, int], Cell] = {}
    for customer_id, _day, pk, label, code, what in owners.union(zones, all=True).order_by("starts_on"):
        address = card_address("member" if what == OWNER else "territory", pk)
        found[what, customer_id] = None if pk is None else Link(label or code, address)
    return found


def _rows(model: Any, what: str, name: str, ids: Sequence[int], day: date) -> QuerySet[Any, Any]:
    begun = model.objects.filter(customer_id__in=ids, starts_on__lte=day).annotate(what=Value(what))
    columns = ("customer_id", "starts_on", f"{name}_id", f"{name}__name", f"{name}__code", "what")
    rows: QuerySet[Any, Any] = begun.values_list(*columns)
    return rows
