"""A kill at any moment of an import, a flush, a re-post or a close loses nothing and doubles nothing (design §10)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.killing import Killer
from tests.journeys.installation import Installation, installation
from tests.journeys.small_company import write_company

pytestmark = [pytest.mark.both_databases, pytest.mark.spec("SYS-1", "SYS-6")]
Story = Callable[[Installation, Path, Callable[..., None]], None]
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


def story(place: Installation, folder: Path, run: Callable[..., None]) -> None:
    """All that is killed, in one story: import, flush, a correction of the past, a close, and a late import."""
    run(place, "import", "generic", folder / "company")
    run(place, "ledger", "flush")
    place.sql(
        "UPDATE team_place SET team_id = (SELECT id FROM team_team WHERE code = 'T1') WHERE member_id IN "
        "(SELECT id FROM team_member WHERE code = 'M1')"
    )
    run(place, "ledger", "repost", "M1", *YEAR)
    run(place, "ledger", "close", "2026-02-28")
    run(place, "import", "generic", folder / "late")


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


def files(folder: Path, orders: int) -> Path:
    """A company, and what comes late."""
    write_company(folder / "company", orders=orders)
    write_company(folder / "late", orders=orders + orders // 4)
    return folder


def undisturbed(place: Installation, *arguments: object) -> None:
    """Runs a command to its end; a close that is done already may say so."""
    place.done(*arguments)


def killed_and_resumed(folder: Path, *, orders: int, kills: int, seed: int) -> tuple[dict[str, object], ...]:
    """The state after the story undisturbed, and after the story with kills."""
    made = files(folder / "files", orders)
    killer = Killer(seed)

    def disturbed(place: Installation, *arguments: object) -> None:
        if "close" in arguments:
            killer.close(place, *arguments, kills=kills)
        else:
            killer.kill_and_resume(place, *arguments, kills=kills)

    with installation(folder / "calm") as calm, installation(folder / "rough") as rough:
        story(calm, made, undisturbed)
        story(rough, made, disturbed)
        assert killer.hits, "nothing was killed"
        return state(calm), state(rough)


def test_a_few_kills(tmp_path: Path) -> None:
    calm, rough = killed_and_resumed(tmp_path, orders=60, kills=1, seed=3)
    assert rough == calm


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_kills(tmp_path: Path, seed: int) -> None:
    """Twenty each round, of five rounds."""
    calm, rough = killed_and_resumed(tmp_path, orders=2_000, kills=4, seed=seed)
    assert rough == calm
