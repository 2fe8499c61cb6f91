"""A full disk and a lost connection: one clear line, nothing half-written, and the same command goes on."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import ROOT, Installation, Said, command, installation
from tests.journeys.small_company import write_company

pytestmark = pytest.mark.spec("SYS-6")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation."""
    with installation(tmp_path / "place") as found:
        yield found


def with_little_room(place: Installation, kilobytes: int, *arguments: object) -> Said:
    """Runs the command where no file may grow beyond that: what a full disk does to it."""
    script = f'ulimit -f {kilobytes}; exec "$@"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command(), *map(str, arguments)],
        # Where coverage is measured, its own file would be the first to find no room.
        env={name: value for name, value in place.environment.items() if not name.startswith("COV")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def expected_digest(folder: Path, files: Path) -> object:
    """The digest of an undisturbed import of these files."""
    with installation(folder) as calm:
        calm.done("import", "generic", files)
        return calm.asked("ledger", "digest", "--json")


def assert_one_line(said: Said, *words: str) -> None:
    """It failed, and said so in one line that holds one of the words."""
    assert said.code == 1, said
    assert len(said.err.splitlines()) == 1, said.err
    assert any(word in said.err for word in words), said.err


def test_a_full_disk_is_told_and_the_import_goes_on(tmp_path: Path, place: Installation) -> None:
    if place.database_url:
        pytest.skip("the server's disk is the server's")
    files = write_company(tmp_path / "files", orders=400)
    assert_one_line(with_little_room(place, 600, "import", "generic", files), "disk")
    place.done("ledger", "verify")
    place.done("import", "generic", files)
    assert place.asked("ledger", "digest", "--json") == expected_digest(tmp_path / "calm", files)


def test_a_full_disk_during_a_flush(tmp_path: Path, place: Installation) -> None:
    files = write_company(tmp_path / "files", orders=30)
    place.done("import", "generic", files)
    assert_one_line(with_little_room(place, 1, "ledger", "rebuild"), "disk")
    place.done("ledger", "verify")
    place.done("ledger", "rebuild")
    place.done("ledger", "verify")


@pytest.mark.postgres
def test_a_lost_connection_is_told_and_the_import_goes_on(tmp_path: Path, place: Installation) -> None:
    files = write_company(tmp_path / "files", orders=1_500)
    process = place.start("import", "generic", files)
    while not place.sql("SELECT 1 FROM orders_order LIMIT 1") and process.poll() is None:
        time.sleep(0.05)
    place.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    out, err = process.communicate(timeout=120)
    assert_one_line(Said(process.returncode, out, err), "the same command")
    place.done("import", "generic", files)
    assert place.asked("ledger", "digest", "--json") == expected_digest(tmp_path / "calm", files)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_told(tmp_path: Path, place: Installation) -> None:
    nobody = Installation(place.home, "postgres://postgres@127.0.0.1:1/none?connect_timeout=2")
    assert_one_line(nobody.emporion("ledger", "status"), "the database does not answer")
