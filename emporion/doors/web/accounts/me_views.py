"""One's own account: details, password, second factor, sessions."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.accounts.forms.people import OwnForm
from emporion.doors.web.accounts.looking import own_viewer
from emporion.doors.web.accounts.words import role_name
from emporion.doors.web.shell.looking import VIEWING_AS
from emporion.kernel.access.actions import change_user, note_access
from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.requests import PageRequest

_DETAILS = ("first_name", "last_name", "email", "language", "zone")


def me(request: PageRequest) -> HttpResponse:
    """The reader's own account."""
    user = User.objects.select_related("access_role").get(pk=request.user.pk)
    initial = {name: getattr(user, name) for name in _DETAILS}
    form = OwnForm(request.POST or None, initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in _DETAILS if name in form.changed_data}
        if form.act(lambda: change_user(user_id=user.pk, changes=changes, by=own_viewer(user), at=now())):
            messages.success(request, _("Your account is changed."))
            return redirect("accounts:me")
    known = {
        "title": _("Account and sign-in"),
        "form": form,
        "whose": user,
        "role": role_name(user.access_role.code, user.access_role.name) if user.access_role else "",
        "second_factor": is_mfa_enabled(user),
        "sessions": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "accounts/me.html", known)


def sessions(request: PageRequest) -> HttpResponse:
    """Where one is signed in."""
    found = sorted(UserSession.objects.purge_and_list(request.user), key=lambda one: one.created_at)
    rows = [{"it": one, "current": one.session_key == request.session.session_key} for one in found]
    return render(request, "accounts/sessions.html", {"title": _("Where you are signed in"), "rows": rows})


@require_POST
def end_session(request: PageRequest, pk: int) -> HttpResponse:
    """Ends one of one's own sessions."""
    found = UserSession.objects.filter(pk=pk, user=request.user).first()
    if found is None:
        raise Refusal("no_such_session", "there is no such session")
    _end([found], request)
    return redirect("accounts:sessions")


@require_POST
def end_other_sessions(request: PageRequest) -> HttpResponse:
    """Ends all of one's own sessions but this one."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    _end(list(others), request)
    return redirect("accounts:sessions")


def _end(found: list[UserSession], request: PageRequest) -> None:
    for one in found:
        one.end()
    note_access(event="user.sessions_ended", user_id=request.user.pk, by=own_viewer(request.user), at=now())
    messages.success(request, _("They are signed out there."))


@require_POST
def stop_viewing_as(request: PageRequest) -> HttpResponse:
    """Back to one's own eyes."""
    other = request.session.pop(VIEWING_AS, None)
    if other is not None:
        note_access(event="viewing.stopped", user_id=other, by=own_viewer(request.user), at=now())
    return redirect("/")
