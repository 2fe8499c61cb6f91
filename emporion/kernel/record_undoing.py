"""Taking back what an import created."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.ledger.posting import post_many

_UNDONE_AT_ONCE = 500


def undo_created(
    model: type[models.Model],
    ids: Sequence[int],
    by: Viewer,
    at: datetime,
    *,
    subject: str,
    fact_kind: str = "",
) -> list[int]:
    """Delete the records of those ids that nobody touched and nothing else needs, take back their facts, and return
    the ids that were kept. One audit entry."""
    by.require(Permission.IMPORT)
    kept: list[int] = []
    with transaction.atomic():
        for some in batched(sorted(ids, reverse=True), _UNDONE_AT_ONCE):
            free = _untouched(model, some)
            gone = _delete(model, free)
            if fact_kind:
                post_many(fact_kind, {record_id: [] for record_id in gone}, at=at)
            kept += sorted(set(some) - gone)
        gone_count = len(set(ids)) - len(kept)
        record(
            f"{subject}.import_undone", by=by, at=at, subject=f"{subject}:import", new={"deleted": gone_count}
        )
    return sorted(set(kept) & set(rows_of(model).filter(pk__in=kept).values_list("pk", flat=True)))


def rows_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """All rows of the model."""
    return models.QuerySet(model)


def fields_of(model: type[models.Model]) -> dict[str, Any]:
    """The model's own columns, by attribute."""
    return {column.attname: column for column in model._meta.concrete_fields}


def _untouched(model: type[models.Model], ids: Sequence[int]) -> list[int]:
    found = rows_of(model).filter(pk__in=ids).select_for_update()
    if "touched_at" in fields_of(model):
        found = found.filter(touched_at=None)
    return sorted(found.values_list("pk", flat=True), reverse=True)


def _delete(model: type[models.Model], ids: Sequence[int]) -> set[int]:
    """The ids that could be deleted: all at once, or, where something needs one of them, one by one until no more go
    (a parent after its children)."""
    try:
        with transaction.atomic():
            rows_of(model).filter(pk__in=ids).delete()
        return set(ids)
    except (ProtectedError, RestrictedError):
        return _delete_one_by_one(model, ids)


def _delete_one_by_one(model: type[models.Model], ids: Sequence[int]) -> set[int]:
    gone: set[int] = set()
    went = True
    while went:
        went = False
        for record_id in (one for one in ids if one not in gone):
            try:
                with transaction.atomic():
                    rows_of(model).filter(pk=record_id).delete()
            except (ProtectedError, RestrictedError):
                continue
            gone.add(record_id)
            went = True
    return gone
