"""Deals on a board: a column for each stage of one pipeline (PIPE-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.ui import formats
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import today
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.rules import CLOSED
from emporion.records.pipeline.views.listing import DealList, pipelines, stages
from emporion.records.pipeline.views.standing import STUCK_DAYS, Standing
from emporion.records.pipeline.views.wording import stage_name

CARDS = 25  # in a column; further ones are in the list
CLOSED_DAYS = 30  # won and lost deals stay on the board so long


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
    sums: list[str] = field(default_factory=list)
    more: int = 0
    cards: list[Card] = field(default_factory=list)


def board(request: PageRequest) -> HttpResponse:
    """The board of the chosen pipeline, narrowed as the list is."""
    viewer, day = request.viewer, today()
    page = DealList()
    pipeline_id = _chosen_pipeline(viewer, request.GET.get("pipeline", ""))
    matching = page.matching(viewer, request.GET).filter(pipeline_id=pipeline_id)
    shown = matching.filter(Q(closed_on=None) | Q(closed_on__gte=day - timedelta(days=CLOSED_DAYS)))
    lanes = _lanes([stage for stage in stages(viewer) if stage.pipeline_id == pipeline_id], shown, day)
    filters = [one for one in page.filters if one.names[0] not in {"state", "stage"}]
    context = {
        "title": _("Board of deals"),
        "lanes": lanes,
        "pipeline_id": str(pipeline_id or ""),
        "filters": [{"drawn": one.drawn(request.GET, viewer)} for one in filters],
        "filtered": any(request.GET.get(name) for one in filters for name in one.names),
        "text": request.GET.get("q", ""),
        "query": request.GET.urlencode(),
        "moves": viewer.may(Permission.WRITE),
        "create_address": page.create_address(viewer),
        "create_label": page.create_label,
        "empty": page.empty,
        "closed_days": CLOSED_DAYS,
    }
    return render(request, "pipeline/board.html", context)


def _chosen_pipeline(viewer: Viewer, wanted: str) -> int | None:
    offered = [pk for pk, _name in pipelines(viewer)]
    return int(wanted) if wanted in offered else int(offered[0]) if offered else None


def _lanes(columns: Sequence[Stage], deals: QuerySet[Any], day: date) -> list[Lane]:
    lanes = {stage.pk: Lane(stage, stage_name(stage)) for stage in columns}
    sums = deals.order_by().values("stage_id", "currency").annotate(count=Count("pk"), total=Sum("worth"))
    for row in sums.order_by("currency"):
        if lane := lanes.get(row["stage_id"]):
            lane.count += row["count"]
            lane.sums.append(formats.money(row["total"], row["currency"]))
    place = Window(RowNumber(), partition_by=F("stage_id"), order_by=[F("expected_on").asc(), F("pk").asc()])
    first = list(deals.annotate(place=place).filter(place__lte=CARDS).order_by("place"))
    standing = Standing(first, day)
    for deal in first:
        if lane := lanes.get(deal.stage_id):
            lane.cards.append(_card(deal, standing, columns))
    for lane in lanes.values():
        lane.more = lane.count - len(lane.cards)
    return list(lanes.values())


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


def board_address(deal: Deal) -> str:
    """The board, at that deal."""
    return f"{reverse('pipeline:board')}?pipeline={deal.pipeline_id}#deal-{deal.pk}"


def deal_address(pk: int) -> str:
    """The card of that deal, or the list where there are no cards."""
    return card_address("deal", pk) or reverse("pipeline:list")
