"""Customers entered, changed, and put into the recycle bin."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import options_answer
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.records.customers.actions.customers import change_customer, create_customer
from emporion.records.customers.forms.customers import CustomerForm, customer_values
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import visible_customer, visible_customers


def options(request: PageRequest) -> HttpResponse:
    """What a field may mean by the text typed so far: customers the viewer may open."""
    return options_answer(
        visible_customers(request.viewer), str(next(iter(request.GET.values()), "")), matching
    )


@needs(Permission.WRITE)
def create(request: PageRequest) -> HttpResponse:
    """A new customer."""
    form = CustomerForm(
        request.POST or None, viewer=request.viewer, options_address=reverse("customers:options")
    )
    return form_answer(
        request,
        form,
        lambda: create_customer(by=request.viewer, at=now(), **form.first, **form.said),
        told,
        title=_("New customer"),
        submit_label=_("Save"),
        back=reverse("customers:list"),
        template="customers/form.html",
    )


@needs(Permission.WRITE)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """A customer changed."""
    customer = visible_customer(request.viewer, pk)
    form = CustomerForm(
        request.POST or None,
        viewer=request.viewer,
        options_address=reverse("customers:options"),
        stored=lambda: customer_values(visible_customer(request.viewer, pk)),
    )
    return form_answer(
        request,
        form,
        lambda: change_customer(
            customer_id=pk, version=form.cleaned_data["version"], by=request.viewer, at=now(), **form.said
        ),
        told,
        title=customer.name,
        submit_label=_("Save"),
        back=card_address("customer", pk),
        template="customers/form.html",
    )


@needs(Permission.WRITE)
@require_POST
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """A customer put into the recycle bin."""
    customer = visible_customer(request.viewer, pk)
    back = card_address("customer", pk)
    return removed(request, "customer", pk, name=customer.name, to=reverse("customers:list"), back=back)


def told(customer: Customer) -> tuple[str, str]:
    """To the card, with a word of what was done."""
    return told_of(customer.pk, customer.name)


def told_of(pk: int, name: str) -> tuple[str, str]:
    """To the card of that customer, with a word of what was done."""
    return card_address("customer", pk) or reverse("customers:list"), _("%(name)s is saved.") % {"name": name}
