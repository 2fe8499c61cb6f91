"""The audit log: who did what, and what was before."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.running.audit_people import NamedPeople, full_name
from emporion.doors.web.running.audit_words import happened
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.filters import Choice, Days
from emporion.kernel.ui.lists import Column, ListPage
from emporion.kernel.ui.requests import PageRequest


def require_reader(viewer: Viewer) -> None:
    """Refuses who does not see everything: an entry may be about anyone."""
    if not viewer.sees_all:
        raise Refusal("not_permitted", "the audit log is for those who see everything")


def _people(viewer: Viewer) -> Iterable[tuple[str, str]]:
    require_reader(viewer)
    users = [(user.username, full_name(user)) for user in User.objects.order_by("username")]
    return [(SYSTEM.name, who(SYSTEM.name)), *users]


class AuditList(ListPage):
    """Who did what, the latest first."""

    key = "audit"
    subject = "audit"
    title = gettext_lazy("Audit log")
    empty = gettext_lazy("What people do will be recorded here: who, when, and what was before.")
    default_sort = "-number"
    columns = (
        Column("number", gettext_lazy("Number"), lambda entry: entry.pk, ("pk",), end=True),
        Column("at", gettext_lazy("When"), lambda entry: entry.at),
        Column("by", gettext_lazy("Who"), lambda entry: entry.people.by(entry)),
        Column("action", gettext_lazy("What"), lambda entry: happened(entry.action)),
        Column("about", gettext_lazy("About"), lambda entry: entry.people.about(entry)),
    )
    filters = (
        Choice("by", gettext_lazy("Who"), _people, lambda found, name: found.filter(by=name)),
        Days("at", gettext_lazy("Day"), "at__date"),
    )

    def records(self, viewer: Viewer) -> QuerySet[Any]:
        """All entries."""
        require_reader(viewer)
        return AuditEntry.objects.defer("payload").annotate(
            is_erased=ExpressionWrapper(Q(payload__isnull=True), BooleanField())
        )

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """The people whom the entries name."""
        people = NamedPeople.of(rows, viewer)
        for entry in rows:
            entry.people = people

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Entries about that subject, or of that action."""
        return records.filter(subject=text) | records.filter(action__startswith=text)

    def address_of(self, row: Any) -> str:
        """The entry's own page."""
        return reverse("running:audit_entry", kwargs={"pk": row.pk})


def entry(request: PageRequest, pk: int) -> HttpResponse:
    """One entry: what was before, what is after."""
    require_reader(request.viewer)
    found = AuditEntry.objects.filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_entry", "there is no such entry")
    people = NamedPeople.of([found], request.viewer)
    changes = [{"name": name, "old": pair[0], "new": pair[1]} for name, pair in (found.payload or {}).items()]
    shown = {
        "title": _("Entry %(number)s") % {"number": found.pk},
        "entry": found,
        "by": people.by(found),
        "happened": happened(found.action),
        "about": people.about(found),
        "changes": changes,
        "erased": found.payload is None,
    }
    return render(request, "running/audit_entry.html", shown)
