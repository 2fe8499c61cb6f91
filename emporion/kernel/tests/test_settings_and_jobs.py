"""Settings that change numbers, and what runs by the clock."""

from datetime import UTC, datetime

import pytest
from django_tasks_db.models import DBTaskResult

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import AccessRole
from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.jobs.actions import set_schedule, start_due
from emporion.kernel.jobs.models import DueRun, Schedule
from emporion.kernel.preferences.actions import set_preference
from emporion.kernel.preferences.definitions import DEFINITIONS, Value
from emporion.kernel.preferences.queries import preference, preferences

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NIGHTLY = "django_tasks_db.tasks.nothing"


def test_every_setting_has_its_default() -> None:
    assert preferences() == {name: definition.default for name, definition in DEFINITIONS.items()}


def test_a_setting_that_was_changed_is_read_and_on_record() -> None:
    set_preference(name="active_base_days", value=60, by=SYSTEM, at=AT)
    assert preference("active_base_days") == 60
    assert preferences()["active_base_days"] == 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("active_base_days", 0),
        ("active_base_days", "90"),
        ("win_rate_base", "some"),
        ("active_base_days", True),
    ],
)
def test_a_value_it_may_not_take_is_refused(name: str, value: Value) -> None:
    with pytest.raises(Refusal, match=name):
        set_preference(name=name, value=value, by=SYSTEM, at=AT)


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="active_base_days"):
        preference("active_base_day")
    with pytest.raises(UnknownName):
        set_preference(name="nothing", value=1, by=SYSTEM, at=AT)


@pytest.mark.spec("SYS-3")
def test_only_who_administers_changes_settings() -> None:
    head = Viewer("head", Scope.TEAM, permissions=frozenset({Permission.WRITE}))
    with pytest.raises(Refusal, match="administer"):
        set_preference(name="active_base_days", value=60, by=head, at=AT)


@pytest.mark.spec("SYS-3")
def test_users_get_a_role() -> None:
    install_standard_roles()
    install_standard_roles()
    user = create_user(name="ann", role="rep", by=SYSTEM, at=AT)
    assert user.access_role is not None
    assert user.access_role.granted() == {Permission.WRITE}
    assert not user.has_usable_password()
    assert AccessRole.objects.get(code="auditor").granted().isdisjoint({Permission.WRITE, Permission.IMPORT})
    # Trap: a file names anyone, so a head who imports writes over people they do not see.
    assert Permission.IMPORT not in AccessRole.objects.get(code="head").granted()
    with pytest.raises(Refusal, match="exists already"):
        create_user(name="ann", role="rep", by=SYSTEM, at=AT)
    with pytest.raises(Refusal, match="no role"):
        create_user(name="bob", role="king", by=SYSTEM, at=AT)


def test_a_due_run_starts_once_however_often_it_is_asked() -> None:
    task = "emporion.kernel.jobs.tasks.start_due_runs"
    set_schedule(name="nightly", task=task, cron="0 2 * * *", zone_name="Europe/Athens", by=SYSTEM, at=AT)
    assert Schedule.objects.get().next_due == datetime(2026, 3, 2, 0, tzinfo=UTC)
    assert start_due(at=AT, zone_name="Europe/Athens") == 0
    late = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert start_due(at=late, zone_name="Europe/Athens") == 1
    assert start_due(at=late, zone_name="Europe/Athens") == 0
    assert DBTaskResult.objects.count() == DueRun.objects.count() == 1
    # Trap: the clocks go forward on 29 March; two in the morning is then 23:00 UTC the day before.
    start_due(at=datetime(2026, 3, 30, 12, tzinfo=UTC), zone_name="Europe/Athens")
    assert Schedule.objects.get().next_due == datetime(2026, 3, 30, 23, tzinfo=UTC)


def test_a_schedule_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal, match="five fields"):
        set_schedule(name="x", task=NIGHTLY, cron="every day", zone_name="UTC", by=SYSTEM, at=AT)
