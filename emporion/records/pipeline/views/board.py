"""Deals on a board: a column for each stage of one pipeline (PIPE-5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.ui import formats
from emporion.kernel.ui.filters import Filter
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import COUNTED
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import today
from emporion.records.pipeline.forms.wording import stage_name
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.queries import visible_deals
from emporion.records.pipeline.rules import CLOSED
from emporion.records.pipeline.views.listing import DealList, pipelines, stages
from emporion.records.pipeline.views.standing import STUCK_DAYS, Standing, with_worth

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
    page = _Deals()
    pipeline_id = _chosen_pipeline(viewer, request.GET.get("pipeline", ""))
    matching = page.matching(viewer, request.GET).filter(pipeline_id=pipeline_id)
    shown = matching.filter(Q(closed_on=None) | Q(closed_on__gte=day - timedelta(days=CLOSED_DAYS)))
    lanes = _lanes(
        viewer, [stage for stage in stages(viewer) if stage.pipeline_id == pipeline_id], shown, day
    )
    context = {
        "title": _("Board of deals"),
        "lanes": lanes,
        "pipeline_id": str(pipeline_id or ""),
        "filters": [{"drawn": one.drawn(request.GET, viewer)} for one in page.filters],
        "filtered": any(request.GET.get(name) for one in page.filters for name in one.names),
        "text": request.GET.get("q", ""),
        "query": request.GET.urlencode(),
        "moves": viewer.may(Permission.WRITE),
        "create_address": page.create_address(viewer),
        "create_label": page.create_label,
        "empty": page.empty,
        "closed_days": CLOSED_DAYS,
    }
    return render(request, "pipeline/board.html", context)


class _Deals(DealList):
    """Deals as the board counts them: what they are worth is read only for those that are shown."""

    filters: ClassVar[Sequence[Filter]] = tuple(
        one for one in DealList.filters if one.names[0] not in {"state", "stage"}
    )

    def records(self, viewer: Viewer) -> QuerySet[Deal]:
        """The deals."""
        return visible_deals(viewer)


def _chosen_pipeline(viewer: Viewer, wanted: str) -> int | None:
    offered = [pk for pk, _name in pipelines(viewer)]
    return int(wanted) if wanted in offered else int(offered[0]) if offered else None


def _lanes(viewer: Viewer, columns: Sequence[Stage], deals: QuerySet[Any], day: date) -> list[Lane]:
    lanes = {stage.pk: Lane(stage, stage_name(stage)) for stage in columns}
    for stage_id, count in deals.order_by().values_list("stage_id").annotate(Count("pk")):
        if lane := lanes.get(stage_id):
            lane.count = count
    if sum(lane.count for lane in lanes.values()) <= COUNTED:
        _add_sums(lanes, with_worth(deals, day))
    place = Window(RowNumber(), partition_by=F("stage_id"), order_by=[F("expected_on").asc(), F("pk").asc()])
    places = dict(deals.annotate(place=place).filter(place__lte=CARDS).values_list("pk", "place"))
    shown = with_worth(Deal.objects.filter(pk__in=places), day).select_related("customer")
    first = sorted(shown, key=lambda deal: places[deal.pk])
    standing = Standing(first, day, stages(viewer))
    for deal in first:
        if lane := lanes.get(deal.stage_id or 0):
            lane.cards.append(_card(deal, standing, columns))
    for lane in lanes.values():
        lane.more = lane.count - len(lane.cards)
    return list(lanes.values())


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
