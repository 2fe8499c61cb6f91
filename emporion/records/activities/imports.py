"""What files may carry about activities and tasks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from emporion.kernel.importable import Column, ColumnKind, Fate, ImportBatch, ImportRow, RowFate
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as, write_records
from emporion.records.activities.actions import ACTIVITY_SOURCE, TASK_SOURCE, post
from emporion.records.activities.models import Activity, ActivityMember, Task
from emporion.records.activities.queries import Whereabouts
from emporion.records.activities.rules import FIRSTS, KINDS, by_own_initiative, why_not_first
from emporion.records.customers.models import Contact
from emporion.records.pipeline.imports.crediting import Belongings, credit_columns, credit_importable
from emporion.records.pipeline.imports.histories import day_of

K = ColumnKind
_ABOUT = (
    Column(
        "customer",
        K.REFERENCE,
        refers_to="customer",
        doc="without it the contact's or the deal's",
        example="C-17",
    ),
    Column("deal", K.REFERENCE, refers_to="deal", doc="the deal it belongs to", example="D-1"),
    Column(
        "territory",
        K.REFERENCE,
        refers_to="territory",
        doc="without it the deal's, or the customer's of the day",
    ),
)
_AFTER = ("customers", "customer_zones", "contacts", "deals", "members", "places", "territories")


def _complete(
    rows: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], day: str, contacts: dict[int, int]
) -> None:
    """Customers and territories that new rows leave out; empty cells of known ones leave what there is."""
    for values in new:
        if values.get("customer") is None and values.get("contact") is not None:
            values["customer"] = contacts[values["contact"]]
    where = Whereabouts.load(
        (values["deal"] for values in new if values.get("deal") is not None),
        (values["customer"] for values in new if values.get("customer") is not None),
    )
    for values in new:
        if values.get("customer") is None:
            values["customer"] = where.customer(values.get("deal"))
        if values.get("territory") is None and values[day] is not None:
            values["territory"] = where.territory(values.get("deal"), values["customer"], values[day])
    created = {values["code"] for values in new}
    for values in rows:
        if values["code"] not in created:
            for column in ("customer", "territory", day):
                if column in values and values[column] is None:
                    del values[column]


# Activities

_ACTIVITY_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, example="A-1"),
    Column("kind", K.CHOICE, required=True, choices=KINDS, example="call"),
    Column("day", K.DAY, doc="may be left out when started_at is given", example="2026-03-02"),
    Column("started_at", K.INSTANT, doc="moment, when it is known"),
    Column("minutes", K.WHOLE, minimum=0, default=0, doc="how long it took", example="15"),
    *_ABOUT,
    Column("contact", K.REFERENCE, refers_to="contact", doc="with whom"),
    Column("first", K.CHOICE, choices=tuple(f for firsts in FIRSTS.values() for f in firsts),
           doc="calls: cold, repeat or inbound; meetings: with a new or an existing customer", example="cold"),
    Column("decision_maker", K.YES_NO, default=False, doc="yes: with a person who decides"),
    Column("own_initiative", K.YES_NO, doc="without it yes, but no for inbound calls"),
    Column("outcome", longest=100, doc="what came of it, as a code"),
    Column("note", longest=10_000),
    Column("channel", longest=40),
    Column("source", longest=100, doc="where it comes from, e.g. the telephone system"),
    Column("member", K.REFERENCE, refers_to="member", doc="who did it; several: activity_members", example="M-3"),
)  # fmt: skip


def _renew_activities(ids: Sequence[int], at: datetime) -> None:
    Activity.objects.filter(id__in=ids).update(updated_at=at)
    post(ACTIVITY_SOURCE, ids, at=at)


MEMBERS_OF_ACTIVITIES = Belongings("activity", Activity, ActivityMember, _renew_activities)
_MEMBER = ("member_id",)


def write_activities(batch: ImportBatch) -> list[RowFate]:
    """Activities with whom their rows name. About twelve queries a batch."""
    zone = str(preference("zone"))
    rows = [day_of(row.values, "day", "started_at", zone) for row in batch.rows]
    new = _unknown(Activity, rows)
    named = {values["contact"] for values in new if values.get("contact") is not None}
    _complete(rows, new, "day", dict(Contact.objects.filter(id__in=named).values_list("id", "customer_id")))
    for values in rows:
        values["first"] = values.get("first") or ""
        if values.get("own_initiative") is None:
            values["own_initiative"] = by_own_initiative(values["first"])
    return write_records(_ACTIVITIES, _with(batch, rows))


def _unknown(model: type[Any], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    known = set(
        model.objects.filter(code__in=[values["code"] for values in rows]).values_list("code", flat=True)
    )
    return [values for values in rows if values["code"] not in known]


def _with(batch: ImportBatch, rows: Sequence[dict[str, Any]]) -> ImportBatch:
    completed = [ImportRow(row.number, values) for row, values in zip(batch.rows, rows, strict=True)]
    return replace(batch, rows=completed)


def _check_activities(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        if reason := why_not_first(row.values["kind"], row.values["first"]):
            row.reject("first", reason)


def _write_members(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    """The member an activity's own row names, then the facts of all that are new or changed."""
    stored = MEMBERS_OF_ACTIVITIES.assumed([row.record_id for row in rows if row.stored], _MEMBER)
    wanted: dict[int, list[tuple[Any, ...]]] = {}
    known = []
    for row in (row for row in rows if "member" in row.values):
        before = stored.get(row.record_id, [])
        member = row.values["member"]
        after: list[tuple[Any, ...]] = [] if member is None else [(member,)]
        if before == after:
            continue
        if row.touched:
            row.keep()
            continue
        if row.stored:
            row.changed_beside({"member": before[0][0] if before else None})
            known.append(row.record_id)
        wanted[row.record_id] = after
    MEMBERS_OF_ACTIVITIES.assume(wanted, _MEMBER, known)
    _post_written(ACTIVITY_SOURCE, rows, batch)


