"""Too many wrong passwords: of one name from one address, for a quarter of an hour."""

from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emporion.kernel.access.actions import note_access
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now


def username_of(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """By which name attempts are counted: the user's own, whether the name or the address was typed, in whatever case;
    what nobody is called is counted all the same, so that a lock tells nothing of who exists."""
    given = credentials or {}
    typed = given.get("login") or given.get("username") or given.get("email")
    if not typed and request is not None:
        typed = request.POST.get("login")
    text = str(typed or "").strip()[:150]
    names = User.objects.filter(Q(username__iexact=text) | Q(email__iexact=text)).order_by("pk")
    return (names.values_list("username", flat=True).first() if text else None) or text.lower()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the other end of the line; behind a proxy that we were told of (EMPORION_HTTPS), what
    the proxy says, its own word being the last."""
    own = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - said, not listened to
    if not getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return own
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
    try:
        return str(ip_address(said))
    except ValueError:
        return own


def locked_out(
    request: HttpRequest,
    _response: HttpResponse | None = None,
    _credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page that says so, and what to do."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(
        request, "account/locked_out.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS
    )


def is_locked(user: User) -> bool:
    """Whether this user is locked out from some address now."""
    since = now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    return bool(attempts.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists())


def lift_lock(*, user: User, by: Viewer) -> None:
    """Let the user try again at once."""
    by.require(Permission.ADMINISTER)
    reset(username=user.username)
    note_access(event="user.lock_lifted", user_id=user.pk, by=by, at=now())
