"""The page that programs ask."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from emporion.doors.operations.models import Heartbeat
from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.clock import now
from emporion.kernel.ledger.epoch import begin_epoch

pytestmark = [pytest.mark.spec("SYS-6"), pytest.mark.django_db]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for backups, and no fact store."""
    monkeypatch.setenv("EMPORION_BACKUP_FOLDER", str(tmp_path))
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    return tmp_path


def signed_in(role: str) -> Client:
    install_standard_roles()
    user = User.objects.create(username=role, access_role=AccessRole.objects.get(code=role))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    return client


def heard(ago: timedelta) -> None:
    Heartbeat.objects.create(worker="w", at=now() - ago)


def test_strangers_learn_whether_it_works_and_no_more() -> None:
    heard(timedelta(seconds=5))
    answer = Client(SERVER_NAME="localhost").get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_without_a_worker_it_does_not_work() -> None:
    heard(timedelta(minutes=5))
    answer = Client(SERVER_NAME="localhost").get("/health/")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


def test_those_who_administer_learn_why(place: Path) -> None:
    made = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    (place / f"emporion-{made:%Y%m%dT%H%M%SZ}.tar.gz").touch()
    told = signed_in("director").get("/health/").json()
    assert "no worker" in told["worker"]
    assert "no backup" in told["backup"]
    assert (told["database"], told["store"]) == ("ok", "ok")
    assert told["last_backup"] == "2026-03-01T02:30:00Z"


def test_others_who_are_signed_in_are_strangers_here() -> None:
    heard(timedelta(0))
    assert signed_in("head").get("/health/").json() == {"ok": True}


def test_a_store_that_cannot_be_read_is_told(place: Path) -> None:
    heard(timedelta(0))
    (place / "facts" / "table-x").mkdir(parents=True)
    (place / "facts" / "current").write_text("table-x")
    answer = signed_in("director").get("/health/")
    assert answer.status_code == 503
    assert "emporion ledger rebuild" in answer.json()["store"]


def test_it_cannot_be_written_to() -> None:
    assert Client(SERVER_NAME="localhost").post("/health/").status_code == 405
