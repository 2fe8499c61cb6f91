"""Refusals become pages that say what to do."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
        """A page for a refusal; nothing for what is an error of ours."""
        if not isinstance(exception, EmporionError):
            return None
        status = status_of(exception)
        return render(
            request, "ui/refused.html", {"reason": said(exception), "status": status}, status=status
        )


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
