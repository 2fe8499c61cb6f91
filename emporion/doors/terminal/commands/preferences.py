"""Settings that change numbers."""

import re

import click

from emporion.doors.terminal.options import as_json, as_user, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_ready, ensure_there

WHOLE_NUMBER = re.compile(r"-?\d{1,18}")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@click.group("settings")
def settings_command() -> None:
    """The settings that change a number: time zone, currency, days of the active base and so on."""


@settings_command.command("list")
@as_json
def list_settings(*, json_: bool) -> None:
    """All settings as they stand, with what they mean."""
    ensure_there()
    from emporion.kernel.preferences.definitions import DEFINITIONS
    from emporion.kernel.preferences.queries import preferences

    rows = [
        {
            "name": name,
            "value": value,
            "default": DEFINITIONS[name].default,
            "meaning": DEFINITIONS[name].meaning,
        }
        for name, value in preferences().items()
    ]
    if json_:
        print_json(rows)
    else:
        print_table(["name", "value", "default", "meaning"], rows)
        hint("Change one: emporion settings set NAME VALUE")


@settings_command.command("get")
@click.argument("name")
@as_json
def get_setting(*, name: str, json_: bool) -> None:
    """One setting as it stands."""
    ensure_there()
    from emporion.kernel.preferences.queries import preference

    value = preference(name)
    if json_:
        print_json({name: value})
    else:
        say(str(value))


@settings_command.command("set")
@click.argument("name")
@click.argument("value")
@as_user
def set_setting(*, name: str, value: str, user: str | None) -> None:
    """Change one setting. Closed periods keep the value they were closed with."""
    ensure_ready()
    from emporion.kernel.clock import now
    from emporion.kernel.preferences.actions import set_preference
    from emporion.kernel.preferences.queries import preference

    at = now()
    # The day in UTC: the stored zone may be the very thing that is wrong and put right here.
    by = viewer_of(user, on=at.date())
    set_preference(name=name, value=like(preference(name), value), by=by, at=at)
    hint(f"{name} is {value}. Numbers of periods that are not closed follow it from now on.")


def like(present: int | str | bool, text: str) -> int | str | bool:
    """The text as the kind of value the setting has; what cannot be read stays text, and the action refuses it."""
    if isinstance(present, bool):
        return text.lower() in _YES if text.lower() in _YES | _NO else text
    if isinstance(present, int):
        return int(text) if WHOLE_NUMBER.fullmatch(text) else text
    return text
