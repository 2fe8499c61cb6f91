"""Numbers, money, shares and days as people of each language write them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from django.utils.translation import get_language, gettext

EMPTY = "–"  # a ratio with an empty denominator is never 0
SHORT_FROM = 100_000  # smaller numbers are written out
NEAR = 7  # days within which a day is said as people say it
Number = Decimal | int


def locale() -> Locale:
    """The reader's."""
    return Locale.parse((get_language() or "en").split("-")[0])


def number(value: Number | None, places: int | None = None) -> str:
    """Grouped digits, with so many decimals, or with as many as there are up to two."""
    if value is None:
        return EMPTY
    pattern = "#,##0.##" if places is None else "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(value, format=pattern, locale=locale()))


def short(value: Number | None) -> str:
    """A large number as 1.24 M in the words of the language; a small one written out without decimals."""
    if value is None:
        return EMPTY
    if abs(value) < SHORT_FROM:
        return number(value, 0)
    return str(format_compact_decimal(value, fraction_digits=2, locale=locale()))


def money(value: Number | None, currency: str) -> str:
    """An amount in full, to the cent, with its currency."""
    return EMPTY if value is None else str(format_currency(value, currency, locale=locale()))


def share(value: Number | None, places: int = 1) -> str:
    """A fraction as per cent; more than 100 % is shown as it is."""
    if value is None:
        return EMPTY
    pattern = (
        "#,##0" + ("." + "#" * places if places else "") + ("\xa0%" if locale().language != "en" else "%")
    )
    return str(format_percent(value, format=pattern, locale=locale()))


def full_day(day: date | None) -> str:
    """A day with its month and year."""
    return EMPTY if day is None else str(format_date(day, "d MMM y", locale=locale()))


def near_day(day: date | None, today: date) -> str:
    """A day as people say it: today, yesterday, in 3 days; further away by its date."""
    if day is None:
        return EMPTY
    distance = (day - today).days
    said = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}.get(distance)
    if said is not None:
        return said
    if abs(distance) <= NEAR:
        return str(
            format_timedelta(
                day - today, granularity="day", threshold=NEAR + 1, add_direction=True, locale=locale()
            )
        )
    return full_day(day)


def month(day: date) -> str:
    """The month of that day, with its year."""
    return str(format_date(day, "LLLL y", locale=locale()))


def moment(instant: datetime | None, zone_name: str) -> str:
    """An instant in the reader's zone, to the minute."""
    if instant is None:
        return EMPTY
    return str(format_datetime(instant, "d MMM y, HH:mm", tzinfo=ZoneInfo(zone_name), locale=locale()))


def hour(instant: datetime | None, zone_name: str) -> str:
    """The hour and minute of an instant in the reader's zone."""
    return (
        EMPTY
        if instant is None
        else str(format_time(instant, "HH:mm", tzinfo=ZoneInfo(zone_name), locale=locale()))
    )
