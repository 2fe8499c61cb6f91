"""When a customer's zone changes on past days, what took its territory from the customer is posted anew. The parts
above hold those records; each says here which of its records took it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from emporion.records.team.reposting import repost_subjects

Find = Callable[[Sequence[int]], Iterable[int]]

_finders: dict[str, Find] = {}


def register_customer_repost(subject_kind: str, find: Find) -> None:
    """Called by a part's AppConfig.ready: `find(customer_ids)` gives the ids of that kind's records whose facts read
    the zone of one of these customers. A record too many costs time, one too few costs truth."""
    _finders[subject_kind] = find


def repost_customers(customer_ids: Sequence[int], *, at: datetime) -> dict[str, int]:
    """Post anew what read these customers' zones; by subject kind, how many facts changed."""
    counts = {}
    for kind, find in sorted(_finders.items()) if customer_ids else ():
        posted = repost_subjects(kind, sorted(set(find(customer_ids))), at=at)
        counts[kind] = max(posted.added, posted.reversed)
    return counts
