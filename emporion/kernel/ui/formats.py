"""Numbers, money, shares, days and spans of time as people of each language write them.

Rounding is half away from zero, as on paper, and happens once, here. A minus is a minus and not a hyphen, so that it
never parts from its number at the end of a line.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)
from babel.units import format_unit
from django.utils.translation import get_language, gettext

EMPTY = "–"  # a ratio with an empty denominator is never 0
SHORT_FROM = 100_000  # smaller numbers are written out
NEAR = 7  # days within which a day is said as people say it
_AN_HOUR = 60  # minutes
_NBSP = "\N{NO-BREAK SPACE}"
_TRILLION = 12  # the largest power of ten that has a word on a screen
Number = Decimal | int


def locale() -> Locale:
    """The reader's."""
    return Locale.parse((get_language() or "en").split("-")[0])


# Numbers


def number(value: Number | None, places: int | None = None) -> str:
    """Grouped digits, with so many decimals, or with as many as there are up to two."""
    if value is None:
        return EMPTY
    pattern = "#,##0.##" if places is None else "#,##0" + ("." + "0" * places if places else "")
    rounded = _rounded(value, 2 if places is None else places)
    return _typeset(format_decimal(rounded, format=pattern, locale=locale()))


def short(value: Number | None) -> str:
    """A large number as 1.24M in the words of the language; a small one written out without decimals."""
    if value is None:
        return EMPTY
    exact = Decimal(value)
    if abs(exact) < SHORT_FROM:
        return number(exact, 0)
    power: int = min(exact.adjusted() // 3 * 3, _TRILLION)
    rounded = _rounded(exact, 2 - power)
    return _typeset(format_compact_decimal(rounded, fraction_digits=2, locale=locale()))


def money(value: Number | None, currency: str) -> str:
    """An amount in full, to the cent, with its currency."""
    if value is None:
        return EMPTY
    rounded = _rounded(value, get_currency_precision(currency))
    written = format_currency(rounded, currency, locale=locale())
    if get_currency_symbol(currency, locale()) == currency:  # no sign of its own: €5, but USD 5
        written = (
            written.replace(currency, f"{currency}{_NBSP}", 1) if not written.endswith(currency) else written
        )
    return _typeset(written)


def share(value: Number | None, places: int = 1) -> str:
    """A fraction as per cent; more than 100 % is shown as it is."""
    if value is None:
        return EMPTY
    sign = "%" if locale().language == "en" else f"{_NBSP}%"
    pattern = "#,##0" + ("." + "#" * places if places else "") + sign
    return _typeset(format_percent(_rounded(value, places + 2), format=pattern, locale=locale()))


def _rounded(value: Number, places: int) -> Decimal:
    """Half away from zero; what rounds to nothing has no sign."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


def _typeset(written: str) -> str:
    return written.replace("-", "\N{MINUS SIGN}", 1)


# Spans of time


def days(value: Number | None) -> str:
    """So many days, with the word in its right form."""
    return EMPTY if value is None else _unit(_rounded(value, 1), "duration-day", "long")


def duration(minutes: Number | None) -> str:
    """Hours and minutes."""
    if minutes is None:
        return EMPTY
    hours, rest = divmod(int(_rounded(minutes, 0)), _AN_HOUR)
    parts = [(hours, "duration-hour"), (rest, "duration-minute")]
    said = [_unit(count, unit, "short") for count, unit in parts if count] or [
        _unit(0, "duration-minute", "short")
    ]
    return _NBSP.join(said)


def _unit(value: Number, unit: str, length: str) -> str:
    said = format_unit(_plain(value), unit, length, locale=locale())  # type: ignore[arg-type]  # Babel's own words
    return said.replace(" ", _NBSP)


def _plain(value: Number) -> Number:
    """A whole number as such: 3 days, not 3.0 days."""
    return int(value) if value == int(value) else value


# Days


def full_day(day: date | None) -> str:
    """A day with its month and year."""
    return EMPTY if day is None else str(format_date(day, "d MMM y", locale=locale()))


def long_day(day: date) -> str:
    """A day with its weekday, the month in full: for a heading."""
    pattern = "EEEE d MMMM y" if locale().language == "el" else "EEEE, d MMMM y"
    said = str(format_date(day, pattern, locale=locale()))
    return said[:1].upper() + said[1:]


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


def span(first: date, last: date) -> str:
    """From one day to another, saying the month and the year once where they are the same."""
    if first == last:
        return full_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{full_day(last)}"
    if first.year == last.year:
        return f"{format_date(first, 'd MMM', locale=locale())} – {full_day(last)}"
    return f"{full_day(first)} – {full_day(last)}"


def month(day: date) -> str:
    """The month of that day, with its year."""
    return str(format_date(day, "LLLL y", locale=locale()))


def quarter(day: date) -> str:
    """The quarter of that day, with its year."""
    return str(format_date(day, "QQQ y" if locale().language == "en" else "QQQQ y", locale=locale()))


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


# Words


def listed(words: Sequence[str]) -> str:
    """One, two and three."""
    return str(format_list(words, locale=locale()))
