"""A kill at any moment of a backup, a restore or an upgrade leaves nothing half (design §10)."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from emporion.doors.operations.backups.archive import unpack
from tests.journeys.installation import Installation, installation
from tests.journeys.small_company import write_company

pytestmark = pytest.mark.spec("SYS-6")


def killed(place: Installation, moment: float, *arguments: object) -> bool:
    """Runs the command, killed with all it started after so many seconds; whether it was still running."""
    process = place.start(*arguments)
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    return False


def takes(place: Installation, *arguments: object) -> float:
    began = time.monotonic()
    place.done(*arguments)
    return time.monotonic() - began


def archives(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz")) if folder.exists() else []


def facts(place: Installation) -> list[tuple[int, ...]]:
    """What stands in the database, read behind the product's back."""
    assert place.sql("PRAGMA integrity_check") == [("ok",)]
    return place.sql("SELECT count(*), sum(id), sum(amount) FROM ledger_fact")


def killed_often(place: Installation, folder: Path, *, kills: int, seed: int) -> int:
    """Backups and restores killed at drawn moments; each archive that appears is whole, each place old or whole. How
    often a running command was killed."""
    draw, hits, expected = random.Random(seed), 0, facts(place)
    longest = takes(place, "backup", folder / "made")
    for _ in range(kills):
        hits += killed(place, draw.uniform(0.2, longest), "backup", folder / "made")
    place.done("backup", folder / "made")
    there = archives(folder / "made")
    assert [path for path in (folder / "made").iterdir() if path not in there] == []

    target = Installation(folder / "target" / "home")
    target.home.parent.mkdir()
    for number, archive in enumerate(there):
        assert unpack(archive, folder / f"unpacked{number}")["facts"] == expected[0][0]
    longest = takes(target, "restore", there[-1])
    assert facts(target) == expected
    for number in range(kills):
        moment = draw.uniform(0.2, longest)
        if number % 2:
            fresh = Installation(folder / "fresh" / str(number))
            fresh.home.parent.mkdir(exist_ok=True)
            hits += killed(fresh, moment, "restore", there[0])
            assert not fresh.home.exists() or facts(fresh) == expected
        else:
            hits += killed(target, moment, "restore", there[0], "--replace")
            assert facts(target) == expected
    target.done("restore", there[0], "--replace")
    left = [path.name for path in target.home.parent.iterdir() if ".restoring-" in path.name]
    assert left == []
    return hits


def older(place: Installation) -> None:
    """The database as a program left it that knew no heartbeats."""
    place.sql("DROP TABLE operations_heartbeat")
    place.sql("DELETE FROM django_migrations WHERE app = 'operations'")


def killed_upgrade(place: Installation, *, kills: int, seed: int) -> int:
    """An upgrade killed at drawn moments and run again; how often it was killed."""
    draw, hits, expected = random.Random(seed), 0, facts(place)
    for _ in range(kills):
        older(place)
        hits += killed(place, draw.uniform(0.3, 1.2), "upgrade")
        place.done("upgrade", "--no-backup")
        assert facts(place) == expected
    return hits


def fill(place: Installation, folder: Path, *, orders: int) -> None:
    place.done("import", "generic", write_company(folder / "files", orders=orders))


def killed_when(place: Installation, folder: Path, pattern: str, *arguments: object) -> None:
    """Runs the command, killed as soon as such a file is in the folder."""
    process = place.start(*arguments)
    while process.poll() is None and not any(folder.glob(pattern)):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it ended before it could be killed"


def test_a_few_kills(tmp_path: Path) -> None:
    """In the middle of each: while the archive is written, while what was restored is verified, before the upgrade."""
    made, writing = tmp_path / "made", ".making-*/archive"
    with installation(tmp_path / "place", server="") as place:
        fill(place, tmp_path, orders=20)
        expected = facts(place)
        killed_when(place, made, writing, "backup", made)
        assert archives(made) == []
        place.done("backup", made)
        (archive,) = made.iterdir()
        assert unpack(archive, tmp_path / "unpacked")["facts"] == expected[0][0]

        target = Installation(tmp_path / "target" / "home")
        target.home.parent.mkdir()
        target.done("restore", archive)
        unproved = ".home.restoring-*/home/emporion.sqlite3"
        killed_when(target, target.home.parent, unproved, "restore", archive, "--replace")
        assert facts(target) == expected
        target.done("restore", archive, "--replace")
        assert [path.name for path in target.home.parent.iterdir() if ".restoring-" in path.name] == []

        older(place)
        killed_when(place, place.home / "backups", writing, "upgrade")
        place.done("upgrade", "--no-backup")
        assert facts(place) == expected


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_many_kills(tmp_path: Path, seed: int) -> None:
    with installation(tmp_path / "place", server="") as place:
        fill(place, tmp_path, orders=2_000)
        assert killed_often(place, tmp_path, kills=12, seed=seed) > 10
        assert killed_upgrade(place, kills=8, seed=seed)
        place.done("ledger", "verify")
