"""Reading settings."""

from difflib import get_close_matches

from emporion.kernel.errors import UnknownName
from emporion.kernel.preferences.definitions import DEFINITIONS, Value
from emporion.kernel.preferences.models import Preference
from emporion.kernel.reading import once, reads_once


def preferences() -> dict[str, Value]:
    """Every setting as it stands, defaults filled in. One query, one for a whole page."""
    return dict(once("settings", _all))


def preference(name: str) -> Value:
    """One setting as it stands. One query, one for all of them on a page."""
    if name not in DEFINITIONS:
        raise UnknownName("setting", name, get_close_matches(name, DEFINITIONS))
    if reads_once():
        return preferences()[name]
    stored = Preference.objects.filter(name=name).values_list("value", flat=True).first()
    value: Value = DEFINITIONS[name].default if stored is None else stored
    return value


def _all() -> dict[str, Value]:
    stored = dict(Preference.objects.values_list("name", "value"))
    return {name: stored.get(name, definition.default) for name, definition in DEFINITIONS.items()}
