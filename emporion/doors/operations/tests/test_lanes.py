"""Jobs are carried out once, and one whose worker died is carried out after all."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from emporion.doors.operations.schedules import install_standard_schedules, standard_schedules
from emporion.doors.operations.serving import lanes
from emporion.doors.operations.serving.stopping import Interrupted
from emporion.doors.operations.tasks import clear_old, flush_facts
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.jobs.models import Schedule
from emporion.kernel.ledger.epoch import begin_epoch

pytestmark = [pytest.mark.spec("SYS-6"), pytest.mark.django_db, pytest.mark.both_databases]
done: list[str] = []


@task()
def greet(name: str) -> str:
    """Counts how often it ran."""
    done.append(name)
    return f"hello {name}"


@task()
def stumble() -> None:
    """Writes, then fails."""
    with transaction.atomic():
        Schedule.objects.create(name="half", task="x", cron="* * * * *", next_due="2026-01-01T00:00Z")
        raise ValueError("no")


@task()
def stopped() -> None:
    """Is told to stop while it works."""
    done.append("begun")
    raise Interrupted


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def only() -> DBTaskResult[Any, Any]:
    return DBTaskResult.objects.get()


def test_a_job_is_carried_out_once_with_its_answer_on_record() -> None:
    greet.enqueue("Anna")
    assert lanes.work_one("default", "w")
    assert not lanes.work_one("default", "w")
    assert done == ["Anna"]
    assert (only().status, only().return_value) == ("SUCCESSFUL", "hello Anna")


def test_each_lane_takes_its_own_jobs() -> None:
    greet.enqueue("Anna")
    assert not lanes.work_one("upkeep", "w")
    assert only().status == "READY"


def test_a_job_that_fails_is_on_record_and_leaves_nothing_half() -> None:
    stumble.enqueue()
    assert lanes.work_one("default", "w")
    assert (only().status, only().exception_class_path) == ("FAILED", "builtins.ValueError")
    assert not Schedule.objects.exists()


def test_a_job_in_hand_when_the_worker_is_told_to_stop_goes_back() -> None:
    stopped.enqueue()
    with pytest.raises(Interrupted):
        lanes.work_one("default", "w")
    assert (only().status, only().started_at) == ("READY", None)


def test_a_job_of_a_worker_that_died_goes_back_and_those_of_others_do_not() -> None:
    """Trap: a second machine's running import must not be started here as well."""
    for worker in ("dead", "other"):
        greet.enqueue(worker)
        DBTaskResult.objects.ready().get().claim(worker)
    assert lanes.take_back_abandoned("dead") == 1
    assert lanes.work_one("default", "dead")
    assert not lanes.work_one("default", "dead")
    assert done == ["dead"]


def test_a_job_that_takes_its_worker_down_every_time_is_given_up() -> None:
    greet.enqueue("Anna")
    for _ in range(lanes.MOST_ATTEMPTS):
        job = DBTaskResult.objects.get()
        job.claim("w")
        lanes.take_back_abandoned("w")
    assert only().status == "FAILED"
    assert done == []


def test_working_ends_when_told() -> None:
    stop = threading.Event()
    stop.set()
    lanes.work("default", "w", stop)
    assert not done


def test_standard_schedules_are_there_once_and_one_switched_off_stays_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert install_standard_schedules() == len(standard_schedules()) == Schedule.objects.count()
    Schedule.objects.filter(name="compact").update(enabled=False)
    entries = AuditEntry.objects.count()
    assert install_standard_schedules() == 0
    assert AuditEntry.objects.count() == entries
    monkeypatch.setenv("EMPORION_BACKUP_SCHEDULE", "0 4 * * *")
    assert install_standard_schedules() == 1
    assert Schedule.objects.get(name="backup").cron == "0 4 * * *"
    assert not Schedule.objects.get(name="compact").enabled


def test_upkeep_runs_as_jobs_and_of_flushes_only_the_last_stays_on_record(
    tmp_path: Path, settings: Settings
) -> None:
    settings.FACTS_FOLDER = tmp_path
    begin_epoch(base_currency="EUR")
    for _ in range(3):
        flush_facts.enqueue()
        assert lanes.work_one("upkeep", "w")
    clear_old.enqueue()
    assert lanes.work_one("upkeep", "w")
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["SUCCESSFUL"] * 2
