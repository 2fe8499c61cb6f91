"""Whose a customer is, where, and whether they are in the base."""

from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput
from emporion.records.customers.queries import today
from emporion.records.team.models import Territory
from emporion.records.team.queries import visible_members, visible_territories

FEW = 200  # what still fits into a select


def choice_of(records: QuerySet[Any], **kwargs: Any) -> forms.Field:
    """One of these records: from a select where they are few, else by a text that finds it. One query."""
    if records.order_by()[: FEW + 1].count() <= FEW:
        field = forms.ModelChoiceField(records, empty_label="–", **kwargs)
        field.label_from_instance = _label  # type: ignore[assignment]  # Django's way to name choices
        return field
    found = RecordField(found=matching if records.model is not Territory else _by_name, **kwargs)
    found.records = records
    return found


def _label(record: Model) -> str:
    return str(getattr(record, "name", "") or record)


def _by_name(records: QuerySet[Any], text: str) -> QuerySet[Any]:
    return records.filter(Q(name__icontains=text) | Q(code__icontains=text))


def member_field(viewer: Viewer, *, required: bool = False) -> forms.Field:
    """One of the viewer's people who work here. One query."""
    working = Q(left_on=None) | Q(left_on__gt=today())
    members = visible_members(viewer).filter(working).order_by("name", "code")
    return choice_of(members, label=_("Owner"), required=required)


def territory_field(viewer: Viewer) -> forms.Field:
    """One of the territories that the viewer may name. One query."""
    territories = visible_territories(viewer).order_by("name", "code")
    return choice_of(territories, label=_("Zone"), required=False)


class _FromDay(RecordForm):
    """Something that holds from a day on."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", today())


class OwnerForm(_FromDay):
    """Whose the customer is from a day on."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"] = member_field(viewer)
        self.order_fields(["member", "starts_on"])
        self.dress()


class ZoneForm(_FromDay):
    """Where the customer is from a day on."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"] = territory_field(viewer)
        self.order_fields(["territory", "starts_on"])
        self.dress()


class BaseForm(RecordForm):
    """From when the customer is in the base, and whether they have left it."""

    in_base_from = forms.DateField(label=_("In the base since"), widget=DayInput, required=False)
    left_base_on = forms.DateField(
        label=_("Left the base on"),
        widget=DayInput,
        required=False,
        help_text=_("The first day on which they are no longer in it; left empty, they are."),
    )
