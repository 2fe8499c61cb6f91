"""Changing deals, closing and opening them again, giving many to somebody else."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.records.catalog.models import Product
from emporion.records.customers.queries import refuse_hidden
from emporion.records.pipeline.actions.deals import move_deal
from emporion.records.pipeline.actions.holding import (
    BULK,
    credit,
    finish,
    held_deal,
    held_deals,
    mark_touched,
    refuse_bad_credit,
    refuse_bad_money,
    seen,
    take_over,
    taken_over,
)
from emporion.records.pipeline.actions.posting import restate
from emporion.records.pipeline.models import Deal, DealCredit, DealValue, LeadSource, Stage
from emporion.records.pipeline.queries import entries_of, stage_kinds, visible_deal
from emporion.records.pipeline.rules import (
    CLOSED,
    DealFigures,
    Share,
    first_with,
    known,
    known_history,
    value_on,
)

_LONGEST = {"name": 255, "channel": 40, "lost_reason": 255}


class DealFields(TypedDict, total=False):
    """What may be changed of a deal beside its stage."""

    name: str
    customer_id: int | None
    expected_on: date | None
    territory_id: int | None
    source_id: int | None
    channel: str
    product_id: int | None
    lost_reason: str


def change_deal(
    *,
    deal_id: int,
    version: int,
    by: Viewer,
    at: datetime,
    value: Decimal | None = None,
    valued_on: date | None = None,
    shares: Sequence[Share] | None = None,
    **fields: Unpack[DealFields],
) -> Deal:
    """The deal with these fields changed; a value holds from `valued_on` (or the day of `at`), shares say anew whose
    it is. What is not given stays.

    Refuses what `revalue_deal` and `set_deal_credit` refuse, and a customer, territory, source or product that does
    not exist or that the viewer may not open.
    """
    refuse_bad_money(value, Decimal(1))
    refuse_bad_credit(shares or ())
    with transaction.atomic():
        deal = held_deal(deal_id, version, by)
        old = {name: getattr(deal, name) for name in fields}
        new: dict[str, Any] = {name: given for name, given in fields.items() if given != old[name]}
        _refuse_bad_fields(new, by)
        before = taken_over(deal)
        old |= _revalue(deal, before, value, valued_on or max(at.date(), deal.opened_on), new)
        old |= _credit_anew(deal, before, shares, by, new)
        if not new:
            return deal
        Deal.objects.filter(id=deal_id).update(**{name: new[name] for name in fields if name in new})
        return finish(deal, "deal.changed", old={name: old.get(name) for name in new}, new=new, by=by, at=at)


def _refuse_bad_fields(fields: dict[str, Any], by: Viewer) -> None:
    refuse_hidden(by, fields.get("customer_id"), fields.get("territory_id"))
    for name, rows in (("source_id", LeadSource.objects), ("product_id", Product.objects)):
        wanted = fields.get(name)
        if wanted is not None and not rows.filter(id=wanted).exists():
            kind = name.removesuffix("_id")
            raise Refusal(f"no_such_{kind}", f"there is no {kind} {wanted}")
    for name, longest in _LONGEST.items():
        if len(fields.get(name) or "") > longest:
            raise Refusal("bad_value", f"{name}: at most {longest} letters")


def _revalue(
    deal: Deal, before: DealFigures, value: Decimal | None, day: date, new: dict[str, Any]
) -> dict[str, Any]:
    if value is None or value == value_on(before.values, day):
        return {}
    if day < deal.opened_on:
        raise Refusal("before_opening", f"deal {deal.code} was opened on {deal.opened_on}, later than that")
    DealValue.objects.update_or_create(
        deal_id=deal.pk, starts_on=day, assumed=False, defaults={"value": value}
    )
    new |= {"value": value, "starts_on": day}
    return {"value": {one.day: one.value for one in known(before.values)}.get(day)}


def _credit_anew(
    deal: Deal, before: DealFigures, shares: Sequence[Share] | None, by: Viewer, new: dict[str, Any]
) -> dict[str, Any]:
    stood = known(before.shares)
    if shares is None or seen(shares) == seen(stood):
        return {}
    by.require_members(share.member_id for share in (*stood, *shares))
    DealCredit.objects.filter(deal_id=deal.pk).delete()
    credit(deal.pk, shares)
    new["credits"] = seen(shares)
    return {"credits": seen(stood)}


def close_deal(
    *,
    deal_id: int,
    outcome: str,
    closed_on: date,
    version: int,
    by: Viewer,
    at: datetime,
    lost_reason: str = "",
) -> Deal:
    """The deal is won or lost on that day: it comes into the first stage of its pipeline that means so. Refuses what
    `move_deal` refuses, and a pipeline without such a stage."""
    deal = visible_deal(by, deal_id)
    own = [kind for kind in stage_kinds().values() if kind.pipeline_id == deal.pipeline_id]
    stage = first_with(own, {outcome}) if outcome in CLOSED else None
    if stage is None:
        raise Refusal(
            "no_such_stage", f"the pipeline of deal {deal.code} has no stage that means {outcome!r}"
        )
    return move_deal(
        deal_id=deal_id,
        stage_id=stage.id,
        entered_on=closed_on,
        version=version,
        by=by,
        at=at,
        lost_reason=lost_reason,
    )


def reopen_deal(
    *, deal_id: int, opened_on: date, version: int, by: Viewer, at: datetime, stage_id: int | None = None
) -> Deal:
    """The deal is open again from that day, in that stage or the last open one it was in. Refuses one that is open."""
    deal = visible_deal(by, deal_id)
    if deal.closed_on is None:
        raise Refusal("is_open", f"deal {deal.code} is open")
    if stage_id is None:
        stage_id = _last_open_stage(deal)
    elif Stage.objects.filter(id=stage_id, outcome__in=CLOSED).exists():
        raise Refusal("closed_stage", "a deal is opened again in an open stage")
    return move_deal(deal_id=deal_id, stage_id=stage_id, entered_on=opened_on, version=version, by=by, at=at)


def _last_open_stage(deal: Deal) -> int:
    history = known_history(entries_of([deal.pk]).get(deal.pk, []))
    found = next((entry.stage for entry in reversed(history) if not entry.stage.closes), None)
    own = [kind for kind in stage_kinds().values() if kind.pipeline_id == deal.pipeline_id]
    found = found or min(
        (kind for kind in own if not kind.closes), key=lambda kind: kind.position, default=None
    )
    if found is None:
        raise Refusal("no_such_stage", f"the pipeline of deal {deal.code} has no open stage")
    return found.id


def reassign_deals(*, deal_ids: Sequence[int], member_id: int, by: Viewer, at: datetime) -> int:
    """These deals are that member's, from their beginning; who stands beside (an overlay) stays. How many changed.

    One transaction and one audit entry. Refuses when the viewer may not open one of them, and giving to, or taking
    from, others than their people.
    """
    by.require_members([member_id])
    with transaction.atomic():
        before = {one: known(deal.shares) for one, deal in take_over(held_deals(deal_ids, by)).items()}
        after = {one: _given(shares, member_id) for one, shares in before.items()}
        changed = [one for one in before if seen(before[one]) != seen(after[one])]
        by.require_members({share.member_id for one in changed for share in before[one]})
        DealCredit.objects.filter(deal_id__in=changed).delete()
        DealCredit.objects.bulk_create(
            DealCredit(deal_id=one, member_id=share.member_id, weight=share.weight, credit=share.credit)
            for one in changed
            for share in after[one]
        )
        mark_touched(changed, at)
        restate(changed, at=at)
        old, new = ({str(one): {"credits": seen(said[one])} for one in changed} for said in (before, after))
        if changed:
            record("deal.reassigned", by=by, at=at, subject=BULK, old=old, new=new)
    return len(changed)


def _given(shares: Sequence[Share], member_id: int) -> list[Share]:
    beside = [share for share in shares if share.credit != CREDIT_DIRECT]
    return [Share(member_id), *beside]
