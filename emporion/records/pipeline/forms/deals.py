"""Forms of deals. What can be chosen is what the viewer may name."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT, CREDIT_OVERLAY
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import NOTHING, RecordField, among, offer, select
from emporion.kernel.ui.editing import RecordForm, Stored
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import today, visible_customers
from emporion.records.pipeline.forms.wording import pipeline_name, stage_name
from emporion.records.pipeline.models import Deal, LeadSource, Stage
from emporion.records.pipeline.rules import CLOSED, Share
from emporion.records.team.forms import people

SEATS = 4  # people who share a deal; more than enough, and a form that fits a phone


def _sources() -> list[tuple[Any, Any]]:
    rows = LeadSource.objects.order_by("name", "code").values_list("pk", "name", "code")
    return [NOTHING, *((pk, name or code) for pk, name, code in rows)]


class _ValueField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=18, decimal_places=4, **kwargs)


class DealForm(RecordForm):
    """What is said of a deal, when it is opened and later."""

    name = forms.CharField(label=_("Deal"), max_length=255, help_text=_("What may be sold, in a few words"))
    customer = RecordField(
        label=_("Customer"), required=False, found=matching, help_text=_("A part of the name, or the code")
    )
    expected_on = forms.DateField(label=_("Expected close"), required=False, widget=DayInput())
    source_id = select(_("Source"), required=False)
    channel = forms.CharField(label=_("Channel"), max_length=40, required=False)
    product = RecordField(
        label=_("Product"), required=False, found=matching, help_text=_("What it is mostly about")
    )

    def __init__(self, viewer: Viewer, data: QueryDict | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.viewer = viewer
        self._open_choices()

    def _open_choices(self) -> None:
        customer, product, source = self.fields["customer"], self.fields["product"], self.fields["source_id"]
        among(customer, visible_customers(self.viewer), reverse("customers:options"))
        among(product, Product.objects.filter(removed_at=None), reverse("catalog:options"))
        offer(source, _sources())

    def said(self) -> dict[str, Any]:
        """What the form says, by the deal's attributes."""
        told = self.cleaned_data
        customer, product = told["customer"], told["product"]
        return {
            "name": told["name"],
            "customer_id": None if customer is None else customer.pk,
            "expected_on": told["expected_on"],
            "source_id": told["source_id"],
            "channel": told["channel"],
            "product_id": None if product is None else product.pk,
        }


class NewDealForm(DealForm):
    """A deal that is being opened."""

    value = _ValueField(label=_("Worth"), required=False, help_text=_("In the base currency"))
    stage_id = select(_("Stage"), required=False)
    opened_on = forms.DateField(label=_("Opened"), widget=DayInput())
    owner_id = select(_("Owner"), required=False)

    field_order = ("name", "customer", "value", "expected_on", "stage_id", "owner_id", "opened_on")

    def __init__(self, viewer: Viewer, data: QueryDict | None, **kwargs: Any) -> None:
        initial = {"opened_on": today(), "owner_id": viewer.member_id, **kwargs.pop("initial", {})}
        super().__init__(viewer, data, initial=initial, **kwargs)
        offer(self.fields["owner_id"], [NOTHING, *people(viewer)])
        offer(self.fields["stage_id"], open_stages() or [NOTHING])

    def shares(self) -> list[Share]:
        """Whose it is to be."""
        owner_id = self.cleaned_data["owner_id"]
        return [] if owner_id is None else [Share(owner_id)]


class EditDealForm(DealForm):
    """A deal changed."""

    def __init__(self, viewer: Viewer, data: QueryDict | None, *, deal: Deal, **kwargs: Any) -> None:
        super().__init__(viewer, data, **kwargs)
        # Whose deal it is stays sayable where the viewer sees the deal and not the customer.
        if deal.customer_id is not None:
            mine = Customer.objects.filter(pk=deal.customer_id)
            among(self.fields["customer"], visible_customers(viewer) | mine, reverse("customers:options"))


