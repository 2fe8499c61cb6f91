"""What kinds, sorts and outcomes of activities are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.records.activities.models import Activity

Text = str | Promise

KIND_NAMES: dict[str, Text] = {
    "call": _("call"),
    "meeting": _("meeting"),
    "message": _("message"),
    "visit": _("visit"),
    "presentation": _("presentation"),
}
FIRST_NAMES: dict[str, Text] = {
    "cold": _("cold"),
    "repeat": _("repeat"),
    "inbound": _("inbound"),
    "new": _("with a new customer"),
    "existing": _("with an existing customer"),
}
_SORTS: dict[tuple[str, str], Text] = {
    ("call", "cold"): _("cold call"),
    ("call", "repeat"): _("repeat call"),
    ("call", "inbound"): _("inbound call"),
    ("meeting", "new"): _("meeting with a new customer"),
    ("meeting", "existing"): _("meeting with an existing customer"),
}
# Stored as they stand; an outcome of a file is shown as it was written.
OUTCOMES: dict[str, dict[str, Text]] = {
    "call": {
        "agreed": _("agreed on a next step"),
        "call_back": _("call again later"),
        "no_answer": _("no answer"),
        "refused": _("refused"),
    },
    "meeting": {
        "agreed": _("agreed on a next step"),
        "thinking": _("they will think it over"),
        "not_held": _("they did not come"),
        "refused": _("refused"),
    },
}
_OUTCOME_NAMES = {code: name for names in OUTCOMES.values() for code, name in names.items()}


def sort_name(activity: Activity) -> Text:
    """What was done: a cold call, a meeting with a new customer."""
    return _SORTS.get((activity.kind, activity.first)) or KIND_NAMES[activity.kind]


def outcome_name(code: str) -> Text:
    """How it ended."""
    return _OUTCOME_NAMES.get(code, code)
