"""People at customers (CUST-1)."""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.bulk import reserve_ids
from emporion.kernel.errors import Conflict, Refusal
from emporion.records.customers.actions.base import SUBJECT
from emporion.records.customers.actions.customers import customer_to_change, refuse_bad_values
from emporion.records.customers.models import Contact
from emporion.records.customers.queries import visible_contact
from emporion.records.customers.rules import check_birthday


class ContactFields(TypedDict, total=False):
    """What is said of a contact, all of it optional."""

    given_name: str
    patronymic: str
    family_name: str
    address_form: str
    position: str
    decides: bool
    phone: str
    mobile: str
    email: str
    messenger: str
    preferred_channel: str
    birthday_month_day: str


def add_contact(
    *, customer_id: int, by: Viewer, at: datetime, code: str = "", **fields: Unpack[ContactFields]
) -> Contact:
    """A person at a customer. Refuses a code in use and a value its column does not allow."""
    _check(dict(fields))
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by)
        new_id = reserve_ids(Contact._meta.db_table, 1)[0]
        contact = Contact(id=new_id, code=code or f"contact-{new_id}", customer=customer, **fields)
        if Contact.objects.filter(code=contact.code).exists():
            raise Refusal("code_taken", f"another contact has the code {contact.code!r}")
        contact.created_at = contact.updated_at = contact.touched_at = at
        contact.save(force_insert=True)
        new = {"contact": contact.code, **fields}
        record("contact.added", by=by, at=at, subject=f"{SUBJECT}:{customer_id}", new=new)
    return contact


def change_contact(
    *, contact_id: int, by: Viewer, at: datetime, version: int | None = None, **fields: Unpack[ContactFields]
) -> Contact:
    """Change what is said of a contact. Refuses (Conflict) when someone has changed it since `version`."""
    by.require(Permission.WRITE)
    values: dict[str, Any] = dict(fields)
    _check(values)
    with transaction.atomic():
        visible_contact(by, contact_id)
        contact = Contact.objects.select_for_update().get(id=contact_id)
        if version is not None and version != contact.version:
            raise Conflict(f"contact {contact.code}")
        old = {name: getattr(contact, name) for name in values}
        for name, value in values.items():
            setattr(contact, name, value)
        contact.version += 1
        contact.updated_at = contact.touched_at = at
        contact.save(force_update=True)
        record(
            "contact.changed", by=by, at=at, subject=f"{SUBJECT}:{contact.customer_id}", old=old, new=values
        )
    return contact


def _check(values: dict[str, Any]) -> None:
    check_birthday(values.get("birthday_month_day") or "")
    refuse_bad_values(Contact, values)
