"""Half-open spans of days, however they are written."""

from datetime import UTC, date, datetime

import pytest

from emporion.kernel.clock import local_day, zone
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", "2014-01-01", "2014-12-31"),
        ("2014-Q1", "2014-01-01", "2014-03-31"),
        ("2014-Q4", "2014-10-01", "2014-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2014-12", "2014-12-01", "2014-12-31"),
        ("2014-05-30", "2014-05-30", "2014-05-30"),
        ("2013-05-30..2014-05-30", "2013-05-30", "2014-05-30"),
    ],
)
def test_how_a_period_is_written(text: str, first: str, last: str) -> None:
    period = Period.parse(text)
    assert (period.start, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert date.fromisoformat(last) in period
    assert period.end not in period


@pytest.mark.parametrize(
    "text", ["", "2014-13", "2014-Q5", "yesterday", "2014-02-30", "2014-05-02..2014-05-01"]
)
def test_what_is_no_period_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refusal):
        Period.parse(text)


def test_months_it_touches() -> None:
    period = Period.inclusive(date(2013, 12, 31), date(2014, 2, 1))
    assert [str(month) for month in period.months()] == [
        "2013-12-01..2013-12-31",
        "2014-01-01..2014-01-31",
        "2014-02-01..2014-02-28",
    ]
    assert period.days == len(list(period)) == 33


@pytest.mark.spec("SYS-7")
@pytest.mark.parametrize(
    ("zone_name", "expected"),
    [("UTC", "2026-03-01"), ("Europe/Athens", "2026-03-02"), ("America/New_York", "2026-03-01")],
)
def test_the_day_is_the_departments(zone_name: str, expected: str) -> None:
    # Trap: half past ten in the evening UTC is tomorrow in Athens.
    assert local_day(datetime(2026, 3, 1, 22, 30, tzinfo=UTC), zone_name).isoformat() == expected


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refusal, match="Europe/Athens"):
        zone("Nowhere/Land")
