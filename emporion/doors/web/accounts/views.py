"""One's own account."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.shell.looking import VIEWING_AS
from emporion.kernel.ui.requests import PageRequest


def me(request: PageRequest) -> HttpResponse:
    """The reader's own account."""
    return render(request, "ui/page.html", {"title": _("Account and sign-in")})


@require_POST
def stop_viewing_as(request: PageRequest) -> HttpResponse:
    """Back to one's own eyes."""
    request.session.pop(VIEWING_AS, None)
    return redirect("/")
