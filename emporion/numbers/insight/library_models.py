"""Models of statsmodels, beside our own: Holt-Winters, Theta, and STL with smoothing.

They count in floating point: what they say is an estimate, turned into a decimal here and rounded by whoever shows
it, and never an amount that is booked. Imported only where a forecast is computed: by the worker and in the terminal,
never while a page waits.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel

from emporion.numbers.insight.backtesting import BANDS, Band, CannotTell, Predict, Prediction
from emporion.numbers.insight.season import Series

LEAST_YEARS = 2
# Digits that a double holds; more would be noise.
DIGITS = 15
Columns = tuple[Iterable[Any], Mapping[int, tuple[Iterable[Any], Iterable[Any]]]]


def library_models() -> Mapping[str, Predict]:
    """By name."""
    return {"holt_winters": _model(_holt_winters), "theta": _model(_theta), "stl": _model(_stl)}


def _model(fitted: Callable[["pd.Series[Any]", int, int], Columns]) -> Predict:
    def predict(series: Series, steps: int) -> Prediction:
        if len(series.values) < LEAST_YEARS * series.length or len(set(series.values)) == 1:
            raise CannotTell
        values = pd.Series([str(value) for value in series.values]).astype("float64")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about how the fit was found; the back-test says how good it is
            try:
                points, bands = fitted(values, series.length, steps)
            except (ArithmeticError, ValueError, IndexError) as problem:
                raise CannotTell from problem
        floor = Decimal(0) if min(series.values) >= 0 else None
        return Prediction(_decimals(points, floor), {one: _bands(*bands[one], floor) for one in BANDS})

    return predict


def _holt_winters(values: "pd.Series[Any]", length: int, steps: int) -> Columns:
    model = ETSModel(
        values, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=length
    )
    said = model.fit(disp=False).get_prediction(start=len(values), end=len(values) + steps - 1)
    frames = {percent: said.summary_frame(alpha=_alpha(percent)) for percent in BANDS}
    return said.predicted_mean, {one: (frame["pi_lower"], frame["pi_upper"]) for one, frame in frames.items()}


def _theta(values: "pd.Series[Any]", length: int, steps: int) -> Columns:
    fitted = ThetaModel(values, period=length, use_test=False).fit()
    frames = {percent: fitted.prediction_intervals(steps, alpha=_alpha(percent)) for percent in BANDS}
    return fitted.forecast(steps), {one: (frame["lower"], frame["upper"]) for one, frame in frames.items()}


def _stl(values: "pd.Series[Any]", length: int, steps: int) -> Columns:
    smoothing = {"trend": "add", "damped_trend": True}
    model = STLForecast(values, ETSModel, model_kwargs=smoothing, period=length, robust=True)
    said = model.fit(fit_kwargs={"disp": False}).get_prediction(len(values), len(values) + steps - 1)
    frames = {percent: said.summary_frame(alpha=_alpha(percent)) for percent in BANDS}
    ends = {one: (frame["mean_ci_lower"], frame["mean_ci_upper"]) for one, frame in frames.items()}
    return said.predicted_mean, ends


def _alpha(percent: int) -> Any:
    return (100 - percent) / 100


def _bands(lower: Iterable[Any], upper: Iterable[Any], floor: Decimal | None) -> tuple[Band, ...]:
    ends = zip(_decimals(lower, floor), _decimals(upper, floor), strict=True)
    return tuple(Band(*one) for one in ends)


def _decimals(numbers: Iterable[Any], floor: Decimal | None) -> tuple[Decimal, ...]:
    found = tuple(Decimal(f"{number:.{DIGITS}g}") for number in numbers)
    if not all(number.is_finite() for number in found):
        raise CannotTell
    return tuple(number if floor is None else max(number, floor) for number in found)
