"""Many customers at once: one transaction, one audit entry that names each of them (CUST-1, TEAM-10)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.errors import Refusal
from emporion.records.customers.actions.base import post_base
from emporion.records.customers.actions.customers import refuse_bad_owner, refuse_bad_values
from emporion.records.customers.models import Customer, CustomerOwner
from emporion.records.customers.queries import BULK, Held, visible_customers

_AT_ONCE = 1_000


class SharedFields(TypedDict, total=False):
    """What may be said of many customers at once."""

    segment: str
    source: str
    activity_type: str
    size_band: str
    age_band: str
    city: str
    region: str
    what_matters: str
    payment_manner: str
    preferred_channel: str


def change_customers(
    *, customer_ids: Sequence[int], by: Viewer, at: datetime, **fields: Unpack[SharedFields]
) -> int:
    """Say the same of these customers. How many changed. Refuses when the viewer may not open one of them, and a
    value that its column does not allow."""
    values: dict[str, Any] = dict(fields)
    if unknown := sorted(set(values) - set(SharedFields.__annotations__)):
        raise Refusal("not_for_many", f"{unknown[0]} cannot be said of many customers at once")
    refuse_bad_values(Customer, values)
    with transaction.atomic():
        held = _held(customer_ids, by, tuple(values))
        old = {one: said for one, said in held.items() if said != values}
        _touch(list(old), at, **values)
        post_base(list(old), at=at)
        _record("customer.changed", old, dict.fromkeys(old, values), by=by, at=at)
    return len(old)


def reassign_customers(
    *, customer_ids: Sequence[int], member_id: int, starts_on: date, by: Viewer, at: datetime
) -> int:
    """From that day until the next change on record these customers are that member's. How many changed. Past days
    too: the facts of the span are posted anew. Refuses when the viewer may not open one of them, and giving to, or
    taking from, others than their people."""
    by.require(Permission.WRITE)
    refuse_bad_owner(member_id, by)
    with transaction.atomic():
        owners = Held.owners(list(_held(customer_ids, by, ())))
        asked = sorted(set(customer_ids))
        changed = [one for one in asked if owners.on(one, starts_on) != member_id]
        by.require_members({owner for one in changed if (owner := owners.on(one, starts_on)) is not None})
        name = f"member_id from {starts_on}"
        old = {one: {name: dict(owners.rows(one)).get(starts_on, "")} for one in changed}
        CustomerOwner.objects.bulk_create(
            [CustomerOwner(customer_id=one, starts_on=starts_on, member_id=member_id) for one in changed],
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["customer", "starts_on"],
            update_fields=["member"],
        )
        _touch(changed, at)
        post_base(changed, at=at)
        _record("customer.owner_set", old, {one: {name: member_id} for one in changed}, by=by, at=at)
    return len(changed)


def _held(customer_ids: Sequence[int], by: Viewer, names: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    """By customer, locked, what is said of them under these names. Refuses when one may not be opened."""
    by.require(Permission.WRITE)
    found: dict[int, dict[str, Any]] = {}
    for some in batched(sorted(set(customer_ids)), _AT_ONCE):
        rows = visible_customers(by).select_for_update().filter(id__in=some)
        found |= {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows.values_list("id", *names)}
        if missing := sorted(set(some) - set(found)):
            raise Refusal("no_such_customer", f"there is no customer {missing[0]} that you may open")
    return found


def _touch(customer_ids: Sequence[int], at: datetime, **values: Any) -> None:
    for some in batched(customer_ids, _AT_ONCE):
        Customer.objects.filter(id__in=some).update(
            **values, updated_at=at, touched_at=at, version=F("version") + 1
        )


def _record(
    action: str,
    old: Mapping[int, dict[str, Any]],
    new: Mapping[int, dict[str, Any]],
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """The entry names each customer, with what was and what is."""
    if old:
        before = {str(one): said for one, said in old.items()}
        after = {str(one): said for one, said in new.items()}
        record(action, by=by, at=at, subject=BULK, old=before, new=after)
