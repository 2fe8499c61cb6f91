"""What every write about deals that exist does: hold them, take their histories over, post what they stand for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.vocabulary import CREDITS
from emporion.records.pipeline.actions.posting import restate
from emporion.records.pipeline.models import Deal, DealCredit, DealStage, DealValue
from emporion.records.pipeline.queries import deal_figures, visible_deals
from emporion.records.pipeline.rules import DealFigures, Entry, Share, known, known_history, refuse_bad_shares

BULK = "deal:bulk"
_AT_ONCE = 1_000


def held_deal(deal_id: int, version: int, by: Viewer) -> Deal:
    """The deal, locked; refuses one the viewer may not open or that was changed since."""
    by.require(Permission.WRITE)
    deal = visible_deals(by).select_for_update().filter(id=deal_id).first()
    if deal is None:
        raise Refusal("no_such_deal", f"there is no deal {deal_id} that you may open")
    if deal.version != version:
        raise Conflict(f"deal {deal.code}")
    return deal


def held_deals(deal_ids: Sequence[int], by: Viewer) -> list[int]:
    """The ids of these deals, each once, rising, locked; refuses when the viewer may not open one of them."""
    by.require(Permission.WRITE)
    asked = sorted(set(deal_ids))
    for some in batched(asked, _AT_ONCE):
        seen_now = set(visible_deals(by).select_for_update().filter(id__in=some).values_list("id", flat=True))
        if missing := sorted(set(some) - seen_now):
            raise Refusal("no_such_deal", f"there is no deal {missing[0]} that you may open")
    return asked


def taken_over(deal: Deal) -> DealFigures:
    """The deal's histories, from now on people's own: of what was assumed, what counts stays for good."""
    return take_over([deal.pk])[deal.pk]


def take_over(deal_ids: Sequence[int]) -> dict[int, DealFigures]:
    """`taken_over` for many. A constant number of queries a thousand."""
    found: dict[int, DealFigures] = {}
    for some in batched(deal_ids, _AT_ONCE):
        figures = deal_figures(some)
        _drop_superseded(figures)
        for rows in (DealStage.objects.all(), DealValue.objects.all(), DealCredit.objects.all()):
            rows.filter(deal_id__in=some, assumed=True).update(assumed=False)
        found |= deal_figures(some)
    return found


def _drop_superseded(figures: Mapping[int, DealFigures]) -> None:
    """What was assumed and does not count beside what is known."""
    stays = {
        (deal_id, entry.stage.id, entry.day)
        for deal_id, deal in figures.items()
        for entry in known_history(deal.entries)
    }
    of_these = DealStage.objects.filter(deal_id__in=figures)
    columns = ("deal_id", "stage_id", "entered_on", "sequence")
    told = set(of_these.filter(assumed=False).values_list(*columns))
    gone = [
        row_id
        for row_id, *entry in of_these.filter(assumed=True).values_list("id", *columns)
        if tuple(entry) in told or tuple(entry[:3]) not in stays
    ]
    DealStage.objects.filter(id__in=gone).delete()
    valued = [one for one, deal in figures.items() if not any(v.assumed for v in known(deal.values))]
    DealValue.objects.filter(deal_id__in=valued, assumed=True).delete()
    credited = [one for one, deal in figures.items() if not any(s.assumed for s in known(deal.shares))]
    DealCredit.objects.filter(deal_id__in=credited, assumed=True).delete()


def finish(
    deal: Deal, action: str, *, old: dict[str, Any], new: dict[str, Any], by: Viewer, at: datetime
) -> Deal:
    """The deal as it is after a change by hand: counted, its facts posted, on record."""
    mark_touched([deal.pk], at)
    restate([deal.pk], at=at)
    record(action, by=by, at=at, subject=f"deal:{deal.pk}", old=old, new=new)
    deal.refresh_from_db()
    return deal


def mark_touched(deal_ids: Collection[int], at: datetime) -> None:
    """Changed by hand, just now."""
    for some in batched(deal_ids, _AT_ONCE):
        Deal.objects.filter(id__in=some).update(updated_at=at, touched_at=at, version=F("version") + 1)


def enter(deal_id: int, entry: Entry) -> None:
    """The deal came into a stage."""
    DealStage.objects.create(
        deal_id=deal_id,
        stage_id=entry.stage.id,
        entered_on=entry.day,
        entered_at=entry.at,
        sequence=entry.sequence,
    )


def credit(deal_id: int, shares: Sequence[Share]) -> None:
    """Whose the deal is, beside those who are credited already."""
    DealCredit.objects.bulk_create(
        DealCredit(deal_id=deal_id, member_id=share.member_id, weight=share.weight, credit=share.credit)
        for share in shares
    )


def seen(shares: Sequence[Share]) -> list[list[object]]:
    """Credits as an audit entry keeps them."""
    return [[share.member_id, share.weight, share.credit] for share in shares]


def refuse_bad_money(value: Decimal | None, rate: Decimal) -> None:
    """Refuses a value below 0 and a rate that is not above it."""
    if value is not None and value < 0:
        raise Refusal("negative_value", "a deal cannot be worth less than 0")
    if rate <= 0:
        raise Refusal("bad_rate", "the rate must be more than 0")


def refuse_bad_credit(shares: Sequence[Share]) -> None:
    """Refuses a person credited twice, a weight below 1 and a kind of credit that is none."""
    refuse_bad_shares(shares)
    if unknown := [share.credit for share in shares if share.credit not in CREDITS]:
        raise Refusal("unknown_credit", f"{unknown[0]!r} is no kind of credit; use {' or '.join(CREDITS)}")
