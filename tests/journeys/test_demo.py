"""The made-up company as a stranger makes it: one command, whatever interrupts it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, installation

ASKED = ("demo", "--scale", "0.01", "--years", "1", "--until", "2026-06-15", "--seed", "7", "--json")
pytestmark = pytest.mark.spec("SEE-4", "SYS-6")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A small made-up company. Only for tests that change nothing."""
    with installation(tmp_path_factory.mktemp("demo")) as place:
        place.done(*ASKED)
        yield place


def test_it_is_there_with_its_users_and_true(demo: Installation) -> None:
    again = demo.asked(*ASKED)
    assert again["made"] is False, "the same command again does nothing"
    names = [user["username"] for user in again["users"]]
    assert names == ["director", "head", "hunter", "closer", "farmer", "assistant", "auditor"]
    assert {user["username"]: user["member_role"] for user in again["users"]}["closer"] == "closer"
    status = demo.asked("ledger", "status", "--json")
    assert status["store_position"] == status["watermark"] > 0, "nothing is left to flush"


def test_killed_it_goes_on_and_comes_to_the_same(demo: Installation, tmp_path: Path) -> None:
    """Trap: files written anew after a kill must be the very same ones, or the import would begin again beside what
    it had done."""
    with installation(tmp_path) as place:
        with place.start(*ASKED) as process:
            while process.poll() is None and _steps_done(place) < 20:
                time.sleep(0.01)
            process.kill()
            process.communicate()
        assert process.returncode != 0, "it was killed before it was done"
        later = (*ASKED[:-5], "--seed", "7", "--json")  # the day is remembered, not read from the clock again
        assert place.asked(*later)["made"] is True
        assert len(place.asked("import", "--list", "--json")) == 1
        assert place.asked("ledger", "digest", "--json") == demo.asked("ledger", "digest", "--json")
        assert place.asked("ledger", "verify", "--json")["count"] == 0


def test_another_company_does_not_go_beside_it(demo: Installation) -> None:
    said = demo.emporion(*ASKED[:-2], "8", "--json")
    assert (said.code, said.out) == (1, "")
    assert "seed 7, scale 0.01" in said.err
    assert "EMPORION_HOME" in said.err


def test_real_records_are_never_mixed_with_made_up_ones(imported: Installation) -> None:
    said = imported.emporion(*ASKED)
    assert said.code == 1
    assert "this installation has records" in said.err


def test_a_scale_beyond_reason_is_refused(empty: Installation) -> None:
    said = empty.emporion("demo", "--scale", "1000")
    assert (said.code, said.err.strip()) == (1, "emporion: the scale is from 0.01 to 25, not 1000")
    assert empty.emporion("demo", "--scale", "large").code == 2


def _steps_done(place: Installation) -> int:
    if place.database_url or (place.home / "emporion.sqlite3").exists():
        rows = place.sql("SELECT steps_done FROM importing_importrun")
        return int(rows[0][0]) if rows else 0
    return 0
