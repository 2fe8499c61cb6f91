"""What of activities and tasks can be removed, and how their changes are undone."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import Changed, old_values, register_inverse, register_inverse_of_many
from emporion.kernel.record_removing import Removable, register_follower, register_need, register_removable
from emporion.records.activities.actions import change_activity, change_task, close_task, reopen_task
from emporion.records.activities.models import Activity, ActivityMember, Task
from emporion.records.activities.queries import activities_in_reach, tasks_in_reach
from emporion.records.pipeline.rules import Share


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable("activity", activities_in_reach, people=_taking_part))
    register_removable(Removable("task", tasks_in_reach, people=_doing))
    register_need("customer", "activities", _with("customer_id"))
    register_need("deal", "activities", _with("deal_id"))
    register_follower("customer", "task", _tasks("customer_id"))
    register_follower("deal", "task", _tasks("deal_id"))
    register_inverse("activity.changed", _change_activity_back)
    register_inverse("task.changed", _change_task_back)
    register_inverse("task.closed", _open_again)
    register_inverse("task.reopened", _close_again)
    register_inverse_of_many("task.changed", _change_tasks_back)


def _taking_part(activity_id: int) -> Iterable[int]:
    return ActivityMember.objects.filter(activity_id=activity_id).values_list("member_id", flat=True)


def _doing(task_id: int) -> Iterable[int]:
    return Task.objects.filter(id=task_id, member__isnull=False).values_list("member_id", flat=True)


def _with(column: str) -> Callable[[int], bool]:
    return lambda one: Activity.objects.filter(**{column: one}, removed_at=None).exists()


def _tasks(column: str) -> Callable[[int], Iterable[int]]:
    return lambda one: Task.objects.filter(**{column: one}, removed_at=None).values_list("id", flat=True)


def _change_activity_back(activity_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    members = changed["members"][0] if "members" in changed else None
    shares = None if members is None else [Share(*share) for share in members]
    change_activity(
        activity_id=activity_id,
        version=_version(Activity.objects.filter(id=activity_id).values_list("version", flat=True)),
        by=by,
        at=at,
        shares=shares,
        **old_values(Activity, changed),
    )


def _change_task_back(task_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    version = _version_of_task(task_id)
    change_task(task_id=task_id, version=version, by=by, at=at, **old_values(Task, changed))


def _open_again(task_id: int, _: Changed, by: Viewer, at: datetime) -> None:
    reopen_task(task_id=task_id, version=_version_of_task(task_id), by=by, at=at)


def _close_again(task_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    was = old_values(Task, changed)
    close_task(
        task_id=task_id,
        done_on=was["done_on"],
        dropped=bool(was.get("dropped")),
        version=_version_of_task(task_id),
        by=by,
        at=at,
    )


def _change_tasks_back(changed: Mapping[int, Changed], by: Viewer, at: datetime) -> None:
    for task_id, values in changed.items():
        _change_task_back(task_id, values, by, at)


def _version_of_task(task_id: int) -> int:
    return _version(Task.objects.filter(id=task_id).values_list("version", flat=True))


def _version(found: Iterable[int]) -> int:
    """What the audit log says nobody has changed since; a record that is gone is refused by the action."""
    return next(iter(found), 0)
