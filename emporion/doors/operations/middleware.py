"""Each request has a number, and a line in the log."""

import logging
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from emporion.doors.operations.log_lines import request_id

log = logging.getLogger("emporion.requests")
_HARMLESS = (int,)  # what may stand in a logged address: a record's number, never a text or a token


class RequestLogMiddleware:
    """Outermost: numbers the request, and tells its status, time and queries when it has been answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the request's number in X-Request-ID."""
        number = secrets.token_hex(6)
        request.request_id = number  # type: ignore[attr-defined]  # ours; the page of an error shows it
        token, began, counter = request_id.set(number), time.perf_counter(), _Counter()
        try:
            with connection.execute_wrapper(counter):
                response = self.get_response(request)
            response.headers["X-Request-ID"] = number
            if not request.path.startswith(settings.STATIC_URL):
                _tell(request, response.status_code, time.perf_counter() - began, counter.queries)
            return response
        finally:
            request_id.reset(token)


class _Counter:
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.queries += 1
        return execute(*arguments)


def _tell(request: HttpRequest, status: int, seconds: float, queries: int) -> None:
    user = getattr(request, "_cached_user", None)  # who was looked up; nobody is looked up for the log
    facts = {
        "method": request.method,
        "path": loggable(request),
        "status": status,
        "ms": round(seconds * 1000),
        "queries": queries,
        "user": getattr(user, "pk", None),
    }
    log.info("request", extra={"facts": facts})


def loggable(request: HttpRequest) -> str:
    """The address as it may be kept: with the numbers of records, without any other text that somebody typed."""
    match = request.resolver_match
    if match is None:
        return "(no such page)"
    if all(isinstance(value, _HARMLESS) for value in match.kwargs.values()) and not match.args:
        return request.path
    return f"/{match.route}"


@receiver(got_request_exception, dispatch_uid="emporion.operations.log")
def tell_error(**_kwargs: object) -> None:
    """An error of ours: its kind and place, under the number that the page shows."""
    log.error("broken", exc_info=sys.exc_info())
