"""The recycle bin: a record put into it is shown nowhere else and stands for no facts, and comes back as it was.

Each part tells what of its own can be removed; parts above it tell what would hang in the air, and what goes with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from emporion.kernel.access.viewer import SYSTEM, Permission, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.audit.recording import record as audit
from emporion.kernel.batches import batched
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.posting import post_many
from emporion.kernel.ledger.registry import sources
from emporion.kernel.models import RemovableRecord
from emporion.kernel.record_undoing import rows_of

_Lets = Callable[[int], dict[str, Any]]
_TakesBack = Callable[[int, Mapping[str, Any]], None]
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Removable:
    """A kind of record that can be removed. `reach` gives those in a viewer's scope, with those in the bin;
    `people` the members who would lose by it: they must be the viewer's own. What hangs on a record and cannot wait
    without it is let go of (`let_go` returns it in a form that fits into JSON) and taken back (`take_back`)."""

    subject: str
    reach: Callable[[Viewer], models.QuerySet[Any]]
    people: Callable[[int], Iterable[int]] = lambda _record_id: ()
    allowed: Callable[[Viewer], None] = lambda _viewer: None
    let_go: _Lets | None = None
    take_back: _TakesBack | None = None


_removable: dict[str, Removable] = {}
_needs: dict[str, dict[str, Callable[[int], bool]]] = {}
_followers: dict[str, dict[str, Callable[[int], Iterable[int]]]] = {}


def register_removable(removable: Removable) -> None:
    """Called by a part's AppConfig.ready."""
    _removable[removable.subject] = removable


def register_need(subject: str, name: str, needed: Callable[[int], bool]) -> None:
    """Called by a part's AppConfig.ready: a record of that kind is not removed while `needed`; `name` says why in the
    plural (orders, deals), and the refusal is called `has_` and that."""
    _needs.setdefault(subject, {})[name] = needed


def register_follower(subject: str, follower: str, ids: Callable[[int], Iterable[int]]) -> None:
    """Called by a part's AppConfig.ready: what is removed and restored together with a record of that kind."""
    _followers.setdefault(subject, {})[follower] = ids


def removable_subjects() -> list[str]:
    """The kinds of records that can be removed."""
    return list(_removable)


def recycle_bin(viewer: Viewer, subject: str) -> models.QuerySet[Any]:
    """The removed records of that kind in the viewer's scope, the latest first."""
    return _kind(subject).reach(viewer).filter(removed_at__isnull=False).order_by("-removed_at", "-pk")


def all_in_reach(viewer: Viewer, subject: str, record_ids: Iterable[int]) -> bool:
    """Whether the viewer may open each of these records, in the bin or not. A query for each thousand."""
    reach = _kind(subject).reach(viewer)
    return all(
        reach.filter(pk__in=some).count() == len(some) for some in batched(sorted(set(record_ids)), _AT_ONCE)
    )


def remove_record(
    *, subject: str, record_id: int, by: Viewer, at: datetime, version: int | None = None
) -> RemovableRecord:
    """The record, put into the recycle bin: its facts are taken back. One audit entry.

    Refuses one that is not in the viewer's scope, one changed since `version`, one whose people are not the viewer's
    own, and one that others need (`has_orders`, …).
    """
    by.require(Permission.WRITE)
    with transaction.atomic():
        held = _held(subject, record_id, by, removed=False)
        if version is not None and held.version != version:
            raise Conflict(f"{subject} {held.code}")
        _refuse_needed(subject, held)
        gone = {follower: sorted(ids(record_id)) for follower, ids in _followers.get(subject, {}).items()}
        kind = _kind(subject)
        new = {"removed": True, "with": {name: ids for name, ids in gone.items() if ids}}
        if kind.let_go is not None:
            new["let_go"] = kind.let_go(record_id)
        for follower, ids in gone.items():
            _mark(follower, ids, at, by)
        _mark(subject, [record_id], at, by)
        audit(f"{subject}.removed", by=by, at=at, subject=f"{subject}:{record_id}", new=new)
    held.refresh_from_db()
    return held


def restore_record(*, subject: str, record_id: int, by: Viewer, at: datetime) -> RemovableRecord:
    """The record as it was, with what went with it: its facts come back, into closed periods as adjustments.

    Refuses one that is not in the viewer's scope or not in the bin, and one that needs another which is in the bin.
    """
    by.require(Permission.WRITE)
    with transaction.atomic():
        held = _held(subject, record_id, by, removed=True)
        _refuse_without(held)
        kind, kept = _kind(subject), _as_removed(subject, record_id)
        if kind.take_back is not None and kept.get("let_go"):
            kind.take_back(record_id, kept["let_go"])
        _mark(subject, [record_id], at, None)
        for follower, ids in kept.get("with", {}).items():
            _mark(follower, ids, at, None)
        audit(f"{subject}.restored", by=by, at=at, subject=f"{subject}:{record_id}", new={"restored": True})
    held.refresh_from_db()
    return held


def _kind(subject: str) -> Removable:
    if subject not in _removable:
        raise Refusal("not_removable", f"a {subject} cannot be removed")
    return _removable[subject]


def _held(subject: str, record_id: int, by: Viewer, *, removed: bool) -> RemovableRecord:
    """The record, locked; in the bin or not, as asked."""
    kind = _kind(subject)
    rows = kind.reach(by).filter(removed_at__isnull=not removed)
    held: RemovableRecord | None = rows.select_for_update().filter(pk=record_id).first()
    if held is None:
        raise Refusal(f"no_such_{subject}", f"there is no {subject} {record_id} that you may open")
    kind.allowed(by)
    by.require_members(kind.people(record_id))
    return held


def _refuse_needed(subject: str, held: RemovableRecord) -> None:
    for name, needed in _needs.get(subject, {}).items():
        if needed(held.pk):
            raise Refusal(
                f"has_{name}", f"{subject} {held.code} has {name}: it cannot be removed without them"
            )


def _refuse_without(held: RemovableRecord) -> None:
    """A record comes back only to what it belongs to."""
    for column in held._meta.concrete_fields:
        other = getattr(held, column.name) if column.is_relation else None
        if isinstance(other, RemovableRecord) and other.removed_at is not None:
            raise Refusal(
                "needs_removed", f"{column.name} {other.code} is in the recycle bin; restore it first"
            )


def _as_removed(subject: str, record_id: int) -> dict[str, Any]:
    """What the last removal kept; nothing, where its payload was erased."""
    entries = AuditEntry.objects.filter(subject=f"{subject}:{record_id}", action=f"{subject}.removed")
    payload = entries.order_by("-id").values_list("payload", flat=True).first()
    return {name: values[1] for name, values in (payload or {}).items()}


def _mark(subject: str, ids: Sequence[int], at: datetime, by: Viewer | None) -> None:
    """Into the bin by somebody, or out of it; the facts follow. Records that are there already stay as they are."""
    rows = rows_of(_model(subject)).filter(pk__in=ids, removed_at__isnull=by is not None)
    marked = list(rows.values_list("pk", flat=True))
    removed = {"removed_at": at, "removed_by": by.name} if by else {"removed_at": None, "removed_by": None}
    rows_of(_model(subject)).filter(pk__in=marked).update(
        **removed, updated_at=at, touched_at=at, version=models.F("version") + 1
    )
    source = sources().get(subject)
    if source is not None and marked:
        post_many(subject, source.facts_for(marked), at=at, rule_version=source.rule_version)


def _model(subject: str) -> type[RemovableRecord]:
    found: type[RemovableRecord] = _kind(subject).reach(SYSTEM).model
    return found
