"""Zones, currencies, countries and languages to choose from, in the reader's language."""

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django.conf import settings

from emporion.kernel.calendar.rules import countries
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.formats import locale

Choices = list[tuple[str, str]]
_OLD = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


@lru_cache(maxsize=1)
def zones() -> Choices:
    """Every time zone by its name."""
    names = [name for name in available_timezones() if "/" in name and not name.startswith(_OLD)]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(names))]


def currencies() -> Choices:
    """The currencies of today."""
    return _currencies(locale().language)


def holiday_countries() -> Choices:
    """The countries whose holidays are known, and none."""
    names = Locale.parse(locale().language).territories
    known = [(code, str(names.get(code, code))) for code in countries()]
    return sorted(known, key=lambda one: one[1].casefold())


def offered_languages() -> Choices:
    """The languages people may choose."""
    offered = str(preference("languages")).split(",")
    return [(code, name) for code, name in settings.LANGUAGES if code in offered]


@lru_cache(maxsize=8)
def _currencies(language: str) -> Choices:
    today = date.today()  # noqa: DTZ011 - which currencies are in use does not turn on an hour
    codes = {
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory, today, tender=True)
    }
    return sorted((code, f"{code} · {get_currency_name(code, locale=language)}") for code in codes)
