"""The form of a person at a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.kernel.ui.editing import RecordForm
from emporion.records.customers.forms.words import CHANNELS, FIELDS
from emporion.records.customers.models import Contact

NAMES = ("given_name", "patronymic", "family_name", "address_form", "position")
REACHED = ("phone", "mobile", "email", "messenger")
SAID = (*NAMES, "decides", *REACHED, "preferred_channel", "birthday_month_day")


def contact_values(contact: Contact) -> dict[str, Any]:
    """What the form of a contact shows, as it is now."""
    return {name: getattr(contact, name) for name in (*SAID, "version")}


class ContactForm(RecordForm):
    """A person at a customer."""

    decides = forms.BooleanField(label=FIELDS["decides"], required=False)
    preferred_channel = forms.ChoiceField(
        label=FIELDS["preferred_channel"], choices=[("", "–"), *CHANNELS.items()], required=False
    )
    birthday_month_day = forms.RegexField(
        r"^\d\d-\d\d$",
        label=FIELDS["birthday_month_day"],
        required=False,
        help_text=_("Month and day, such as 02-29; the year is nobody's business."),
        error_messages={"invalid": _("Write month and day with a hyphen, such as 02-29.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*NAMES, *REACHED):
            column: Any = Contact._meta.get_field(name)
            kind = forms.EmailField if name == "email" else forms.CharField
            self.fields[name] = kind(label=FIELDS[name], max_length=column.max_length, required=False)
        self.order_fields(SAID)
        self.dress()

    def clean(self) -> dict[str, Any]:
        """Refuses a person without any name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(str(cleaned.get(name, "")).strip() for name in NAMES[:3]):
            self.add_error("family_name", _("Give at least one part of the name."))
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """What is said of the contact, as the actions take it."""
        return {name: self.cleaned_data[name] for name in SAID}
