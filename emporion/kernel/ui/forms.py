"""Forms: what they share."""

from collections.abc import Callable
from typing import Any

from django import forms

from emporion.kernel.errors import EmporionError
from emporion.kernel.ui.refusals import said

_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}


class DayInput(forms.DateInput):
    """A day, picked or typed; the browser shows it in the reader's language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PageForm(forms.Form):
    """A form drawn like all others, whose `act` turns what an action refuses into an error of the form."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.dress()

    def dress(self) -> None:
        """Gives every field its look; a form that adds fields of its own calls it again."""
        for field in self.fields.values():
            own = _CLASSES.get(type(field.widget), "form-control")
            field.widget.attrs.setdefault("class", own)

    def act(self, action: Callable[[], object]) -> bool:
        """Whether the action was done; what it refused is told above the form, and nothing that was typed is lost."""
        try:
            action()
        except EmporionError as refusal:
            self.add_error(None, said(refusal))
            return False
        return True
