"""The planted stories are found by metrics alone, and in a company without them nothing is (SEE-4, TEAM-3)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from emporion.doors.demo.rules.company import simulate
from emporion.doors.demo.rules.stories import Stories
from emporion.doors.demo.rules.tables import Cell
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.tests.finding import Findings
from emporion.doors.demo.writing import Folder
from emporion.doors.importing.actions import run_import
from emporion.kernel.access.viewer import SYSTEM

AT = datetime(2026, 6, 16, 9, tzinfo=UTC)
LAST = date(2026, 6, 15)
SEEDS = (1, 2, 3, 4, 5)
# What no finding looks at is left out: the import takes half the time.
LEFT_OUT = {"invoices", "payments", "contacts", "targets", "product_prices", "price_lists", "contracts"}
pytestmark = pytest.mark.spec("SEE-4", "TEAM-3")


def wish(seed: int, *, with_stories: bool) -> Wanted:
    return Wanted(seed, Decimal("0.05"), 1, LAST, "en", with_stories)


def made(folder: Path, seed: int, *, with_stories: bool) -> Stories:
    """A small company in the database; which stories are in it, from the simulation itself."""
    with Folder(folder / "files") as files:

        def write(table: str, row: Sequence[Cell]) -> None:
            if table not in LEFT_OUT:
                files.write(table, row)

        _, stories = simulate(wish(seed, with_stories=with_stories), "EUR", write, lambda *_: None)
    for name in LEFT_OUT:
        (folder / "files" / f"{name}.csv").unlink()
    assert run_import("generic", folder / "files", by=SYSTEM, at=AT).rejected == 0
    return stories


@pytest.mark.parametrize("seed", SEEDS)
def test_each_story_is_found_and_nothing_else(empty: None, tmp_path: Path, seed: int) -> None:
    stories, found = made(tmp_path, seed, with_stories=True), Findings(LAST)
    assert stories.saturated
    assert stories.lives_off_old
    assert stories.busy
    assert found.saturated() == {stories.saturated.code}
    assert found.living_off_old() == {stories.lives_off_old.code}
    assert found.fading_large() == {f"K{stories.fading + 1}"}
    assert found.busy() == {stories.busy.code}
    assert found.untouched() == {f"Z{stories.untouched_region + 1}"}


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_nothing_is_found_without_stories(empty: None, tmp_path: Path, seed: int) -> None:
    """Trap: a simulation whose chance looks like a story would make every alarm worthless."""
    made(tmp_path, seed, with_stories=False)
    found = Findings(LAST)
    assert found.saturated() == set()
    assert found.living_off_old() == set()
    assert found.fading_large() == set()
    assert found.busy() == set()
    assert found.untouched() == set()


def test_the_stories_move_with_the_seed() -> None:
    told = [
        simulate(wish(seed, with_stories=True), "EUR", lambda *_: None, lambda *_: None)[1]
        for seed in range(1, 9)
    ]
    for name in ("saturated", "lives_off_old", "busy"):
        assert len({getattr(stories, name).code for stories in told}) > 1, name
    assert len({stories.untouched_region for stories in told}) > 1
    assert len({stories.fading for stories in told}) > 4
    assert len({stories.saturated_from for stories in told}) > 4
