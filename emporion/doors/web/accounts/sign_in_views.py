"""Signing in, forgotten and new passwords."""

import logging
from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from emporion.doors.demo.queries import SignIn, demo_users
from emporion.doors.web.accounts.addresses import address_for_people, is_sure
from emporion.doors.web.accounts.forms.sign_in import ForgottenForm, NewPasswordForm
from emporion.doors.web.accounts.looking import own_viewer
from emporion.doors.web.accounts.mailing import mail_is_set
from emporion.doors.web.accounts.tasks import mail_password_link
from emporion.doors.web.accounts.words import member_role_name, role_name
from emporion.kernel.access.actions import note_access
from emporion.kernel.access.first_run import is_first_run
from emporion.kernel.access.invitations import accept_invitation, invited
from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.requests import PageRequest

log = logging.getLogger(__name__)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PASSED_ON = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT"),
    *("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_VIA"),
)


class SignInView(LoginView):  # type: ignore[misc]  # the library publishes no types
    """Name and password; in a made-up company, on the machine itself, one click for each role."""

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the first run while nobody can sign in."""
        if is_first_run():
            return redirect("accounts:first_run")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All that the page draws."""
        known: dict[str, Any] = super().get_context_data(**kwargs)
        return known | {"demo_users": [_drawn(one) for one in open_demo_users(self.request)]}


def open_demo_users(request: HttpRequest) -> list[SignIn]:
    """As whom one may sign in with one click: only in a made-up company, and only from the machine it runs on; what
    came through a proxy came from elsewhere."""
    own = request.META.get("REMOTE_ADDR") in _LOOPBACK
    named = request.get_host().rsplit(":", 1)[0] if request.get_host() != "[::1]" else "[::1]"
    if not own or named not in _LOOPBACK_NAMES or any(name in request.META for name in _PASSED_ON):
        return []
    return demo_users()


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the made-up people."""
    open_to = {one.username for one in open_demo_users(request)}
    username = request.POST.get("username", "")
    if username not in open_to:
        raise Refusal("no_such_user", "there is no such user")
    user = User.objects.get(username=username)
    begin_session(request, user)
    return redirect("/")


def begin_session(request: HttpRequest, user: User) -> None:
    """Signs in somebody who need not prove who they are, as if by password: listed and on the audit log."""
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    note_access(event="user.signed_in", user_id=user.pk, by=own_viewer(user), at=now())


def _drawn(one: SignIn) -> dict[str, Any]:
    does = member_role_name(one.member_role) if one.member_role else role_name(one.role, "")
    return {"username": one.username, "name": one.full_name, "role": does}


@login_not_required
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for a link to a new password by mail. The answer is the same whoever exists, and however often one asks:
    what is too often (5 times a minute for a name, 20 from an address) is not mailed."""
    form = ForgottenForm(request.POST or None)
    if mail_is_set() and request.method == "POST" and form.is_valid():
        login_typed = form.cleaned_data["login"].strip()
        if ratelimit.consume(request, action="reset_password", key=login_typed.casefold()):
            _mail_link(request, login_typed)
        return render(request, "account/forgotten.html", {"sent": True, "mail": True})
    return render(request, "account/forgotten.html", {"form": form, "mail": mail_is_set()})


def _mail_link(request: HttpRequest, login_typed: str) -> None:
    if not is_sure(request):
        log.warning("no link is mailed: set EMPORION_ADDRESS, or name each host in EMPORION_HOSTS")
        return
    start = address_for_people(request, reverse("account_set_password_by_link", args=["-"]))[:-2]
    mail_password_link.enqueue(login_typed, start)


@login_not_required
@never_cache
@sensitive_post_parameters()
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Sets the password of whoever was sent this link. With their first one they are signed in and begin on their
    home; who had one signs in with the new one, for a second factor may be asked there."""
    user = invited(token)
    is_first = not user.has_usable_password() and not is_mfa_enabled(user)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["password"]
        if form.act(lambda: accept_invitation(token=token, password=given, at=now())):
            return _begun(request, user, is_first=is_first)
    return render(request, "account/set_password.html", {"form": form, "whose": user})


def _begun(request: HttpRequest, user: User, *, is_first: bool) -> HttpResponse:
    if not is_first:
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    begin_session(request, User.objects.get(pk=user.pk))
    messages.success(request, _("Your password is set, and you are signed in."))
    return redirect("/")


@sensitive_post_parameters()
def change_password(request: PageRequest) -> HttpResponseBase:
    """Changes one's own password; other sessions end by it."""
    if not request.user.has_usable_password():
        raise Refusal("no_password", "this account has no password to change; ask who administers for a link")
    view: HttpResponseBase = _ChangePassword.as_view()(request)
    return view


class _ChangePassword(PasswordChangeView):  # type: ignore[misc]  # the library publishes no types
    def get_success_url(self) -> str:
        return reverse("accounts:me")
