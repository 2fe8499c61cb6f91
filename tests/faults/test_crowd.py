"""Many post at once while the store is flushed: not one fact is missed (design §3, Watermark)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.installation import ROOT, SERVER, installation


def crowd(folder: Path, *, threads: int, seconds: float) -> dict[str, object]:
    """What the crowd left behind."""
    with installation(folder, server=SERVER) as place:
        arguments = [sys.executable, "-m", "tests.faults.crowd", str(threads), str(seconds), "7"]
        done = subprocess.run(
            arguments,
            env=place.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def assert_nothing_missed(told: dict[str, object]) -> None:
    """Every committed subject is in the ledger, and the store holds exactly the ledger's rows."""
    assert told["failures"] == []
    assert told["posted"] == told["subjects"]
    assert (told["missed"], told["invented"], told["doubled"], told["discrepancies"]) == (0, 0, 0, 0)
    assert told["flushes"], "nothing was flushed while others posted"


@pytest.mark.spec("SYS-5")
@pytest.mark.postgres
def test_a_flush_beside_twenty_posters_misses_nothing(tmp_path: Path) -> None:
    """Trap: a lower id that commits after a higher one is skipped by who reads up to the highest."""
    assert_nothing_missed(crowd(tmp_path, threads=20, seconds=3))


@pytest.mark.spec("SYS-5")
@pytest.mark.postgres
@pytest.mark.long
def test_a_flush_beside_twenty_posters_for_a_minute(tmp_path: Path) -> None:
    assert_nothing_missed(crowd(tmp_path, threads=20, seconds=60))


@pytest.mark.spec("SYS-5")
def test_posters_take_turns_on_one_file(tmp_path: Path) -> None:
    """Trap: on SQLite a reader that turns writer fails at once; nobody may, they wait (design §6)."""
    assert_nothing_missed(crowd(tmp_path, threads=4, seconds=2))
