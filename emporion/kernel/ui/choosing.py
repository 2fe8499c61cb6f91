"""Choosing one record among very many: a text is typed, and what it finds is the choice.

A select would hold every customer. Here one types a code or a part of a name; where several records fit, the form
names them and nothing that was typed is lost.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching

SHOWN = 10
_CODE = re.compile(r"\(([^()]+)\)\s*$")
Found = Callable[[QuerySet[Any], str], QuerySet[Any]]


def found_by_name(records: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those whose code or name holds every word of the text."""
    for word in text.split():
        records = records.filter(Q(code__icontains=word) | Q(name__icontains=word))
    return records


def named(record: Model) -> str:
    """A record as it is written into such a field: its name, and its code, by which it is found again."""
    name, code = getattr(record, "name", ""), getattr(record, "code", "")
    return f"{name} ({code})" if name and name != code else str(code)


NOTHING: tuple[str, str] = ("", "–")


def _key(text: str) -> int | None:
    return int(text) if text else None


def select(label: Any, *, required: bool = True, **kwargs: Any) -> forms.TypedChoiceField:
    """A choice among few records, whose cleaned value is a key or None. The form says among which (`offer`)."""
    return forms.TypedChoiceField(label=label, required=required, coerce=_key, empty_value=None, **kwargs)


def offer(field: forms.Field, choices: Iterable[Any]) -> None:
    """Lets that field choose among these."""
    if not isinstance(field, forms.ChoiceField):
        raise TypeError("this field has no choices")
    field.choices = list(choices)


def among(field: forms.Field, records: QuerySet[Any], options_address: str = "") -> None:
    """Lets that field find one of these records; the address answers what may be meant while one types."""
    if not isinstance(field, RecordField):
        raise TypeError("this field finds no record")
    field.records = records
    setattr(field.widget, "options_address", options_address)  # noqa: B010 - the stubs know no widget of our own


class OncePerViewer:
    """Choices that a page asks for several times, read once for each viewer: for each request, that is."""

    def __init__(self, read: Callable[[Viewer], Iterable[Any]]) -> None:
        self._read = read
        self._last: tuple[Viewer | None, list[Any]] = (None, [])

    def __call__(self, viewer: Viewer) -> list[Any]:
        """The choices of this viewer."""
        whose, found = self._last
        if whose is not viewer:
            found = list(self._read(viewer))
            self._last = (viewer, found)
        return found


class RecordInput(forms.TextInput):
    """A text beside the list of what it may mean. The address gives more while one types, where htmx runs."""

    template_name = "ui/forms/record.html"

    options: tuple[str, ...] = ()
    options_address = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template draws."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"options": self.options}
        attributes = context["widget"]["attrs"]
        attributes |= {"list": f"{attributes.get('id', name)}_options", "autocomplete": "off"}
        if self.options_address:
            attributes |= {
                "hx-get": self.options_address,
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "next datalist",
            }
        return context


class RecordField(forms.CharField):
    """One of `records`, which the form sets to what its viewer may name. The cleaned value is the record, or None."""

    widget = RecordInput

    def __init__(self, *, found: Found = matching, **kwargs: Any) -> None:
        self.records: QuerySet[Any] | None = None
        self.found = found
        super().__init__(**{"max_length": 300, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """The record as it is written."""
        return named(value) if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        """The record that was meant. Refuses a text that finds none, or more than one, and then says which."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        if self.records is None:
            raise TypeError("the form has not said which records may be chosen")
        written = _CODE.search(text)
        codes = [text, *([written[1]] if written else [])]
        exact = self.records.filter(code__in=codes).first()
        return self._only(self.records, text) if exact is None else exact

    def _only(self, records: QuerySet[Any], text: str) -> Any:
        fitting = list(self.found(records, text)[: SHOWN + 1])
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise forms.ValidationError(_("Nothing that you may open is called so."), code="not_found")
        same = [one for one in fitting if getattr(one, "name", "") == text]
        if len(same) == 1:
            return same[0]
        self.widget.options = tuple(named(one) for one in fitting[:SHOWN])
        several = "; ".join(self.widget.options)
        raise forms.ValidationError(
            _("Several fit; write one of them: %(several)s") % {"several": several}, code="several"
        )


def options_answer(records: QuerySet[Any], text: str, found: Found = found_by_name) -> HttpResponse:
    """What a field may mean by the text typed so far, as the options of its list."""
    fitting = found(records, text)[:SHOWN] if text.strip() else ()
    return HttpResponse(
        format_html_join("", '<option value="{}"></option>', ((named(one),) for one in fitting))
    )
