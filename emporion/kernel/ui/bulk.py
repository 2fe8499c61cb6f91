"""Doing one thing with many records that were chosen in a list: the page says how many and asks what is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.lists import COUNTED, ListPage
from emporion.kernel.ui.undoing import Done

LONGEST_ID = 18  # digits; a database's key has no more


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done: `form` asks what it needs, `do` does it with ids and answers with what to say."""

    title: str | Promise
    form: Callable[[Viewer, QueryDict | None], PageForm]
    do: Callable[[PageForm, Sequence[int], Viewer, datetime], str]
    permission: Permission = Permission.WRITE


class BulkPage(View):
    """The page that the buttons below a list lead to."""

    http_method_names = ("post", "options")
    page: ClassVar[type[ListPage]]
    back: ClassVar[str]  # the URL name of the list
    deeds: ClassVar[Mapping[str, Deed]]

    def post(self, request: Any) -> HttpResponse:
        """Asks; or does it, says so, and goes back to the list as it was."""
        viewer = request.viewer
        action = request.POST.get("action", "")
        deed = self.deeds.get(action)
        if deed is None:
            raise Refusal(
                "no_such_action", "there is nothing of that name to be done with records of this list"
            )
        viewer.require(deed.permission)
        ids = chosen(self.page, viewer, request.POST)
        query = request.POST.get("query", "")
        back = reverse(self.back) + (f"?{query}" if query else "")
        if not ids:
            messages.warning(request, _("Nothing was chosen."))
            return redirect(back)
        return self._asked_or_done(request, action, deed, ids, back)

    def _asked_or_done(
        self, request: Any, action: str, deed: Deed, ids: Sequence[int], back: str
    ) -> HttpResponse:
        confirmed = "confirmed" in request.POST
        form = deed.form(request.viewer, request.POST if confirmed else None)
        said: list[str] = []
        if confirmed and form.is_valid():
            done = Done(request)
            if form.act(lambda: said.append(deed.do(form, ids, request.viewer, now()))):
                done.tell(said[0], back)
                return redirect(back)
        context = {
            "title": deed.title,
            "subtitle": ngettext("%(count)s record chosen", "%(count)s records chosen", len(ids))
            % {"count": number(len(ids))},
            "form": form,
            "kept": [(name, value) for name in ("query", "all") if (value := request.POST.get(name))],
            "pks": request.POST.getlist("pk") if not request.POST.get("all") else [],
            "action": action,
            "back": back,
        }
        return render(request, "ui/bulk.html", context)


def chosen(page: type[ListPage], viewer: Viewer, posted: QueryDict) -> list[int]:
    """The ids of what was chosen and the viewer may see: those ticked, or all that fit the list's filters."""
    shown = page()
    if posted.get("all"):
        found = shown.matching(viewer, QueryDict(posted.get("query", "")))
        return list(found.order_by("pk").values_list("pk", flat=True)[:COUNTED])
    ticked = [
        int(one)
        for one in posted.getlist("pk")
        if one.isascii() and one.isdecimal() and len(one) <= LONGEST_ID
    ]
    return list(shown.records(viewer).filter(pk__in=ticked).order_by("pk").values_list("pk", flat=True))
