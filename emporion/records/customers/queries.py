"""Reading customers: what a viewer may see, who owned them and where they were on a day, and what facts depend on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.lookups import In

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.batches import batched
from emporion.kernel.clock import local_day, now
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.queries import preference
from emporion.kernel.reading import ONE, wanting
from emporion.records.customers.models import Contact, Customer, CustomerOwner, CustomerZone, CustomField
from emporion.records.customers.reach import is_wide
from emporion.records.customers.rules import BaseHistory, FieldRule, Since, held_on
from emporion.records.team.queries import visible_territories

_IDS_AT_ONCE = 10_000


def today() -> date:
    """The day it is for the department. One query."""
    return local_day(now(), str(preference("zone")))


def owned_now(member_ids: Iterable[int], on: date | None = None) -> models.QuerySet[Any, Any]:
    """Ids of the customers whom one of these people owns on that day (today), to be used inside a query."""
    rows = CustomerOwner.objects.filter(member_id__in=member_ids)
    return _holding(rows, CustomerOwner.objects.all(), on).values("customer_id")


def zoned_now(territory_ids: Iterable[int], on: date | None = None) -> models.QuerySet[Any, Any]:
    """Ids of the customers who are in one of these territories on that day (today), to be used inside a query."""
    rows = CustomerZone.objects.filter(territory_id__in=territory_ids)
    return _holding(rows, CustomerZone.objects.all(), on).values("customer_id")


def _holding(
    rows: models.QuerySet[Any, Any], all_rows: models.QuerySet[Any, Any], on: date | None
) -> models.QuerySet[Any, Any]:
    """Those of `rows` that hold on that day: begun, and the latest of their customer that has.

    Asked so, and not whether a later one exists: PostgreSQL would read the whole table to find out.
    """
    day = on or today()
    begun = all_rows.filter(customer_id=OuterRef("customer_id"), starts_on__lte=day)
    latest = begun.order_by("-starts_on").values("starts_on")[:1]
    return rows.filter(starts_on=Subquery(latest), starts_on__lte=day)


def visible_customers(viewer: Viewer, on: date | None = None) -> models.QuerySet[Customer]:
    """Customers the viewer may open: all, or those their members own on that day (today) and those in their zones."""
    return customers_in_reach(viewer, on).filter(removed_at=None)


def customers_in_reach(viewer: Viewer, on: date | None = None) -> models.QuerySet[Customer]:
    """The same, with those in the recycle bin."""
    customers = Customer.objects.all()
    if viewer.sees_all:
        return customers
    if is_wide(viewer, Customer):
        return customers.filter(_in_reach(viewer, on, "pk"))
    return customers.filter(id__in=_ids_in_reach(viewer, on))


def owner_is(member_ids: Iterable[int], customer: str, on: date | None = None) -> In:
    """Whether one of these people owns on that day (today) the customer whom that column names: asked of a row, for
    who reaches much; else `owned_now` is quicker."""
    return _holder_is(CustomerOwner.objects.all(), "member_id", member_ids, customer, on)


def member_among(member_ids: Iterable[int]) -> In:
    """Whether a row is of one of these people, asked of rows that are found by something else: SQLite would otherwise
    go through all these people's rows each time."""
    return In(F("member_id") + 0, sorted(member_ids))


def _in_reach(viewer: Viewer, on: date | None, customer: str) -> Q:
    """The same as `_ids_in_reach`, asked of a row whose column names a customer."""
    day = on or viewer.on or today()
    found = Q(owner_is(viewer.member_ids, customer, day))
    if viewer.territory_ids:
        zones = CustomerZone.objects.all()
        found |= Q(_holder_is(zones, "territory_id", viewer.territory_ids, customer, day))
    return found


def _holder_is(
    rows: models.QuerySet[Any], column: str, ids: Iterable[int], customer: str, on: date | None
) -> In:
    begun = rows.filter(customer_id=OuterRef(customer), starts_on__lte=on or today())
    return In(Subquery(begun.order_by("-starts_on").values(column)[:1]), sorted(ids))


