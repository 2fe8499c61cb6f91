"""Our own models of a forecast: run-rate × index, and last year's month said again. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext

from emporion.numbers.insight.backtesting import BANDS, WIDTHS, Band, CannotTell, Predict, Prediction
from emporion.numbers.insight.season import DIGITS, Season, Series, ahead, run_rate, season_of

LEAST_ERRORS = 3
Points = Callable[[Series, int], list[Decimal]]


def run_rate_points(
    series: Series, steps: int, season: Season | None = None, lent: Decimal | None = None
) -> list[Decimal]:
    """Run-rate × index, by the series' own season or by another's. Without a month to rate, by the lent run-rate;
    raises CannotTell where there is none."""
    used = season or season_of(series)
    own = run_rate(series, used)
    rate = own.value if own else lent
    if rate is None:
        raise CannotTell
    return ahead(series, used, rate, steps)


def naive_points(series: Series, steps: int) -> list[Decimal]:
    """The same month of the last year that is known. Raises CannotTell with less than a year."""
    if len(series.values) < series.length:
        raise CannotTell
    last = series.values[-series.length :]
    return [last[step % series.length] for step in range(steps)]


def by_run_rate(season: Season | None = None, rate: Decimal | None = None) -> Predict:
    """The model of the specification; with a season of something alike, by that one. `rate` stands in for a run-rate
    where no month can be rated."""

    def points(series: Series, steps: int) -> list[Decimal]:
        return run_rate_points(series, steps, season, rate)

    return _with_bands(points)


def seasonal_naive() -> Predict:
    """The model that all others are measured against."""
    return _with_bands(naive_points)


def own_models(season: Season | None = None, rate: Decimal | None = None) -> Mapping[str, Predict]:
    """By name."""
    return {"run_rate": by_run_rate(season, rate), "seasonal_naive": seasonal_naive()}


def _with_bands(points: Points) -> Predict:
    """The model with bands as wide as its own errors were so many months ahead, and never narrower further away. No
    lower end below nothing where nothing ever was below nothing."""

    def predict(series: Series, steps: int) -> Prediction:
        values = tuple(points(series, steps))
        spread = _spread(series, points, steps)
        floor = Decimal(0) if all(value >= 0 for value in series.values) else None
        bands = (
            {percent: _band(values, spread, WIDTHS[percent], floor) for percent in BANDS} if spread else {}
        )
        return Prediction(values, bands)

    return predict


def _band(
    values: tuple[Decimal, ...], spread: list[Decimal], width: Decimal, floor: Decimal | None
) -> tuple[Band, ...]:
    ends = [
        (value - width * error, value + width * error) for value, error in zip(values, spread, strict=True)
    ]
    return tuple(Band(lower if floor is None else max(lower, floor), upper) for lower, upper in ends)


def _spread(series: Series, points: Points, steps: int) -> list[Decimal]:
    """By months ahead, the root of the mean squared error from all origins that know a year; where fewer than three
    are known, that of the month before. Empty where there is none at all."""
    errors: list[list[Decimal]] = [[] for _ in range(steps)]
    for known in range(series.length, len(series.values)):
        coming = series.values[known : known + steps]
        for step, said in enumerate(points(series.until(known), len(coming))):
            errors[step].append(coming[step] - said)
    found: list[Decimal] = []
    for of_step in errors:
        before = found[-1] if found else Decimal(0)
        if len(of_step) >= LEAST_ERRORS:
            with localcontext(prec=DIGITS):
                mean = sum((error * error for error in of_step), Decimal(0)) / len(of_step)
                found.append(max(mean.sqrt(), before))
        elif found:
            found.append(before)
        else:
            return []
    return found
