"""The days on which the made-up company works, and how its year goes up and down. Pure."""

from datetime import date
from functools import cache

# By month, in percent of the mean month: a supplier of builders has its summer.
SEASON = (78, 82, 95, 106, 114, 118, 110, 96, 112, 108, 97, 84)
YEARLY_GROWTH = 8  # percent
_CLOSED = ((1, 1), (12, 25))
_SATURDAY = 5


@cache
def is_workday(ordinal: int) -> bool:
    """Monday to Friday, but for two holidays."""
    day = date.fromordinal(ordinal)
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _CLOSED


@cache
def workday_from(ordinal: int) -> int:
    """That day, or the next on which people work."""
    while not is_workday(ordinal):
        ordinal += 1
    return ordinal


@cache
def month_of(ordinal: int) -> tuple[int, int]:
    """Its year and month."""
    day = date.fromordinal(ordinal)
    return day.year, day.month


def month_start(year: int, month: int, ahead: int = 0) -> date:
    """The first day of the month that many months later."""
    years, place = divmod(month - 1 + ahead, 12)
    return date(year + years, place + 1, 1)


def strength(ordinal: int, first: int) -> int:
    """How much is bought on that day, in percent of the mean month of the first year."""
    _, month = month_of(ordinal)
    grown = 100 + YEARLY_GROWTH * (ordinal - first) // 365
    return SEASON[month - 1] * grown // 100
