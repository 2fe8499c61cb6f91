"""What is asked when something is done with many customers at once."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.customers.forms.owning import member_field
from emporion.records.customers.queries import today


class ReassignForm(PageForm):
    """To whom, and from which day on."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput)

    def __init__(self, viewer: Viewer, posted: QueryDict | None) -> None:
        super().__init__(posted, initial={"starts_on": today()})
        self.fields["member"] = member_field(viewer, required=True)
        self.order_fields(["member", "starts_on"])
        self.dress()


class SegmentForm(PageForm):
    """Into which segment."""

    segment = forms.CharField(label=_("Segment"), max_length=100, required=False)

    def __init__(self, viewer: Viewer, posted: QueryDict | None) -> None:  # noqa: ARG002 - a bulk form's signature
        super().__init__(posted)

    def said(self) -> dict[str, Any]:
        """What is said of them."""
        return {"segment": self.cleaned_data["segment"]}
