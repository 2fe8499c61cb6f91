"""One record created or changed by hand: constraints as refusals, the version checked, the audit entry written."""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record as audit
from emporion.kernel.errors import Conflict, Refusal, UnknownName
from emporion.kernel.models import Record, RemovableRecord, own_fields
from emporion.kernel.record_undoing import rows_of

Kept = TypeVar("Kept", bound=Record)
_OURS = {"id", "code", "created_at", "updated_at", "version", "touched_at", "removed_at", "removed_by"}


def create_record(new: Kept, *, subject: str, by: Viewer, at: datetime) -> Kept:
    """The record, saved. Refuses a code in use (`code_taken`) and what its constraints forbid (`not_possible`)."""
    with transaction.atomic():
        if rows_of(type(new)).filter(code=new.code).exists():
            raise Refusal(
                "code_taken", f"a {subject} with the code {new.code!r} exists already; choose another"
            )
        new.created_at = new.updated_at = new.touched_at = at
        new.version = 1
        _refuse_impossible(new, subject)
        new.save(force_insert=True)
        audit(f"{subject}.created", by=by, at=at, subject=f"{subject}:{new.pk}", new=_told(new))
    return new


def change_record(
    model: type[Kept],
    record_id: int,
    changes: Mapping[str, Any],
    *,
    subject: str,
    by: Viewer,
    at: datetime,
    version: int | None = None,
) -> Kept:
    """The record with these attributes changed; nothing is written when all are so already.

    Refuses a record that does not exist, a version that is no longer the record's (`changed_meanwhile`), an
    attribute it does not have, and what its constraints forbid (`not_possible`).
    """
    with transaction.atomic():
        changed: Kept = locked(model, record_id, subject)
        if version is not None and changed.version != version:
            raise Conflict(f"{subject} {changed.code}")
        old = _told(changed)
        _assign(changed, changes, subject)
        if _told(changed) == old:
            return changed
        changed.version += 1
        changed.updated_at = changed.touched_at = at
        _refuse_impossible(changed, subject)
        changed.save(force_update=True)
        audit(
            f"{subject}.changed", by=by, at=at, subject=f"{subject}:{record_id}", old=old, new=_told(changed)
        )
    return changed


def locked(model: type[Kept], record_id: int, subject: str) -> Kept:
    """The record, held until the transaction ends. Refuses one that does not exist."""
    rows = rows_of(model).select_for_update().filter(pk=record_id)
    if issubclass(model, RemovableRecord):
        rows = rows.filter(removed_at=None)
    found: Kept | None = rows.first()
    if found is None:
        raise Refusal(f"no_such_{subject}", f"there is no such {subject}")
    return found


def _told(record: Record) -> dict[str, Any]:
    return {name: value for name, value in own_fields(record).items() if name not in _OURS - {"code"}}


def _assign(record: Record, changes: Mapping[str, Any], subject: str) -> None:
    known = set(own_fields(record)) - _OURS
    for name, value in changes.items():
        if name not in known:
            raise UnknownName(f"attribute of a {subject}", name, get_close_matches(name, known))
        setattr(record, name, value)


def _refuse_impossible(record: Record, subject: str) -> None:
    try:
        record.validate_constraints()
    except ValidationError as error:
        raise Refusal("not_possible", f"this {subject} cannot be: {'; '.join(error.messages)}") from None
