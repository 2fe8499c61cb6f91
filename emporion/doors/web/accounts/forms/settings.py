"""Forms of the settings, of the calendar and of the first run."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import get_day_names
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.accounts.choices import currencies, holiday_countries, zones
from emporion.doors.web.accounts.definition_words import OPTIONS, Words
from emporion.doors.web.accounts.forms.sign_in import NewPasswordForm
from emporion.kernel.calendar.rules import OwnDay
from emporion.kernel.preferences.definitions import Definition, Value
from emporion.kernel.ui.formats import locale
from emporion.kernel.ui.forms import PageForm

_CHECK = {"class": "choices"}
AS_USUAL, FREE, WHOLE, SHORT = "usual", "free", "whole", "short"
_HUNDRED = Decimal(100)


class _CompanyFields(PageForm):
    company_name = forms.CharField(label=_("Company"), max_length=100, required=False)
    base_currency = forms.ChoiceField(
        label=_("Base currency"),
        help_text=_("Every amount is counted in it. It is fixed once anything has been entered."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Days begin and end in it, for all numbers. Hours follow each reader."),
    )
    holidays_country = forms.ChoiceField(
        label=_("Holidays of"), required=False, help_text=_("Its holidays are not working days.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "base_currency", currencies())
        _choose(self, "zone", zones())
        _choose(self, "holidays_country", [("", _("no country")), *holiday_countries()])


class CompanyForm(_CompanyFields):
    """What the whole company shares."""

    languages = forms.MultipleChoiceField(
        label=_("Languages people may choose"), widget=forms.CheckboxSelectMultiple(attrs=_CHECK)
    )
    working_week = forms.MultipleChoiceField(
        label=_("Days worked"), widget=forms.CheckboxSelectMultiple(attrs=_CHECK)
    )

    def __init__(self, *args: Any, currency_fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "languages", settings.LANGUAGES)
        names = get_day_names(locale=locale())
        _choose(self, "working_week", [(str(number), names[number]) for number in range(7)])
        self.fields["base_currency"].disabled = currency_fixed

    def values(self) -> dict[str, Value]:
        """The settings as they are kept."""
        given = dict(self.cleaned_data)
        worked = set(given["working_week"])
        given["working_week"] = "".join("1" if str(number) in worked else "0" for number in range(7))
        given["languages"] = ",".join(
            code for code, _name in settings.LANGUAGES if code in given["languages"]
        )
        return given

    @staticmethod
    def initial_of(known: dict[str, Value]) -> dict[str, Any]:
        """The form as the settings are now."""
        worked = [str(number) for number, one in enumerate(str(known["working_week"])) if one == "1"]
        return {**known, "working_week": worked, "languages": str(known["languages"]).split(",")}


class FirstRunForm(NewPasswordForm, _CompanyFields):
    """Who administers, and what the company is."""

    token = forms.CharField(label=_("Token"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = (
        "token",
        "first_name",
        "last_name",
        "username",
        "email",
        "password",
        "again",
        "language",
        "company_name",
        "base_currency",
        "zone",
        "holidays_country",
    )

    def __init__(self, *args: Any, token_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if token_known:
            self.fields["token"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Checks the password against what was entered beside it."""
        for name in ("username", "first_name", "last_name", "email"):
            setattr(self.user, name, self.cleaned_data.get(name, ""))
        return super().clean()


class DefinitionForm(PageForm):
    """The value of one definition."""

    def __init__(self, *args: Any, definition: Definition, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = _field(definition, words)
        self.fields["value"].help_text = str(words.help)
        self.dress()


class DayForm(PageForm):
    """How one day is worked."""

    kind = forms.ChoiceField(
        label=_("This day is"),
        widget=forms.RadioSelect(attrs=_CHECK),
        choices=[
            (AS_USUAL, _("as the week and the country have it")),
            (FREE, _("free")),
            (WHOLE, _("worked")),
            (SHORT, _("shortened")),
        ],
    )
    percent = forms.DecimalField(
        label=_("How much of a day, per cent"),
        required=False,
        min_value=1,
        max_value=99,
        max_digits=3,
        decimal_places=1,
        help_text=_("For a shortened day: 7 hours of 8 are 87.5."),
    )
    name = forms.CharField(label=_("What it is called"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """A shortened day says by how much."""
        given = super().clean() or {}
        if given.get("kind") == SHORT and given.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", _("Say how much of the day is worked."))
        return given

    def weight(self) -> Decimal | None:
        """What part of a day is worked; None for as usual."""
        whole = {FREE: Decimal(0), WHOLE: Decimal(1), AS_USUAL: None}
        kind = self.cleaned_data["kind"]
        return whole[kind] if kind in whole else Decimal(self.cleaned_data["percent"]) / _HUNDRED

    @staticmethod
    def initial_of(own: OwnDay | None) -> dict[str, Any]:
        """The form as the day is now."""
        if own is None:
            return {"kind": AS_USUAL}
        kind = {Decimal(0): FREE, Decimal(1): WHOLE}.get(own.weight, SHORT)
        return {"kind": kind, "name": own.name, "percent": own.weight * _HUNDRED if kind == SHORT else None}


class YearForm(PageForm):
    """Which year to show."""

    year = forms.IntegerField(min_value=1900, max_value=2200)

    @staticmethod
    def year_of(text: str, today: date) -> int:
        """The asked year, or this one."""
        form = YearForm({"year": text})
        return int(form.cleaned_data["year"]) if form.is_valid() else today.year


def _field(definition: Definition, words: Words) -> forms.Field:
    if definition.choices:
        return forms.ChoiceField(label=str(words.label), choices=list(OPTIONS[definition.name].items()))
    return forms.IntegerField(
        label=str(words.label), min_value=definition.minimum, max_value=definition.maximum
    )


def _choose(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
