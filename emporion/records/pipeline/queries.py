"""Reading deals: what a viewer may see, and what facts depend on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.money import AmountField
from emporion.kernel.reading import ONE, once, wanting
from emporion.records.customers.queries import member_among, owned_now, owner_is, refuse_hidden
from emporion.records.customers.reach import is_wide
from emporion.records.pipeline.models import Deal, DealCredit, DealStage, DealValue, Stage
from emporion.records.pipeline.rules import (
    DealFigures,
    Entry,
    Share,
    StageKind,
    Valued,
    known,
    known_history,
    value_on,
)

_IDS_AT_ONCE = 10_000


def visible_deals(viewer: Viewer) -> models.QuerySet[Deal]:
    """Deals the viewer may open: their members' own, their zones', and all of customers they own now.

    Source: PIPE-5.
    """
    return deals_in_reach(viewer).filter(removed_at=None)


def deals_in_reach(viewer: Viewer) -> models.QuerySet[Deal]:
    """The same, with those in the recycle bin."""
    deals = Deal.objects.all()
    if viewer.sees_all:
        return deals
    if is_wide(viewer, Deal):
        return deals.filter(_in_reach(viewer))
    theirs = deals.filter(customer_id__in=owned_now(viewer.member_ids, viewer.on)).values("id")
    there = deals.filter(territory_id__in=viewer.territory_ids).values("id")
    return deals.filter(id__in=credited_to(viewer.member_ids).union(theirs, there, all=True))


def _in_reach(viewer: Viewer) -> Q:
    """The same, asked of each deal: for who reaches much."""
    own = _counted_credits().filter(member_among(viewer.member_ids), deal_id=OuterRef("pk"))
    there = Q(territory_id__in=viewer.territory_ids)
    return Q(Exists(own)) | Q(owner_is(viewer.member_ids, "customer_id", viewer.on)) | there


def credited_to(member_ids: Iterable[int]) -> models.QuerySet[Any, Any]:
    """Ids of the deals credited to one of these people, to be used inside a query."""
    return _counted_credits().filter(member_id__in=member_ids).values("deal_id")


def _counted_credits() -> models.QuerySet[DealCredit]:
    real = DealCredit.objects.filter(deal_id=OuterRef("deal_id"), assumed=False)
    return DealCredit.objects.filter(Q(assumed=False) | ~Exists(real))


@wanting(ONE)
def visible_deal(viewer: Viewer, deal_id: int, *joined: str) -> Deal:
    """That deal, with what is joined to it; refuses one that does not exist or that the viewer may not open, without
    saying which."""
    found = visible_deals(viewer).select_related(*joined).filter(id=deal_id).first()
    if found is None:
        raise Refusal("no_such_deal", f"there is no deal {deal_id} that you may open")
    return found


def refuse_hidden_with_deal(
    viewer: Viewer, customer_id: int | None, deal_id: int | None, territory_id: int | None
) -> None:
    """Refuses a named customer, deal or territory that does not exist or that the viewer may not open, without saying
    which. Up to three queries."""
    refuse_hidden(viewer, customer_id, territory_id)
    if deal_id is not None:
        visible_deal(viewer, deal_id)


def open_deals(viewer: Viewer) -> models.QuerySet[Deal]:
    """Deals the viewer may open that are neither won nor lost now."""
    return visible_deals(viewer).filter(closed_on=None)


def history_of(viewer: Viewer, deal_id: int) -> list[Entry]:
    """The stages a visible deal came into, in order; refuses one the viewer may not open. Source: PIPE-4."""
    visible_deal(viewer, deal_id)
    return known_history(deal_figures([deal_id])[deal_id].entries)


def values_on(viewer: Viewer, ids: Sequence[int], day: date) -> dict[int, Any]:
    """What visible deals among these were worth on that day, each in its own currency. Two queries."""
    seen = visible_deals(viewer).filter(id__in=ids).values_list("id", flat=True)
    values = _values(list(seen))
    return {deal_id: value_on(values.get(deal_id, []), day) for deal_id in seen}


# What facts depend on


def stage_kinds() -> dict[int, StageKind]:
    """Every stage. One query."""
    rows = Stage.objects.values_list("id", "pipeline_id", "position", "outcome", "is_key")
    return {row[0]: StageKind(*row) for row in rows}


def deal_figures(ids: Sequence[int]) -> dict[int, DealFigures]:
    """What the facts of these deals depend on. Five queries, whatever their number."""
    entries, values, shares = entries_of(ids), _values(ids), shares_of(ids)
    rows = Deal.objects.filter(id__in=ids).values_list(
        "id",
        "opened_on",
        "currency",
        "rate",
        "customer_id",
        "territory_id",
        "product_id",
        "source__code",
        "channel",
        "contract_signed_on",
        "contract_amount",
        "removed_at",
    )
    return {
        row[0]: DealFigures(
            *row[:7],
            row[7] or "",
            *row[8:-1],
            entries=entries.get(row[0], []),
            values=values.get(row[0], []),
            shares=shares.get(row[0], []),
            removed=row[-1] is not None,
        )
        for row in rows.iterator()
    }


def figures_of(deal: Deal) -> DealFigures:
    """The same of one deal, read with its source. One query, and one for the stages, once for a page."""
    entries: list[tuple[Any, ...]] = []
    values: list[Valued] = []
    shares: list[tuple[int, Share]] = []
    kinds = {one.pk: _kind(one) for one in known_stages()}
    for what, pk, assumed, day, number, sequence, instant, value, credit in _past_of(deal.pk):
        if what == "entry":
            entries.append((day, sequence, pk, Entry(day, kinds[number], sequence, instant, assumed)))
        elif what == "value":
            values.append(Valued(day, value, assumed))
        else:
            shares.append((pk, Share(number, sequence, credit, assumed)))
    return DealFigures(
        *(deal.pk, deal.opened_on, deal.currency, deal.rate, deal.customer_id, deal.territory_id),
        *(deal.product_id, deal.source.code if deal.source else "", deal.channel),
        *(deal.contract_signed_on, deal.contract_amount),
        entries=[entry for *_, entry in sorted(entries, key=lambda one: one[:3])],
        values=sorted(values, key=lambda one: one.day),
        shares=[share for _, share in sorted(shares, key=lambda one: one[0])],
        removed=deal.removed_at is not None,
    )


def _past_of(deal_id: int) -> models.QuerySet[Any, Any]:
    """Entries into stages, values and credits of a deal as one statement: what, key, assumed, day, stage or member,
    sequence or weight, instant, value, credit."""
    number, day, instant = (
        Cast(Value(None), field)
        for field in (models.BigIntegerField(), models.DateField(), models.DateTimeField())
    )
    amount, credit = Cast(Value(None), AmountField()), Value("", models.CharField())

    def rows(model: type[Any], what: str, *others: Any) -> models.QuerySet[Any, Any]:
        found: models.QuerySet[Any] = model.objects.filter(deal_id=deal_id).order_by()
        return found.values_list(Value(what, models.CharField()), "pk", "assumed", *others)

    entries = rows(DealStage, "entry", "entered_on", "stage_id", "sequence", "entered_at", amount, credit)
    values = rows(DealValue, "value", "starts_on", number, number, instant, "value", credit)
    shares = rows(DealCredit, "share", day, "member_id", "weight", instant, amount, "credit")
    return entries.union(values, shares, all=True)


def known_stages() -> list[Stage]:
    """Every stage. One query, once for a page."""
    return once("stages", lambda: list(Stage.objects.all()))


def _kind(stage: Stage) -> StageKind:
    return StageKind(stage.pk, stage.pipeline_id, stage.position, stage.outcome, stage.is_key)


def entries_of(ids: Sequence[int]) -> dict[int, list[Entry]]:
    """By deal, all entries into stages, assumed ones too. Two queries."""
    kinds = stage_kinds()
    rows = DealStage.objects.filter(deal_id__in=ids).order_by("deal_id", "entered_on", "sequence", "id")
    found: dict[int, list[Entry]] = defaultdict(list)
    for deal_id, day, stage_id, sequence, instant, assumed in rows.values_list(
        "deal_id", "entered_on", "stage_id", "sequence", "entered_at", "assumed"
    ):
        found[deal_id].append(Entry(day, kinds[stage_id], sequence, instant, assumed))
    return found


def _values(ids: Sequence[int]) -> dict[int, list[Valued]]:
    rows = DealValue.objects.filter(deal_id__in=ids).order_by("deal_id", "starts_on")
    found: dict[int, list[Valued]] = defaultdict(list)
    for deal_id, *value in rows.values_list("deal_id", "starts_on", "value", "assumed"):
        found[deal_id].append(Valued(*value))
    return found


def shares_of(ids: Sequence[int]) -> dict[int, list[Share]]:
    """By deal, all credits, assumed ones too, in the order they were entered. One query."""
    rows = DealCredit.objects.filter(deal_id__in=ids).order_by("deal_id", "id")
    found: dict[int, list[Share]] = defaultdict(list)
    for deal_id, member_id, weight, credit, assumed in rows.values_list(
        "deal_id", "member_id", "weight", "credit", "assumed"
    ):
        found[deal_id].append(Share(member_id, weight, credit, assumed))
    return found


def credited(deal_id: int) -> list[Share]:
    """Whose the deal is. One query."""
    return known(shares_of([deal_id]).get(deal_id, []))


def deals_of_member(member_id: int, start: date, end: date) -> Iterable[int]:
    """Deals credited to that person that were open, or signed, at some time in the span: a move of theirs in it
    changes their facts."""
    running = Q(closed_on=None) | Q(closed_on__gte=start) | Q(contract_signed_on__gte=start)
    found = Deal.objects.filter(running, opened_on__lt=end, credits__member_id=member_id)
    return found.order_by("id").values_list("id", flat=True).distinct()


def deal_ids() -> Iterator[int]:
    """All ids, rising."""
    return Deal.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=_IDS_AT_ONCE)


def codes_of(ids: Sequence[int]) -> dict[int, str]:
    """The codes of these deals. One query."""
    return dict(Deal.objects.filter(id__in=ids).values_list("id", "code"))


def deal_codes() -> dict[int, str]:
    """The code of every deal. One query."""
    return dict(Deal.objects.values_list("id", "code"))


def stage_codes() -> dict[int, str]:
    """The code of every stage. One query."""
    return dict(Stage.objects.values_list("id", "code"))
