"""Who owned customers and where they were, from files: each row holds until the next one's day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch
from emporion.kernel.record_undoing import undo_created
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as
from emporion.records.customers.actions.base import mark_changed, post_base
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.customers.reposting import repost_customers

_KEY = (
    Column("customer", ColumnKind.REFERENCE, required=True, refers_to="customer", example="C1"),
    Column(
        "starts_on", ColumnKind.DAY, required=True, doc="first day on which it holds", example="2026-01-01"
    ),
)
_OWNER = (
    *_KEY,
    Column(
        "member", ColumnKind.REFERENCE, refers_to="member", doc="whose they are from then on; empty: nobody's"
    ),
)
_ZONE = (
    *_KEY,
    Column(
        "territory",
        ColumnKind.REFERENCE,
        refers_to="territory",
        doc="where they are from then on; empty: nowhere",
    ),
)


def _keep_touched(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    """Rows of customers whom people have changed by hand since are not overwritten."""
    changed = [row for row in rows if row.fate is Fate.CHANGED]
    if not changed:
        return
    touched = _touched({row.values["customer"] for row in changed})
    for row in changed:
        if row.values["customer"] in touched:
            row.fate, row.previous = Fate.KEPT, {}


def _touched(customer_ids: set[int]) -> set[int]:
    found = Customer.objects.filter(id__in=customer_ids).exclude(touched_at=None)
    return set(found.values_list("id", flat=True))


def _renew(model: type[CustomerOwner] | type[CustomerZone], customer_ids: set[int], at: datetime) -> None:
    mark_changed(sorted(customer_ids), at=at)
    post_base(sorted(customer_ids), at=at)
    if model is CustomerZone:
        repost_customers(sorted(customer_ids), at=at)


def _importable(
    name: str,
    subject: str,
    model: type[CustomerOwner] | type[CustomerZone],
    columns: tuple[Column, ...],
    doc: str,
) -> Importable:
    def renew(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        _renew(model, {row.values["customer"] for row in rows if row.fate is not Fate.UNCHANGED}, batch.at)

    shape = RecordShape(
        model=model,
        subject=subject,
        stored_as=stored_as(columns),
        key=("customer", "starts_on"),
        check=_keep_touched,
        after=renew,
    )

    def undo(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
        with transaction.atomic():
            owned = dict(model.objects.filter(id__in=ids).values_list("id", "customer_id"))
            touched = _touched(set(owned.values()))
            free = [row_id for row_id, customer_id in owned.items() if customer_id not in touched]
            kept = undo_created(model, free, by, at, subject=subject)
            _renew(model, {owned[row_id] for row_id in free} - {owned[row_id] for row_id in kept}, at)
        return sorted({*kept, *owned} - set(free) | set(kept))

    made = shape.importable(name, columns, after=("customers", "members", "territories", "places"), doc=doc)
    return replace(made, undo=undo)


CUSTOMER_OWNERS = _importable(
    "customer_owners",
    "customer_owner",
    CustomerOwner,
    _OWNER,
    "Whose a customer is from a day on. The first owner may stand in the customer's own row.",
)
CUSTOMER_ZONES = _importable(
    "customer_zones",
    "customer_zone",
    CustomerZone,
    _ZONE,
    "In which territory a customer is from a day on. The first one may stand in the customer's own row.",
)
