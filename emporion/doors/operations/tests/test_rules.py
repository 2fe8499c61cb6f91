"""What stays of backups, and how long a part that died is waited for."""

from datetime import UTC, datetime, timedelta

import pytest

from emporion.doors.operations.backups.rules import Keep, kept
from emporion.doors.operations.serving.rules import LONGEST_PAUSE, STEADY, Falls

pytestmark = pytest.mark.spec("SYS-6")
NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # a Tuesday


def nights(count: int) -> list[datetime]:
    return [NIGHT - timedelta(days=day) for day in range(count)]


def days_ago(moments: frozenset[datetime]) -> list[int]:
    return sorted((NIGHT - moment).days for moment in moments)


@pytest.mark.parametrize(
    ("made", "keep", "expected"),
    [
        ([], Keep(), []),
        (nights(1), Keep(), [0]),
        (nights(7), Keep(7, 0, 0), [0, 1, 2, 3, 4, 5, 6]),
        (nights(30), Keep(3, 0, 0), [0, 1, 2]),
        # Of each week the newest: today, then the Sundays before.
        (nights(30), Keep(1, 4, 0), [0, 2, 9, 16]),
        # Of each month the newest: today, 31 October, 30 September.
        (nights(100), Keep(1, 0, 3), [0, 24, 55]),
        (nights(400), Keep(7, 4, 12), [0, 1, 2, 3, 4, 5, 6, 9, 16, 24, 55, 85, 116, 147, 177, 208, 238, 269, 297, 328]),
        # Several a day: the newest of the day.
        ([NIGHT, NIGHT - timedelta(hours=1), NIGHT - timedelta(hours=2)], Keep(2, 0, 0), [0]),
        # Trap: keeping nothing would remove the backup just made.
        (nights(3), Keep(0, 0, 0), [0]),
        # Trap: after three weeks in which none was made, the old ones are still of the last seven days that have one.
        (nights(40)[25:], Keep(7, 0, 0), [25, 26, 27, 28, 29, 30, 31]),
    ],
)  # fmt: skip
def test_what_stays(made: list[datetime], keep: Keep, expected: list[int]) -> None:
    assert days_ago(kept(made, keep)) == expected


def test_removing_night_after_night_leaves_the_same_as_removing_once() -> None:
    """Trap: a backup that is a month's newest only at first must not take the month's later one with it."""
    there: set[datetime] = set()
    for night in reversed(nights(500)):
        there = set(kept(there | {night}, Keep(7, 4, 12)))
    ages = days_ago(frozenset(there))
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert {(moment.year, moment.month) for moment in there} >= {(2026, month) for month in range(1, 12)}


def test_a_part_that_falls_again_and_again_is_waited_for_longer_and_longer() -> None:
    falls, pauses = Falls(), []
    for _ in range(9):
        falls = falls.after(1)
        pauses.append(falls.pause)
    assert pauses == [0, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert falls.is_hopeless


def test_a_part_that_lived_begins_anew() -> None:
    falls = Falls(in_a_row=6).after(STEADY)
    assert (falls.pause, falls.is_hopeless) == (0, False)
