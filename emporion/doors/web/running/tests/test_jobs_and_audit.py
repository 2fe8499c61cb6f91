"""Jobs and the audit log (SYS-4)."""

from dataclasses import replace

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from emporion.doors.web.running.cron_words import schedule_said
from emporion.doors.web.running.tests.conftest import SignIn, work
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import now
from emporion.kernel.jobs.actions import set_schedule
from emporion.kernel.jobs.models import Schedule
from emporion.kernel.jobs.tasks import start_due_runs
from emporion.kernel.preferences.actions import set_preference
from emporion.records.team.models import Member

pytestmark = pytest.mark.django_db
QUERIES = 10  # of the audit log, however long


def test_a_schedule_is_switched_off_and_on(sign_in: SignIn) -> None:
    task = "emporion.kernel.jobs.tasks.start_due_runs"
    schedule = set_schedule(name="tick", task=task, cron="5 2 * * *", zone_name="UTC", by=SYSTEM, at=now())
    director = sign_in("director")
    assert "every day at 02:05" in director.get("/jobs/").content.decode()
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


@pytest.mark.parametrize(
    ("cron", "en", "ru", "el"),
    [
        ("* * * * *", "every minute", "каждую минуту", "κάθε λεπτό"),
        ("*/15 * * * *", "every 15 minutes", "каждые 15 минут", "κάθε 15 λεπτά"),
        ("*/21 * * * *", "every 21 minutes", "каждую 21 минуту", "κάθε 21 λεπτά"),
        ("10 * * * *", "every hour at minute 10", "каждый час в 10 мин", "κάθε ώρα στο λεπτό 10"),
        ("0 3 * * *", "every day at 03:00", "каждый день в 03:00", "κάθε μέρα στις 03:00"),
        (
            "30 8,12 * * *",
            "every day at 08:30 and 12:30",
            "каждый день в 08:30 и 12:30",
            "κάθε μέρα στις 08:30 και 12:30",
        ),
        ("0 7 * * 1", "every Monday at 07:00", "каждый понедельник в 07:00", "κάθε Δευτέρα στις 07:00"),
        ("0 7 * * sun", "every Sunday at 07:00", "каждое воскресенье в 07:00", "κάθε Κυριακή στις 07:00"),
        (
            "0 7 * * 1-5",
            "from Monday to Friday at 07:00",
            "с понедельника по пятницу в 07:00",
            "Δευτέρα έως Παρασκευή στις 07:00",
        ),
        (
            "0 7 1 * *",
            "every month on day 1 at 07:00",
            "каждый месяц, число 1, в 07:00",
            "κάθε μήνα στις 1 του μηνός στις 07:00",
        ),
        ("0 7 1 1 *", "", "", ""),
        ("0-5 7 * * *", "", "", ""),
        ("0 7 1 * 1", "", "", ""),
        ("@daily", "", "", ""),
    ],
)
def test_a_schedule_is_said_in_words(cron: str, en: str, ru: str, el: str) -> None:
    """Trap: people are shown a line that only programs read. What cannot be said in a few words stays as it is."""
    for language, words in (("en", en), ("ru", ru), ("el", el)):
        with override(language):
            assert schedule_said(cron) == words


def test_upkeep_that_ran_is_not_called_nothing(sign_in: SignIn) -> None:
    """Trap: the page said that no job has run yet, while the upkeep ran every minute."""
    made = start_due_runs.using(queue_name="upkeep").enqueue()
    work()
    page = sign_in("director").get("/jobs/").content.decode()
    assert "No job has run yet" not in page
    assert "Nothing but the upkeep has run yet" in page
    assert f"/jobs/{made.id}/" in page


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


def entered(by: str, subject: str) -> AuditEntry:
    """The entry of a change that somebody of that name made."""
    record("member.changed", by=replace(SYSTEM, name=by), at=now(), subject=subject, new={"name": "secret"})
    return AuditEntry.objects.latest("pk")


@pytest.mark.spec("SYS-4")
def test_an_entry_names_who_did_it_and_whom_it_is_about(sign_in: SignIn) -> None:
    """Trap: the log said "user 8" and "person 32", which nobody knows."""
    director = sign_in("director")
    user = User.objects.get(username="director-1")
    User.objects.filter(pk=user.pk).update(first_name="Hana", last_name="Novak")
    member = Member.objects.create(code="M-1", name="Nikos Pappas")
    entries = [entered("director-1", f"member:{member.pk}"), entered("director-1", f"user:{user.pk}")]
    for page in ["/audit/", *(f"/audit/{entry.pk}/" for entry in entries)]:
        text = director.get(page).content.decode()
        assert f'<a href="/settings/users/{user.pk}/">Hana Novak (director-1)</a>' in text
    text = director.get("/audit/").content.decode()
    assert "person: Nikos Pappas</a>" in text
    assert "user: Hana Novak (director-1)</a>" in text


@pytest.mark.spec("SYS-4")
def test_what_was_erased_is_not_named_again(sign_in: SignIn) -> None:
    """Trap: an entry whose personal data were erased gets its name back from elsewhere."""
    member = Member.objects.create(code="M-1", name="Nikos Pappas")
    gone = entered("director-1", f"member:{member.pk}")
    nobody = entered("somebody", "member:999999")
    AuditEntry.objects.filter(pk=gone.pk).update(payload=None, salt="")
    auditor = sign_in("auditor")
    assert "Nikos" not in auditor.get("/audit/").content.decode()
    assert "Nikos" not in auditor.get(f"/audit/{gone.pk}/").content.decode()
    assert "person 999999" in auditor.get(f"/audit/{nobody.pk}/").content.decode()


@pytest.mark.spec("SYS-4")
def test_who_opens_no_accounts_is_led_to_the_person(sign_in: SignIn) -> None:
    """Trap: a link that its reader may not open. An auditor sees people, not their accounts."""
    auditor = sign_in("auditor")
    user = User.objects.get(username="auditor-1")
    member = Member.objects.create(code="M-1", name="Zoe", user=user)
    entry = entered("auditor-1", f"user:{user.pk}")
    text = auditor.get(f"/audit/{entry.pk}/").content.decode()
    assert "/settings/users/" not in text
    assert f'<a href="/people/{member.pk}/numbers/">Zoe (auditor-1)</a>' in text


@pytest.mark.spec("SYS-4")
@pytest.mark.parametrize("entries", [1, 50])
def test_naming_people_costs_the_same_for_many_entries(
    sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, entries: int
) -> None:
    director = sign_in("director")
    for number in range(entries):
        member = Member.objects.create(code=f"M-{number}", name=f"Person {number}")
        entered("director-1", f"member:{member.pk}")
    director.get("/audit/")
    with django_assert_num_queries(QUERIES):
        director.get("/audit/")
