"""Deals on a board: a column for each stage of one pipeline (PIPE-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet, Sum
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.ui import formats
from emporion.kernel.ui.filters import Filter, UsualChoice
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import COUNTED
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import today
from emporion.records.pipeline.forms.wording import stage_name
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.queries import visible_deals
from emporion.records.pipeline.rules import CLOSED
from emporion.records.pipeline.views.choices import stages
from emporion.records.pipeline.views.lanes import CLOSED_DAYS, Found, Lanes
from emporion.records.pipeline.views.listing import DealList, pipelines
from emporion.records.pipeline.views.standing import STUCK_DAYS, Standing, with_worth

CARDS = 25  # in a column; further ones are in the list


@dataclass(slots=True)
class Card:
    """A deal on the board."""

    deal: Deal
    owner: str
    days: int | None
    step: str
    due: date | None
    state: str
    before: Stage | None = None
    after: Stage | None = None


@dataclass(slots=True)
class Lane:
    """A stage with its deals."""

    stage: Stage
    name: str
    count: int = 0
    beyond: str = ""  # a plus where there are more than counted
    sums: list[str] = field(default_factory=list)
    more: int = 0
    cards: list[Card] = field(default_factory=list)


def board(request: PageRequest) -> HttpResponse:
    """The board of the chosen pipeline, narrowed as the list is."""
    viewer, day = request.viewer, today()
    page = _Deals()
    pipeline_id = _chosen_pipeline(viewer, request.GET.get("pipeline", ""))
    columns = [stage for stage in stages(viewer) if stage.pipeline_id == pipeline_id]
    lanes = _lanes(viewer, Lanes(viewer, columns, lambda: page.matching(viewer, request.GET), day))
    asked = request.GET.copy()
    asked["pipeline"] = chosen = str(pipeline_id or "")
    context = {
        "title": _("Board of deals"),
        "subtitle": dict(pipelines(viewer)).get(chosen, ""),
        "lanes": lanes,
        "pipeline_id": chosen,
        "filters": [{"drawn": one.drawn(asked, viewer)} for one in page.filters],
        "filtered": any(
            request.GET.get(name) for one in page.filters for name in one.names if name != "pipeline"
        ),
        "text": request.GET.get("q", ""),
        "query": asked.urlencode(),
        "moves": viewer.may(Permission.WRITE),
        "create_address": page.create_address(viewer),
        "create_label": page.create_label,
        "empty": page.empty,
        "closed_days": CLOSED_DAYS,
    }
    return render(request, "pipeline/board.html", context)


class _Deals(DealList):
    """Deals as the board counts them: what they are worth is read only for those that are shown."""

    filters: ClassVar[Sequence[Filter]] = (
        # A board is of one pipeline: "any" is not among them.
        UsualChoice(
            "pipeline", gettext_lazy("Pipeline"), pipelines, lambda deals, pk: deals.filter(pipeline_id=pk)
        ),
        *(one for one in DealList.filters if one.names[0] not in {"state", "stage", "pipeline"}),
    )

    def records(self, viewer: Viewer) -> QuerySet[Deal]:
        """The deals."""
        return visible_deals(viewer)


def _chosen_pipeline(viewer: Viewer, wanted: str) -> int | None:
    offered = [pk for pk, _name in pipelines(viewer)]
    return int(wanted) if wanted in offered else int(offered[0]) if offered else None


def _lanes(viewer: Viewer, asked: Lanes) -> list[Lane]:
    columns, day, found = asked.stages, asked.day, asked.found(CARDS)
    lanes = {stage.pk: _lane(stage, found) for stage in columns}
    if not found.many and sum(found.counts.values()) <= COUNTED:
        _add_sums(lanes, with_worth(found.all, day))
    first = list(with_worth(found.first, day).select_related("customer"))
    standing = Standing(first, day, stages(viewer))
    for deal in first:
        lanes[deal.stage_id or 0].cards.append(_card(deal, standing, columns))
    for lane in lanes.values():
        lane.more = lane.count - len(lane.cards)
    return list(lanes.values())


def _lane(stage: Stage, found: Found) -> Lane:
    beyond = "+" if stage.pk in found.many else ""
    return Lane(stage, stage_name(stage), found.counts.get(stage.pk, 0), beyond)


def _add_sums(lanes: dict[int, Lane], deals: QuerySet[Any]) -> None:
    sums = deals.order_by().values("stage_id", "currency").annotate(total=Sum("worth"))
    for row in sums.order_by("currency"):
        if lane := lanes.get(row["stage_id"]):
            lane.sums.append(formats.money(row["total"], row["currency"]))


def _card(deal: Deal, standing: Standing, columns: Sequence[Stage]) -> Card:
    place = next(number for number, stage in enumerate(columns) if stage.pk == deal.stage_id)
    step, days = standing.next_step(deal), standing.days_in_stage(deal)
    closed = columns[place].outcome in CLOSED
    state = "closed" if closed else "none" if step is None else "stuck" if _stuck(days) else "going"
    card = Card(
        deal,
        standing.owners(deal),
        days,
        "" if step is None else step.title or _("Next step"),
        None if step is None else step.due_on,
        state,
    )
    card.before = columns[place - 1] if place else None
    card.after = columns[place + 1] if place + 1 < len(columns) and not closed else None
    return card


def _stuck(days: int | None) -> bool:
    return days is not None and days >= STUCK_DAYS


def board_address(deal: Deal, query: str) -> str:
    """The board as it was, at that deal."""
    kept = QueryDict(query, mutable=True)
    kept["pipeline"] = str(deal.pipeline_id)
    return f"{reverse('pipeline:board')}?{kept.urlencode()}#deal-{deal.pk}"


def deal_address(pk: int) -> str:
    """The card of that deal, or the list where there are no cards."""
    return card_address("deal", pk) or reverse("pipeline:list")
