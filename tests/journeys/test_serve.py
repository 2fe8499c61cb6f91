"""`emporion serve`: up, kept up, and down again."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.journeys.installation import Installation
from tests.journeys.serving import free_port, is_alive, served, until

pytestmark = [
    pytest.mark.spec("SYS-6"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


def test_served_kept_up_and_stopped(company: Installation) -> None:
    """Up with one line; a part that is killed comes back; jobs that were due were done; stopped within seconds."""
    with served(company) as running:
        assert running.greeting == f"Emporion is ready at http://127.0.0.1:{running.port}/\n"
        _, _, begin = running.second_line().partition(": ")
        status, page = running.get(begin.strip().removeprefix(running.address))
        assert (status, "<h1" in page) == (200, True)
        assert running.get("/static/ui/mark.svg")[0] == 200

        before = running.parts()
        os.killpg(before["web"], signal.SIGKILL)
        os.kill(before["worker"], signal.SIGKILL)
        until(lambda: _both_anew(before, running.parts()), "not both parts were started again")
        until(lambda: _answers(running.port), "nobody answers any more")

        until(lambda: running.get("/health/") == (200, '{"ok": true}'), "no worker was heard of")
        company.sql("UPDATE jobs_schedule SET next_due = '2026-01-01 00:00:00+00:00' WHERE name = 'backup'")
        until(lambda: list((company.home / "backups").glob("emporion-*.tar.gz")), "the backup was not made")

        everyone = running.everyone()
        code, out, err = running.stop()
    assert (code, out.splitlines()[-1]) == (0, "stopped")
    assert not [pid for pid in everyone if is_alive(pid)]
    told = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert {"request", "job begins", "job done"} <= {line["what"] for line in told}
    assert [line for line in told if line["level"] == "error"] == []
    assert begin.partition("token=")[2].strip() not in err
    assert "the web process ended (signal 9)" in err
    assert "the worker ended (signal 9)" in err


def test_parts_end_when_their_supervisor_is_killed(company: Installation) -> None:
    with served(company) as running:
        everyone = running.everyone()
        running.process.kill()
        running.process.communicate()
        until(lambda: not any(map(is_alive, everyone)), "something lives on without its supervisor")


def test_a_taken_port_is_told(company: Installation) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        said = company.emporion("serve", "--port", port)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        f"emporion: port {port} is taken by another program: stop it, or choose another with --port\n"
    )


def test_an_older_database_is_told(company: Installation) -> None:
    company.sql("DELETE FROM django_migrations WHERE app = 'operations'")
    said = company.emporion("serve", "--port", free_port())
    assert said.code == 1
    assert "run emporion upgrade" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("name", ["EMPORION_BACKUP_SCHEDULE", "EMPORION_BACKUP_KEEP"])
def test_a_setting_that_would_fail_at_night_is_told_now(company: Installation, name: str) -> None:
    said = Installation(company.home, company.database_url, {name: "never"}).emporion(
        "serve", "--port", free_port()
    )
    assert (said.code, name in said.err, said.err.count("\n")) == (1, True, 1)


def _both_anew(before: dict[str, int], now: dict[str, int]) -> bool:
    return now.keys() == before.keys() and not {*before.values()} & {*now.values()}


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_missing_assets_are_told(company: Installation, tmp_path: Path) -> None:
    settings = tmp_path / "no_assets.py"
    settings.write_text("from emporion.settings import *\nSTATIC_ROOT = HOME / 'nothing'\n")
    path = os.pathsep.join([str(tmp_path), company.environment["PYTHONPATH"]])
    more = {"DJANGO_SETTINGS_MODULE": "no_assets", "PYTHONPATH": path}
    said = Installation(company.home, company.database_url, more).emporion("serve", "--port", free_port())
    assert (said.code, "make assets" in said.err) == (1, True)
