"""The business calendar: the week, the country's holidays, days of one's own."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.calendar.actions import clear_calendar_day, set_calendar_day
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.calendar.rules import BusinessCalendar, OwnDay, countries
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.actions import set_preference

pytestmark = pytest.mark.spec("ACT-7", "PLAN-3")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEEK = (True, True, True, True, True, False, False)
HALF = Decimal("0.5")


def test_a_month_without_a_country_has_the_days_of_its_week() -> None:
    assert BusinessCalendar(WEEK).working_days(date(2026, 11, 1), date(2026, 12, 1)) == 21


def test_the_last_day_is_not_counted() -> None:
    """Trap: periods are half-open; Monday to Tuesday is one day."""
    assert BusinessCalendar(WEEK).working_days(date(2026, 11, 2), date(2026, 11, 3)) == 1
    assert BusinessCalendar(WEEK).working_days(date(2026, 11, 3), date(2026, 11, 2)) == 0


@pytest.mark.parametrize(
    ("country", "day", "worked"),
    [
        ("GR", date(2026, 10, 28), False),
        ("GR", date(2026, 4, 13), False),
        ("RU", date(2026, 6, 12), False),
        ("US", date(2026, 11, 26), False),
        ("RU", date(2024, 4, 27), True),
        ("RU", date(2024, 12, 28), True),
        ("RU", date(2024, 12, 30), False),
        ("", date(2026, 10, 28), True),
    ],
)
def test_holidays_and_moved_days_of_a_country(country: str, day: date, worked: bool) -> None:
    """Trap: Russia works some Saturdays in exchange; the Orthodox Easter is not the Western one."""
    assert BusinessCalendar(WEEK, country).is_working(day) is worked


def test_a_day_of_ones_own_comes_before_week_and_country() -> None:
    own = {date(2026, 10, 28): OwnDay(Decimal(1), "stocktaking"), date(2026, 12, 31): OwnDay(HALF, "short")}
    days = BusinessCalendar(WEEK, "GR", own)
    assert days.is_working(date(2026, 10, 28))
    assert days.weight(date(2026, 12, 31)) == HALF
    assert days.weights(date(2026, 12, 30), date(2027, 1, 1)) == Decimal("1.5")
    assert days.working_days(date(2026, 12, 30), date(2027, 1, 1)) == 2


def test_working_days_pass_over_what_is_free() -> None:
    friday = date(2026, 11, 6)
    assert BusinessCalendar(WEEK).after(friday, 1) == date(2026, 11, 9)
    assert BusinessCalendar(WEEK).after(friday, 0) == friday
    assert BusinessCalendar((False,) * 7).after(friday, 1).year == 2200


def test_holidays_are_named_in_the_readers_language_where_the_country_has_it() -> None:
    day = date(2026, 1, 1)
    assert BusinessCalendar(WEEK, "RU").name(day, "ru") == "Новогодние каникулы"
    assert BusinessCalendar(WEEK, "GR").name(day, "el") == "Πρωτοχρονιά"
    assert BusinessCalendar(WEEK, "GR").name(day, "ru") == "New Year's Day"


def test_the_countries_of_our_languages_are_known() -> None:
    assert {"RU", "GR", "CY", "US", "KZ", "DE"} <= set(countries())


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_calendar_follows_its_settings_and_days() -> None:
    assert calendar().working_days(date(2026, 10, 26), date(2026, 11, 2)) == 5
    set_preference(name="holidays_country", value="GR", by=SYSTEM, at=AT)
    set_preference(name="working_week", value="1111110", by=SYSTEM, at=AT)
    assert calendar().working_days(date(2026, 10, 26), date(2026, 11, 2)) == 5
    set_calendar_day(day=date(2026, 10, 28), weight=HALF, by=SYSTEM, at=AT, name="open till noon")
    assert calendar().weights(date(2026, 10, 26), date(2026, 11, 2)) == Decimal("5.5")
    clear_calendar_day(day=date(2026, 10, 28), by=SYSTEM, at=AT)
    assert calendar().weights(date(2026, 10, 26), date(2026, 11, 2)) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("weight", ["1.1", "-0.1", "0.12345"])
def test_a_weight_beyond_a_day_is_refused(weight: str) -> None:
    with pytest.raises(Refusal) as refused:
        set_calendar_day(day=date(2026, 10, 28), weight=Decimal(weight), by=SYSTEM, at=AT)
    assert refused.value.name == "bad_day_weight"


@pytest.mark.django_db
def test_only_who_administers_changes_the_calendar() -> None:
    head = Viewer("head", Scope.TEAM)
    with pytest.raises(Refusal, match="administer"):
        set_calendar_day(day=date(2026, 10, 28), weight=HALF, by=head, at=AT)
    with pytest.raises(Refusal, match="administer"):
        clear_calendar_day(day=date(2026, 10, 28), by=head, at=AT)
    with pytest.raises(Refusal) as refused:
        clear_calendar_day(day=date(2026, 10, 28), by=SYSTEM, at=AT)
    assert refused.value.name == "no_such_calendar_day"


@pytest.mark.django_db
@pytest.mark.parametrize("week", ["111", "1111112", "0000000"])
def test_a_week_that_makes_no_sense_is_refused(week: str) -> None:
    with pytest.raises(Refusal, match="working_week"):
        set_preference(name="working_week", value=week, by=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_country_whose_holidays_are_not_known_is_refused() -> None:
    with pytest.raises(Refusal, match="holidays_country"):
        set_preference(name="holidays_country", value="ZZ", by=SYSTEM, at=AT)
