"""Whose a customer is, where, and whether they are in the base."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.ui.editing import RecordForm, form_answer
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.actions.owning import leave_base, put_into_base, set_owner, set_zone
from emporion.records.customers.forms.owning import BaseForm, OwnerForm, ZoneForm
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import visible_customer
from emporion.records.customers.views.customers import told_of


def _version(request: PageRequest, pk: int) -> Callable[[], dict[str, Any]]:
    return lambda: {"version": visible_customer(request.viewer, pk).version}


@needs(Permission.WRITE)
def owner(request: PageRequest, pk: int) -> HttpResponse:
    """Whose the customer is from a day on."""
    customer = visible_customer(request.viewer, pk)
    form = OwnerForm(request.POST or None, viewer=request.viewer, stored=_version(request, pk))

    def act() -> None:
        member = form.cleaned_data["member"]
        set_owner(customer_id=pk, member_id=member and member.pk, **_common(request, form))

    return _answer(request, customer, form, act, _("Owner of %(name)s"))


@needs(Permission.WRITE)
def zone(request: PageRequest, pk: int) -> HttpResponse:
    """Where the customer is from a day on."""
    customer = visible_customer(request.viewer, pk)
    form = ZoneForm(request.POST or None, viewer=request.viewer, stored=_version(request, pk))

    def act() -> None:
        territory = form.cleaned_data["territory"]
        set_zone(customer_id=pk, territory_id=territory and territory.pk, **_common(request, form))

    return _answer(request, customer, form, act, _("Zone of %(name)s"))


def _common(request: PageRequest, form: RecordForm) -> dict[str, Any]:
    return {
        "starts_on": form.cleaned_data["starts_on"],
        "version": form.cleaned_data["version"],
        "by": request.viewer,
        "at": now(),
    }


@needs(Permission.WRITE)
def base(request: PageRequest, pk: int) -> HttpResponse:
    """From when to when the customer is in the base."""
    customer = visible_customer(request.viewer, pk)

    def stored() -> dict[str, Any]:
        found = visible_customer(request.viewer, pk)
        names = ("in_base_from", "left_base_on", "version")
        return {name: getattr(found, name) for name in names}

    form = BaseForm(request.POST or None, stored=stored)
    return _answer(
        request, customer, form, lambda: _set_base(request, customer, form), _("%(name)s in the base")
    )


def _set_base(request: PageRequest, customer: Customer, form: RecordForm) -> None:
    entered, left = form.cleaned_data["in_base_from"], form.cleaned_data["left_base_on"]
    version = form.cleaned_data["version"]
    said: dict[str, Any] = {"customer_id": customer.pk, "by": request.viewer, "at": now()}
    with transaction.atomic():
        if entered is not None and entered != customer.in_base_from:
            put_into_base(day=entered, version=version, **said)
            version += 1
        if left != customer.left_base_on:
            leave_base(day=left, version=version, **said)


def _answer(
    request: PageRequest, customer: Customer, form: RecordForm, act: Callable[[], None], title: str
) -> HttpResponse:
    return form_answer(
        request,
        form,
        act,
        lambda _made: told_of(customer.pk, customer.name),
        title=title % {"name": customer.name},
        submit_label=_("Save"),
        back=card_address("customer", customer.pk),
    )
