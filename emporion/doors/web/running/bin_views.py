"""The recycle bin: what was removed, and the way back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.running.audit_words import KINDS
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.record_removing import recycle_bin as removed_records
from emporion.kernel.record_removing import removable_subjects, restore_record
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.requests import PageRequest

ON_A_PAGE = 50


@needs(Permission.WRITE)
def recycle_bin(request: PageRequest) -> HttpResponse:
    """What was removed and is in the viewer's scope, one kind at a time."""
    subjects = removable_subjects()
    kind = request.GET.get("kind", "")
    if kind not in subjects:
        kind = _first_filled(request, subjects)
    removed = Paginator(removed_records(request.viewer, kind), ON_A_PAGE)
    shown = {
        "title": _("Recycle bin"),
        "kind": kind,
        "kinds": [{"name": name, "label": KINDS.get(name, name)} for name in subjects],
        "page": removed.get_page(request.GET.get("page")),
    }
    return render(request, "running/recycle_bin.html", shown)


def _first_filled(request: PageRequest, subjects: list[str]) -> str:
    filled = (name for name in subjects if removed_records(request.viewer, name).exists())
    return next(filled, subjects[0])


@require_POST
@needs(Permission.WRITE)
def restore(request: PageRequest, pk: int) -> HttpResponse:
    """Brings a record back as it was."""
    kind = request.POST.get("kind", "")
    if kind not in removable_subjects():
        raise Refusal("no_such_record", "there is no such record in the recycle bin")
    back: Any = restore_record(subject=kind, record_id=pk, by=request.viewer, at=now())
    messages.success(request, _("%(name)s is back.") % {"name": getattr(back, "name", "") or back.code})
    return redirect(address_with("/recycle-bin/", {"kind": kind}))