def _post_written(source: Any, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    new = frozenset(row.record_id for row in rows if row.fate is Fate.CREATED)
    changed = [row.record_id for row in rows if row.fate is Fate.CHANGED]
    post(source, [*new, *changed], at=batch.at, new=new)


_ACTIVITIES = RecordShape(
    model=Activity,
    subject="activity",
    stored_as=stored_as(_ACTIVITY_COLUMNS, member=""),
    check=_check_activities,
    after=_write_members,
    fact_kind="activity",
)

# Tasks

_TASK_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, example="T-1"),
    Column("title", longest=255, example="Send the offer"),
    *_ABOUT,
    Column("member", K.REFERENCE, refers_to="member", doc="who is to do it", example="M-3"),
    Column("opened_on", K.DAY, required=True, doc="day it was agreed", example="2026-03-02"),
    Column("due_on", K.DAY, doc="day by which it is to be done", example="2026-03-05"),
    Column("done_on", K.DAY, doc="day it was done or dropped"),
    Column("dropped", K.YES_NO, default=False, doc="yes: it was not done, and will not be"),
    Column("is_next_step", K.YES_NO, default=False, doc="yes: agreed with the customer as the next step"),
)


def write_tasks(batch: ImportBatch) -> list[RowFate]:
    """Tasks. About eight queries a batch."""
    rows = [{"opened_on": None, **row.values} for row in batch.rows]
    _complete(rows, _unknown(Task, rows), "opened_on", {})
    return write_records(_TASKS, _with(batch, rows))


def _check_tasks(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        seen = {**row.stored, **row.values}
        if seen.get("done_on") is not None and seen["done_on"] < seen["opened_on"]:
            row.reject("done_on", f"done on {seen['done_on']}, before it was opened on {seen['opened_on']}")
        if seen.get("dropped") and seen.get("done_on") is None:
            row.reject("done_on", "a dropped task needs the day on which it was dropped")


def _post_tasks(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    _post_written(TASK_SOURCE, rows, batch)


_TASKS = RecordShape(
    model=Task,
    subject="task",
    stored_as=stored_as(_TASK_COLUMNS),
    check=_check_tasks,
    after=_post_tasks,
    fact_kind="task",
)


IMPORTABLES = (
    replace(
        _ACTIVITIES.importable(
            "activities",
            _ACTIVITY_COLUMNS,
            after=_AFTER,
            doc="Calls, meetings, messages, visits and presentations; several people are in activity_members.",
        ),
        write=write_activities,
    ),
    credit_importable(
        MEMBERS_OF_ACTIVITIES,
        "activity_members",
        credit_columns("activity", "A-1"),
        after=("activities", "members", "places"),
        doc="Who took part. Where this file names anyone, the activity's own member counts no more.",
    ),
    replace(
        _TASKS.importable("tasks", _TASK_COLUMNS, after=_AFTER, doc="What is to be done, and when it was."),
        write=write_tasks,
    ),
)
