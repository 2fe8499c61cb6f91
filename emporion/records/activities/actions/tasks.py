"""Opening, changing and closing tasks (ACT-1)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.errors import Refusal
from emporion.records.activities import queries
from emporion.records.activities.actions.base import (
    AT_ONCE,
    BULK,
    TASK,
    TASK_SOURCE,
    change,
    create,
    held,
    newly,
    post,
    refuse_too_long,
    whereabouts,
)
from emporion.records.activities.models import Task
from emporion.records.pipeline.queries import refuse_hidden_with_deal


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
        customer_id, territory_id = whereabouts(deal_id, customer_id, territory_id, opened_on)
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
        made: Task = create(Task, TASK, code, values, at)
        post(TASK_SOURCE, [made.pk], at=at, new=frozenset({made.pk}))
        record("task.opened", by=by, at=at, subject=f"task:{made.pk}", new=values)
    return made


def close_task(
    *, task_id: int, done_on: date, version: int, by: Viewer, at: datetime, dropped: bool = False
) -> Task:
    """The task was done on that day, or dropped. Refuses one that is closed, and a day before it was opened."""
    with transaction.atomic():
        task: Task = held(queries.visible_tasks(by), TASK, task_id, version, by)
        if task.done_on is not None:
            raise Refusal("already_closed", f"task {task.code} was closed on {task.done_on}")
        if done_on < task.opened_on:
            raise Refusal(
                "closed_before", f"task {task.code} was opened on {task.opened_on}, later than that"
            )
        new = {"done_on": done_on, "dropped": dropped}
        return change(TASK_SOURCE, task, new, "task.closed", by=by, at=at)


def reopen_task(*, task_id: int, version: int, by: Viewer, at: datetime) -> Task:
    """The task is to be done after all. Refuses one that is open."""
    with transaction.atomic():
        task: Task = held(queries.visible_tasks(by), TASK, task_id, version, by)
        if task.done_on is None:
            raise Refusal("is_open", f"task {task.code} is open")
        return change(TASK_SOURCE, task, {"done_on": None, "dropped": False}, "task.reopened", by=by, at=at)


class TaskFields(TypedDict, total=False):
    """What may be changed of a task beside whether it is done."""

    title: str
    due_on: date | None
    member_id: int | None
    customer_id: int | None
    deal_id: int | None
    is_next_step: bool


def change_task(
    *, task_id: int, version: int, by: Viewer, at: datetime, **fields: Unpack[TaskFields]
) -> Task:
    """The task with these fields changed. Refuses giving it to, or taking it from, others than the viewer's people, a
    title that is too long, and a customer or deal that the viewer may not open."""
    with transaction.atomic():
        task: Task = held(queries.visible_tasks(by), TASK, task_id, version, by)
        changes = newly(task, fields)
        refuse_too_long(Task, changes)
        if "member_id" in changes:
            by.require_members(one for one in (task.member_id, changes["member_id"]) if one is not None)
        refuse_hidden_with_deal(by, changes.get("customer_id"), changes.get("deal_id"), None)
        return change(TASK_SOURCE, task, changes, "task.changed", by=by, at=at)


class TaskSharedFields(TypedDict, total=False):
    """What may be said of many tasks at once."""

    member_id: int
    due_on: date | None


def change_tasks(
    *, task_ids: Sequence[int], by: Viewer, at: datetime, **fields: Unpack[TaskSharedFields]
) -> int:
    """Give these tasks another member or due day. How many changed. One transaction, one audit entry. Refuses when the
    viewer may not open one of them, and giving to, or taking from, others than their people."""
    by.require(Permission.WRITE)
    with transaction.atomic():
        old = _stored(sorted(set(task_ids)), fields, by)
        if "member_id" in fields:
            by.require_members({fields["member_id"], *(said["member_id"] for said in old.values())} - {None})
        for some in batched(old, AT_ONCE):
            rows = Task.objects.filter(id__in=some)
            rows.update(**fields, updated_at=at, touched_at=at, version=F("version") + 1)
        post(TASK_SOURCE, list(old), at=at)
        if old:
            before = {str(one): said for one, said in old.items()}
            after = {one: dict(fields) for one in before}
            record("task.changed", by=by, at=at, subject=BULK, old=before, new=after)
    return len(old)


def reassign_tasks(*, task_ids: Sequence[int], member_id: int, by: Viewer, at: datetime) -> int:
    """These tasks are that member's. How many changed. Refuses what `change_tasks` refuses."""
    return change_tasks(task_ids=task_ids, by=by, at=at, member_id=member_id)


def _stored(task_ids: Sequence[int], fields: TaskSharedFields, by: Viewer) -> dict[int, dict[str, Any]]:
    """By task, locked, what is said of it now, of those of which something else is to be said."""
    found: dict[int, dict[str, Any]] = {}
    for some in batched(task_ids, AT_ONCE):
        rows = queries.visible_tasks(by).select_for_update().filter(id__in=some)
        rows_now = {row["id"]: row for row in rows.values("id", *fields)}
        if missing := sorted(set(some) - set(rows_now)):
            raise Refusal("no_such_task", f"there is no task {missing[0]} that you may open")
        for one, row in rows_now.items():
            said = {name: row[name] for name in fields}
            if said != dict(fields):
                found[one] = said
    return found
