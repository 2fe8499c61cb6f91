"""Closing a period: from then on it shows what was known at its watermark."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.locks import highest_id, stop_posting
from emporion.kernel.ledger.models import Closing, LedgerFact
from emporion.kernel.ledger.registry import freezers
from emporion.kernel.ledger.verifying import Discrepancy
from emporion.kernel.reading import once

GENESIS = "0" * 64
_ROWS_AT_ONCE = 10_000
# Where a day is over first, it is so many hours later than in UTC.
EARLIEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """Days up to but not including `end` (from `start`, or from ever) count facts up to `watermark`."""

    start: date | None
    end: date
    watermark: int


def close(*, end: date, by: Viewer, at: datetime) -> Closing:
    """Close everything before `end` that is not closed yet. Refuses days already closed and days still to come: a
    mistyped year would hide everything that happens until then, and a closing is for ever."""
    by.require(Permission.CLOSE)
    if end > (at + EARLIEST_ZONE).date():
        raise Refusal("not_over", f"{end - timedelta(days=1)} is not over yet; close up to a day that is")
    with transaction.atomic():
        stop_posting()
        last = Closing.objects.order_by("-ends_on").first()
        if last and end <= last.ends_on:
            raise Refusal("already_closed", f"everything before {last.ends_on} is closed already")
        made = _seal(last, end, highest_id(), by.name, at)
        record("ledger.closed", by=by, at=at, subject=f"closing:{end}", new={"watermark": made.watermark})
        return made


def _seal(last: Closing | None, end: date, watermark: int, by: str, at: datetime) -> Closing:
    start = last.ends_on if last else None
    frozen = {name: contents(start, end) for name, contents in sorted(freezers().items())}
    closing = Closing(
        starts_on=start,
        ends_on=end,
        watermark=watermark,
        closed_at=at,
        closed_by=by,
        frozen=json.loads(json.dumps(frozen, default=str)),
        facts_digest=_rows_digest(last.watermark if last else 0, watermark),
        previous_hash=last.hash if last else GENESIS,
    )
    closing.hash = _hash_of(closing)
    closing.save(force_insert=True)
    return closing


def closed_spans() -> list[ClosedSpan]:
    """The closed spans, earliest first. One query, one for a whole page."""
    return list(once("closed spans", _closed_spans))


def _closed_spans() -> list[ClosedSpan]:
    rows = Closing.objects.order_by("ends_on").values_list("starts_on", "ends_on", "watermark")
    return [ClosedSpan(*row) for row in rows]


def closing_watermark(day: date) -> int | None:
    """What was known when that day was closed; None while it is open. One query, one for a whole page."""
    return next((span.watermark for span in closed_spans() if span.end > day), None)


def closing_of(day: date) -> Closing | None:
    """The closing of that day, with all it kept; None while it is open. Two queries, once for a whole page."""
    span = next((span for span in closed_spans() if span.end > day), None)
    if span is None:
        return None
    return once(("closing", span.end), lambda: Closing.objects.get(ends_on=span.end))


def closings_from(day: date) -> list[Closing]:
    """The closings of that day and later ones, earliest first, with all they kept. Up to two queries."""
    if closing_watermark(day) is None:
        return []
    return list(Closing.objects.filter(ends_on__gt=day).order_by("ends_on"))


def is_closed(day: date) -> bool:
    """Whether that day belongs to a closed period. One query."""
    return Closing.objects.filter(ends_on__gt=day).exists()


def chain_discrepancies() -> Iterator[Discrepancy]:
    """What of the chain over closed periods no longer holds: a changed ledger row, or a changed closing."""
    previous: Closing | None = None
    for closing in Closing.objects.order_by("ends_on"):
        name = f"closing before {closing.ends_on}"
        if closing.previous_hash != (previous.hash if previous else GENESIS) or closing.hash != _hash_of(
            closing
        ):
            yield Discrepancy(name, "the closing itself was changed after it was sealed")
        if closing.facts_digest != _rows_digest(previous.watermark if previous else 0, closing.watermark):
            yield Discrepancy(
                name, f"ledger rows up to {closing.watermark} were changed after they were sealed"
            )
        previous = closing


def _hash_of(closing: Closing) -> str:
    parts = [
        closing.previous_hash,
        closing.starts_on,
        closing.ends_on,
        closing.watermark,
        closing.closed_by,
        closing.facts_digest,
        json.dumps(closing.frozen, sort_keys=True),
    ]
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()


def _rows_digest(after: int, upto: int) -> str:
    columns = [field.attname for field in LedgerFact._meta.concrete_fields]
    rows = LedgerFact.objects.filter(id__gt=after, id__lte=upto).order_by("id").values_list(*columns)
    running = hashlib.sha256()
    for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        running.update("|".join("" if value is None else str(value) for value in row).encode())
        running.update(b"\n")
    return running.hexdigest()


def closings() -> models.QuerySet[Closing]:
    """All closings, latest first."""
    return Closing.objects.order_by("-ends_on")
