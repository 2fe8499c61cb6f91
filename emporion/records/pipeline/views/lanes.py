"""Which deals stand in the stages of a board: of very many never more are looked at than it shows, or counts.

Few are read at once and sorted into the stages; of many, each stage reads its own by an index (`deal_on_board`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.reading import EVERYTHING, wanting
from emporion.records.customers.reach import is_wide
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.rules import CLOSED

CLOSED_DAYS = 30  # won and lost deals stay on the board so long
COUNTED = 500  # in a stage: beyond it who sees very many deals is told that there are more
_ORDER = ("expected_on", "pk")


@dataclass(frozen=True)
class Found:
    """How many deals stand in each stage, and the first of them by the day on which they are expected. Of the stages
    in `many` more stand there than the number. `all` are the deals, to be summed."""

    counts: Mapping[int, int]
    many: frozenset[int]
    first: QuerySet[Deal]
    all: QuerySet[Any]


@dataclass(frozen=True)
class Lanes:
    """The deals of a board. `deals` makes the query of them all, as it is best asked for so many as are wanted."""

    viewer: Viewer
    stages: Sequence[Stage]
    deals: Callable[[], QuerySet[Any]]
    day: date

    def found(self, many: int) -> Found:
        """The deals, of each stage the first so many. One query, and one for `first`."""
        with wanting(COUNTED * len(self.stages)):
            if self.stages and (self.viewer.sees_all or is_wide(self.viewer, Deal)):
                return self._of_many(self.deals(), many)
        with wanting(EVERYTHING):
            return self._of_few(self.deals(), many)

    def _of_many(self, reached: QuerySet[Any], many: int) -> Found:
        ordered = [self._standing_in(one, reached).order_by(*_ORDER) for one in self.stages]
        some = [one.order_by()[: COUNTED + 1] for one in ordered]
        counts = Counter(_together([_again(one).values_list("stage_id", flat=True) for one in some]))
        first = _together([_again(one[:many]).values("pk") for one in ordered])
        return Found(
            {one: min(count, COUNTED) for one, count in counts.items()},
            frozenset(stage_id for stage_id, count in counts.items() if count > COUNTED),
            Deal.objects.filter(pk__in=first).order_by(*_ORDER),
            self._shown(reached),
        )

    def _of_few(self, reached: QuerySet[Any], many: int) -> Found:
        everything = self._shown(reached)
        place = Window(RowNumber(), partition_by=F("stage_id"), order_by=[F(name).asc() for name in _ORDER])
        placed = everything.annotate(place=place, count=Window(Count("pk"), partition_by=F("stage_id")))
        rows = list(placed.filter(place__lte=many).values_list("stage_id", "count", "pk"))
        first = Deal.objects.filter(pk__in=[pk for _, _, pk in rows]).order_by(*_ORDER)
        return Found({stage_id: count for stage_id, count, _ in rows}, frozenset(), first, everything)

    def _shown(self, reached: QuerySet[Any]) -> QuerySet[Any]:
        recent = Q(closed_on=None) | Q(closed_on__gte=self.day - timedelta(days=CLOSED_DAYS))
        pipelines = {stage.pipeline_id for stage in self.stages}
        return reached.filter(recent, pipeline_id__in=pipelines).exclude(stage=None).order_by()

    def _standing_in(self, stage: Stage, reached: QuerySet[Any]) -> QuerySet[Any]:
        """Whoever stands in a won or lost stage has a closing day, and nobody else has one."""
        there = reached.filter(stage_id=stage.pk)
        if stage.outcome in CLOSED:
            return there.filter(closed_on__gte=self.day - timedelta(days=CLOSED_DAYS))
        return there.filter(closed_on=None)


def _again(some: QuerySet[Any]) -> QuerySet[Deal]:
    """The same few deals, in a form that can be put together: SQLite takes no limit there."""
    return Deal.objects.filter(pk__in=some.values("pk"))


def _together(reads: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    return reads[0].union(*reads[1:], all=True) if len(reads) > 1 else reads[0]
