"""Lines of plan and fact: what each comes to, and where its months close. Pure (PLAN-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext

from emporion.kernel.periods import Period
from emporion.numbers.planning.closes import MonthSoFar, closes_of, together
from emporion.numbers.planning.pace import DIGITS, Elapsed, Method, Standing, standing_of, state_of

Months = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """One person's, team's, channel's or month's plan and fact; `key` is its code (None: nobody's, in no channel).
    By month `plans`, `facts` and `closes`, where the metric has months."""

    key: str | None
    label: str | None
    standing: Standing
    plans: Months = field(default_factory=dict)
    facts: Months = field(default_factory=dict)
    closes: Months = field(default_factory=dict)

    @property
    def attainment(self) -> Decimal | None:
        """Fact ÷ plan, as a fraction."""
        if not self.standing.plan or self.standing.fact is None:
            return None
        with localcontext(prec=DIGITS):
            return self.standing.fact / self.standing.plan

    @property
    def gap(self) -> Decimal | None:
        """Forecast of the close − plan; the fact's where nothing is forecast."""
        reached = self.standing.fact if self.standing.forecast is None else self.standing.forecast
        return None if self.standing.plan is None or reached is None else reached - self.standing.plan


@dataclass(frozen=True, slots=True)
class ByChannel:
    """The channels of the plan, or of the facts where no plan has any; `rest` is what the plan leaves to no channel
    against what came in by none of its channels, of which `outside` came in by channels that the plan does not have.
    `over` is how much more the channels have than the whole."""

    lines: Sequence[Line]
    rest: Line | None = None
    outside: Sequence[tuple[str, str, Decimal]] = ()
    over: Decimal = Decimal(0)


def standing_for(
    plan: Decimal | None,
    fact: Decimal | None,
    elapsed: Elapsed,
    *,
    grows: bool,
    usual: Decimal | None = None,
) -> Standing:
    """Where a plan stands; without one, the fact, its pace and the close alone."""
    if plan is not None:
        return standing_of(plan, fact, elapsed, grows=grows, usual=usual)
    found = standing_of(Decimal(0), fact, elapsed, grows=grows, usual=usual)
    return Standing(None, fact, None, found.forecast, found.pace, method=found.method)


def closing_at(standing: Standing, close: Decimal | None, method: Method) -> Standing:
    """The same with another forecast of the close."""
    return replace(standing, forecast=close, method=method)


@dataclass(frozen=True, slots=True)
class Run:
    """The months of a period, what each brought so far, and which day it is."""

    months: Sequence[Period]
    so_far: Sequence[MonthSoFar]
    today: date

    @property
    def labels(self) -> list[str]:
        """The months as facts name them."""
        return [month_label(month.start) for month in self.months]

    def line(self, key: str | None, label: str | None, standing: Standing, plans: Months) -> Line:
        """A line that closes where its months close together, and should be by today where they should."""
        closes = closes_of(self.so_far)
        known = {name: close for name, close in zip(self.labels, closes, strict=True) if close is not None}
        facts = {
            name: one.fact
            for name, one, month in zip(self.labels, self.so_far, self.months, strict=True)
            if month.start <= self.today
        }
        by_season = any(one.usual is not None for one in self.so_far)
        closing = closing_at(standing, together(closes), "season" if by_season else "pace")
        return Line(key, label, self._expecting(closing, plans), plans, facts, known)

    def _expecting(self, standing: Standing, plans: Months) -> Standing:
        """Of each month's plan as much should be there as of its days has gone."""
        if standing.plan is None or standing.fact is None or standing.expected is None:
            return standing
        with localcontext(prec=DIGITS):
            expected = sum(
                (
                    plans.get(name, Decimal(0)) * one.elapsed.gone / one.elapsed.whole
                    for name, one in zip(self.labels, self.so_far, strict=True)
                    if one.elapsed.whole > 0
                ),
                Decimal(0),
            )
        state = state_of(standing.fact, expected, standing.needed_pace, None)
        return replace(standing, expected=expected, state=state)


def month_label(day: date) -> str:
    """The month of a day as facts name it: `2026-11`."""
    return f"{day:%Y-%m}"


def total(months: Months) -> Decimal:
    """The sum of all months."""
    return sum(months.values(), Decimal(0))
