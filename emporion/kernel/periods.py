"""Periods are half-open spans of days: the first day is in, the end is the day after the last."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from emporion.kernel.errors import Refusal

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to but not including `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Refusal(
                "empty_period", f"a period must have a day in it: {self.start} to before {self.end}"
            )

    @classmethod
    def inclusive(cls, first: date, last: date) -> "Period":
        """The period whose first and last day are given, both in it."""
        return cls(first, last + DAY)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """A calendar month."""
        return cls.inclusive(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """A year `2014`, quarter `2014-Q2`, month `2014-04`, day `2014-04-01` or span `2014-04-01..2014-04-15`."""
        try:
            return cls._parsed(text)
        except (ValueError, OverflowError):  # the year 0, or days after the last that there is
            raise _no_period(text) from None

    @classmethod
    def _parsed(cls, text: str) -> "Period":
        if ".." in text:
            first, last = text.split("..", 1)
            return cls.inclusive(_day(first), _day(last))
        if re.fullmatch(r"\d{4}", text):
            return cls(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
        if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            year, quarter = int(found[1]), int(found[2])
            return cls(cls.month(year, quarter * 3 - 2).start, cls.month(year, quarter * 3).end)
        if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
            return cls.month(int(found[1]), int(found[2]))
        return cls.inclusive(_day(text), _day(text))

    @property
    def last(self) -> date:
        """The last day that is in it."""
        return self.end - DAY

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def __str__(self) -> str:
        return f"{self.start}..{self.last}"

    def months(self) -> list["Period"]:
        """The calendar months it touches, whole."""
        found = [Period.month(self.start.year, self.start.month)]
        while found[-1].end < self.end:
            found.append(Period.month(found[-1].end.year, found[-1].end.month))
        return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _no_period(text) from None


def _no_period(text: str) -> Refusal:
    return Refusal("bad_period", f"{text!r} is not a period; write 2014, 2014-Q2, 2014-04 or 2014-04-01")
