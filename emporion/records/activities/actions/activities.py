"""Logging and changing activities (ACT-1)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.records.activities import queries
from emporion.records.activities.actions.base import (
    ACTIVITY,
    ACTIVITY_SOURCE,
    change,
    create,
    held,
    newly,
    post,
    refuse_too_long,
    whereabouts,
)
from emporion.records.activities.models import Activity, ActivityMember
from emporion.records.activities.rules import FIRSTS, KINDS, by_own_initiative, why_not_first
from emporion.records.customers.queries import visible_contact
from emporion.records.pipeline.queries import refuse_hidden_with_deal
from emporion.records.pipeline.rules import Share, known, refuse_bad_shares


def log_activity(
    *,
    kind: str,
    day: date,
    by: Viewer,
    at: datetime,
    code: str = "",
    shares: Sequence[Share] = (),
    started_at: datetime | None = None,
    minutes: int = 0,
    customer_id: int | None = None,
    deal_id: int | None = None,
    contact_id: int | None = None,
    territory_id: int | None = None,
    first: str = "",
    decision_maker: bool = False,
    own_initiative: bool | None = None,
    outcome: str = "",
    note: str = "",
    channel: str = "",
    source: str = "",
) -> Activity:
    """A call, meeting, message, visit or presentation. Without `shares` it is the viewer's own. The customer is the
    deal's when none is named, the territory the deal's or the customer's of the day; it is of one's own initiative
    unless it is an inbound call.

    Refuses a code in use, a `first` that the kind does not have, a person named twice or who is none of the viewer's
    people, and what they may not open.
    """
    by.require(Permission.WRITE)
    _refuse_bad_kind(kind, first)
    mine = [Share(by.member_id)] if not shares and by.member_id is not None else list(shares)
    refuse_bad_shares(mine)
    by.require_members(share.member_id for share in mine)
    with transaction.atomic():
        refuse_hidden_with_deal(by, customer_id, deal_id, territory_id)
        if contact_id is not None:
            visible_contact(by, contact_id)
        customer_id, territory_id = whereabouts(deal_id, customer_id, territory_id, day)
        values: dict[str, Any] = {
            "kind": kind,
            "day": day,
            "started_at": started_at,
            "minutes": minutes,
            "customer_id": customer_id,
            "deal_id": deal_id,
            "contact_id": contact_id,
            "territory_id": territory_id,
            "first": first,
            "decision_maker": decision_maker,
            "own_initiative": by_own_initiative(first) if own_initiative is None else own_initiative,
            "outcome": outcome,
            "note": note,
            "channel": channel,
            "source": source,
        }
        made: Activity = create(Activity, ACTIVITY, code, values, at)
        _take_part(made, mine)
        post(ACTIVITY_SOURCE, [made.pk], at=at, new=frozenset({made.pk}))
        new = {**values, "members": [list(share) for share in mine]}
        record("activity.logged", by=by, at=at, subject=f"activity:{made.pk}", new=new)
    return made


class ActivityFields(TypedDict, total=False):
    """What may be changed of an activity."""

    kind: str
    day: date
    started_at: datetime | None
    minutes: int
    customer_id: int | None
    deal_id: int | None
    contact_id: int | None
    first: str
    decision_maker: bool
    own_initiative: bool
    outcome: str
    note: str
    channel: str
    source: str


def change_activity(
    *,
    activity_id: int,
    version: int,
    by: Viewer,
    at: datetime,
    shares: Sequence[Share] | None = None,
    **fields: Unpack[ActivityFields],
) -> Activity:
    """The activity with these fields changed; `shares` say anew who took part. Refuses what `log_activity` refuses,
    and giving to, or taking from, others than the viewer's people."""
    with transaction.atomic():
        activity: Activity = held(queries.visible_activities(by), ACTIVITY, activity_id, version, by)
        changes = newly(activity, fields)
        _refuse_bad_kind(changes.get("kind", activity.kind), changes.get("first", activity.first))
        refuse_too_long(Activity, changes)
        refuse_hidden_with_deal(by, changes.get("customer_id"), changes.get("deal_id"), None)
        if changes.get("contact_id") is not None:
            visible_contact(by, changes["contact_id"])
        old, new = _taking_part_anew(activity, shares, by)
        return change(ACTIVITY_SOURCE, activity, changes, "activity.changed", by=by, at=at, old=old, new=new)


def _taking_part_anew(
    activity: Activity, shares: Sequence[Share] | None, by: Viewer
) -> tuple[dict[str, Any], dict[str, Any]]:
    stood = known(queries.activity_figures([activity.pk])[activity.pk].shares)
    if shares is None or sorted(shares) == sorted(share._replace(assumed=False) for share in stood):
        return {}, {}
    refuse_bad_shares(shares)
    by.require_members(share.member_id for share in (*stood, *shares))
    ActivityMember.objects.filter(activity=activity).delete()
    _take_part(activity, shares)
    return {"members": [list(share) for share in stood]}, {"members": [list(share) for share in shares]}


def _take_part(activity: Activity, shares: Sequence[Share]) -> None:
    ActivityMember.objects.bulk_create(
        ActivityMember(activity=activity, member_id=s.member_id, weight=s.weight, credit=s.credit)
        for s in shares
    )


def _refuse_bad_kind(kind: str, first: str) -> None:
    if kind not in FIRSTS:
        raise Refusal("unknown_kind", f"{kind!r} is no kind of activity; use one of {', '.join(KINDS)}")
    if reason := why_not_first(kind, first):
        raise Refusal("bad_first", reason)
