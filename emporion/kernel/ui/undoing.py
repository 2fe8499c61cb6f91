"""Undo instead of "are you sure": what was done is told with a way back, as long as there is one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.change_undoing import can_be_undone, undo_change
from emporion.kernel.clock import now
from emporion.kernel.record_removing import remove_record
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.views import safe_return


class Done:
    """What was done between two moments of a request, as the audit log has it."""

    def __init__(self, request: PageRequest) -> None:
        self.request = request
        self._before = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def tell(self, said: str, back: str) -> None:
        """Says it, with a button that takes it back and leads to `back`, where the viewer did just one thing that can
        be undone."""
        entries = list(AuditEntry.objects.filter(pk__gt=self._before, by=self.request.viewer.name)[:2])
        if len(entries) != 1 or not can_be_undone(entries[0]):
            messages.success(self.request, said)
            return
        form = (
            '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="entry" value="{}"><input type="hidden" name="next" value="{}">'
            '<button class="link">{}</button></form>'
        )
        told = format_html(
            form, said, reverse("ui:undo"), get_token(self.request), entries[0].pk, back, _("Undo")
        )
        messages.success(self.request, told)


@needs(Permission.WRITE)
@require_POST
def undo(request: PageRequest) -> HttpResponse:
    """Takes one thing back, by its entry in the audit log. Refuses where something has changed since."""
    entry = request.POST.get("entry", "")
    number = int(entry) if entry.isascii() and entry.isdecimal() and len(entry) < 19 else 0
    undo_change(entry_id=number, by=request.viewer, at=now())
    messages.success(request, _("It is as it was before."))
    return HttpResponseRedirect(safe_return(request))


def removed(request: PageRequest, subject: str, pk: int, *, name: str, to: str, back: str) -> HttpResponse:
    """Puts a record into the recycle bin and says so with a way back, which leads to `back`; then goes to `to`."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    done = Done(request)
    remove_record(subject=subject, record_id=pk, version=seen, by=request.viewer, at=now())
    done.tell(_("%(name)s is in the recycle bin.") % {"name": name}, back)
    return HttpResponseRedirect(to)
