"""Whether a viewer reaches so many records that asking each row beats collecting the ids of all they reach.

Both ways find the same rows. Collecting ids costs by what the viewer reaches; asking each row by how many must be
looked at until enough are found: of n records of which they reach r, w rows need about w * n / r. So the second is the
better one where r * r >= w * n.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Model

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.reading import EVERYTHING, rows_wanted
from emporion.records.customers.models import Contact, Customer, CustomerOwner, CustomerZone

KEPT_SECONDS = 3600.0
Weights = Counter[int | None]


@dataclass(frozen=True)
class _Known:
    """How many records of each kind there are and how many each zone has, and how many customers each person has had.
    A process that has never learnt it collects ids: right, and for a server with many records too slow."""

    counts: Mapping[type[Model], int] = field(default_factory=dict)
    zones: Mapping[type[Model], Weights] = field(default_factory=dict)
    owners: Weights = field(default_factory=Counter)
    learnt_at: float = 0.0


_known = _Known()
# Deals, orders and work lie above customers: their parts tell them here.
_zoned: list[type[Model]] = []


def register_zoned(model: type[Model]) -> None:
    """Records of a customer, or of their own territory, are reached too."""
    _zoned.append(model)


def learn_weights() -> None:
    """Counts anew, over indexes. For a server when it starts; until then, and everywhere else, ids are collected."""
    global _known  # noqa: PLW0603 - one for the process
    known: list[type[Any]] = [Customer, *_zoned]
    counts: dict[type[Model], int] = {model: model.objects.count() for model in known}
    zones: dict[type[Model], Weights] = {model: _counted(model, "territory_id") for model in _zoned}
    zones[Customer] = _counted(CustomerZone, "territory_id")
    # Contacts go with their customers.
    counts[Contact], zones[Contact] = counts[Customer], zones[Customer]
    _known = _Known(counts, zones, _counted(CustomerOwner, "member_id"), time.monotonic())


def forget_weights() -> None:
    """As a process that has never learnt them."""
    global _known  # noqa: PLW0603 - one for the process
    _known = _Known()


def is_wide(viewer: Viewer, model: type[Model]) -> bool:
    """Whether each row of these records should be asked. No query, but for a few once an hour."""
    if not _known.counts or rows_wanted() == EVERYTHING:
        return False
    if time.monotonic() - _known.learnt_at > KEPT_SECONDS:
        learn_weights()
    count = _known.counts[model]
    share = _sum(_known.owners, viewer.member_ids) / max(_known.counts[Customer], 1)
    reached = share * count + _sum(_known.zones[model], viewer.territory_ids)
    return reached * reached >= rows_wanted() * count


def _counted(model: type[Any], column: str) -> Weights:
    return Counter(dict(model.objects.values_list(column).annotate(Count("pk")).order_by()))


def _sum(weights: Weights, ids: Iterable[int]) -> int:
    return sum(weights[one] for one in ids)
