"""What every write about activities and tasks does: hold, save, post, put on record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import models

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.bulk import reserve_ids
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many, post_new
from emporion.kernel.ledger.registry import FactSource
from emporion.kernel.record_undoing import fields_of
from emporion.records.activities import queries
from emporion.records.activities.facts import RULE_VERSION, activity_facts, task_facts
from emporion.records.activities.models import Activity, Task
from emporion.records.team.queries import Places

ACTIVITY, TASK, BULK = "activity", "task", "task:bulk"
AT_ONCE = 2_000
Kept = TypeVar("Kept", Activity, Task)


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
    for some in batched(sorted(ids), AT_ONCE):
        facts: Mapping[int, list[Fact]] = source.facts_for(some)
        fresh = ((one, facts[one]) for one in some if one in new)
        post_new(source.subject_kind, fresh, at=at, rule_version=source.rule_version)
        changed = {one: facts[one] for one in some if one not in new}
        if changed:
            post_many(source.subject_kind, changed, at=at, rule_version=source.rule_version)


def held(rows: models.QuerySet[Kept], kind: str, record_id: int, version: int, by: Viewer) -> Kept:
    """The record among these, locked; refuses one that is not there or was changed since."""
    by.require(Permission.WRITE)
    found = rows.select_for_update().filter(id=record_id).first()
    if found is None:
        raise Refusal(f"no_such_{kind}", f"there is no {kind} {record_id} that you may open")
    if found.version != version:
        raise Conflict(f"{kind} {found.code}")
    return found


def newly(record_: Activity | Task, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of these fields that say something else."""
    return {name: value for name, value in fields.items() if getattr(record_, name) != value}


def refuse_too_long(model: type[Activity] | type[Task], changes: Mapping[str, Any]) -> None:
    """Refuses a text that is longer than its column."""
    for name, value in changes.items():
        longest = fields_of(model)[name].max_length
        if isinstance(value, str) and longest is not None and len(value) > longest:
            raise Refusal("bad_value", f"{name}: at most {longest} letters")


def change(
    source: FactSource,
    found: Kept,
    changes: Mapping[str, Any],
    action: str,
    *,
    by: Viewer,
    at: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> Kept:
    """The record with these changes, its facts posted, on record; the same where nothing changes."""
    if not changes and not new:
        return found
    before = {name: getattr(found, name) for name in changes} | dict(old or {})
    for name, value in changes.items():
        setattr(found, name, value)
    found.version, found.updated_at, found.touched_at = found.version + 1, at, at
    found.save(force_update=True)
    post(source, [found.pk], at=at)
    record(
        action,
        by=by,
        at=at,
        subject=f"{source.subject_kind}:{found.pk}",
        old=before,
        new={**changes, **(new or {})},
    )
    return found


def create(model: type[Any], kind: str, code: str, values: dict[str, Any], at: datetime) -> Any:
    """The record, saved. Refuses a code in use."""
    if model.objects.filter(code=code).exists():
        raise Refusal("code_taken", f"the code {code} is in use already")
    new_id = reserve_ids(model._meta.db_table, 1)[0]
    made = model(
        id=new_id, code=code or f"{kind}-{new_id}", created_at=at, updated_at=at, touched_at=at, **values
    )
    made.save(force_insert=True)
    return made


def whereabouts(
    deal_id: int | None, customer_id: int | None, territory_id: int | None, day: date
) -> tuple[int | None, int | None]:
    """Customer and territory: those named, or the deal's, or the customer's of the day."""
    named = [one for one in (customer_id,) if one is not None]
    where = queries.Whereabouts.load([deal_id] if deal_id is not None else [], named)
    customer_id = where.customer(deal_id) if customer_id is None else customer_id
    return customer_id, where.territory(deal_id, customer_id, day) if territory_id is None else territory_id
