"""The year first: what a new plan is drawn from."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.plans.cell_forms import PercentInput, QuantityInput
from emporion.kernel.periods import Period
from emporion.kernel.ui.choosing import offer
from emporion.kernel.ui.forms import PageForm
from emporion.numbers.planning.plan_actions import ChannelOfYear, MetricOfYear

MOST_CHANNELS, MOST_METRICS = 40, 20
FEWEST, MOST = Decimal(-100), Decimal(1000)  # per cent of growth
UNITS = (
    ("1", _("one")),
    ("1000", _("thousand")),
    ("10000", _("ten thousand")),
    ("100000", _("hundred thousand")),
    ("1000000", _("million")),
)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class YearForm(PageForm):
    """The year, last year's fact and its growths."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the plan"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=100)
    base = QuantityInput(label=_("Last year's revenue"))
    market = PercentInput(
        label=_("Growth of the market, %"), min_value=FEWEST, max_value=MOST, initial=Decimal(0)
    )
    own = PercentInput(label=_("Own growth, %"), min_value=FEWEST, max_value=MOST, initial=Decimal(0))
    unit = forms.ChoiceField(
        label=_("Rounded to"),
        choices=UNITS,
        help_text=_("Channels are rounded down to it; what is left is the channel “other”."),
    )

    @property
    def days(self) -> Period:
        """The days of the year."""
        year = self.cleaned_data["year"]
        return Period(date(year, 1, 1), date(year + 1, 1, 1))

    def revenue(self, name: str) -> MetricOfYear:
        """The first metric of the plan."""
        said = self.cleaned_data
        return MetricOfYear(name, said["base"], said["market"], said["own"], Decimal(said["unit"]))


class ChannelForm(PageForm):
    """A channel and its share of the year; a row without a name says nothing."""

    name = forms.CharField(label=_("Channel"), max_length=200, required=False)
    share = PercentInput(label=_("Share, %"), min_value=Decimal(0), max_value=Decimal(100), required=False)
    teams = forms.MultipleChoiceField(
        label=_("Teams that serve it (none chosen: all)"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["teams"], teams)

    def clean(self) -> dict[str, Any]:
        """Refuses a share of nothing, and a channel without one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, share = (cleaned.get("name") or "").strip(), cleaned.get("share")
        if name and share is None and "share" not in self.errors:
            self.add_error("share", _("Say which share of the year it has."))
        if share and not name:
            self.add_error("name", _("Say which channel this is."))
        return cleaned

    def channel(self) -> ChannelOfYear | None:
        """The channel; None for a row that says nothing."""
        name = self.cleaned_data.get("name", "").strip()
        if not name:
            return None
        teams = tuple(int(one) for one in self.cleaned_data["teams"])
        return ChannelOfYear(name, self.cleaned_data["share"], teams)


class MetricForm(PageForm):
    """Another metric of the plan: its own growth over last year's fact."""

    metric = forms.ChoiceField(label=_("Metric"), required=False)
    base = QuantityInput(label=_("Last year"), required=False)
    own = PercentInput(label=_("Growth, %"), min_value=FEWEST, max_value=MOST, required=False)

    def __init__(self, *args: Any, metrics: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["metric"], [("", "–"), *metrics])

    def planned(self) -> MetricOfYear | None:
        """The metric; None for a row that says nothing. Without a base it is as measured."""
        said = self.cleaned_data
        if not said.get("metric"):
            return None
        return MetricOfYear(said["metric"], said["base"], Decimal(0), said["own"] or Decimal(0), Decimal(1))


ChannelRows = forms.formset_factory(
    ChannelForm, extra=0, max_num=MOST_CHANNELS, absolute_max=MOST_CHANNELS, validate_max=True
)
MetricRows = forms.formset_factory(
    MetricForm, extra=0, max_num=MOST_METRICS, absolute_max=MOST_METRICS, validate_max=True
)
