"""Home by role, appearance, search."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.ui.requests import PageRequest

A_YEAR = 365 * 24 * 3600  # seconds
LONGEST_QUESTION = 200


def home(request: PageRequest) -> HttpResponse:
    """The first page of one's role."""
    return redirect(home_of(request.viewer))


def home_of(viewer: Viewer) -> str:
    """The name of the page a viewer begins with."""
    if viewer.sees_all:
        return "panels:business"
    return "panels:me" if viewer.scope is Scope.OWN else "panels:department"


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keeps the language (on the account, where there is one) and the theme."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    language, theme = request.POST.get("language"), request.POST.get("theme")
    if language in {"en", "ru", "el"}:
        response.set_cookie("language", language, max_age=A_YEAR, samesite="Lax", httponly=True)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
    if theme in {"light", "dark"}:
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def search(request: PageRequest) -> HttpResponse:
    """What was found anywhere."""
    from emporion.doors.web.shell.finding import found

    text = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    return render(
        request,
        "shell/search.html",
        {"title": _("Find"), "text": text, "find_text": text, "groups": found(request.viewer, text)},
    )
