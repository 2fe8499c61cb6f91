"""Writes about deals: each one transaction, one audit entry, its facts posted."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.bulk import reserve_ids
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.queries import preference
from emporion.records.customers.queries import Held, refuse_hidden
from emporion.records.pipeline.actions.holding import (
    credit,
    enter,
    finish,
    held_deal,
    refuse_bad_credit,
    refuse_bad_money,
    seen,
    taken_over,
)
from emporion.records.pipeline.actions.posting import restate
from emporion.records.pipeline.actions.setting_up import ensure_default_pipeline
from emporion.records.pipeline.models import Deal, DealCredit, DealValue, Stage
from emporion.records.pipeline.queries import stage_kinds
from emporion.records.pipeline.rules import (
    OPEN,
    WAITING,
    Entry,
    Share,
    StageKind,
    first_with,
    known,
    known_history,
    sequence_of,
)


def open_deal(
    *,
    name: str,
    opened_on: date,
    by: Viewer,
    at: datetime,
    code: str = "",
    opened_at: datetime | None = None,
    stage_id: int | None = None,
    pipeline_id: int | None = None,
    customer_id: int | None = None,
    value: Decimal | None = None,
    shares: Sequence[Share] = (),
    expected_on: date | None = None,
    territory_id: int | None = None,
    source_id: int | None = None,
    channel: str = "",
    currency: str = "",
    rate: Decimal = Decimal(1),
    product_id: int | None = None,
) -> Deal:
    """A deal in that stage, or the first of that pipeline, or the first of the default one. Without a territory it
    is its customer's of the day, without a currency the base currency's.

    Refuses a code in use, a closed stage, a rate or value below 0, a person credited twice or who is none of the
    viewer's people, and a customer or territory they may not open.
    """
    by.require(Permission.WRITE)
    refuse_bad_money(value, rate)
    refuse_bad_credit(shares)
    by.require_members(share.member_id for share in shares)
    with transaction.atomic():
        refuse_hidden(by, customer_id, territory_id)
        if Deal.objects.filter(code=code).exists():
            raise Refusal("code_taken", f"a deal {code} exists already")
        stage = _first_stage(stage_id, pipeline_id, by, at)
        if territory_id is None and customer_id is not None:
            territory_id = Held.zones([customer_id]).on(customer_id, opened_on)
        deal_id = reserve_ids(Deal._meta.db_table, 1)[0]
        deal = Deal(
            id=deal_id,
            code=code or f"deal-{deal_id}",
            name=name,
            customer_id=customer_id,
            pipeline_id=stage.pipeline_id,
            stage_id=stage.id,
            opened_on=opened_on,
            opened_at=opened_at,
            expected_on=expected_on,
            territory_id=territory_id,
            source_id=source_id,
            channel=channel,
            currency=currency or str(preference("base_currency")),
            rate=rate,
            product_id=product_id,
            created_at=at,
            updated_at=at,
            touched_at=at,
        )
        deal.save(force_insert=True)
        enter(deal_id, Entry(opened_on, stage, sequence_of(opened_on, opened_at), opened_at))
        if value is not None:
            DealValue(deal=deal, starts_on=opened_on, value=value).save(force_insert=True)
        credit(deal_id, shares)
        restate([deal_id], at=at, new=frozenset({deal_id}))
        new = {
            "name": name,
            "customer": customer_id,
            "stage": stage.id,
            "value": value,
            "credits": seen(shares),
        }
        record("deal.opened", by=by, at=at, subject=f"deal:{deal_id}", new=new)
    deal.refresh_from_db()
    return deal


def move_deal(
    *,
    deal_id: int,
    stage_id: int,
    entered_on: date,
    version: int,
    by: Viewer,
    at: datetime,
    entered_at: datetime | None = None,
    lost_reason: str = "",
) -> Deal:
    """The deal comes into a stage; into a won or lost one it is closed by it, out of one it is opened again.

    Refuses the stage it is in, one of another pipeline, and a day before its last move.
    """
    with transaction.atomic():
        deal = held_deal(deal_id, version, by)
        history = known_history(taken_over(deal).entries)
        stage = _stage_of(deal, stage_id)
        _refuse_bad_move(deal, history, stage, entered_on)
        last = history[-1] if history else None
        after = last.sequence + 1 if last is not None and last.day == entered_on else 0
        sequence = max(after, sequence_of(entered_on, entered_at))
        enter(deal_id, Entry(entered_on, stage, sequence, entered_at))
        if lost_reason:
            Deal.objects.filter(id=deal_id).update(lost_reason=lost_reason)
        old = {
            "stage": last.stage.id if last else None,
            "entered_on": last.day if last else None,
            "lost_reason": deal.lost_reason or None,
        }
        new = {
            "stage": stage_id,
            "entered_on": entered_on,
            "lost_reason": lost_reason or deal.lost_reason or None,
        }
        return finish(deal, "deal.moved", old=old, new=new, by=by, at=at)


def revalue_deal(
    *, deal_id: int, starts_on: date, value: Decimal, version: int, by: Viewer, at: datetime
) -> Deal:
    """From that day on the deal is worth so much, in its own currency, until a later row says otherwise. Refuses a
    value below 0 and a day before the deal was opened."""
    refuse_bad_money(value, Decimal(1))
    with transaction.atomic():
        deal = held_deal(deal_id, version, by)
        if starts_on < deal.opened_on:
            raise Refusal(
                "before_opening", f"deal {deal.code} was opened on {deal.opened_on}, later than that"
            )
        before = {one.day: one.value for one in known(taken_over(deal).values)}
        DealValue.objects.update_or_create(
            deal_id=deal_id, starts_on=starts_on, assumed=False, defaults={"value": value}
        )
        old = {"value": before.get(starts_on)}
        return finish(
            deal, "deal.revalued", old=old, new={"starts_on": starts_on, "value": value}, by=by, at=at
        )


def set_deal_credit(*, deal_id: int, shares: Sequence[Share], version: int, by: Viewer, at: datetime) -> Deal:
    """Say anew whose deal it is, from its beginning. Refuses a person credited twice, a weight below 1,
    and giving to, or taking from, others than the viewer's people."""
    refuse_bad_credit(shares)
    with transaction.atomic():
        deal = held_deal(deal_id, version, by)
        before = known(taken_over(deal).shares)
        by.require_members(share.member_id for share in (*before, *shares))
        DealCredit.objects.filter(deal_id=deal_id).delete()
        credit(deal_id, shares)
        old, new = {"credits": seen(before)}, {"credits": seen(shares)}
        return finish(deal, "deal.credited", old=old, new=new, by=by, at=at)


