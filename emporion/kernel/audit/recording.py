"""Writing and checking the audit log."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.models import AuditEntry

GENESIS = "0" * 64
CHAINING = 0x41554449  # "AUDI": one entry is chained at a time.


def record(
    action: str,
    *,
    by: Viewer,
    at: datetime,
    subject: str,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry in the transaction of the action itself, with the fields that changed, old and new.

    Cost: two queries. On PostgreSQL actions wait for each other from here to their commit.
    """
    _take_turn()
    entry = AuditEntry(at=at, by=by.name, action=action, subject=subject, payload=_changes(old, new))
    entry.salt = secrets.token_hex(16)
    entry.payload_digest = _payload_digest(entry)
    entry.previous_hash = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first() or GENESIS
    entry.hash = _hash_of(entry)
    entry.save(force_insert=True)


def broken_links() -> Iterator[str]:
    """Entries that no longer fit the chain, each named by its number. An erased payload fits."""
    previous = GENESIS
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2_000):
        altered = entry.payload is not None and entry.payload_digest != _payload_digest(entry)
        if altered or entry.previous_hash != previous or entry.hash != _hash_of(entry):
            yield f"audit entry {entry.pk} ({entry.action} {entry.subject}) does not fit the chain"
        previous = entry.hash


def head() -> str:
    """The chain's last hash: kept outside, it shows tampering from outside."""
    return AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first() or GENESIS


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    before, after = old or {}, new or {}
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: [_plain(before.get(name)), _plain(after.get(name))] for name in sorted(changed)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool | int | str | None) else str(value)


def _payload_digest(entry: AuditEntry) -> str:
    text = json.dumps(entry.payload, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{entry.salt}|{text}".encode()).hexdigest()


def _hash_of(entry: AuditEntry) -> str:
    instant = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [entry.previous_hash, instant, entry.by, entry.action, entry.subject, entry.payload_digest]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _take_turn() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAINING])
