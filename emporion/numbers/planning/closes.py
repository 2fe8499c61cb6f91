"""Where the months of a plan close: what is gone as it is, what is coming by season and run-rate or at the pace so far.
Pure (spec appendix A)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

from emporion.numbers.insight.season import LEAST_YEARS, Series, ahead, run_rate, season_of
from emporion.numbers.planning.pace import DIGITS, Elapsed, forecast_of_close


class MonthSoFar(NamedTuple):
    """What a month, or the part of one that is asked about, brought, how far its days have gone, and what it usually
    brings where that is known."""

    fact: Decimal
    elapsed: Elapsed
    usual: Decimal | None = None


def closes_of(months: Sequence[MonthSoFar]) -> list[Decimal | None]:
    """The close of each month. One whose days are gone closes at its fact; of the others, one with a usual month by it,
    fact so far + usual × day-weight left ÷ day-weight of the month, else at the pace of all days gone by so far. Empty
    where neither is known."""
    gone = sum((one.elapsed.gone for one in months), Decimal(0))
    fact = sum((one.fact for one in months), Decimal(0))
    with localcontext(prec=DIGITS):
        rate = fact / gone if gone > 0 else None
        return [_close(one, rate) for one in months]


def _close(month: MonthSoFar, rate: Decimal | None) -> Decimal | None:
    left = month.elapsed.whole - month.elapsed.gone
    if left <= 0 and month.elapsed.whole > 0:
        return month.fact
    if month.usual is not None:
        return forecast_of_close(month.fact, month.elapsed, month.usual)
    return None if rate is None else month.fact + rate * left


def together(closes: Sequence[Decimal | None]) -> Decimal | None:
    """The close of all months; empty where that of one is not known."""
    known = [one for one in closes if one is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(closes) else None


def usual_from(history: Mapping[int, Decimal], running: int, first: int, steps: int) -> list[Decimal | None]:
    """What the month `running` and those after it usually bring, `steps` months in all, by season and run-rate; empty
    where two years before it are not known.

    Months are counted through: year × 12 + month − 1. `history` holds what was reached, `first` is the earliest that
    was asked for: where the first fact is later its month is left out, being seldom whole."""
    unknown: list[Decimal | None] = [None] * steps
    known = [month for month, value in history.items() if value and month < running]
    if not known:
        return unknown
    begun = min(known) if min(known) == first else min(known) + 1
    if running - begun < LEAST_YEARS * 12:
        return unknown
    series = Series(tuple(history.get(month, Decimal(0)) for month in range(begun, running)), begun % 12)
    season = season_of(series)
    rate = run_rate(series, season)
    if not season.is_known or rate is None:
        return unknown
    return list(ahead(series, season, rate.value, steps))


def counted_through(history: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """Months by label (`2026-11`) as months counted through: year × 12 + month − 1."""
    return {int(label[:4]) * 12 + int(label[5:]) - 1: value for label, value in history.items()}
