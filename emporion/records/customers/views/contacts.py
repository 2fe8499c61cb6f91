"""People at customers, entered and changed."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.ui.editing import form_answer
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.records.customers.actions.contacts import add_contact, change_contact
from emporion.records.customers.forms.contacts import ContactForm, contact_values
from emporion.records.customers.models import Contact
from emporion.records.customers.queries import visible_contact, visible_customer
from emporion.records.customers.rules import full_name
from emporion.records.customers.views.customers import told_of


@needs(Permission.WRITE)
def create(request: PageRequest, pk: int) -> HttpResponse:
    """A new person at that customer."""
    customer = visible_customer(request.viewer, pk)
    form = ContactForm(request.POST or None)
    return form_answer(
        request,
        form,
        lambda: add_contact(customer_id=pk, by=request.viewer, at=now(), **form.said),
        _told,
        title=_("New contact at %(name)s") % {"name": customer.name},
        submit_label=_("Save"),
        back=card_address("customer", pk),
    )


@needs(Permission.WRITE)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """A contact changed."""
    contact = visible_contact(request.viewer, pk)
    form = ContactForm(
        request.POST or None, stored=lambda: contact_values(visible_contact(request.viewer, pk))
    )
    return form_answer(
        request,
        form,
        lambda: change_contact(
            contact_id=pk, version=form.cleaned_data["version"], by=request.viewer, at=now(), **form.said
        ),
        _told,
        title=name_of(contact),
        template="customers/contact.html",
        contact=contact,
        submit_label=_("Save"),
        back=card_address("customer", contact.customer_id),
    )


@needs(Permission.WRITE)
@require_POST
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """A contact put into the recycle bin."""
    contact = visible_contact(request.viewer, pk)
    card = card_address("customer", contact.customer_id)
    return removed(request, "contact", pk, name=name_of(contact), to=card, back=card)


def name_of(contact: Contact) -> str:
    """A contact's name, of the parts that are known."""
    parts = {part: getattr(contact, part) for part in ("given_name", "patronymic", "family_name")}
    return full_name(parts) or contact.code


def _told(contact: Contact) -> tuple[str, str]:
    return told_of(contact.customer_id, name_of(contact))
