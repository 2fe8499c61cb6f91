"""The page of a forecast: history, plan and forecast in one chart, season, run-rate, the models side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.doors.web.forecasts.choices import called
from emporion.doors.web.forecasts.plans import monthly_targets
from emporion.doors.web.forecasts.words import model_label, model_meaning
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.charts import Chart, Drawn, Heading, Series, Table
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.refusals import said
from emporion.numbers.insight.asking import Wish
from emporion.numbers.insight.backtesting import tried
from emporion.numbers.insight.history import month_from
from emporion.numbers.insight.models import StoredForecast
from emporion.numbers.insight.outlook import Outlook, document, unheard
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of

SHOWN_BACK = 24
ERROR_PLACES, INDEX_PLACES = 2, 2
JANUARY = date(2026, 1, 1)
NBSP = "\N{NO-BREAK SPACE}"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class OutlookPage:
    """All that the page shows. `kept` is what a job computed; until there is one, run-rate × index is shown alone."""

    wish: Wish
    outlook: Outlook
    kept: StoredForecast | None
    viewer: Viewer

    @property
    def metric(self) -> Metric:
        """What is forecast."""
        return metric(self.wish.metric)

    @property
    def label(self) -> str:
        """What it is called."""
        return label_of(self.wish.metric)

    @cached_property
    def now(self) -> Mapping[str, Any]:
        """The outlook as of now, with run-rate × index alone."""
        own = {"run_rate": self.outlook.own_models()["run_rate"]}
        series = self.outlook.history.series
        trials = tried(series, own, self.wish.steps, None, rounded=self.outlook.rounded, progress=unheard)
        return document(self.outlook, trials)

    @property
    def outcome(self) -> Mapping[str, Any] | None:
        """What a job computed of the months that are to come now."""
        return None if self.kept is None or self.is_stale else self.kept.outcome

    @property
    def is_stale(self) -> bool:
        """Whether a month has ended since it was computed."""
        if self.kept is None or self.kept.outcome is None:
            return False
        computed: str = self.kept.outcome["history"]["running"]
        return computed != f"{self.outlook.history.running:%Y-%m}"

    @property
    def failure(self) -> str:
        """Why the models could not be tried; empty where they could."""
        failure = None if self.kept is None else self.kept.failure
        return said(Refusal(*failure)) if failure else ""

    @cached_property
    def models(self) -> Sequence[Row]:
        """What each model says, the best first."""
        return [one for one in (self.outcome or self.now)["models"] if one["forecast"]]

    @property
    def has_history(self) -> bool:
        """Whether there is anything to show of the past."""
        return bool(self.outlook.history.series.values)

    # What has been, is planned and is to come

    @cached_property
    def _months(self) -> list[date]:
        many = len(self.outlook.history.series.values)
        running = self.outlook.history.running
        return [month_from(running, at) for at in range(-min(many, SHOWN_BACK), self.wish.steps)]

    @cached_property
    def targets(self) -> Mapping[date, Decimal]:
        """The targets of these months."""
        return monthly_targets(
            self.wish, Period(self._months[0], month_from(self._months[-1], 1)), self.viewer
        )

    @property
    def chart(self) -> Chart | None:
        """Fact, plan, the best forecast and the band in which four of five months lie; None without a forecast."""
        if not self.models:
            return None
        best = self.models[0]["forecast"]
        ahead = {row["month"]: row for row in best}
        series = [self._facts()]
        if any(month in self.targets for month in self._months):
            series.append(Series(_("Plan"), [self.targets.get(month) for month in self._months]))
        series.append(Series(_("Forecast"), self._of(ahead, "value")))
        if best[0]["lower_80"] is not None:
            series.append(Series(_("80 % from"), self._of(ahead, "lower_80")))
            series.append(Series(_("80 % to"), self._of(ahead, "upper_80")))
        return Chart(
            title=_("%(metric)s: fact and forecast") % {"metric": self.label},
            categories=[_month(month) for month in self._months],
            series=series,
            unit=self.metric.unit,
            kind="line",
            heading=_("Month"),
        )

    def _facts(self) -> Series:
        """The months that are over: one that runs would look like a fall."""
        history = self.outlook.history
        facts = dict(zip(self._months, history.series.values[-SHOWN_BACK:], strict=False))
        over = [month < history.running for month in self._months]
        return Series(
            _("Fact"),
            [
                facts.get(month) if is_over else None
                for month, is_over in zip(self._months, over, strict=True)
            ],
            addresses=[
                self._facts_address(month) if is_over else ""
                for month, is_over in zip(self._months, over, strict=True)
            ],
        )

    @property
    def so_far(self) -> Figure | None:
        """What the month that runs holds already."""
        history = self.outlook.history
        if history.so_far is None:
            return None
        return Figure(history.so_far, self.metric.unit, self._facts_address(history.running), short=False)

    @property
    def running(self) -> str:
        """The month that runs."""
        return _month(self.outlook.history.running)

    def _of(self, ahead: Mapping[str, Row], column: str) -> list[Decimal | None]:
        rows = [ahead.get(f"{month:%Y-%m}") for month in self._months]
        return [None if row is None or row[column] is None else Decimal(row[column]) for row in rows]

    def _facts_address(self, month: date) -> str:
        query = {"period": f"{month:%Y-%m}", **self.wish.where}
        return address_with(reverse("panels:facts", args=[self.wish.metric]), query)

    @property
    def table(self) -> Table | None:
        """The months to come: plan, and the best forecast with both bands."""
        if not self.models:
            return None
        best = self.models[0]
        headings = [
            Heading(_("Month")),
            Heading(_("Plan"), "end"),
            Heading(_("Forecast"), "end"),
            *(Heading(_("%(percent)s %% between") % {"percent": one}, "end") for one in (80, 95)),
        ]
        rows = [
            [
                Drawn(_month(month)),
                self._number(self.targets.get(month)),
                self._number(Decimal(row["value"])),
                *(Drawn(self._range(row, percent), "end") for percent in (80, 95)),
            ]
            for month, row in zip(self.outlook.months, best["forecast"], strict=True)
        ]
        return Table(_("Forecast by month"), headings, rows)

    @property
    def others_table(self) -> Table | None:
        """The same months by each model; None where there is one only."""
        if len(self.models) < 2:
            return None
        headings = [Heading(_("Month")), *(Heading(model_label(one["name"]), "end") for one in self.models)]
        rows = [
            [
                Drawn(_month(month)),
                *(self._number(Decimal(one["forecast"][place]["value"])) for one in self.models),
            ]
            for place, month in enumerate(self.outlook.months)
        ]
        return Table(_("Forecast of each model"), headings, rows)

    def _number(self, value: Decimal | None) -> Drawn:
        return Drawn(Figure(value, self.metric.unit), "end")

    def _range(self, row: Row, percent: int) -> str:
        ends = row[f"lower_{percent}"], row[f"upper_{percent}"]
        if None in ends:
            return formats.EMPTY
        return f"{NBSP}–{NBSP}".join(formats.short(Decimal(end)) for end in ends)

    # Season and run-rate

    @property
    def season_chart(self) -> Chart | None:
        """The index of each month of the year; None while it is not known."""
        if not self.outlook.season.is_known:
            return None
        return Chart(
            title=_("Seasonality index: %(metric)s") % {"metric": self.label},
            categories=[_name(place) for place in range(len(self.outlook.season.indices))],
            series=[Series(_("Index"), [round(one, INDEX_PLACES) for one in self.outlook.season.indices])],
            unit="quantity",
            heading=_("Month"),
        )

    @property
    def season_words(self) -> str:
        """Of which years the season is, or whose, or why there is none."""
        season, like = self.outlook.season, self.outlook.like
        if not season.is_known:
            return _(
                "There are less than two years of history, so the season is not known and every month counts as a"
                " usual one."
            )
        if like is not None and self.outlook.borrows_season:
            name = called(like.dimension, like.code, self.viewer)
            return _("There are less than two years of history, so the season is that of %(name)s.") % {
                "name": name
            }
        history, length = self.outlook.history, self.outlook.history.series.length
        last = history.month(season.start + season.years * length - 1)
        return _("The mean of each month of %(first)s – %(last)s ÷ the mean month of that time.") % {
            "first": _month(history.month(season.start)),
            "last": _month(last),
        }

    @property
    def rate(self) -> Figure | None:
        """What a usual month brings now."""
        return None if self.outlook.rate is None else Figure(self.outlook.rate, self.metric.unit, short=False)

    @property
    def rate_words(self) -> str:
        """What the run-rate is the mean of, or whose it is."""
        like = self.outlook.like
        if like is not None and self.outlook.borrows_rate:
            name = called(like.dimension, like.code, self.viewer)
            return _("No month of its own is over yet: it is taken from %(name)s.") % {"name": name}
        return _("The mean of fact ÷ index over the last months:")

    @property
    def rate_table(self) -> Table | None:
        """The months of the run-rate, worked out."""
        rated = (self.now["run_rate"] or {}).get("months", [])
        if not rated:
            return None
        headings = [
            Heading(_("Month")),
            *(Heading(text, "end") for text in (_("Fact"), _("Index"), _("Fact ÷ index"))),
        ]
        rows = [
            [
                Drawn(_month(date.fromisoformat(f"{one['month']}-01"))),
                self._whole(one["fact"]),
                Drawn(formats.number(Decimal(one["index"]), INDEX_PLACES + 1), "end"),
                self._whole(one["rate"]),
            ]
            for one in rated
        ]
        return Table(_("Run-rate"), headings, rows)

    def _whole(self, text: str) -> Drawn:
        return Drawn(Figure(Decimal(text), self.metric.unit, short=False), "end")

    # The models

    @property
    def models_table(self) -> Table | None:
        """The models with their errors, the best first; None until a job has tried them."""
        if self.outcome is None:
            return None
        headings = [Heading(_("Model")), Heading(_("Error (MASE)"), "end"), Heading(_("What it does"))]
        rows = [
            [
                Drawn(self._model_name(place, one)),
                Drawn(formats.number(_known(one["mase"]), ERROR_PLACES), "end"),
                Drawn(model_meaning(one["name"])),
            ]
            for place, one in enumerate(self.outcome["models"])
        ]
        return Table(_("Models"), headings, rows)

    def _model_name(self, place: int, one: Row) -> str:
        label = model_label(one["name"])
        return f"{label} ({_('best')})" if place == 0 and one["mase"] else label

    @property
    def best_label(self) -> str:
        """The model that the chart shows."""
        return model_label(self.models[0]["name"])


def _known(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _month(month: date) -> str:
    return str(format_date(month, "LLL y", locale=formats.locale())).replace(" ", NBSP)


def _name(place: int) -> str:
    return str(format_date(JANUARY.replace(month=place + 1), "LLL", locale=formats.locale()))
