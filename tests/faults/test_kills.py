"""A kill at any moment of an import, a flush, a re-post or a close loses nothing and doubles nothing (design §10)."""

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.faults.killing import Command, Killer
from tests.journeys.installation import Installation, installation
from tests.journeys.small_company import write_company

pytestmark = pytest.mark.spec("SYS-1", "SYS-6")
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")
Run = Callable[..., None]


def story(place: Installation, files: Path, run: Run) -> None:
    """All that is killed, in one story: an import, a flush, a correction of the past, a close, and a late import."""
    run(place, "import", "generic", str(files / "company"))
    shutil.rmtree(place.home / "facts")
    run(place, "ledger", "flush")
    place.sql(
        "UPDATE team_place SET team_id = (SELECT id FROM team_team WHERE code = 'T1') "
        "WHERE member_id IN (SELECT id FROM team_member WHERE code = 'M1')"
    )
    run(place, "ledger", "repost", "M1", *YEAR)
    run(place, "ledger", "close", "2026-02-28")
    run(place, "import", "generic", str(files / "late"))


def state(place: Installation) -> dict[str, object]:
    """What must be the same, however often it was killed."""
    place.done("ledger", "verify")
    measured = (
        "measure",
        "revenue,orders,margin,customers_buying",
        "--by",
        "member",
        *YEAR,
        "--format",
        "json",
    )
    status = place.asked("ledger", "status", "--json")
    return {
        "digest": place.asked("ledger", "digest", "--json"),
        "closed": [one["through"] for one in status["closed"]],
        "all flushed": status["watermark"] == status["store_position"],
        "closed and later": place.asked(*measured, "--later"),
    }


def killed_and_resumed(folder: Path, *, orders: int, kills: int, seed: int) -> tuple[dict[str, object], ...]:
    """The state after the story undisturbed, and after the story with kills."""
    write_company(folder / "files" / "company", orders=orders)
    write_company(folder / "files" / "late", orders=orders + orders // 4)
    takes: dict[Command, float] = {}

    def undisturbed(place: Installation, *arguments: str) -> None:
        began = time.monotonic()
        place.done(*arguments)
        takes[arguments] = time.monotonic() - began

    with installation(folder / "calm") as calm, installation(folder / "rough") as rough:
        story(calm, folder / "files", undisturbed)
        killer = Killer(seed, takes)
        story(rough, folder / "files", partial(killer, kills=kills))
        assert killer.hits, "nothing was killed"
        return state(calm), state(rough)


def test_a_few_kills(tmp_path: Path) -> None:
    calm, rough = killed_and_resumed(tmp_path, orders=60, kills=1, seed=3)
    assert rough == calm


@pytest.mark.long
@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_kills(tmp_path: Path, seed: int) -> None:
    """Twenty each round, of five rounds."""
    calm, rough = killed_and_resumed(tmp_path, orders=2_000, kills=4, seed=seed)
    assert rough == calm
