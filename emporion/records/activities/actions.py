"""Writes about activities and tasks: each one transaction, one audit entry, its facts posted (ACT-1)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.bulk import reserve_ids
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many, post_new
from emporion.kernel.ledger.registry import FactSource
from emporion.records.activities import queries
from emporion.records.activities.facts import RULE_VERSION, activity_facts, task_facts
from emporion.records.activities.models import Activity, ActivityMember, Task
from emporion.records.activities.rules import FIRSTS, KINDS, by_own_initiative, why_not_first
from emporion.records.customers.queries import visible_contact
from emporion.records.pipeline.queries import refuse_hidden_with_deal
from emporion.records.pipeline.rules import Share, refuse_bad_shares
from emporion.records.team.queries import Places

ACTIVITY, TASK = "activity", "task"
_AT_ONCE = 2_000


def _activity_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    places = Places.load()
    return {one: activity_facts(figures, places.on) for one, figures in queries.activity_figures(ids).items()}


def _task_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    places = Places.load()
    return {one: task_facts(figures, places.on) for one, figures in queries.task_figures(ids).items()}


ACTIVITY_SOURCE = FactSource(
    ACTIVITY,
    partial(queries.ids_of, Activity),
    _activity_facts,
    partial(queries.codes_of, Activity),
    RULE_VERSION,
)
TASK_SOURCE = FactSource(
    TASK, partial(queries.ids_of, Task), _task_facts, partial(queries.codes_of, Task), RULE_VERSION
)


def post(source: FactSource, ids: Sequence[int], *, at: datetime, new: frozenset[int] = frozenset()) -> None:
    """Post what these activities or tasks stand for now. `new` are those created in this transaction."""
    for some in batched(sorted(ids), _AT_ONCE):
        facts: Mapping[int, list[Fact]] = source.facts_for(some)
        fresh = ((one, facts[one]) for one in some if one in new)
        post_new(source.subject_kind, fresh, at=at, rule_version=source.rule_version)
        changed = {one: facts[one] for one in some if one not in new}
        if changed:
            post_many(source.subject_kind, changed, at=at, rule_version=source.rule_version)


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
        customer_id, territory_id = _whereabouts(deal_id, customer_id, territory_id, day)
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
        made: Activity = _create(Activity, ACTIVITY, code, values, at)
        ActivityMember.objects.bulk_create(
            ActivityMember(activity=made, member_id=s.member_id, weight=s.weight, credit=s.credit)
            for s in mine
        )
        post(ACTIVITY_SOURCE, [made.pk], at=at, new=frozenset({made.pk}))
        new = {**values, "members": [list(share) for share in mine]}
        record("activity.logged", by=by, at=at, subject=f"activity:{made.pk}", new=new)
    return made


def open_task(
    *,
    title: str,
    opened_on: date,
    by: Viewer,
    at: datetime,
    code: str = "",
    due_on: date | None = None,
    member_id: int | None = None,
    customer_id: int | None = None,
    deal_id: int | None = None,
    territory_id: int | None = None,
    is_next_step: bool = False,
) -> Task:
    """Something to be done, by the viewer when no member is named. The customer is the deal's when none is named.
    Refuses a code in use, a member who is none of the viewer's people, and what they may not open."""
    by.require(Permission.WRITE)
    if member_id is not None:
        by.require_members([member_id])
    with transaction.atomic():
        refuse_hidden_with_deal(by, customer_id, deal_id, territory_id)
        customer_id, territory_id = _whereabouts(deal_id, customer_id, territory_id, opened_on)
        values: dict[str, Any] = {
            "title": title,
            "opened_on": opened_on,
            "due_on": due_on,
            "member_id": by.member_id if member_id is None else member_id,
            "customer_id": customer_id,
            "deal_id": deal_id,
            "territory_id": territory_id,
            "is_next_step": is_next_step,
        }
        made: Task = _create(Task, TASK, code, values, at)
        post(TASK_SOURCE, [made.pk], at=at, new=frozenset({made.pk}))
        record("task.opened", by=by, at=at, subject=f"task:{made.pk}", new=values)
    return made


def close_task(
    *, task_id: int, done_on: date, version: int, by: Viewer, at: datetime, dropped: bool = False
) -> Task:
    """The task was done on that day, or dropped. Refuses one that is closed, and a day before it was opened."""
    by.require(Permission.WRITE)
    with transaction.atomic():
        task = queries.visible_tasks(by).select_for_update().filter(id=task_id).first()
        if task is None:
            raise Refusal("no_such_task", f"there is no task {task_id} that you may open")
        if task.version != version:
            raise Conflict(f"task {task.code}")
        if task.done_on is not None:
            raise Refusal("already_closed", f"task {task.code} was closed on {task.done_on}")
        if done_on < task.opened_on:
            raise Refusal(
                "closed_before", f"task {task.code} was opened on {task.opened_on}, later than that"
            )
        new = {"done_on": done_on, "dropped": dropped}
        Task.objects.filter(id=task_id).update(**new, updated_at=at, touched_at=at, version=F("version") + 1)
        post(TASK_SOURCE, [task_id], at=at)
        old = {"done_on": None, "dropped": False}
        record("task.closed", by=by, at=at, subject=f"task:{task_id}", old=old, new=new)
        task.refresh_from_db()
    return task


def _create(model: type[Any], kind: str, code: str, values: dict[str, Any], at: datetime) -> Any:
    if model.objects.filter(code=code).exists():
        raise Refusal("code_taken", f"the code {code} is in use already")
    new_id = reserve_ids(model._meta.db_table, 1)[0]
    made = model(
        id=new_id, code=code or f"{kind}-{new_id}", created_at=at, updated_at=at, touched_at=at, **values
    )
    made.save(force_insert=True)
    return made


def _whereabouts(
    deal_id: int | None, customer_id: int | None, territory_id: int | None, day: date
) -> tuple[int | None, int | None]:
    named = [one for one in (customer_id,) if one is not None]
    where = queries.Whereabouts.load([deal_id] if deal_id is not None else [], named)
    customer_id = where.customer(deal_id) if customer_id is None else customer_id
    return customer_id, where.territory(deal_id, customer_id, day) if territory_id is None else territory_id


def _refuse_bad_kind(kind: str, first: str) -> None:
    if kind not in FIRSTS:
        raise Refusal("unknown_kind", f"{kind!r} is no kind of activity; use one of {', '.join(KINDS)}")
    if reason := why_not_first(kind, first):
        raise Refusal("bad_first", reason)
