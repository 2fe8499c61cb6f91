"""The form of a cell of a plan, and those of a branch."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.kernel.ui.choosing import offer, select
from emporion.kernel.ui.forms import DayInput, PageForm

HUNDRED = Decimal(100)
STEPS = 24  # months of a ramp


class QuantityInput(forms.DecimalField):
    """A number of a plan: 0 and more, to the millionth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": Decimal(0), "max_digits": 18, "decimal_places": 6, **kwargs})


class PercentInput(forms.DecimalField):
    """Per cent, whose cleaned value is a fraction."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 9, "decimal_places": 5, **kwargs})

    def clean(self, value: Any) -> Decimal | None:
        """The fraction."""
        found = super().clean(value)
        return None if found is None else found / HUNDRED


class CellForm(PageForm):
    """What a cell is to hold, why, and whether it is locked there."""

    value = QuantityInput(label=_("Plan"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Why it differs from what was calculated."),
    )
    locked = forms.BooleanField(label=_("Lock: nobody changes it before it is unlocked"), required=False)


class WeightForm(PageForm):
    """How much a branch weighs among its neighbours."""

    weight = forms.IntegerField(
        label=_("Weight"), min_value=0, max_value=10**17, help_text=_("Among the parts of the same branch.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)


class OverForm(PageForm):
    """By how much the sum of the parts is above the branch."""

    over = PercentInput(
        label=_("Reserve, %"),
        min_value=Decimal(0),
        max_value=HUNDRED,
        help_text=_("By so much the plans of the parts together are above the plan of the branch."),
    )


class PresenceForm(PageForm):
    """From and to which day a person is in the plan."""

    joins_on = forms.DateField(label=_("First day"), required=False, widget=DayInput)
    leaves_on = forms.DateField(label=_("First day no longer there"), required=False, widget=DayInput)
    ramp = forms.CharField(
        label=_("On the way up, % of a usual month"),
        required=False,
        max_length=200,
        help_text=_("The first months of a newcomer one after another, for example 25 50 75."),
    )

    def clean_ramp(self) -> list[int]:
        """The steps in thousandths."""
        words = str(self.cleaned_data["ramp"]).replace(",", " ").replace(";", " ").replace("%", " ").split()
        if any(not word.isascii() or not word.isdecimal() or len(word) > 3 for word in words):
            raise forms.ValidationError(_("Write whole per cents with blanks between them: 25 50 75."))
        if len(words) > STEPS:
            raise forms.ValidationError(_("A way up has at most 24 months."))
        return [int(word) * 10 for word in words]


class MoveForm(PageForm):
    """To which team a person moves, and when."""

    team_branch = select(_("Team"))
    from_day = forms.DateField(label=_("From"), widget=DayInput)

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["team_branch"], teams)


class ReplanForm(PageForm):
    """A new version of a plan."""

    name = forms.CharField(label=_("Name of the plan"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=100)
    frozen_until = forms.DateField(
        label=_("First day that is free again"),
        widget=DayInput,
        help_text=_("What ended before it stays as it was."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)


def percents(steps: list[int]) -> str:
    """Thousandths as the form of a ramp writes them."""
    return " ".join(str(step // 10) for step in steps)


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)
