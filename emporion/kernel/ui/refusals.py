"""What the product says no to, in the reader's language.

English is the text itself, with its details. In other languages a refusal is said by its name: the translations of
this part hold a sentence for every name (context `refusal`) that says what to do.
"""

from django.utils.translation import get_language, gettext, pgettext

from emporion.kernel.errors import EmporionError, Refusal, UnknownName
from emporion.kernel.ui.formats import listed

CONTEXT = "refusal"
# Their sentence alone would not show where to look: the place is in the text, in names of files, columns and settings.
_SHOWN_WITH_TEXT = frozenset(
    {
        "another_plan",
        "bad_mapping",
        "bad_preference",
        "cannot_import",
        "changed_since_export",
        "column_missing",
        "column_twice",
        "cut_off",
        "damaged_text",
        "damaged_workbook",
        "differs",
        "failed",
        "no_references",
        "not_a_table",
        "not_possible",
        "parents_missing",
        "part_does_not_start",
        "port_taken",
    }
)


def said(refusal: EmporionError) -> str:
    """The refusal as one line that says what to do."""
    if (get_language() or "en").startswith("en"):
        return str(refusal)
    if isinstance(refusal, UnknownName):
        return _unknown(refusal)
    name = refusal.name if isinstance(refusal, Refusal) else "failed"
    sentence = _sentence(name)
    return f"{sentence} ({refusal})" if name in _SHOWN_WITH_TEXT else sentence


def _unknown(refusal: UnknownName) -> str:
    if refusal.near:
        known = {"name": refusal.name, "near": listed(refusal.near)}
        return gettext("“%(name)s” is not known here; near it there is %(near)s.") % known
    return gettext("“%(name)s” is not known here.") % {"name": refusal.name}


def _sentence(name: str) -> str:
    sentence = pgettext(CONTEXT, name)
    if sentence != name:
        return sentence
    # Named by what is missing, or by what keeps the record: too many names for a sentence each.
    kind = {"no_such": "no_such_record", "has": "still_needed"}
    begun = next((known for start, known in kind.items() if name.startswith(f"{start}_")), "failed")
    return pgettext(CONTEXT, begun)
