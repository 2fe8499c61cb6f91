"""Whose a customer is, where, and since when: owner, zone and base (CUST-2, TEAM-1, TEAM-4)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.records.customers.actions.base import SUBJECT, post_base
from emporion.records.customers.actions.customers import (
    customer_to_change,
    refuse_bad_owner,
    save_change,
)
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.customers.queries import Held, refuse_hidden
from emporion.records.customers.reposting import repost_customers
from emporion.records.customers.rules import check_base


def set_owner(
    *,
    customer_id: int,
    member_id: int | None,
    starts_on: date,
    by: Viewer,
    at: datetime,
    version: int | None = None,
) -> None:
    """From that day until the next change on record the customer is that member's, or nobody's. Past days too: the
    facts of the span are posted anew. Refuses giving to, and taking from, others than the viewer's people."""
    if member_id is not None:
        refuse_bad_owner(member_id, by)
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by, version=version)
        _refuse_taking_from_others(customer_id, starts_on, by)
        name = f"member_id from {starts_on}"
        old = {name: _row(customer, CustomerOwner, "member_id", starts_on)}
        CustomerOwner.objects.update_or_create(
            customer=customer, starts_on=starts_on, defaults={"member_id": member_id}
        )
        _finish(customer, "customer.owner_set", old, {name: member_id}, by=by, at=at)


def set_zone(
    *,
    customer_id: int,
    territory_id: int | None,
    starts_on: date,
    by: Viewer,
    at: datetime,
    version: int | None = None,
) -> None:
    """From that day until the next change on record the customer is in that territory, or in none. Past days too:
    whatever took its territory from the customer is posted anew. Refuses a territory the viewer may not open."""
    refuse_hidden(by, None, territory_id)
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by, version=version)
        name = f"territory_id from {starts_on}"
        old = {name: _row(customer, CustomerZone, "territory_id", starts_on)}
        CustomerZone.objects.update_or_create(
            customer=customer, starts_on=starts_on, defaults={"territory_id": territory_id}
        )
        _finish(customer, "customer.zone_set", old, {name: territory_id}, by=by, at=at)
        repost_customers([customer_id], at=at)


def _refuse_taking_from_others(customer_id: int, starts_on: date, by: Viewer) -> None:
    """Whoever owned the customer on the first day is the one who loses the whole span."""
    owner_id = Held.owners([customer_id]).on(customer_id, starts_on)
    if owner_id is not None:
        by.require_members([owner_id])


def _row(
    customer: Customer, model: type[CustomerOwner] | type[CustomerZone], column: str, day: date
) -> int | str | None:
    """Whom or where the row of exactly that day names (None: nobody); an empty text where there is no such row."""
    rows = model.objects.filter(customer=customer, starts_on=day)
    return next(iter(rows.values_list(column, flat=True)), "")


def take_back_held(
    *, customer_id: int, changed: Mapping[str, Sequence[Any]], by: Viewer, at: datetime
) -> None:
    """Owners or zones as they were before: by names such as `member_id from 2026-01-01`, [old, new]; an empty text
    where there was no row of that day. Refuses what is not so any more, and what `set_owner` refuses."""
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by)
        for name, (old, new) in changed.items():
            column, _, day = name.partition(" from ")
            model = CustomerOwner if column == "member_id" else CustomerZone
            starts_on = date.fromisoformat(day)
            _refuse_otherwise(_row(customer, model, column, starts_on), new)
            _refuse_taking_from_others(customer_id, starts_on, by)
            rows = model.objects.filter(customer=customer, starts_on=starts_on)
            if old == "":
                rows.delete()
            else:
                rows.update(**{column: old})
            # Asked again after writing: the owner of the first day is the one who gets it.
            _refuse_taking_from_others(customer_id, starts_on, by)
        swapped = {name: (new, old) for name, (old, new) in changed.items()}
        _finish(
            customer,
            "customer.taken_back",
            {name: old for name, (old, _) in swapped.items()},
            {name: new for name, (_, new) in swapped.items()},
            by=by,
            at=at,
        )
        repost_customers([customer_id], at=at)


def _refuse_otherwise(is_now: object, was_made: object) -> None:
    if is_now != was_made:
        raise Refusal("changed_since", "somebody has changed it since; it cannot be undone any more")


def put_into_base(
    *, customer_id: int, day: date, by: Viewer, at: datetime, version: int | None = None
) -> None:
    """The customer is in the base from that day; the day can be corrected. Refuses one after they left."""
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by, version=version)
        check_base(day, customer.left_base_on)
        old = {"in_base_from": customer.in_base_from}
        customer.in_base_from = day
        _finish(customer, "customer.entered_base", old, {"in_base_from": day}, by=by, at=at)


def leave_base(
    *, customer_id: int, day: date | None, by: Viewer, at: datetime, version: int | None = None
) -> None:
    """The customer is in the base no longer from that day on; no day takes the leaving back. Refuses one who is not
    in it by then."""
    with transaction.atomic():
        customer = customer_to_change(customer_id, by=by, version=version)
        check_base(customer.in_base_from, day)
        old = {"left_base_on": customer.left_base_on}
        customer.left_base_on = day
        _finish(customer, "customer.left_base", old, {"left_base_on": day}, by=by, at=at)


def _finish(
    customer: Customer, action: str, old: dict[str, Any], new: dict[str, Any], *, by: Viewer, at: datetime
) -> None:
    save_change(customer, at=at)
    record(action, by=by, at=at, subject=f"{SUBJECT}:{customer.pk}", old=old, new=new)
    post_base([customer.pk], at=at)
