"""When a product's launch changes, sales of it become sales of a new product, or no longer: their facts are posted
anew. The parts above hold the sales; each says here which of its records name a product."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from emporion.records.team.reposting import repost_subjects

Find = Callable[[Sequence[int]], Iterable[int]]

_finders: dict[str, Find] = {}


def register_product_repost(subject_kind: str, find: Find) -> None:
    """Called by a part's AppConfig.ready: `find(product_ids)` gives the ids of that kind's records that name one of
    these products."""
    _finders[subject_kind] = find


def repost_products(product_ids: Sequence[int], *, at: datetime) -> dict[str, int]:
    """Post anew what names these products; by subject kind, how many facts changed."""
    counts = {}
    for kind, find in sorted(_finders.items()):
        posted = repost_subjects(kind, sorted(set(find(product_ids))), at=at)
        counts[kind] = max(posted.added, posted.reversed)
    return counts
