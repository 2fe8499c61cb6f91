"""What people may write after a command."""

from datetime import date

import click
import pytest

from emporion.doors.terminal.commands.preferences import like
from emporion.doors.terminal.options import BEGINNING, conditions, names_of, period_of


def test_conditions_of_one_dimension_are_alternatives() -> None:
    asked = conditions(["member=M1", "channel=online", "member=M2", "team="])
    assert asked == {"member": ["M1", "M2"], "channel": "online", "team": ""}
    assert conditions(["source=a=b"]) == {"source": "a=b"}


@pytest.mark.parametrize("text", ["member", "=M1", " =M1"])
def test_a_condition_needs_both_sides(text: str) -> None:
    with pytest.raises(click.UsageError, match="must be DIM=ID"):
        conditions([text])


def test_names_come_one_by_one_or_with_commas() -> None:
    assert names_of(["revenue, orders", "revenue", "units,"]) == ("revenue", "orders", "units")


def test_the_last_day_is_in() -> None:
    period = period_of(date(2026, 1, 1), date(2026, 1, 31))
    assert (period.start, period.end) == (date(2026, 1, 1), date(2026, 2, 1))
    assert period_of(None, date(2026, 1, 31)).start == BEGINNING


def test_a_period_that_runs_backwards_is_wrong_usage() -> None:
    with pytest.raises(click.UsageError, match="lies before"):
        period_of(date(2026, 2, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("present", "text", "value"),
    [
        (90, "30", 30),
        (90, "-1", -1),
        (90, "many", "many"),
        (True, "no", False),
        (True, "maybe", "maybe"),
        ("EUR", "1", "1"),
    ],
)
def test_a_setting_is_read_as_what_it_is(present: int | str | bool, text: str, value: object) -> None:
    assert like(present, text) == value
