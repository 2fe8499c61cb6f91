"""Writes about activities and tasks: each one transaction, one audit entry, its facts posted (ACT-1)."""

from emporion.records.activities.actions.activities import ActivityFields, change_activity, log_activity
from emporion.records.activities.actions.base import (
    ACTIVITY,
    ACTIVITY_SOURCE,
    BULK,
    TASK,
    TASK_SOURCE,
    post,
)
from emporion.records.activities.actions.tasks import (
    TaskFields,
    TaskSharedFields,
    change_task,
    change_tasks,
    close_task,
    open_task,
    reassign_tasks,
    reopen_task,
)

__all__ = [
    "ACTIVITY",
    "ACTIVITY_SOURCE",
    "BULK",
    "TASK",
    "TASK_SOURCE",
    "ActivityFields",
    "TaskFields",
    "TaskSharedFields",
    "change_activity",
    "change_task",
    "change_tasks",
    "close_task",
    "log_activity",
    "open_task",
    "post",
    "reassign_tasks",
    "reopen_task",
]
