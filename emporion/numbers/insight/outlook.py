"""The outlook of a metric: its history, season and run-rate, what each model says of the months to come, and how good
each was. One document says it all, for pages, the terminal and programs alike. Source: PLAN-7."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emporion.numbers.insight.backtesting import (
    BANDS,
    Design,
    Fold,
    Predict,
    Progress,
    Trial,
    design_of,
    tried,
)
from emporion.numbers.insight.history import History, month_from
from emporion.numbers.insight.own_models import own_models
from emporion.numbers.insight.season import Season, ahead, run_rate, season_of

RATIO_UNIT = Decimal("0.000001")  # indices and errors are shown with six places
LEAST_PLACES = 2  # of a forecast count: half a meeting a month is something
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a season or a run-rate is taken from where the own history is too short: a dimension with its code.
    `chosen` says that somebody chose it. `rate` stands in where there is no own month at all: that of the one thing, or
    of the mean product of a category."""

    dimension: str
    code: str
    season: Season
    chosen: bool
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The history of a metric, and what is alike where it is too short. `places` is how many decimals its amounts have:
    they are rounded to them once, half away from zero, before they are shown or judged."""

    history: History
    places: int
    steps: int
    like: Likeness | None = None

    @property
    def season(self) -> Season:
        """Its own season, or that of what is alike where its own is not known."""
        own = season_of(self.history.series)
        return own if own.is_known or self.like is None else self.like.season

    @property
    def borrows_season(self) -> bool:
        """Whether the season is that of what is alike."""
        return self.like is not None and not season_of(self.history.series).is_known

    @property
    def borrows_rate(self) -> bool:
        """Whether the run-rate is that of what is alike: there is no whole month of its own."""
        return self._lent_rate is not None and run_rate(self.history.series, self.season) is None

    @property
    def _lent_rate(self) -> Decimal | None:
        return None if self.like is None else self.like.rate

    @property
    def rate(self) -> Decimal | None:
        """What a usual month brings now."""
        own = run_rate(self.history.series, self.season)
        return own.value if own is not None else self._lent_rate

    @property
    def months(self) -> list[date]:
        """The months to come; the first is the one that runs."""
        return [month_from(self.history.running, step) for step in range(self.steps)]

    def values(self) -> list[Decimal] | None:
        """Run-rate × index of the months to come, rounded; None without a run-rate."""
        rate = self.rate
        if rate is None:
            return None
        return [self.rounded(value) for value in ahead(self.history.series, self.season, rate, self.steps)]

    def rounded(self, value: Decimal) -> Decimal:
        """The amount as it is shown."""
        unit = Decimal(1).scaleb(-max(self.places, LEAST_PLACES))
        return value.quantize(unit, rounding=ROUND_HALF_UP) + 0

    @property
    def design(self) -> Design | None:
        """How models are tried on this history."""
        series = self.history.series
        return design_of(len(series.values), series.length, self.steps)

    def own_models(self) -> Mapping[str, Predict]:
        """Our own models, by name."""
        return own_models(self.like.season if self.like and self.borrows_season else None, self._lent_rate)

    def trials(self, models: Mapping[str, Predict], progress: Progress) -> list[Trial]:
        """Every model, the best first."""
        return tried(
            self.history.series, models, self.steps, self.design, rounded=self.rounded, progress=progress
        )


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody listens to."""


def document(outlook: Outlook, trials: list[Trial]) -> Document:
    """All of it as JSON: months by `2026-04`, amounts and ratios as decimal texts."""
    history, design = outlook.history, outlook.design
    values = history.series.values
    return {
        "history": {
            "months": {_said(history.month(at)): f"{value:f}" for at, value in enumerate(values)},
            "running": _said(history.running),
            "so_far": None if history.so_far is None else f"{history.so_far:f}",
        },
        "season": _season(outlook),
        "run_rate": _run_rate(outlook),
        "folds": design.folds if design else 0,
        "horizon": design.horizon if design else 0,
        "models": [_model(outlook, one) for one in trials],
    }


def _season(outlook: Outlook) -> Document:
    season, history = outlook.season, outlook.history
    is_own = season.is_known and not outlook.borrows_season
    last = season.start + season.years * history.series.length - 1
    return {
        "known": season.is_known,
        "years": season.years,
        "from": _said(history.month(season.start)) if is_own else None,
        "to": _said(history.month(last)) if is_own else None,
        "of": _like(outlook.like) if outlook.like and outlook.borrows_season else None,
        "indices": [ratio_text(index) for index in season.indices],
    }


def _run_rate(outlook: Outlook) -> Document | None:
    rate = outlook.rate
    if rate is None:
        return None
    own = run_rate(outlook.history.series, outlook.season)
    months = [
        {
            "month": _said(outlook.history.month(one.at)),
            "fact": f"{one.fact:f}",
            "index": ratio_text(one.index),
            "rate": f"{outlook.rounded(one.rate):f}",
        }
        for one in (own.months if own else ())
    ]
    lent = _like(outlook.like) if outlook.like and outlook.borrows_rate else None
    return {"value": f"{outlook.rounded(rate):f}", "months": months, "of": lent}


def _like(like: Likeness) -> Document:
    return {"dimension": like.dimension, "code": like.code, "chosen": like.chosen}


def _model(outlook: Outlook, trial: Trial) -> Document:
    said = trial.prediction
    rows = []
    for place, month in enumerate(outlook.months if said else ()):
        row: Document = {"month": _said(month), "value": f"{said.values[place]:f}"}  # type: ignore[union-attr]  # no rows without
        for percent in BANDS:
            band = said.bands[percent][place] if said and said.bands else None
            row[f"lower_{percent}"] = None if band is None else f"{band.lower:f}"
            row[f"upper_{percent}"] = None if band is None else f"{band.upper:f}"
        rows.append(row)
    return {
        "name": trial.name,
        "mase": None if trial.mase is None else ratio_text(trial.mase),
        "forecast": rows,
        "backtest": [_fold(outlook.history, fold) for fold in trial.folds],
    }


def _fold(history: History, fold: Fold) -> Document:
    pairs = enumerate(zip(fold.facts, fold.forecast, strict=True), start=fold.trained)
    return {
        "known_to": _said(history.month(fold.trained - 1)),
        "scale": ratio_text(fold.scale),
        "months": [
            {"month": _said(history.month(at)), "fact": f"{fact:f}", "forecast": f"{said:f}"}
            for at, (fact, said) in pairs
        ],
    }


def ratio_text(value: Decimal) -> str:
    """A ratio with six places, half away from zero."""
    return f"{value.quantize(RATIO_UNIT, rounding=ROUND_HALF_UP) + 0:f}"


def _said(month: date) -> str:
    return f"{month:%Y-%m}"
