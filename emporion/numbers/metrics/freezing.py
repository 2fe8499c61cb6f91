"""What a closing keeps of the metrics: the settings they were made with, and what each of them meant."""

from collections.abc import Mapping
from datetime import date

from emporion.kernel.ledger.closing import closing_of
from emporion.kernel.preferences.definitions import Value
from emporion.kernel.preferences.queries import preferences
from emporion.numbers.metrics.registry import all_metrics

SETTINGS = "settings"


def frozen_settings(_start: date | None, _end: date) -> dict[str, Value]:
    """Every setting as it is when a period is closed."""
    return preferences()


def frozen_definitions(_start: date | None, _end: date) -> dict[str, str]:
    """What every metric means, in words."""
    return {metric.name: metric.definition for metric in all_metrics()}


def settings_on(day: date, *, as_closed: bool) -> Mapping[str, Value]:
    """The settings of a number whose last day that is: those it was closed with, where it is closed and shown so, else
    those of now. Up to three queries, once for a whole page."""
    now = preferences()
    closing = closing_of(day) if as_closed else None
    return now | closing.frozen.get(SETTINGS, {}) if closing else now
