"""Deals as they were before a change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import old_values
from emporion.kernel.errors import Refusal
from emporion.records.pipeline.actions.holding import credit, finish, held_deal, taken_over
from emporion.records.pipeline.models import Deal, DealCredit, DealStage, DealValue
from emporion.records.pipeline.queries import visible_deal
from emporion.records.pipeline.rules import Share, known_history

Changed = Mapping[str, Sequence[Any]]


def take_back(deal_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    """The deal with what an entry of the audit log tells as old: its fields, its value from that day, whose it is.
    Refuses taking from, and giving to, others than the viewer's people."""
    with transaction.atomic():
        deal = held_deal(deal_id, visible_deal(by, deal_id).version, by)
        taken_over(deal)
        fields = old_values(Deal, changed)
        if fields:
            Deal.objects.filter(id=deal_id).update(**fields)
        if "value" in changed:
            _value_back(deal_id, date.fromisoformat(changed["starts_on"][1]), changed["value"][0])
        if "credits" in changed:
            _credit_back(deal_id, changed["credits"], by)
        old, new = ({name: values[place] for name, values in changed.items()} for place in (1, 0))
        if "starts_on" in changed:
            # Told as new only: an entry keeps what differs, and the day of the value does not.
            del old["starts_on"]
            new["starts_on"] = changed["starts_on"][1]
        finish(deal, "deal.taken_back", old=old, new=new, by=by, at=at)


def _value_back(deal_id: int, day: date, value: str | None) -> None:
    rows = DealValue.objects.filter(deal_id=deal_id, starts_on=day, assumed=False)
    if value is None:
        rows.delete()
    else:
        rows.update(value=Decimal(value))


def _credit_back(deal_id: int, old_and_new: Sequence[Any], by: Viewer) -> None:
    before, after = ([Share(*share) for share in shares or ()] for shares in old_and_new)
    by.require_members(share.member_id for share in (*before, *after))
    DealCredit.objects.filter(deal_id=deal_id).delete()
    credit(deal_id, before)


def take_back_move(deal_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    """The deal in the stage before its last move. Refuses when that was not its last."""
    with transaction.atomic():
        deal = held_deal(deal_id, visible_deal(by, deal_id).version, by)
        last = known_history(taken_over(deal).entries)[-1:]
        stage_id = changed["stage"][1]
        if not last or last[0].stage.id != stage_id:
            raise Refusal("changed_since", "somebody has changed it since; it cannot be undone any more")
        DealStage.objects.filter(
            deal_id=deal_id, stage_id=stage_id, entered_on=last[0].day, sequence=last[0].sequence
        ).delete()
        if "lost_reason" in changed:
            Deal.objects.filter(id=deal_id).update(lost_reason=changed["lost_reason"][0] or "")
        old, new = ({name: values[place] for name, values in changed.items()} for place in (1, 0))
        finish(deal, "deal.move_taken_back", old=old, new=new, by=by, at=at)