class MoveForm(RecordForm):
    """A deal moved to another stage."""

    stage_id = select(_("Stage"))
    entered_on = forms.DateField(label=_("Day"), widget=DayInput())
    lost_reason = forms.CharField(
        label=_("Reason, when it is closed without sale"), max_length=255, required=False
    )

    def __init__(self, data: QueryDict | None, deal: Deal, stages: Sequence[Any], stored: Stored) -> None:
        super().__init__(data, stored=stored, initial={"entered_on": today()})
        offer(self.fields["stage_id"], [(pk, name) for pk, name in stages if pk != deal.stage_id])


class ValueForm(RecordForm):
    """What a deal is worth from a day on."""

    value = _ValueField(label=_("Worth"))
    starts_on = forms.DateField(label=_("From"), widget=DayInput())


class ContractForm(RecordForm):
    """A signed contract."""

    signed_on = forms.DateField(label=_("Signed"), widget=DayInput())
    amount = _ValueField(
        label=_("Amount"), required=False, help_text=_("Empty: what the deal is worth that day")
    )


class CreditForm(RecordForm):
    """Whose a deal is."""

    def __init__(
        self, data: QueryDict | None, shares: Sequence[Share], named: Sequence[Any], stored: Stored
    ) -> None:
        super().__init__(data, stored=stored)
        for place in range(max(SEATS, len(shares) + 1)):
            share = shares[place] if place < len(shares) else None
            self._add_seat(place + 1, share, named)

    def _add_seat(self, number: int, share: Share | None, named: Sequence[Any]) -> None:
        kinds = [(CREDIT_DIRECT, _("shares the deal")), (CREDIT_OVERLAY, _("beside it, as a whole"))]
        member = select(_("Person"), required=False, choices=[NOTHING, *named])
        weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=1000, required=False)
        credit = forms.ChoiceField(label=_("Credit"), choices=kinds)
        first = {"member": member, "weight": weight, "credit": credit}
        for name, one in first.items():
            one.widget.attrs["class"] = "form-control" if name == "weight" else "form-select"
            one.widget.attrs["aria-label"] = f"{one.label} {number}"
            self.fields[f"{name}_{number}"] = one
        self.initial[f"member_{number}"] = share.member_id if share else None
        self.initial[f"weight_{number}"] = share.weight if share else 1
        self.initial[f"credit_{number}"] = share.credit if share else CREDIT_DIRECT

    def seats(self) -> list[list[forms.BoundField]]:
        """The fields of each person."""
        numbers = [name.removeprefix("member_") for name in self.fields if name.startswith("member_")]
        return [[self[f"{what}_{one}"] for what in ("member", "weight", "credit")] for one in numbers]

    def shares(self) -> list[Share]:
        """Whose it is to be."""
        numbers = [name.removeprefix("member_") for name in self.fields if name.startswith("member_")]
        told = self.cleaned_data
        return [
            Share(told[f"member_{one}"], told[f"weight_{one}"] or 1, told[f"credit_{one}"])
            for one in numbers
            if told[f"member_{one}"] is not None
        ]


class GiveForm(PageForm):
    """Whose chosen deals are to be."""

    member_id = select(_("Give to"))

    def __init__(self, viewer: Viewer, data: QueryDict | None) -> None:
        super().__init__(data)
        offer(self.fields["member_id"], people(viewer))


def open_stages() -> list[tuple[Any, Any]]:
    """The stages in which a deal may begin. One query."""
    rows = list(
        Stage.objects.exclude(outcome__in=CLOSED)
        .select_related("pipeline")
        .order_by("pipeline__code", "position")
    )
    several = len({stage.pipeline_id for stage in rows}) > 1
    return [
        (one.pk, f"{pipeline_name(one.pipeline)}: {stage_name(one)}" if several else stage_name(one))
        for one in rows
    ]