def sign_contract(
    *, deal_id: int, signed_on: date, version: int, by: Viewer, at: datetime, amount: Decimal | None = None
) -> Deal:
    """The deal's contract was signed on that day; without an amount it is the deal's value of the day. Refuses a day
    before the deal was opened and an amount below 0."""
    refuse_bad_money(amount, Decimal(1))
    with transaction.atomic():
        deal = held_deal(deal_id, version, by)
        if signed_on < deal.opened_on:
            raise Refusal(
                "before_opening", f"deal {deal.code} was opened on {deal.opened_on}, later than that"
            )
        taken_over(deal)
        old = {"contract_signed_on": deal.contract_signed_on, "contract_amount": deal.contract_amount}
        new = {"contract_signed_on": signed_on, "contract_amount": amount}
        Deal.objects.filter(id=deal_id).update(**new)
        return finish(deal, "deal.contract_signed", old=old, new=new, by=by, at=at)


def _first_stage(stage_id: int | None, pipeline_id: int | None, by: Viewer, at: datetime) -> StageKind:
    if stage_id is None and pipeline_id is None:
        pipeline_id = ensure_default_pipeline(by=by, at=at)
    kinds = stage_kinds()
    if stage_id is None:
        own = [kind for kind in kinds.values() if kind.pipeline_id == pipeline_id]
        found = first_with(own, {OPEN, WAITING})
    else:
        found = kinds.get(stage_id)
    if found is None:
        raise Refusal("no_such_stage", "there is no such stage to begin in")
    if found.closes:
        raise Refusal(
            "closed_stage", "a deal begins in an open stage; move it to the won or lost one afterwards"
        )
    return found


def _stage_of(deal: Deal, stage_id: int) -> StageKind:
    row = Stage.objects.filter(id=stage_id, pipeline_id=deal.pipeline_id).first()
    if row is None:
        raise Refusal("no_such_stage", f"the pipeline of deal {deal.code} has no such stage")
    return StageKind(row.pk, row.pipeline_id, row.position, row.outcome, row.is_key)


def _refuse_bad_move(deal: Deal, history: Sequence[Entry], stage: StageKind, day: date) -> None:
    last = history[-1] if history else None
    if last is not None and last.stage.id == stage.id:
        raise Refusal("same_stage", f"deal {deal.code} is in that stage already")
    earliest = max(deal.opened_on, last.day) if last is not None else deal.opened_on
    if day < earliest:
        raise Refusal("moved_before", f"deal {deal.code} was opened or moved on {earliest}, later than {day}")
