"""Jobs and the audit log (SYS-4)."""

import pytest

from emporion.doors.web.running.tests.conftest import SignIn, work
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.clock import now
from emporion.kernel.jobs.actions import set_schedule
from emporion.kernel.jobs.models import Schedule
from emporion.kernel.jobs.tasks import start_due_runs
from emporion.kernel.preferences.actions import set_preference

pytestmark = pytest.mark.django_db


def test_a_schedule_is_switched_off_and_on(sign_in: SignIn) -> None:
    task = "emporion.kernel.jobs.tasks.start_due_runs"
    schedule = set_schedule(name="tick", task=task, cron="5 2 * * *", zone_name="UTC", by=SYSTEM, at=now())
    director = sign_in("director")
    assert "5 2 * * *" in director.get("/jobs/").content.decode()
    director.post(f"/jobs/schedules/{schedule.pk}/", {"enabled": "0"})
    assert not Schedule.objects.get().enabled
    director.post(f"/jobs/schedules/{schedule.pk}/", {"enabled": "1"})
    assert Schedule.objects.get().enabled
    assert AuditEntry.objects.filter(action="schedule.switched").count() == 2


def test_a_job_shows_when_it_ran(sign_in: SignIn) -> None:
    director = sign_in("director")
    assert "No job has run yet" in director.get("/jobs/").content.decode()
    made = start_due_runs.enqueue()
    work()
    assert "done" in director.get("/jobs/?state=SUCCESSFUL").content.decode()
    assert director.get(f"/jobs/{made.id}/").status_code == 200
    assert director.get("/jobs/00000000-0000-0000-0000-000000000000/").status_code == 404


@pytest.mark.spec("SYS-4")
def test_the_audit_log_tells_what_was_before(sign_in: SignIn) -> None:
    set_preference(name="active_base_days", value=60, by=SYSTEM, at=now())
    entry = AuditEntry.objects.get(action="preference.set")
    auditor = sign_in("auditor")
    assert f"/audit/{entry.pk}/" in auditor.get("/audit/?q=preference").content.decode()
    page = auditor.get(f"/audit/{entry.pk}/").content.decode()
    assert entry.subject in page
    assert "60" in page
    assert auditor.get("/audit/999999/").status_code == 404


@pytest.mark.spec("SYS-4")
@pytest.mark.parametrize("role", ["rep", "head", "assistant"])
def test_who_does_not_see_everyone_reads_no_audit_log(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert client.get("/audit/").status_code == 403
    assert client.get("/audit/1/").status_code == 403
    assert client.get("/jobs/").status_code == 403