def _ids_in_reach(viewer: Viewer, on: date | None) -> models.QuerySet[Any, Any]:
    """One set of ids, to be used inside a query: alternatives joined by OR are asked of every row of the table."""
    day = on or viewer.on or today()
    owned = owned_now(viewer.member_ids, day)
    return owned.union(zoned_now(viewer.territory_ids, day), all=True) if viewer.territory_ids else owned


def visible_contacts(viewer: Viewer, on: date | None = None) -> models.QuerySet[Contact]:
    """Contacts of the customers the viewer may open."""
    return contacts_in_reach(viewer, on).filter(removed_at=None)


def contacts_in_reach(viewer: Viewer, on: date | None = None) -> models.QuerySet[Contact]:
    """The same, with those in the recycle bin."""
    contacts = Contact.objects.all()
    if viewer.sees_all:
        return contacts
    if is_wide(viewer, Contact):
        return contacts.filter(_in_reach(viewer, on, "customer_id"))
    return contacts.filter(customer_id__in=_ids_in_reach(viewer, on))


@wanting(ONE)
def visible_contact(viewer: Viewer, contact_id: int) -> Contact:
    """That contact; refuses one who does not exist or whom the viewer may not open, without saying which."""
    found = visible_contacts(viewer).filter(id=contact_id).first()
    if found is None:
        raise Refusal("no_such_contact", f"there is no contact {contact_id} that you may open")
    return found


@wanting(ONE)
def visible_customer(viewer: Viewer, customer_id: int) -> Customer:
    """That customer; refuses one who does not exist or whom the viewer may not open, without saying which."""
    found = visible_customers(viewer).filter(id=customer_id).first()
    if found is None:
        raise Refusal("no_such_customer", f"there is no customer {customer_id} that you may open")
    return found


def refuse_hidden(viewer: Viewer, customer_id: int | None, territory_id: int | None) -> None:
    """Refuses a named customer or territory that does not exist or that the viewer may not open, without saying
    which. Up to two queries."""
    if customer_id is not None:
        visible_customer(viewer, customer_id)
    if territory_id is not None and not visible_territories(viewer).filter(id=territory_id).exists():
        raise Refusal("no_such_territory", f"there is no territory {territory_id} that you may open")


def in_base(viewer: Viewer, on: date) -> models.QuerySet[Customer]:
    """Customers the viewer may open who are in the base on that day. Source: CUST-2."""
    staying = Q(left_base_on__isnull=True) | Q(left_base_on__gt=on)
    return visible_customers(viewer, on).filter(staying, in_base_from__lte=on)


def without_owner(viewer: Viewer, on: date) -> models.QuerySet[Customer]:
    """Customers in the base on that day who have no owner on it: there should be none. Source: TEAM-4.

    Those without an owner are in nobody's scope, so below the whole company only zones find them.
    """
    owned = _holding(CustomerOwner.objects.exclude(member=None), CustomerOwner.objects.all(), on)
    return in_base(viewer, on).exclude(id__in=owned.values("customer_id"))


class Held:
    """Who owned customers, or where they were, on any day; read once for many."""

    def __init__(self, rows: Mapping[int, Sequence[Since]]) -> None:
        self._rows = rows

    @classmethod
    def owners(cls, customer_ids: Sequence[int] | None = None) -> Self:
        """Ids of owners, of these customers or of all. One query."""
        return cls(_since(CustomerOwner, "member_id", customer_ids))

    @classmethod
    def zones(cls, customer_ids: Sequence[int] | None = None) -> Self:
        """Ids of territories, of these customers or of all. One query."""
        return cls(_since(CustomerZone, "territory_id", customer_ids))

    def on(self, customer_id: int | None, day: date) -> int | None:
        """The owner or territory of that customer on that day; None when there was none."""
        return held_on(self.rows(customer_id), day)

    def rows(self, customer_id: int | None) -> Sequence[Since]:
        """All that is known of that customer, rising by day."""
        return self._rows.get(customer_id, ()) if customer_id is not None else ()


def _since(
    model: type[CustomerOwner] | type[CustomerZone], column: str, customer_ids: Sequence[int] | None
) -> dict[int, list[Since]]:
    rows = model.objects.all() if customer_ids is None else model.objects.filter(customer_id__in=customer_ids)
    found: dict[int, list[Since]] = defaultdict(list)
    for customer_id, day, held in rows.order_by("customer_id", "starts_on").values_list(
        "customer_id", "starts_on", column
    ):
        found[customer_id].append((day, held))
    return found


