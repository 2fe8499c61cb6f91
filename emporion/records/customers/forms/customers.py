"""The form of a customer, in groups, with the fields of one's own."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput
from emporion.records.customers.forms.owning import member_field, territory_field
from emporion.records.customers.forms.words import CHOICES, FIELDS
from emporion.records.customers.models import Customer, CustomField, Kind
from emporion.records.customers.queries import today, visible_customers

LONG = ("interests", "suppliers_now", "buys_what_for", "could_interest")
OWN = "own_"  # before the code of a field of one's own


class Group(NamedTuple):
    """Fields that stand together; only the first group is open from the start."""

    title: str | Promise
    fields: Sequence[BoundField]
    open: bool


GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        _("Who they are"),
        ("code", "name", "kind", "segment", "city", "phone", "email", "owner", "territory", "in_base_from"),
    ),
    (
        _("How to reach them and what matters"),
        ("preferred_channel", "messenger", "website", "what_matters", "payment_manner", "source"),
    ),
    (
        _("Address and papers"),
        ("address", "postal_code", "region", "country", "legal_address", "tax_id", "holding"),
    ),
    (
        _("What they buy"),
        ("activity_type", "size_band", "age_band", "suppliers_now", "buys_what_for", "could_interest"),
    ),
    (
        _("If it is a person"),
        (
            *("given_name", "patronymic", "family_name", "address_form"),
            *("sex", "birth_year", "occupation", "interests"),
        ),
    ),
)
SAID = (
    *("name", "kind", "segment", "city", "phone", "email", "preferred_channel", "messenger", "website"),
    *("what_matters", "payment_manner", "source", "address", "postal_code", "region", "country"),
    *("legal_address", "tax_id", "activity_type", "size_band", "age_band", "suppliers_now", "buys_what_for"),
    *("could_interest", "given_name", "patronymic", "family_name", "address_form", "sex", "birth_year"),
    *("occupation", "interests"),
)


def customer_values(customer: Customer) -> dict[str, Any]:
    """What the form of a customer shows, as it is now."""
    values: dict[str, Any] = {name: getattr(customer, name) for name in (*SAID, "version")}
    own = {f"{OWN}{code}": value for code, value in customer.custom.items()}
    return {**values, **own, "holding": customer.holding}


class CustomerForm(RecordForm):
    """A customer, as they are entered and changed. Owner, zone and base are given once; later they have a history."""

    code = forms.CharField(
        label=_("Code"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )
    in_base_from = forms.DateField(label=FIELDS["in_base_from"], widget=DayInput, required=False)
    holding = RecordField(label=FIELDS["holding"], required=False, found=matching)

    def __init__(self, *args: Any, viewer: Viewer, options_address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        for name in SAID:
            self.fields[name] = _field(name)
        self._take_own_fields()
        holding: Any = self.fields["holding"]
        holding.records = visible_customers(viewer)
        holding.widget.options_address = options_address
        if self.stored is None:
            self.fields["owner"] = member_field(viewer)
            self.fields["territory"] = territory_field(viewer)
            self.initial.setdefault("owner", viewer.member_id)
            self.initial.setdefault("in_base_from", today())
            self.initial.setdefault("kind", Kind.COMPANY)
        else:
            del self.fields["code"], self.fields["in_base_from"]
        self.dress()

    def _take_own_fields(self) -> None:
        self.own = {f"{OWN}{one.code}": one for one in CustomField.objects.order_by("name", "code")}
        self.fields.update({name: _own_field(one) for name, one in self.own.items()})

    def groups(self) -> Iterator[Group]:
        """The fields as the page shows them."""
        for place, (title, names) in enumerate(GROUPS):
            fields = [self[name] for name in names if name in self.fields]
            yield Group(title, fields, place == 0 or any(field.errors for field in fields))
        if self.own:
            own = [self[name] for name in self.own]
            yield Group(_("Fields of your own"), own, any(field.errors for field in own))

    def clean_country(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["country"]).upper()

    @property
    def said(self) -> dict[str, Any]:
        """What is said of the customer, as the actions take it."""
        holding = self.cleaned_data["holding"]
        own = {one.code: self.cleaned_data[name] for name, one in self.own.items()}
        values = {name: self.cleaned_data[name] for name in SAID}
        return {**values, "holding_id": holding and holding.pk, **({"custom": own} if own else {})}

    @property
    def first(self) -> dict[str, Any]:
        """What a new customer begins with."""
        owner, territory = self.cleaned_data["owner"], self.cleaned_data["territory"]
        return {
            "code": self.cleaned_data["code"],
            "owner_id": owner and owner.pk,
            "territory_id": territory and territory.pk,
            "in_base_from": self.cleaned_data["in_base_from"],
        }


def _field(name: str) -> forms.Field:
    column: Any = Customer._meta.get_field(name)
    label, needed = FIELDS[name], name in ("name", "kind")
    if name in CHOICES:
        empty = [] if needed else [("", "–")]
        return forms.ChoiceField(label=label, choices=[*empty, *CHOICES[name].items()], required=needed)
    if name == "birth_year":
        return forms.IntegerField(label=label, min_value=1900, max_value=2100, required=False)
    if name == "email":
        return forms.EmailField(label=label, max_length=column.max_length, required=False)
    widget = forms.Textarea(attrs={"rows": 3}) if name in LONG else None
    return forms.CharField(label=label, max_length=column.max_length, required=needed, widget=widget)


def _own_field(own: CustomField) -> forms.Field:
    if own.kind == "number":
        return forms.DecimalField(label=own.name, required=False)
    if own.kind == "day":
        return forms.DateField(label=own.name, widget=DayInput, required=False)
    if own.kind == "choice":
        choices = [("", "–"), *((one, one) for one in own.choices)]
        return forms.ChoiceField(label=own.name, choices=choices, required=False)
    return forms.CharField(label=own.name, required=False)
