"""Taking one change back by its audit entry, while nobody has changed the record since."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.record_removing import (
    all_in_reach,
    removable_subjects,
    remove_record,
    restore_record,
)
from emporion.kernel.record_undoing import fields_of

Changed = Mapping[str, Any]
Inverse = Callable[[int, Changed, Viewer, datetime], object]
BULK = "bulk"
_inverses: dict[str, Inverse] = {}
_inverses_of_many: dict[str, Callable[[Mapping[int, Changed], Viewer, datetime], object]] = {}


def register_inverse(action: str, inverse: Inverse) -> None:
    """Called by a part's AppConfig.ready: `inverse(record_id, old_and_new, by, at)` undoes what such an entry tells,
    by an action of its own with all its refusals; `old_and_new` are the entry's values by name."""
    _inverses[action] = inverse


def register_inverse_of_many(
    action: str, inverse: Callable[[Mapping[int, Changed], Viewer, datetime], object]
) -> None:
    """The same for entries about many records: `inverse({record_id: {name: [old, new]}}, by, at)`."""
    _inverses_of_many[action] = inverse


def can_be_undone(entry: AuditEntry) -> bool:
    """Whether there is a way back from such an entry; whether it is still open is seen when it is gone."""
    if not entry.payload:
        return False
    return entry.action in _inverses_of_many if _is_bulk(entry) else _inverse(entry) is not None


def undo_change(*, entry_id: int, by: Viewer, at: datetime) -> None:
    """Undo a change, a removal or a reassignment by its audit entry. The undoing is an action with an entry of its own.

    Refuses an entry that cannot be undone, a record that was changed since (`changed_since`), and whatever the action
    that undoes it refuses. An entry about records out of the viewer's scope is one that does not exist: by counting
    through the numbers of entries nobody learns what others have changed.
    """
    by.require(Permission.WRITE)
    with transaction.atomic():
        entry = AuditEntry.objects.filter(pk=entry_id).first()
        if entry is None or not can_be_undone(entry) or not _is_about_their_own(entry, by):
            raise Refusal("cannot_be_undone", "this cannot be undone")
        payload: dict[str, Any] = entry.payload or {}
        kind, _, key = entry.subject.partition(":")
        if _is_bulk(entry):
            changed = {int(one): _by_name(*values) for one, values in payload.items()}
            _refuse_changed_since(entry, kind, list(changed))
            _inverses_of_many[entry.action](changed, by, at)
        else:
            _refuse_changed_since(entry, kind, [int(key)])
            inverse = _inverse(entry)
            if inverse is not None:
                inverse(int(key), payload, by, at)


def old_values(model: type[models.Model], changed: Changed) -> dict[str, Any]:
    """What the model's own columns among these held before, as Python values."""
    fields = fields_of(model)
    return {name: fields[name].to_python(old) for name, (old, _) in changed.items() if name in fields}


def _inverse(entry: AuditEntry) -> Inverse | None:
    kind, _, what = entry.action.partition(".")
    if kind in removable_subjects() and what == "removed":
        return lambda one, _, by, at: restore_record(subject=kind, record_id=one, by=by, at=at)
    if kind in removable_subjects() and what == "restored":
        return lambda one, _, by, at: remove_record(subject=kind, record_id=one, by=by, at=at)
    return _inverses.get(entry.action) if entry.subject.partition(":")[2].isdecimal() else None


def _is_about_their_own(entry: AuditEntry, by: Viewer) -> bool:
    """Whether the viewer may know of the entry: they made it, or may open all that it is about."""
    if by.sees_all or entry.by == by.name:
        return True
    kind, _, key = entry.subject.partition(":")
    ids = map(int, entry.payload or ()) if _is_bulk(entry) else [int(key)]
    return kind in removable_subjects() and all_in_reach(by, kind, ids)


def _is_bulk(entry: AuditEntry) -> bool:
    return entry.subject.endswith(f":{BULK}")


def _by_name(old: Changed | None, new: Changed | None) -> dict[str, list[Any]]:
    before, after = old or {}, new or {}
    return {name: [before.get(name), after.get(name)] for name in {**before, **after}}


def _refuse_changed_since(entry: AuditEntry, kind: str, ids: list[int]) -> None:
    later = AuditEntry.objects.filter(pk__gt=entry.pk)
    about = {f"{kind}:{one}" for one in ids}
    many = {str(one) for one in ids}
    for subject, payload in later.filter(Q(subject__startswith=f"{kind}:")).values_list("subject", "payload"):
        in_many = subject in (f"{kind}:{BULK}", f"{kind}:import") and many & set(payload or ())
        if subject in about or in_many:
            raise Refusal("changed_since", "somebody has changed it since; it cannot be undone any more")
