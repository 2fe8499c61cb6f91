"""Changing settings."""

import re
from datetime import datetime
from difflib import get_close_matches

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import zone
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.preferences.definitions import DEFINITIONS, Value
from emporion.kernel.preferences.models import Preference
from emporion.kernel.preferences.queries import preference


def set_preference(*, name: str, value: Value, by: Viewer, at: datetime) -> None:
    """Set one setting; refuses a value it may not take. The base currency only before the first fact."""
    by.require(Permission.ADMINISTER)
    if name not in DEFINITIONS:
        raise UnknownName("setting", name, get_close_matches(name, DEFINITIONS))
    _refuse_bad_value(name, value)
    with transaction.atomic():
        if name == "base_currency":
            begin_epoch(base_currency=str(value))
        old = preference(name)
        Preference.objects.update_or_create(name=name, defaults={"value": value})
        record(
            "preference.set",
            by=by,
            at=at,
            subject=f"preference:{name}",
            old={"value": old},
            new={"value": value},
        )


def _refuse_bad_value(name: str, value: Value) -> None:
    definition = DEFINITIONS[name]
    if type(value) is not type(definition.default):
        raise Refusal("bad_preference", f"{name} must be {type(definition.default).__name__}, not {value!r}")
    if definition.choices and value not in definition.choices:
        raise Refusal("bad_preference", f"{name} must be one of {', '.join(map(str, definition.choices))}")
    if definition.minimum is not None and isinstance(value, int) and value < definition.minimum:
        raise Refusal("bad_preference", f"{name} must be at least {definition.minimum}")
    if definition.maximum is not None and isinstance(value, int) and value > definition.maximum:
        raise Refusal("bad_preference", f"{name} must be at most {definition.maximum}")
    if definition.pattern and not re.fullmatch(definition.pattern, str(value)):
        raise Refusal("bad_preference", f"{name} must be {definition.form}, not {value!r}")
    if name == "zone":
        zone(str(value))
    if name == "holidays_country" and value and str(value) not in _countries():
        raise Refusal("bad_preference", f"{name} must be a country whose holidays are known, not {value!r}")


def _countries() -> set[str]:
    from holidays import list_supported_countries

    return set(list_supported_countries(include_aliases=False))
