"""Where a plan stands while its days go by: expected by today, forecast of the close, paces, state. Pure."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

DIGITS = 40
State = Literal["on_track", "behind", "hopeless"]
# By what a close is forecast: what the month usually brings by season and run-rate (PLAN-7), the pace of its days so
# far, or, of several people, the one for some and the other for others.
Method = Literal["season", "pace", "both"]


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Of the days of a plan: their day-weight, that of the days gone by (today is one of them), and how many working
    days are gone and left."""

    gone: Decimal
    whole: Decimal
    days_gone: int
    days_left: int

    @property
    def days(self) -> int:
        """How many working days there are."""
        return self.days_gone + self.days_left


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan, what was reached, where one should be by today, where it will close and by what method that is known,
    and at what paces a working day. Empty where there is nothing to divide by, or where the number does not grow day
    by day."""

    plan: Decimal | None
    fact: Decimal | None
    expected: Decimal | None = None
    forecast: Decimal | None = None
    pace: Decimal | None = None
    needed_pace: Decimal | None = None
    state: State = "on_track"
    method: Method = "pace"


def elapsed_together(spans: Iterable[Elapsed]) -> Elapsed:
    """Several spans of one person, which never overlap, as one."""
    found = list(spans)
    return Elapsed(
        sum((one.gone for one in found), Decimal(0)),
        sum((one.whole for one in found), Decimal(0)),
        sum(one.days_gone for one in found),
        sum(one.days_left for one in found),
    )


def expected_by_today(plan: Decimal, elapsed: Elapsed) -> Decimal | None:
    """Plan × day-weight gone ÷ day-weight of all its days."""
    return _divided(plan * elapsed.gone, elapsed.whole)


def forecast_of_close(fact: Decimal, elapsed: Elapsed, usual: Decimal | None = None) -> Decimal | None:
    """Fact so far + run-rate × index of the month × day-weight left ÷ day-weight of the month (spec appendix A).

    `usual` is what the month usually brings, run-rate × index. Where that is not known the days so far stand for it:
    fact so far + fact ÷ day-weight gone × day-weight left, empty while no working day is gone."""
    left = elapsed.whole - elapsed.gone
    if usual is not None and elapsed.whole > 0:
        with localcontext(prec=DIGITS):
            return fact + usual * left / elapsed.whole
    rate = _divided(fact, elapsed.gone)
    return None if rate is None else fact + rate * left


def needed_pace(plan: Decimal, fact: Decimal, days_left: int) -> Decimal | None:
    """(Plan − fact) ÷ working days left, today not among them: it is a day gone by, as in the pace and the forecast.
    Nothing is needed of a plan that is reached, and empty when no day is left."""
    return Decimal(0) if fact >= plan else _divided(plan - fact, Decimal(days_left))


def standing_of(
    plan: Decimal,
    fact: Decimal | None,
    elapsed: Elapsed,
    *,
    grows: bool,
    best_pace: Decimal | None = None,
    usual: Decimal | None = None,
) -> Standing:
    """Where a plan stands. `grows` says that the number is collected day by day; `best_pace` is the best there was;
    `usual` is what its month usually brings, where that is known."""
    if fact is None or not grows:
        return Standing(plan, fact, state="behind" if fact is not None and fact < plan else "on_track")
    expected, needed = expected_by_today(plan, elapsed), needed_pace(plan, fact, elapsed.days_left)
    return Standing(
        plan=plan,
        fact=fact,
        expected=expected,
        forecast=forecast_of_close(fact, elapsed, usual),
        pace=_divided(fact, Decimal(elapsed.days_gone)),
        needed_pace=needed,
        state=state_of(fact, expected, needed, best_pace),
        method="pace" if usual is None else "season",
    )


def state_of(
    fact: Decimal, expected: Decimal | None, needed: Decimal | None, best_pace: Decimal | None
) -> State:
    """Behind the tick, or hopeless: the pace that is needed is above the best of the last year."""
    if needed is not None and best_pace is not None and needed > best_pace:
        return "hopeless"
    return "behind" if expected is not None and fact < expected else "on_track"


def all_together(
    standings: Sequence[Standing],
    elapsed: Elapsed,
    best_pace: Decimal | None = None,
    *,
    reached: Decimal | None = None,
) -> Standing | None:
    """The plans of several people as one: sums of each; who has no forecast yet closes with what they have, and
    while nobody has one there is none.

    `reached` is what all reached, those without a plan too: what is beyond the sum runs on at its own pace."""
    if not standings:
        return None
    plan, own = _sum(one.plan for one in standings), _sum(one.fact for one in standings)
    fact = own if reached is None else reached
    beyond = (fact or Decimal(0)) - (own or Decimal(0))
    expected = _sum(one.expected for one in standings)
    forecasts = [one.fact if one.forecast is None else one.forecast for one in standings]
    further = forecast_of_close(beyond, elapsed)
    forecasts.append(beyond if further is None else further)
    needed = needed_pace(plan or Decimal(0), fact or Decimal(0), elapsed.days_left)
    return Standing(
        plan=plan,
        fact=fact,
        expected=expected,
        forecast=_sum(forecasts) if any(one.forecast is not None for one in standings) else None,
        pace=None if fact is None else _divided(fact, Decimal(elapsed.days_gone)),
        needed_pace=needed,
        state="on_track" if fact is None else state_of(fact, expected, needed, best_pace),
        method=_together({one.method for one in standings if one.forecast is not None}),
    )


def _together(methods: Set[Method]) -> Method:
    if len(methods) > 1:
        return "both"
    return next(iter(methods), "pace")


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _divided(above: Decimal, below: Decimal) -> Decimal | None:
    if below <= 0:
        return None
    with localcontext(prec=DIGITS):
        return above / below
