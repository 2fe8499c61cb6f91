"""Season and run-rate: how good a month usually is, how good months are now, and what the next ones bring by both.
Pure; nothing is rounded here. Source: PLAN-7.

A season has any length: twelve months, four quarters. What is said of months and years holds for its spans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

DIGITS = 40
MOST_YEARS, LEAST_YEARS = 3, 2
RATED = 3  # months from which the run-rate is taken
USUAL = Decimal(1)  # the index of a month that is as good as any other


@dataclass(frozen=True, slots=True)
class Series:
    """What was reached in months that follow one another without a gap. `first` is the place of the first one in its
    year (0: January), `length` how many make a year. A month without anything holds 0."""

    values: tuple[Decimal, ...]
    first: int = 0
    length: int = 12

    def place(self, at: int) -> int:
        """The place in the year of the month that stands at `at`, also of one after the last."""
        return (self.first + at) % self.length

    def until(self, many: int) -> "Series":
        """Its first so many months."""
        return Series(self.values[:many], self.first, self.length)


class Season(NamedTuple):
    """The index of each place of the year, taken from so many whole years beginning at `start` of the series. Without
    years the season is not known, and every month is a usual one."""

    indices: tuple[Decimal, ...]
    years: int = 0
    start: int = 0

    @property
    def is_known(self) -> bool:
        """Whether there was history enough."""
        return self.years > 0


@dataclass(frozen=True, slots=True)
class Rated:
    """A month of the run-rate: where it stands in the series, its fact, its index, and fact ÷ index."""

    at: int
    fact: Decimal
    index: Decimal
    rate: Decimal


class RunRate(NamedTuple):
    """What a usual month brings now, and the months it is the mean of, the earliest first."""

    value: Decimal
    months: tuple[Rated, ...]


def season_of(series: Series) -> Season:
    """Index of a month = its mean over the last 2–3 years ÷ the mean month of those years.

    The years are those of the calendar; where fewer than two are whole, they are the last 24 or 36 months. With less
    history, or where those years brought nothing together, the season is not known.
    """
    start, years = _window(series)
    length = series.length
    found = series.values[start : start + years * length]
    total = sum(found, Decimal(0))
    if not years or total <= 0:
        return Season((USUAL,) * length)
    sums = [Decimal(0)] * length
    for offset, value in enumerate(found):
        sums[series.place(start + offset)] += value
    with localcontext(prec=DIGITS):
        return Season(tuple(one * length / total for one in sums), years, start)


def _window(series: Series) -> tuple[int, int]:
    """Where the years begin from which the season is taken, and how many there are; 0 where they are too few."""
    begun = -series.first % series.length
    whole = max(len(series.values) - begun, 0) // series.length
    if whole >= LEAST_YEARS:
        years = min(whole, MOST_YEARS)
        return begun + (whole - years) * series.length, years
    rolling = len(series.values) // series.length
    if rolling < LEAST_YEARS:
        return 0, 0
    years = min(rolling, MOST_YEARS)
    return len(series.values) - years * series.length, years


def run_rate(series: Series, season: Season) -> RunRate | None:
    """The mean of fact ÷ index over the last three months; of fewer where there are no more, None where there is none.

    Months whose index is nothing say nothing of the others and are passed over: of a shop that is shut in winter the
    last three open months count, but never those of more than a year ago.
    """
    rated: list[Rated] = []
    for at in reversed(range(max(len(series.values) - series.length, 0), len(series.values))):
        index = season.indices[series.place(at)]
        if index > 0 and len(rated) < RATED:
            with localcontext(prec=DIGITS):
                rated.append(Rated(at, series.values[at], index, series.values[at] / index))
    if not rated:
        return None
    with localcontext(prec=DIGITS):
        mean = sum((one.rate for one in rated), Decimal(0)) / len(rated)
    return RunRate(mean, tuple(reversed(rated)))


def ahead(series: Series, season: Season, rate: Decimal, steps: int) -> list[Decimal]:
    """Run-rate × index for so many months after the last one."""
    with localcontext(prec=DIGITS):
        return [rate * season.indices[series.place(len(series.values) + step)] for step in range(steps)]


def next_month(values: Sequence[Decimal], first: int, length: int = 12) -> Decimal | None:
    """What the month after these brings by season and run-rate; None where the season is not known or no month can be
    rated."""
    series = Series(tuple(values), first, length)
    season = season_of(series)
    if not season.is_known:
        return None
    rate = run_rate(series, season)
    return None if rate is None else ahead(series, season, rate.value, 1)[0]
