"""Mappings, states of imports, and our tables and columns, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.importing.models import RunState
from emporion.doors.web.running.column_labels import LABELS
from emporion.doors.web.running.column_meanings import MEANINGS
from emporion.doors.web.running.table_words import TABLES

Text = str | Promise
PRESETS: dict[str, Text] = {
    "generic": gettext_lazy("Emporion's own columns"),
    "adventureworks": "AdventureWorks",
}
# The columns of another record by which an import may find it, besides its code.
NAMED_BY: dict[str, Text] = {
    "": gettext_lazy("by code"),
    "name": gettext_lazy("by name"),
    "email": gettext_lazy("by e-mail"),
}


def preset_said(name: str) -> str:
    """A mapping that comes with the product by what it is called; one that somebody wrote by its file's name."""
    return str(PRESETS.get(name, name))


def table_label(name: str) -> Text:
    """What a table of ours is called."""
    return TABLES[name][0] if name in TABLES else name


def table_meaning(name: str) -> Text:
    """What a row of a table of ours is; empty where nothing more is to be said."""
    return TABLES[name][1] if name in TABLES else ""


def column_label(table: str, column: str) -> Text:
    """What a column of ours is called."""
    return LABELS.get(f"{table}.{column}") or LABELS.get(column, column)


def column_meaning(table: str, column: str) -> Text:
    """What a column of ours holds; empty where its label says it."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column, "")


def state_label(state: str) -> str:
    """The state of a run in words."""
    return {
        RunState.RUNNING: _("not finished"),
        RunState.DONE: _("done"),
        RunState.UNDOING: _("being taken back"),
        RunState.UNDONE: _("taken back"),
    }.get(RunState(state), state)
