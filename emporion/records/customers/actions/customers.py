"""Creating and changing customers (CUST-1)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.bulk import reserve_ids
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.models import own_fields
from emporion.records.customers.actions.base import SUBJECT, post_base
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.customers.queries import (
    custom_rules,
    holding_parents,
    refuse_hidden,
    visible_customer,
    visible_customers,
)
from emporion.records.customers.rules import check_country, checked_custom, closes_circle, first_day
from emporion.records.team.models import Member


class CustomerFields(TypedDict, total=False):
    """What is said of a customer, all of it optional; an empty text is *not answered*."""

    given_name: str
    patronymic: str
    family_name: str
    address_form: str
    sex: str
    birth_year: int | None
    occupation: str
    interests: str
    tax_id: str
    legal_address: str
    address: str
    city: str
    region: str
    country: str
    postal_code: str
    phone: str
    email: str
    website: str
    messenger: str
    activity_type: str
    size_band: str
    age_band: str
    segment: str
    source: str
    holding_id: int | None
    what_matters: str
    payment_manner: str
    preferred_channel: str
    suppliers_now: str
    buys_what_for: str
    could_interest: str
    custom: dict[str, Any]


class ChangedFields(CustomerFields, total=False):
    """What may be changed beside what is said."""

    name: str
    kind: str


def create_customer(
    *,
    name: str,
    by: Viewer,
    at: datetime,
    code: str = "",
    kind: str = "company",
    owner_id: int | None = None,
    territory_id: int | None = None,
    in_base_from: date | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """A customer with their first owner and zone, in the base from that day (not yet, where none is given).

    Refuses a code in use, an unknown field of one's own, a value that its column does not allow, an owner who is
    none of the viewer's people and a territory they may not open.
    """
    by.require(Permission.WRITE)
    values: dict[str, Any] = {"name": name, "kind": kind, **fields}
    with transaction.atomic():
        if owner_id is not None:
            refuse_bad_owner(owner_id, by)
        refuse_hidden(by, None, territory_id)
        new_id = reserve_ids(Customer._meta.db_table, 1)[0]
        checked = _checked(values, new_id, by)
        customer = Customer(
            id=new_id, code=code or f"{SUBJECT}-{new_id}", in_base_from=in_base_from, **checked
        )
        if Customer.objects.filter(code=customer.code).exists():
            raise Refusal("code_taken", f"another customer has the code {customer.code!r}")
        customer.created_at = customer.updated_at = customer.touched_at = at
        customer.save(force_insert=True)
        _first_owner_and_zone(customer, owner_id, territory_id)
        new = _said(customer, owner_id, territory_id)
        record("customer.created", by=by, at=at, subject=f"{SUBJECT}:{new_id}", new=new)
        post_base([new_id], at=at)
    return customer


def refuse_bad_owner(member_id: int, by: Viewer) -> None:
    """Refuses an owner who is none of the viewer's people or does not exist."""
    by.require_members([member_id])
    if not Member.objects.filter(id=member_id).exists():
        raise Refusal("no_such_member", f"there is no member {member_id}")


def _first_owner_and_zone(customer: Customer, owner_id: int | None, territory_id: int | None) -> None:
    day = first_day(customer.in_base_from)
    if owner_id is not None:
        CustomerOwner.objects.create(customer=customer, starts_on=day, member_id=owner_id)
    if territory_id is not None:
        CustomerZone.objects.create(customer=customer, starts_on=day, territory_id=territory_id)


def _said(customer: Customer, owner_id: int | None, territory_id: int | None) -> dict[str, Any]:
    values = {name: value for name, value in own_fields(customer).items() if value not in (None, "", {})}
    return {**values, "owner_id": owner_id, "territory_id": territory_id}


def change_customer(
    *,
    customer_id: int,
    by: Viewer,
    at: datetime,
    version: int | None = None,
    **fields: Unpack[ChangedFields],
) -> Customer:
    """Change what is said of a customer; fields of one's own that `custom` does not name stay.

    Refuses (Conflict) when someone has changed the customer since `version`.
    """
    values: dict[str, Any] = dict(fields)
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by, version=version)
        old = {name: getattr(customer, name) for name in values}
        checked = _checked(values, customer_id, by)
        if "custom" in checked:
            checked["custom"] = _merged(customer.custom, checked["custom"], values["custom"])
        for name, value in checked.items():
            setattr(customer, name, value)
        save_change(customer, at=at)
        record("customer.changed", by=by, at=at, subject=f"{SUBJECT}:{customer_id}", old=old, new=checked)
        post_base([customer_id], at=at)
    return customer


def customer_to_change(customer_id: int, *, by: Viewer, version: int | None = None) -> Customer:
    """The customer, locked. Refuses one the viewer may not open or write, and one changed since `version`."""
    by.require(Permission.WRITE)
    visible_customer(by, customer_id)
    customer = Customer.objects.select_for_update().get(id=customer_id)
    if version is not None and version != customer.version:
        raise Conflict(f"customer {customer.code}")
    return customer


def save_change(customer: Customer, *, at: datetime) -> None:
    """Save a change made by hand."""
    customer.version += 1
    customer.updated_at = customer.touched_at = at
    customer.save(force_update=True)


def _checked(values: Mapping[str, Any], customer_id: int, by: Viewer) -> dict[str, Any]:
    kept = dict(values)
    if "name" in kept and not str(kept["name"]).strip():
        raise Refusal("no_name", "a customer needs a name")
    if kept.get("custom") is not None:
        kept["custom"] = checked_custom(kept["custom"], custom_rules())
    check_country(kept.get("country") or "")
    refuse_bad_values(Customer, kept)
    if kept.get("holding_id") is not None:
        _check_holding(customer_id, kept["holding_id"], by)
    return kept


def _check_holding(customer_id: int, holding_id: int, by: Viewer) -> None:
    if not visible_customers(by).filter(id=holding_id).exists():
        raise Refusal("no_such_holding", f"there is no customer {holding_id} that you may open")
    if closes_circle(customer_id, holding_id, holding_parents([holding_id])):
        raise Refusal("circular_holding", "a holding cannot belong to itself, directly or through others")


def _merged(old: Mapping[str, str], new: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    rules = custom_rules()
    emptied = {rules[name].code for name in given} - set(new)
    return {code: value for code, value in {**old, **new}.items() if code not in emptied}


def refuse_bad_values(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Refuses a value that its column does not allow: a choice that is none, a text that is too long. Whether what a
    reference names exists is for the caller to see."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for name, value in values.items():
        field = fields[name]
        if value is None and not field.null:
            raise Refusal("bad_value", f"{name} cannot be unknown; leave it empty")
        if field.is_relation or value in (None, "", {}, []):
            continue
        try:
            field.clean(value, None)
        except ValidationError as error:
            raise Refusal("bad_value", f"{name}: {' '.join(error.messages)}") from None
