"""What the command answers with when it cannot do what was asked: one line, and a code that scripts can use."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, installation
from tests.journeys.small_company import write_company


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("measure", "revenu"), "did you mean revenue"),
        (("measure", "revenue", "--where", "member=M9"), "no member is called 'M9'"),
        (("measure", "revenue", "--as", "nobody"), "no user is called 'nobody'"),
        (("facts", "plan_fact"), "plan_fact is not made of facts; open revenue"),
        (("facts", "orders_attainment"), "open orders"),
        (("settings", "set", "zone", "Nowhere"), "no time zone is called 'Nowhere'"),
        (("settings", "set", "base_currency", "usd"), "three capital letters"),
        (("settings", "set", "active_base_days", "999999999"), "at most 36500"),
        (("settings", "set", "active_base_days", "9" * 5000), "must be int"),
        (("import", "adventurework", "."), "did you mean adventureworks"),
        (("import", "generic", "no/such/folder"), "no/such/folder"),
        (("import", "--undo", "99"), "no import 99"),
        (("settings", "set", "active_base_day", "3"), "did you mean active_base_days"),
        (("user", "create", "x", "--role", "king"), "king"),
    ],
)
def test_a_refusal_is_one_line_and_1(imported: Installation, arguments: tuple[str, ...], words: str) -> None:
    said = imported.emporion(*arguments)
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("emporion: ")
    assert words in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("measure",),
        ("measure", "revenue", "--from", "yesterday"),
        ("measure", "revenue", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("measure", "revenue", "--where", "member"),
        ("measure", "revenue", "--format", "xml"),
        ("measure", "revenue", "--now", "--later"),
        ("measure", "revenue", "--to", "9999-12-31"),
        ("measure", "revenue", "--as-of", 2**63),
        ("ledger", "close", "9999-12-31"),
        ("facts", "revenue", "--limit", 1_000_001),
        ("facts", "revenue", "--offset", 2**63),
        ("user", "create", " ", "--role", "rep"),
        ("import",),
        ("import", "generic"),
        ("import", "generic", ".", "--list"),
        ("ledger", "burn"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_is_2(imported: Installation, arguments: tuple[object, ...]) -> None:
    said = imported.emporion(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage: emporion" in said.err


def test_help_needs_nothing(tmp_path: Path) -> None:
    """Trap: asking for help makes a data folder."""
    place = Installation(tmp_path / "nowhere")
    assert "measure" in place.done("--help").out
    assert "--where" in place.done("measure", "--help").out
    assert not place.home.exists()


@pytest.mark.spec("SYS-6")
@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "verify"),
        ("ledger", "digest"),
        ("measure", "revenue"),
        ("facts", "revenue"),
        ("settings", "list"),
        ("user", "list"),
        ("import", "--list"),
        ("backup",),
    ],
)
def test_where_nothing_is_a_command_that_looks_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Trap: run in the wrong folder, `ledger verify` made an empty installation there and called it verified."""
    place = Installation(tmp_path / "elsewhere", more={"EMPORION_SECRET_KEY": ""})
    said = place.emporion(*arguments)
    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    for part in (str(place.home), "EMPORION_HOME", "emporion demo", "emporion import"):
        assert part in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_metrics_needs_no_installation(tmp_path: Path) -> None:
    """Trap: to list definitions a folder and a secret key are made."""
    place = Installation(tmp_path / "elsewhere", more={"EMPORION_SECRET_KEY": ""})
    assert "revenue" in place.done("metrics").out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.spec("SYS-6")
@pytest.mark.postgres
def test_a_database_on_a_server_is_looked_at_from_a_new_machine(empty: Installation, tmp_path: Path) -> None:
    """Trap: the folder of this machine is new, the database is not; what is signed here must hold."""
    here = Installation(tmp_path / "here", empty.database_url, {"EMPORION_SECRET_KEY": ""})
    here.done("ledger", "status")
    key = (here.home / "secret.key").read_text()
    here.done("ledger", "status")
    assert (here.home / "secret.key").read_text() == key


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = Installation(tmp_path, more={"EMPORION_HOME": str(tmp_path / "file" / "home")}).emporion(
        "ledger", "status"
    )
    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert str(tmp_path / "file") in said.err


def test_a_database_of_a_newer_program_is_refused(empty: Installation) -> None:
    empty.sql(
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('ledger', '9999_from_the_future', CURRENT_TIMESTAMP)"
    )
    for arguments in (("ledger", "status"), ("upgrade",)):
        said = empty.emporion(*arguments)
        assert said.code == 1
        assert "newer emporion (ledger.9999_from_the_future)" in said.err


@pytest.mark.spec("SYS-6")
def test_an_older_database_is_upgraded_by_the_command(empty: Installation) -> None:
    empty.sql("DROP TABLE insight_storedforecast")
    empty.sql("DELETE FROM django_migrations WHERE app = 'insight'")
    said = empty.emporion("measure", "plan")
    assert said.code == 1
    assert "run emporion upgrade" in said.err
    assert "1 step done" in empty.done("upgrade").out
    assert "nothing to do" in empty.done("upgrade").out
    empty.done("measure", "plan")


@pytest.mark.spec("SYS-6")
def test_a_setting_up_that_was_killed_is_finished_by_the_next_command(tmp_path: Path) -> None:
    place = Installation(tmp_path / "home", more={"EMPORION_CURRENCY": "USD"})
    process = place.start("upgrade")
    while not (place.home / "emporion.sqlite3").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    place.done("upgrade")
    status = place.asked("ledger", "status", "--json")
    assert (status["facts"], status["base_currency"]) == (0, "USD")
    assert place.asked("settings", "get", "base_currency", "--json") == {"base_currency": "USD"}


@pytest.mark.spec("SYS-1")
def test_told_to_stop_an_import_says_how_to_go_on(tmp_path: Path) -> None:
    files = write_company(tmp_path / "files", orders=3_000)
    with installation(tmp_path / "place", server="") as place:
        process = place.start("import", "generic", files)
        while process.poll() is None and not place.sql("SELECT 1 FROM orders_order LIMIT 1"):
            time.sleep(0.02)
        process.terminate()
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert (
            err == "emporion: stopped; what was finished is kept, and the same command goes on from there\n"
        )
        place.done("import", "generic", files)
        assert place.asked("import", "--list", "--json")[0]["state"] == "done"


@pytest.mark.spec("SYS-1")
def test_told_to_stop_it_ends_even_where_unwinding_gets_stuck(tmp_path: Path) -> None:
    """Trap: a library swallows what the signal raised, or holds a lock for ever, and the command never ends."""
    stuck = """
import click, os, signal, time
from emporion.doors.terminal import main
main.PATIENCE = 0.2
@click.command()
def deaf():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        time.sleep(60)
main.cli = deaf
main.main()
"""
    with subprocess.Popen([sys.executable, "-c", stuck], stderr=subprocess.PIPE, text=True) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err == "emporion: stopped; what was finished is kept, and the same command goes on from there\n"
