"""Activities and tasks from files."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.digest import net_digest
from emporion.kernel.ledger.models import LedgerFact
from emporion.records.activities.actions import close_task
from emporion.records.activities.models import Activity, Task
from emporion.records.customers.models import Contact
from emporion.records.pipeline.tests.department import (
    AT,
    Department,
    day,
    disagreements,
    fates,
    load,
    loaded,
    net,
    undo,
)

pytestmark = pytest.mark.both_databases


def call(**others: Any) -> dict[str, Any]:
    return {"code": "A-1", "kind": "call", "day": day(3), "first": "cold", "minutes": None, **others}


@pytest.mark.spec("ACT-1", "SYS-1")
def test_calls_and_meetings_come_in_with_their_member(here: Department) -> None:
    rows = [
        call(member=here.anna, customer=here.acme),
        call(code="A-2", first="inbound", member=here.boris, customer=here.bolt, own_initiative=None),
        call(code="A-3", kind="meeting", first="existing", decision_maker=True),
    ]
    loaded("activities", *rows)
    assert net("call.made", "member_id", "team_id", "territory_id", "traits") == {
        (here.anna, here.red, here.north, 1 + 256): 1,
        (here.boris, here.blue, None, 4): 1,
    }
    assert net("meeting.held", "member_id", "traits") == {(None, 16 + 32 + 256): 1}
    digest = net_digest()
    assert fates("activities", *rows) == ["unchanged"] * 3
    assert net_digest() == digest
    assert disagreements() == []


@pytest.mark.spec("SYS-1")
def test_the_day_is_that_of_the_moment_and_the_customer_the_contact_s(here: Department) -> None:
    contact = Contact.objects.create(code="c", customer_id=here.acme)
    moment = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
    loaded("activities", call(day=None, started_at=moment, contact=contact.pk))
    made = Activity.objects.get()
    assert (made.day, made.customer_id, made.territory_id) == (day(3), here.acme, here.north)


@pytest.mark.spec("ACT-1", "SYS-1")
def test_several_members_replace_the_row_s_own(here: Department) -> None:
    [activity] = loaded("activities", call(member=here.anna))
    people = [{"activity": activity, "member": one} for one in (here.anna, here.boris)]
    ids = loaded("activity_members", *people)
    assert net("call.made", "member_id", "weight_total") == {(here.anna, 2): 1, (here.boris, 2): 1}
    assert fates("activity_members", *people) == ["unchanged"] * 2
    assert fates("activities", call(member=here.anna)) == ["unchanged"]
    assert undo("activity_members", ids) == []
    assert net("call.made", "member_id", "weight_total") == {(here.anna, 1): 1}
    assert disagreements() == []


@pytest.mark.spec("SYS-1")
def test_a_changed_row_is_posted_anew(here: Department) -> None:
    loaded("activities", call(member=here.anna))
    [fate] = load("activities", call(member=here.boris, first="repeat"))
    assert (fate.fate.value, (fate.previous or {})["member"]) == ("changed", here.anna)
    assert net("call.made", "member_id", "traits") == {(here.boris, 2 + 256): 1}
    assert LedgerFact.objects.count() == 3
    assert disagreements() == []


@pytest.mark.spec("SYS-1")
@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("activities", call(first="new"), "first"),
        ("activities", call(day=None), "day"),
        ("tasks", {"code": "T-1", "opened_on": day(3), "done_on": day(2)}, "done_on"),
        ("tasks", {"code": "T-1", "opened_on": day(3), "dropped": True}, "done_on"),
        ("tasks", {"code": "T-1", "opened_on": None}, "opened_on"),
    ],
)
def test_what_cannot_be_is_rejected_with_its_column(
    here: Department, name: str, row: dict[str, Any], column: str
) -> None:
    [fate] = load(name, row)
    assert (fate.fate.value, fate.column) == ("rejected", column)
    assert (Activity.objects.count(), Task.objects.count()) == (0, 0)


@pytest.mark.spec("ACT-1", "SYS-1")
def test_tasks_come_in_open_and_done(here: Department) -> None:
    rows = [
        {"code": "T-1", "opened_on": day(1), "due_on": day(4), "member": here.anna, "customer": here.acme},
        {"code": "T-2", "opened_on": day(1), "due_on": day(4), "done_on": day(6), "is_next_step": True},
    ]
    ids = loaded("tasks", *rows)
    assert net("task.opened", "member_id", "territory_id", "due_day", "traits") == {
        (here.anna, here.north, day(4), 0): 1,
        (None, None, day(4), 2048): 1,
    }
    assert net("task.closed", "day") == {(day(6),): 1}
    assert fates("tasks", *rows) == ["unchanged"] * 2
    close_task(task_id=ids[0], done_on=day(7), version=1, by=SYSTEM, at=AT)
    assert fates("tasks", {**rows[0], "due_on": day(9)}) == ["kept"]
    assert undo("tasks", ids) == [ids[0]]
    assert net("task.opened", "subject_id") == {(ids[0],): 1}
    assert disagreements() == []
