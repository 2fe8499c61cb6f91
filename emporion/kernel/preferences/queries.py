"""Reading settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches

from emporion.kernel.errors import UnknownName
from emporion.kernel.preferences.definitions import DEFINITIONS, Value
from emporion.kernel.preferences.models import Preference

_read: ContextVar[dict[str, Value] | None] = ContextVar("settings read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, all settings are read once, when the first is needed: for a page that only reads, so that it pays one
    query for them. What another process sets meanwhile shows on the next page."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def preferences() -> dict[str, Value]:
    """Every setting as it stands, defaults filled in. One query."""
    kept = _read.get()
    if kept:
        return dict(kept)
    stored = dict(Preference.objects.values_list("name", "value"))
    found = {name: stored.get(name, definition.default) for name, definition in DEFINITIONS.items()}
    if kept is not None:
        kept.update(found)
    return found


def preference(name: str) -> Value:
    """One setting as it stands. One query."""
    if name not in DEFINITIONS:
        raise UnknownName("setting", name, get_close_matches(name, DEFINITIONS))
    if _read.get() is not None:
        return preferences()[name]
    stored = Preference.objects.filter(name=name).values_list("value", flat=True).first()
    value: Value = DEFINITIONS[name].default if stored is None else stored
    return value
