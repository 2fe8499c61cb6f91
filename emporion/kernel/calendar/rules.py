"""What a working day is. Pure: the holidays of a country are computed, not read from anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

import holidays

FREE, WHOLE = Decimal(0), Decimal(1)
FIRST_YEAR, LAST_YEAR = 1900, 2200  # beyond it only the week counts
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that was set by hand: what part of a working day it is, and what it is called."""

    weight: Decimal
    name: str = ""


@dataclass(frozen=True, slots=True)
class YearOfCountry:
    """A country's year: its holidays by day, and the weekend days it works instead."""

    free: Mapping[date, str]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days are worked. `week` says it of Monday to Sunday, `country` (two letters, or empty) of holidays, and
    `own` of single days, before all else."""

    week: tuple[bool, ...]
    country: str = ""
    own: Mapping[date, OwnDay] = field(default_factory=lambda: MappingProxyType({}))

    def weight(self, day: date) -> Decimal:
        """What part of a working day it is: 0 on a free day, 1 on a whole one, between them on a shortened one."""
        if day in self.own:
            return self.own[day].weight
        year = year_of(self.country, day.year)
        if day in year.worked:
            return WHOLE
        return WHOLE if self.week[day.weekday()] and day not in year.free else FREE

    def is_working(self, day: date) -> bool:
        """Whether anybody works on it, be it a shortened day."""
        return self.weight(day) > FREE

    def working_days(self, start: date, end: date) -> int:
        """How many days are worked from `start` up to but not including `end`."""
        return sum(self.is_working(day) for day in _days(start, end))

    def weights(self, start: date, end: date) -> Decimal:
        """The working days from `start` up to but not including `end`, shortened ones by their part."""
        return sum((self.weight(day) for day in _days(start, end)), FREE)

    def after(self, day: date, working_days: int) -> date:
        """The day on which so many working days have passed after `day`; the day itself for none."""
        while working_days > 0 and day.year < LAST_YEAR:
            day += DAY
            working_days -= self.is_working(day)
        return day

    def name(self, day: date, language: str = "en") -> str:
        """What the day is called: its own name, else the holiday's, in that language where the country has it."""
        if day in self.own:
            return self.own[day].name
        return year_of(self.country, day.year, language).free.get(day, "")


def countries() -> list[str]:
    """The codes of the countries whose holidays are known, two letters each."""
    return sorted(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)


@lru_cache(maxsize=400)
def year_of(country: str, year: int, language: str = "en") -> YearOfCountry:
    """That year of a country; nothing for no country."""
    if not country or not FIRST_YEAR <= year <= LAST_YEAR:
        return YearOfCountry({}, frozenset())
    found = holidays.country_holidays(country, years=year, language=_spoken(country, language))
    return YearOfCountry(dict(found.items()), frozenset(found.weekend_workdays))


def _spoken(country: str, language: str) -> str | None:
    """The wanted language as the country's holidays have it, else English, else their own."""
    known = holidays.list_localized_countries().get(country, [])
    for wanted in (language, "en_US", "en"):
        if wanted in known:
            return wanted
    return None


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=number) for number in range((end - start).days)]
