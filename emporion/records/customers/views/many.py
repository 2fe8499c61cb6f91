"""What is done with many customers that were chosen in their list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.bulk import BulkPage, Deed
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.records.customers.actions.bulk import change_customers, reassign_customers
from emporion.records.customers.forms.many import ReassignForm, SegmentForm
from emporion.records.customers.views.lists import CustomerList


def _reassign(form: PageForm, ids: Sequence[int], by: Viewer, at: datetime) -> str:
    member, day = form.cleaned_data["member"], form.cleaned_data["starts_on"]
    reassign_customers(customer_ids=ids, member_id=member.pk, starts_on=day, by=by, at=at)
    said = ngettext(
        "%(count)s customer is now %(member)s's.", "%(count)s customers are now %(member)s's.", len(ids)
    )
    return said % {"count": number(len(ids)), "member": member.name or member.code}


def _segment(form: PageForm, ids: Sequence[int], by: Viewer, at: datetime) -> str:
    change_customers(customer_ids=ids, by=by, at=at, segment=form.cleaned_data["segment"])
    said = ngettext(
        "The segment of %(count)s customer is changed.",
        "The segment of %(count)s customers is changed.",
        len(ids),
    )
    return said % {"count": number(len(ids))}


class CustomersChosen(BulkPage):
    """Reassign them, or change their segment."""

    page = CustomerList
    back = "customers:list"
    deeds: ClassVar[Mapping[str, Deed]] = {
        "reassign": Deed(_("Give to another owner"), ReassignForm, _reassign),
        "segment": Deed(_("Change the segment"), SegmentForm, _segment),
    }
