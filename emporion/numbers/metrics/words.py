"""Metrics and dimensions in the reader's words: what each is called, and what it means under the settings of now.

The definitions beside their expressions are the exact ones, in English, for documents and the command line. A part
that has metrics of its own tells how they are said (`registry.register_words`).
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emporion.kernel.preferences.definitions import Value
from emporion.kernel.preferences.queries import preferences
from emporion.kernel.ui import formats
from emporion.numbers.metrics.engine.dimensions import dimension
from emporion.numbers.metrics.registry import Told, metric, words_elsewhere
from emporion.numbers.metrics.words_of_sales import CUSTOMERS
from emporion.numbers.metrics.words_of_work import WORK

DIMENSION_LABELS: Mapping[str, Promise] = {
    "member": _("Member"),
    "team": _("Team"),
    "role": _("Role"),
    "member_zone": _("Member's zone"),
    "territory": _("Territory"),
    "territory_parent": _("Territory above"),
    "customer": _("Customer"),
    "product": _("Product"),
    "deal": _("Deal"),
    "order": _("Order"),
    "stage": _("Stage"),
    "channel": _("Channel"),
    "source": _("Source"),
    "kind": _("Kind of fact"),
    "credit": _("Credit"),
    "subject": _("Record"),
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year"),
    "team_now": _("Team now"),
    "role_now": _("Role now"),
    "owner_now": _("Owner now"),
    "territory_now": _("Customer's zone now"),
    "city": _("City"),
    "region": _("Region"),
    "country": _("Country"),
    "segment": _("Segment"),
    "size_band": _("Size"),
    "activity_type": _("Activity type"),
    "customer_kind": _("Kind of customer"),
    "customer_source": _("Source of the customer"),
    "category": _("Category"),
    "parent_category": _("Category above"),
    "pipeline": _("Pipeline"),
}
TOLD: Mapping[str, tuple[Promise, Promise]] = CUSTOMERS | WORK


def label_of(name: str) -> str:
    """What a metric is called. An unknown one is answered with those nearest to it."""
    if name in TOLD:
        return str(TOLD[name][0])
    return _elsewhere(name).label


def words_of(name: str, settings: Mapping[str, Value] | None = None) -> str:
    """What a metric means, in a sentence or two, with the settings as they stand (one query) or as given."""
    if name not in TOLD:
        return _elsewhere(name).meaning
    return str(TOLD[name][1]) % _written(preferences() if settings is None else settings)


def dimension_label(name: str) -> str:
    """What a dimension is called."""
    known = dimension(name)
    return str(DIMENSION_LABELS.get(name, known.label))


def _elsewhere(name: str) -> Told:
    for told in words_elsewhere():
        if (found := told(name)) is not None:
            return found
    known = metric(name)
    return Told(known.label, known.definition)


def _written(settings: Mapping[str, Value]) -> dict[str, str]:
    """By setting, its value as a sentence holds it."""
    return {name: _value(name, value) for name, value in settings.items()}


def _value(name: str, value: Value) -> str:
    if isinstance(value, str):
        return _base_of_win_rate(value) if name == "win_rate_base" else value
    if name.endswith("_days"):
        return formats.days(value)
    if name.endswith("_halves"):
        return formats.number(Decimal(value) / 2)
    if name.endswith("_percent"):
        return formats.share(Decimal(value) / 100)
    return formats.number(value)


def _base_of_win_rate(chosen: str) -> str:
    if chosen == "all":
        return gettext("won and lost in the period and still open at its end")
    return gettext("won and lost in the period")
