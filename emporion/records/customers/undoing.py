"""What of customers can be removed, and how their changes are undone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import (
    Changed,
    old_values,
    register_inverse,
    register_inverse_of_many,
)
from emporion.kernel.record_removing import Removable, register_follower, register_need, register_removable
from emporion.records.customers.actions.customers import change_customer
from emporion.records.customers.actions.owning import leave_base, put_into_base, take_back_held
from emporion.records.customers.models import Contact, Customer
from emporion.records.customers.queries import Held, contacts_in_reach, customers_in_reach, today


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable("customer", customers_in_reach, people=_owner))
    register_removable(Removable("contact", contacts_in_reach))
    register_need("customer", "subsidiaries", _has_subsidiaries)
    register_follower("customer", "contact", _contacts)
    register_inverse("customer.changed", _change_back)
    for action in ("customer.owner_set", "customer.zone_set", "customer.taken_back"):
        register_inverse(action, _hold_as_before)
    register_inverse("customer.left_base", _stay_in_base)
    register_inverse("customer.entered_base", _enter_as_before)
    register_inverse_of_many("customer.changed", _each(_change_back))
    register_inverse_of_many("customer.owner_set", _each(_hold_as_before))


def _owner(customer_id: int) -> Iterable[int]:
    owner = Held.owners([customer_id]).on(customer_id, today())
    return () if owner is None else (owner,)


def _has_subsidiaries(customer_id: int) -> bool:
    return Customer.objects.filter(holding_id=customer_id, removed_at=None).exists()


def _contacts(customer_id: int) -> Iterable[int]:
    return Contact.objects.filter(customer_id=customer_id, removed_at=None).values_list("id", flat=True)


def _change_back(customer_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    fields = old_values(Customer, changed)
    if "custom" in changed:
        old, new = ({} if one is None else one for one in changed["custom"])
        fields["custom"] = {**dict.fromkeys(new, ""), **old}
    change_customer(customer_id=customer_id, by=by, at=at, **fields)


def _hold_as_before(customer_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    take_back_held(customer_id=customer_id, changed=changed, by=by, at=at)


def _stay_in_base(customer_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    leave_base(customer_id=customer_id, day=_day(changed, "left_base_on"), by=by, at=at)


def _enter_as_before(customer_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    put_into_base(customer_id=customer_id, day=_day(changed, "in_base_from"), by=by, at=at)


def _day(changed: Changed, name: str) -> Any:
    old = changed[name][0] if name in changed else None
    return date.fromisoformat(old) if old else None


def _each(inverse: Any) -> Any:
    def undo(changed: Mapping[int, Changed], by: Viewer, at: datetime) -> None:
        for one, values in changed.items():
            inverse(one, values, by, at)

    return undo
