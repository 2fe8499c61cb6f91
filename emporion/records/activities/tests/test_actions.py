"""Writes about activities and tasks, and what the ledger says afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Conflict, Refusal
from emporion.records.activities import queries
from emporion.records.activities.actions import close_task, log_activity, open_task
from emporion.records.activities.models import Task
from emporion.records.customers.models import Contact
from emporion.records.pipeline.actions.deals import move_deal, open_deal
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, day, disagreements, net, rep
from emporion.records.team.models import Place
from emporion.records.team.reposting import ChangedSpan, repost_spans

pytestmark = pytest.mark.both_databases


def deal_of(here: Department, customer_id: int, member_id: int) -> Deal:
    return open_deal(
        name="Fleet",
        opened_on=day(1),
        pipeline_id=here.pipeline,
        customer_id=customer_id,
        value=Decimal(10),
        shares=[Share(member_id)],
        by=SYSTEM,
        at=AT,
    )


def task(by: Viewer = SYSTEM, **others: Any) -> Task:
    return open_task(title="Send the offer", opened_on=day(2), by=by, at=AT, **others)


@pytest.mark.spec("ACT-1")
def test_a_meeting_of_two_at_a_deal(here: Department) -> None:
    deal = deal_of(here, here.acme, here.anna)
    made = log_activity(
        kind="meeting",
        first="new",
        day=day(3),
        deal_id=deal.pk,
        shares=[Share(here.anna), Share(here.boris)],
        decision_maker=True,
        by=SYSTEM,
        at=AT,
    )
    assert (made.customer_id, made.territory_id) == (here.acme, here.north)
    assert net("meeting.held", "subject_id", "member_id", "team_id", "customer_id", "territory_id") == {
        (made.pk, here.anna, here.red, here.acme, here.north): 1,
        (made.pk, here.boris, here.blue, here.acme, here.north): 1,
    }
    assert disagreements() == []
    assert AuditEntry.objects.filter(action="activity.logged").count() == 1


@pytest.mark.spec("ACT-1")
def test_what_is_logged_without_names_is_the_viewer_s_own(here: Department) -> None:
    log_activity(kind="call", first="inbound", day=day(3), customer_id=here.bolt, by=rep(here.boris), at=AT)
    assert net("call.made", "member_id", "traits") == {(here.boris, 4): 1}


@pytest.mark.spec("ACT-1")
def test_tasks_are_opened_overdue_and_closed(here: Department) -> None:
    late, later = task(rep(here.anna), due_on=day(5)), task(rep(here.anna), due_on=day(8))
    anna = rep(here.anna)
    assert set(queries.overdue_tasks(anna, day(5))) == set()
    assert set(queries.overdue_tasks(anna, day(6))) == {late}
    assert list(queries.open_tasks(anna)) == [late, later]
    done = close_task(task_id=late.pk, done_on=day(7), version=late.version, by=anna, at=AT)
    close_task(task_id=later.pk, done_on=day(7), version=later.version, by=anna, at=AT, dropped=True)
    assert (done.done_on, done.dropped, list(queries.open_tasks(anna))) == (day(7), False, [])
    assert net("task.closed", "day", "due_day", "quantity") == {
        (day(7), day(5), -1_000_000): 1,
        (day(7), day(8), -1_000_000): 1,
    }
    assert disagreements() == []


@pytest.mark.spec("PIPE-5")
def test_open_deals_for_which_nothing_is_to_be_done_stand_out(here: Department) -> None:
    idle, busy, won = (deal_of(here, here.acme, here.anna) for _ in range(3))
    step = task(deal_id=busy.pk)
    move_deal(deal_id=won.pk, stage_id=here.won, entered_on=day(3), version=won.version, by=SYSTEM, at=AT)
    anna = rep(here.anna)
    assert list(queries.deals_without_next_task(anna)) == [idle]
    close_task(task_id=step.pk, done_on=day(4), version=step.version, by=SYSTEM, at=AT)
    assert list(queries.deals_without_next_task(anna)) == [idle, busy]
    assert list(queries.deals_without_next_task(rep(here.boris))) == []


@pytest.mark.spec("TEAM-1")
def test_a_back_dated_move_takes_activities_and_tasks_along(here: Department) -> None:
    log_activity(kind="call", day=day(3), shares=[Share(here.anna)], by=SYSTEM, at=AT)
    log_activity(kind="call", day=day(1), shares=[Share(here.anna)], by=SYSTEM, at=AT)
    task(member_id=here.anna)
    Place.objects.create(member_id=here.anna, starts_on=day(2), team_id=here.blue)
    counts = repost_spans([ChangedSpan(here.anna, day(2), date.max)], at=AT)
    assert (counts["activity"], counts["task"]) == (1, 1)
    assert net("call.made", "day", "team_id") == {(day(1), here.red): 1, (day(3), here.blue): 1}
    assert disagreements() == []


def test_who_sees_what(here: Department) -> None:
    call = log_activity(
        kind="call", day=day(3), customer_id=here.bolt, shares=[Share(here.anna)], by=SYSTEM, at=AT
    )
    hers = task(member_id=here.anna)
    zone = Viewer("zone", Scope.TERRITORY, territory_ids=frozenset({here.north}))
    visit = log_activity(kind="visit", day=day(3), customer_id=here.acme, by=SYSTEM, at=AT)
    assert set(queries.visible_activities(rep(here.anna))) == {call, visit}
    assert set(queries.visible_activities(rep(here.boris))) == {call}
    assert set(queries.visible_activities(zone)) == {visit}
    assert set(queries.visible_tasks(rep(here.boris))) == set()
    assert set(queries.visible_tasks(rep(here.anna))) == {hers}


REFUSED: list[tuple[str, Callable[[Department, Task], object]]] = [
    ("unknown_kind", lambda *_: log_activity(kind="dance", day=day(1), by=SYSTEM, at=AT)),
    ("bad_first", lambda *_: log_activity(kind="call", first="new", day=day(1), by=SYSTEM, at=AT)),
    ("code_taken", lambda _, one: task(code=one.code)),
    (
        "credited_twice",
        lambda here, _: log_activity(
            kind="call", day=day(1), shares=[Share(here.anna), Share(here.anna)], by=SYSTEM, at=AT
        ),
    ),
    ("closed_before", lambda _, one: close_task(task_id=one.pk, done_on=day(1), version=1, by=SYSTEM, at=AT)),
    (
        "no_such_task",
        lambda here, one: close_task(task_id=one.pk, done_on=day(3), version=1, by=rep(here.boris), at=AT),
    ),
    (
        "not_permitted",
        lambda _, one: close_task(
            task_id=one.pk, done_on=day(3), version=1, by=replace(SYSTEM, permissions=frozenset()), at=AT
        ),
    ),
]


@pytest.mark.parametrize(("name", "attempt"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    here: Department, name: str, attempt: Callable[[Department, Task], object]
) -> None:
    one = task(member_id=here.anna)
    with pytest.raises(Refusal) as refused:
        attempt(here, one)
    assert refused.value.name == name


def test_a_task_is_closed_once_and_by_whoever_read_it_last(here: Department) -> None:
    one = task()
    close_task(task_id=one.pk, done_on=day(3), version=1, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        close_task(task_id=one.pk, done_on=day(4), version=1, by=SYSTEM, at=AT)
    with pytest.raises(Refusal, match="was closed on"):
        close_task(task_id=one.pk, done_on=day(4), version=2, by=SYSTEM, at=AT)


@pytest.mark.spec("TEAM-10")
@pytest.mark.parametrize("name", ["deal", "customer", "contact", "territory"])
def test_only_what_one_may_open_can_be_named(here: Department, name: str) -> None:
    """Trap: an activity logged at a foreign deal told the rep whose customer it is, and counted there."""
    deal = deal_of(here, here.bolt, here.boris)
    contact = Contact.objects.create(code="c", customer_id=here.bolt)
    foreign = {"deal": deal.pk, "customer": here.bolt, "contact": contact.pk, "territory": here.north}[name]
    anna = rep(here.anna)
    for one in (foreign, 999):
        told: dict[str, Any] = {f"{name}_id": one}
        with pytest.raises(Refusal, match=f"there is no {name} {one} that you may open"):
            log_activity(kind="call", day=day(3), by=anna, at=AT, **told)
        if name != "contact":
            with pytest.raises(Refusal, match=f"there is no {name} {one} that you may open"):
                task(anna, **told)
    assert not Task.objects.exists()
    assert net("call.made", "id") == {}


@pytest.mark.spec("TEAM-10")
def test_nothing_is_logged_or_opened_for_other_people(here: Department) -> None:
    """Trap: a rep logged calls as another team's member and gave them tasks."""
    for one in (here.boris, 999):
        with pytest.raises(Refusal, match="only act for yourself and your people"):
            log_activity(kind="call", day=day(3), shares=[Share(one)], by=rep(here.anna), at=AT)
        with pytest.raises(Refusal, match="only act for yourself and your people"):
            task(rep(here.anna), member_id=one)
    deal = deal_of(here, here.bolt, here.anna)
    made = log_activity(kind="call", day=day(3), deal_id=deal.pk, by=rep(here.anna), at=AT)
    assert made.customer_id == here.bolt, "a deal one may open brings its customer along"
    assert task(rep(here.anna), member_id=here.anna, deal_id=deal.pk).member_id == here.anna
