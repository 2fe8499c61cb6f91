"""Activities and tasks changed, removed, given to others, and all of it undone. Anna owns Acme, Boris owns Bolt."""

from decimal import Decimal
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.change_undoing import undo_change
from emporion.kernel.errors import Refusal
from emporion.kernel.record_removing import remove_record, restore_record
from emporion.records.activities.actions import (
    change_activity,
    change_task,
    change_tasks,
    close_task,
    log_activity,
    open_task,
    reassign_tasks,
    reopen_task,
)
from emporion.records.activities.models import Activity, Task
from emporion.records.activities.queries import deals_without_next_task, visible_activities, visible_tasks
from emporion.records.pipeline.actions.deals import open_deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, day, disagreements, net, rep

pytestmark = [pytest.mark.both_databases, pytest.mark.spec("SYS-6", "ACT-1")]


def task(here: Department, member_id: int, **more: Any) -> Task:
    return open_task(
        title="Call", opened_on=day(1), due_on=day(5), member_id=member_id, by=SYSTEM, at=AT, **more
    )


def call(here: Department, member_id: int, **more: Any) -> Activity:
    return log_activity(kind="call", day=day(2), shares=[Share(member_id)], by=SYSTEM, at=AT, **more)


def refused(name: str, action: Any, /, **given: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        action(by=given.pop("by", SYSTEM), at=AT, **given)
    assert refusal.value.name == name


def undo(by: Viewer = SYSTEM) -> None:
    """The last change."""
    undo_change(entry_id=AuditEntry.objects.latest("id").pk, by=by, at=AT)


def test_a_task_is_changed_and_the_change_undone(here: Department) -> None:
    made = task(here, here.anna)
    changed = change_task(
        task_id=made.pk,
        version=1,
        due_on=day(9),
        member_id=here.boris,
        customer_id=here.bolt,
        by=SYSTEM,
        at=AT,
    )
    assert (changed.due_on, changed.member_id, changed.version) == (day(9), here.boris, 2)
    assert net("task.opened", "member_id", "customer_id", "due_day") == {(here.boris, here.bolt, day(9)): 1}
    assert disagreements() == []
    undo()
    assert net("task.opened", "member_id", "customer_id", "due_day") == {(here.anna, None, day(5)): 1}
    assert disagreements() == []
    refused("bad_value", change_task, task_id=made.pk, version=3, title="x" * 256)
    refused("changed_meanwhile", change_task, task_id=made.pk, version=1, title="x")


def test_a_closed_task_is_opened_again(here: Department) -> None:
    made = task(here, here.anna)
    refused("is_open", reopen_task, task_id=made.pk, version=1)
    close_task(task_id=made.pk, done_on=day(3), version=1, by=SYSTEM, at=AT)
    undo()
    assert Task.objects.get().done_on is None
    undo()
    assert Task.objects.get().done_on == day(3)
    assert disagreements() == []


def test_many_tasks_are_given_to_another(here: Department) -> None:
    anna = rep(here.anna)
    mine, foreign = task(here, here.anna), task(here, here.boris)
    both = [mine.pk, foreign.pk]
    refused("no_such_task", reassign_tasks, task_ids=both, member_id=here.anna, by=anna)
    refused("not_your_people", reassign_tasks, task_ids=[mine.pk], member_id=here.boris, by=anna)
    assert reassign_tasks(task_ids=both, member_id=here.boris, by=SYSTEM, at=AT) == 1
    assert change_tasks(task_ids=both, due_on=day(20), by=SYSTEM, at=AT) == 2
    assert set(Task.objects.values_list("member_id", "due_on")) == {(here.boris, day(20))}
    assert disagreements() == []
    undo()
    assert set(Task.objects.values_list("due_on", flat=True)) == {day(5)}
    assert disagreements() == []


def test_an_activity_is_changed_and_the_change_undone(here: Department) -> None:
    made = call(here, here.anna, customer_id=here.acme, first="cold")
    change_activity(
        activity_id=made.pk,
        version=1,
        kind="meeting",
        first="new",
        minutes=30,
        shares=[Share(here.anna), Share(here.boris)],
        by=SYSTEM,
        at=AT,
    )
    assert net("meeting.held", "member_id", "minutes") == {(here.anna, 30): 1, (here.boris, 30): 1}
    assert net("call.made", "member_id") == {}
    assert disagreements() == []
    undo()
    assert net("call.made", "member_id", "minutes") == {(here.anna, 0): 1}
    assert disagreements() == []


def test_an_activity_names_nothing_foreign(here: Department) -> None:
    made = call(here, here.anna, customer_id=here.acme)
    mine = {"activity_id": made.pk, "version": 1, "by": rep(here.anna)}
    refused("bad_first", change_activity, first="new", **mine)
    refused("no_such_customer", change_activity, customer_id=here.bolt, **mine)
    refused("not_your_people", change_activity, shares=[Share(here.boris)], **mine)
    refused("no_such_activity", change_activity, minutes=1, **{**mine, "by": rep(here.boris)})


def test_what_is_removed_is_gone_and_comes_back(here: Department) -> None:
    made = call(here, here.anna)
    remove_record(subject="activity", record_id=made.pk, by=SYSTEM, at=AT)
    assert (visible_activities(SYSTEM).count(), net("call.made", "member_id")) == (0, {})
    assert disagreements() == []
    undo()
    assert (visible_activities(SYSTEM).count(), net("call.made", "member_id")) == (1, {(here.anna,): 1})
    shared = log_activity(
        kind="visit", day=day(2), shares=[Share(here.anna), Share(here.boris)], by=SYSTEM, at=AT
    )
    refused("not_your_people", remove_record, subject="activity", record_id=shared.pk, by=rep(here.anna))


def test_a_deal_takes_its_tasks_with_it_and_stays_while_somebody_called(here: Department) -> None:
    deal = open_deal(
        name="Fleet", opened_on=day(1), pipeline_id=here.pipeline, value=Decimal(1), by=SYSTEM, at=AT
    )
    own, gone = task(here, here.anna, deal_id=deal.pk), task(here, here.anna, deal_id=deal.pk)
    remove_record(subject="task", record_id=gone.pk, by=SYSTEM, at=AT)
    logged = call(here, here.anna, deal_id=deal.pk)
    refused("has_activities", remove_record, subject="deal", record_id=deal.pk)
    remove_record(subject="activity", record_id=logged.pk, by=SYSTEM, at=AT)
    remove_record(subject="deal", record_id=deal.pk, by=SYSTEM, at=AT)
    assert not visible_tasks(SYSTEM).exists()
    assert disagreements() == []
    refused("needs_removed", restore_record, subject="task", record_id=own.pk)
    restore_record(subject="deal", record_id=deal.pk, by=SYSTEM, at=AT)
    assert list(visible_tasks(SYSTEM)) == [own]
    remove_record(subject="task", record_id=own.pk, by=SYSTEM, at=AT)
    assert list(deals_without_next_task(SYSTEM)) == [deal]
    assert disagreements() == []
