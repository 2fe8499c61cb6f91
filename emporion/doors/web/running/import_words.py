"""Mappings and states of imports, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.importing.models import RunState

PRESETS: dict[str, str | Promise] = {
    "generic": gettext_lazy("Emporion's own columns"),
    "adventureworks": "AdventureWorks",
}


def preset_said(name: str) -> str:
    """A mapping that comes with the product by what it is called; one that somebody wrote by its file's name."""
    return str(PRESETS.get(name, name))


def state_label(state: str) -> str:
    """The state of a run in words."""
    return {
        RunState.RUNNING: _("not finished"),
        RunState.DONE: _("done"),
        RunState.UNDOING: _("being taken back"),
        RunState.UNDONE: _("taken back"),
    }.get(RunState(state), state)
