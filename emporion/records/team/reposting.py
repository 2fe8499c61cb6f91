"""When a person's past changes, the facts that named their team, role or zone are posted anew.

The parts above hold those records; each says here which of its records a member's span touches.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from emporion.kernel.batches import batched
from emporion.kernel.ledger.posting import Posted, post_many
from emporion.kernel.ledger.registry import sources

SUBJECTS_AT_ONCE = 500
Find = Callable[[int, date, date], Iterable[int]]


@dataclass(frozen=True, slots=True)
class ChangedSpan:
    """Days from `start` up to but not including `end` on which a member now stands elsewhere."""

    member_id: int
    start: date
    end: date


_finders: dict[str, Find] = {}


def register_repost(subject_kind: str, find: Find) -> None:
    """Called by a part's AppConfig.ready: `find(member_id, start, end)` gives the ids of that kind's records with facts
    that name the member on a day of the half-open span. A record too many costs time, one too few costs truth."""
    _finders[subject_kind] = find


def subjects_of(spans: Sequence[ChangedSpan]) -> dict[str, list[int]]:
    """By subject kind, the records that these spans touch, each once, rising."""
    return {
        kind: sorted({subject for span in spans for subject in find(span.member_id, span.start, span.end)})
        for kind, find in sorted(_finders.items())
    }


def repost_subjects(subject_kind: str, ids: Iterable[int], *, at: datetime) -> Posted:
    """Make the facts of these records stand as the records say now, in chunks of a transaction each (or inside the
    caller's). Doing it twice does nothing the second time, so whoever was interrupted does it again."""
    source = sources()[subject_kind]
    posted = Posted()
    for some in batched(ids, SUBJECTS_AT_ONCE):
        with transaction.atomic():
            facts = source.facts_for(some)
            posted += post_many(subject_kind, facts, at=at, rule_version=source.rule_version)
    return posted


def repost_spans(spans: Sequence[ChangedSpan], *, at: datetime) -> dict[str, int]:
    """Post anew what the spans touch; by subject kind, how many facts changed."""
    counts = {}
    for kind, ids in subjects_of(spans).items():
        posted = repost_subjects(kind, ids, at=at)
        counts[kind] = max(posted.added, posted.reversed)
    return counts
