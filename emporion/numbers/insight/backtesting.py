"""Models of a forecast tried on the same past: from several origins, each knowing only what lay before it. Pure.

The error is the mean absolute scaled error (MASE): every |fact − forecast| ÷ the mean |change| of the same month from
one year to the next in the months the model knew, and the mean of all these. An error of 1 is as far off as a month
usually was from the same month of the year before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

from emporion.numbers.insight.season import DIGITS, Series

MOST_FOLDS, LEAST_FOLDS = 6, 3
BANDS = (80, 95)  # per cent of what may come that lies within
# How many standard errors of a normal curve hold so many per cent.
WIDTHS = {80: Decimal("1.281552"), 95: Decimal("1.959964")}


class Band(NamedTuple):
    """From where to where."""

    lower: Decimal
    upper: Decimal


class Prediction(NamedTuple):
    """What a model says of the months after a series: a value for each, and by per cent a band for each; no bands
    where it cannot tell."""

    values: tuple[Decimal, ...]
    bands: Mapping[int, tuple[Band, ...]]


class CannotTell(Exception):
    """A model has too little to go by, or comes to no number."""


Predict = Callable[[Series, int], Prediction]
Rounded = Callable[[Decimal], Decimal]
Progress = Callable[[int, int], None]


class Design(NamedTuple):
    """How models are tried: from so many origins, a month apart, so many months ahead; `trained` is how many months
    the first origin knows."""

    folds: int
    horizon: int
    trained: int


class Fold(NamedTuple):
    """One origin: how many months were known, the scale of their changes, what came, and what the model said."""

    trained: int
    scale: Decimal
    facts: tuple[Decimal, ...]
    forecast: tuple[Decimal, ...]


class Trial(NamedTuple):
    """A model with what it says of the future and how it did in the past: `mase` is empty where it could not be tried,
    `prediction` where it says nothing."""

    name: str
    prediction: Prediction | None
    folds: tuple[Fold, ...]
    mase: Decimal | None


def design_of(many: int, length: int, horizon: int) -> Design | None:
    """How a series of so many months is tried; None where it is too short for three origins.

    The first origin knows two years where it can, so that a season may be known; else one, and looks a quarter ahead.
    """
    near = min(horizon, max(length // 4, 1))
    for trained, steps in ((2 * length, horizon), (2 * length, near), (length, near)):
        folds = min(many - trained - steps + 1, MOST_FOLDS)
        if folds >= LEAST_FOLDS:
            return Design(folds, steps, many - steps - folds + 1)
    return None


def tried(
    series: Series,
    models: Mapping[str, Predict],
    steps: int,
    design: Design | None,
    *,
    rounded: Rounded,
    progress: Progress,
) -> list[Trial]:
    """Every model on the same origins, the best first; those that could not be tried come last. Forecasts are rounded
    before they are judged, so that whoever has them printed comes to the same error."""
    runs = (design.folds if design else 0) + 1
    found = []
    for place, (name, predict) in enumerate(models.items()):
        told = _Counted(progress, place * runs, len(models) * runs)
        folds = tuple(_folds(series, predict, design, rounded, told)) if design else ()
        prediction = _rounded(_said(predict, series, steps), rounded)
        told.step()
        mase = mase_of(folds) if design and len(folds) == design.folds else None
        found.append(Trial(name, prediction, folds, mase))
    return sorted(found, key=lambda one: (one.prediction is None, one.mase is None, one.mase or Decimal(0)))


def mase_of(folds: Sequence[Fold]) -> Decimal | None:
    """The mean of |fact − forecast| ÷ scale over all months of all folds; None where nothing ever changed."""
    with localcontext(prec=DIGITS):
        errors = [
            abs(fact - said) / fold.scale
            for fold in folds
            if fold.scale
            for fact, said in zip(fold.facts, fold.forecast, strict=True)
        ]
        return sum(errors, Decimal(0)) / len(errors) if errors else None


def scale_of(series: Series) -> Decimal:
    """The mean |change| from the same month of the year before; from the month before where only a year is known."""
    lag = series.length if len(series.values) > series.length else 1
    pairs = list(zip(series.values, series.values[lag:], strict=False))
    if not pairs:
        return Decimal(0)
    with localcontext(prec=DIGITS):
        return sum((abs(after - before) for before, after in pairs), Decimal(0)) / len(pairs)


def origins(design: Design) -> Iterator[int]:
    """How many months each origin knows."""
    return iter(range(design.trained, design.trained + design.folds))


class _Counted:
    def __init__(self, progress: Progress, done: int, total: int) -> None:
        self._progress, self._done, self._total = progress, done, total

    def step(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _folds(
    series: Series, predict: Predict, design: Design, rounded: Rounded, told: _Counted
) -> Iterator[Fold]:
    for trained in origins(design):
        known = series.until(trained)
        said = _said(predict, known, design.horizon)
        told.step()
        if said is not None:
            facts = series.values[trained : trained + design.horizon]
            yield Fold(trained, scale_of(known), facts, tuple(map(rounded, said.values)))


def _said(predict: Predict, known: Series, steps: int) -> Prediction | None:
    try:
        return predict(known, steps)
    except CannotTell:
        return None


def _rounded(said: Prediction | None, rounded: Rounded) -> Prediction | None:
    if said is None:
        return None
    bands = {
        percent: tuple(Band(rounded(one.lower), rounded(one.upper)) for one in band)
        for percent, band in said.bands.items()
    }
    return Prediction(tuple(map(rounded, said.values)), bands)
