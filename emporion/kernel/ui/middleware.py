"""Refusals become pages that say what to do."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from emporion.kernel.errors import Conflict, EmporionError, Refusal, UnknownName
from emporion.kernel.ui.refusals import said


class RefusalMiddleware:
    """Answers what the product says no to. A record that does not exist and one that may not be seen answer alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a refusal, or the page one came from with the refusal on top, where something was sent from
        there; nothing for what is an error of ours."""
        if not isinstance(exception, EmporionError):
            return None
        if back := came_from(request):
            messages.error(request, said(exception))
            return redirect(back)
        status = status_of(exception)
        return render(
            request, "ui/refused.html", {"reason": said(exception), "status": status}, status=status
        )


def came_from(request: HttpRequest) -> str:
    """The path of our page with the button that sent this request. Empty for what was only looked at, for what a
    script sent, and for a page that sends to itself: it may answer to nothing else."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return ""
    sender = request.headers.get("Referer", "")
    mine = url_has_allowed_host_and_scheme(sender, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(sender)
    if not mine or not parts.netloc or parts.path == request.path:
        return ""
    path = f"/{parts.path.lstrip('/')}"  # two slashes would lead to another site
    return f"{path}?{parts.query}" if parts.query else path


def status_of(refusal: EmporionError) -> HTTPStatus:
    """The status of that refusal."""
    if isinstance(refusal, Conflict):
        return HTTPStatus.CONFLICT
    if isinstance(refusal, UnknownName):
        return HTTPStatus.NOT_FOUND
    if isinstance(refusal, Refusal):
        if refusal.name == "not_permitted":
            return HTTPStatus.FORBIDDEN
        if refusal.name.startswith("no_such_"):
            return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST
