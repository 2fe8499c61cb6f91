"""Forms that write one record: what was refused is told where it was typed, and so is what somebody else changed."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from emporion.kernel.errors import Conflict
from emporion.kernel.ui.choosing import named
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import Done

Text = str | Promise
Stored = Callable[[], Mapping[str, Any]]
_UNTOLD = {"version"}


class RecordForm(PageForm):
    """The form of one record. It carries the version it was filled from; `stored` gives what the record holds now."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, stored: Stored | None = None, **kwargs: Any) -> None:
        if stored is not None:
            kwargs["initial"] = {**stored(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.stored = stored
        self.conflict = False

    def act(self, action: Callable[[], object]) -> bool:
        """Whether the action was done. Where somebody else was faster, each field that differs says what it holds now;
        what was typed stays, and saving again is then done knowingly."""
        done = False

        def tried() -> None:
            nonlocal done
            try:
                action()
            except Conflict:
                self._tell()
            else:
                done = True

        return super().act(tried) and done

    def _tell(self) -> None:
        self.conflict = True
        self.add_error(
            None,
            _(
                "Somebody else changed this meanwhile. What differs is shown beside it; save again to keep yours."
            ),
        )
        now = self.stored() if self.stored is not None else {}
        for name, value in now.items():
            if name in self.fields and name not in _UNTOLD and self._differs(name, value):
                self.add_error(name, _("It is now: %(value)s") % {"value": _shown(value)})
        self.data = {**dict(self.data.items()), self.add_prefix("version"): now.get("version", "")}

    def _differs(self, name: str, value: Any) -> bool:
        typed = self.cleaned_data.get(name, value)
        return bool((typed or None) != (value or None))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Model):
        return named(value)
    return "–" if value in (None, "") else str(value)


def form_answer(
    request: PageRequest,
    form: PageForm,
    action: Callable[[], Any],
    told: Callable[[Any], tuple[str, str]],
    *,
    title: Text,
    submit_label: Text,
    back: str = "",
    template: str = "ui/form.html",
    **more: Any,
) -> HttpResponse:
    """The form; or, when it was sent and could be done, where to go next with a word of what was done. `told` turns
    what the action gave into an address and that word."""
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []
        done = Done(request)
        if form.act(lambda: made.append(action())):
            address, said = told(made[0])
            done.tell(said, address)
            return HttpResponseRedirect(address)
    status = HTTPStatus.CONFLICT if getattr(form, "conflict", False) else HTTPStatus.OK
    context = {"form": form, "title": title, "submit_label": submit_label, "back": back, **more}
    return render(request, template, context, status=status)
