"""Settings of the company and the definitions of the numbers."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.doors.web.accounts.actions import set_preferences
from emporion.doors.web.accounts.definition_words import WORDS, sentence_of, shown_value
from emporion.doors.web.accounts.forms.settings import CompanyForm, DefinitionForm
from emporion.doors.web.accounts.tabs import tabs
from emporion.kernel.access.viewer import Permission
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.preferences.definitions import DEFINITIONS, Definition
from emporion.kernel.preferences.queries import preference, preferences
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest


@needs(Permission.ADMINISTER)
def company(request: PageRequest) -> HttpResponse:
    """What the whole company shares."""
    fixed = LedgerFact.objects.exists()
    form = CompanyForm(
        request.POST or None, initial=CompanyForm.initial_of(preferences()), currency_fixed=fixed
    )
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.act(lambda: set_preferences(values=values, by=request.viewer, at=now())):
            messages.success(request, _("The settings are kept."))
            return redirect("accounts:settings")
    known = {"title": _("Settings"), "form": form, "submit_label": _("Keep"), "back": ""}
    return render(request, "accounts/form.html", known | tabs(request.viewer, "accounts:settings"))


@needs(Permission.ADMINISTER)
def definitions(request: PageRequest) -> HttpResponse:
    """What the numbers mean, each with its value, its default, and who changed it when."""
    known, changes = preferences(), _changes()
    rows = [
        {
            "name": name,
            "words": WORDS[name],
            "sentence": sentence_of(name, known[name]),
            "default": shown_value(name, DEFINITIONS[name].default),
            "is_default": known[name] == DEFINITIONS[name].default,
            "changed": changes.get(name),
        }
        for name in WORDS
    ]
    shown = {"title": _("Definitions"), "rows": rows}
    return render(request, "accounts/definitions.html", shown | tabs(request.viewer, "accounts:definitions"))


@needs(Permission.ADMINISTER)
def definition_page(request: PageRequest, name: str) -> HttpResponse:
    """One definition, to be changed or set back."""
    if name not in WORDS:
        raise Refusal("no_such_definition", "there is no such definition")
    definition, words = DEFINITIONS[name], WORDS[name]
    form = DefinitionForm(
        _posted(request, definition),
        initial={"value": preference(name)},
        definition=definition,
        words=words,
    )
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data["value"]}
        if form.act(lambda: set_preferences(values=values, by=request.viewer, at=now())):
            messages.success(request, _("The definition is changed; numbers follow it from now on."))
            return redirect("accounts:definitions")
    known = {
        "title": words.label,
        "form": form,
        "submit_label": _("Keep"),
        "back": reverse("accounts:definitions"),
        "words": words,
        "sentence": sentence_of(name, preference(name)),
        "default": shown_value(name, definition.default),
        "range": _range(definition),
        "changed": _changes().get(name),
    }
    return render(request, "accounts/definition.html", known | tabs(request.viewer, "accounts:definitions"))


def _posted(request: PageRequest, definition: Definition) -> Any:
    if request.method != "POST":
        return None
    return {"value": definition.default} if request.POST.get("action") == "default" else request.POST


def _range(definition: Definition) -> str:
    if definition.minimum is None or definition.maximum is None:
        return ""
    ends = {"least": number(definition.minimum), "most": number(definition.maximum)}
    return _("A whole number from %(least)s to %(most)s.") % ends


def _changes() -> dict[str, tuple[str, datetime]]:
    """By definition, who changed it last and when. One query."""
    entries = AuditEntry.objects.filter(action="preference.set", subject__startswith="preference:")
    found = entries.order_by("id").values_list("subject", "by", "at")
    return {subject.partition(":")[2]: (by, at) for subject, by, at in found}