def base_histories(ids: Sequence[int]) -> Iterator[BaseHistory]:
    """What the facts of these customers depend on. Three queries, whatever their number."""
    owners, zones = Held.owners(ids), Held.zones(ids)
    rows = Customer.objects.filter(id__in=ids).values_list(
        "id", "source", "in_base_from", "left_base_on", "removed_at"
    )
    for customer_id, source, entered_on, left_on, removed_at in rows:
        held = owners.rows(customer_id), zones.rows(customer_id)
        yield BaseHistory(customer_id, source, entered_on, left_on, *held, removed_at is not None)


def customers_of_member(member_id: int, start: date, end: date) -> Iterable[int]:
    """Customers that person owned at some time in the span: those whose facts a move of theirs in it touches."""
    begun = CustomerOwner.objects.filter(member_id=member_id, starts_on__lt=end)
    over = CustomerOwner.objects.filter(
        customer_id=OuterRef("customer_id"), starts_on__gt=OuterRef("starts_on"), starts_on__lt=start
    )
    found = begun.filter(~Exists(over)).order_by("customer_id").values_list("customer_id", flat=True)
    return found.distinct()


def customer_ids() -> Iterator[int]:
    """All ids, rising."""
    return Customer.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=_IDS_AT_ONCE)


def customer_codes() -> dict[int, str]:
    """The code of every customer. One query."""
    return dict(Customer.objects.values_list("id", "code"))


def codes_of(ids: Sequence[int]) -> dict[int, str]:
    """The codes of these customers. One query."""
    return dict(Customer.objects.filter(id__in=ids).values_list("id", "code"))


def holding_ids(customer_id: int) -> frozenset[int]:
    """The customer and all that belong to the same holding, on any level. A query a level. Source: CUST-1."""
    top, seen = customer_id, {customer_id}
    while (
        parent := Customer.objects.filter(id=top).values_list("holding_id", flat=True).first()
    ) is not None:
        top = parent
        seen.add(parent)
    level = {top}
    while level:
        seen |= level
        level = set(Customer.objects.filter(holding_id__in=level).values_list("id", flat=True)) - seen
    return frozenset(seen)


def holding_parents(ids: Iterable[int]) -> dict[int, int | None]:
    """The holdings above these customers, on all levels, by customer. A query a level."""
    found: dict[int, int | None] = {}
    level = set(ids)
    while level:
        for chunk in batched(sorted(level), _IDS_AT_ONCE):
            found.update(Customer.objects.filter(id__in=chunk).values_list("id", "holding_id"))
        level = {
            parent for customer_id in level if (parent := found.get(customer_id)) and parent not in found
        }
    return found


def custom_rules() -> dict[str, FieldRule]:
    """The fields of one's own, by code and by name; a code goes before another's name. One query."""
    fields = [
        (code, name, FieldRule(code, kind, choices))
        for code, name, kind, choices in CustomField.objects.values_list("code", "name", "kind", "choices")
    ]
    return {**{name: rule for _, name, rule in fields}, **{code: rule for code, _, rule in fields}}


class Change(NamedTuple):
    """One change of one customer: old and new value by field."""

    at: datetime
    by: str
    action: str
    values: Mapping[str, Sequence[Any]]


IMPORTED, BULK = "customer:import", "customer:bulk"


def change_history(viewer: Viewer, customer_id: int) -> list[Change]:
    """All changes of a customer, by hand (alone or with others) and by import, latest first. Three queries.
    Source: CUST-1."""
    customer = visible_customer(viewer, customer_id)
    own = Q(subject=f"customer:{customer.pk}")
    imported = Q(subject__in=(IMPORTED, BULK), payload__has_key=str(customer.pk))
    return [
        _change(entry, str(customer.pk))
        for entry in AuditEntry.objects.filter(own | imported).order_by("-id")
    ]


def _change(entry: AuditEntry, key: str) -> Change:
    values = entry.payload or {}
    if entry.subject in (IMPORTED, BULK):
        old, new = values[key]
        values = {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}
    return Change(entry.at, entry.by, entry.action, values)
