"""Who looks, and in which language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from emporion.doors.web.shell.looking import looking
from emporion.kernel.reading import read_once

READING = ("GET", "HEAD")
Answer = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    """Gives each request its viewer: who has signed in, or whom they look as. Read when it is first needed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        request.viewer = SimpleLazyObject(lambda: looking(request))  # type: ignore[attr-defined]  # ours
        if request.method not in READING:
            return self.get_response(request)
        with read_once():
            return self.get_response(request)


class LanguageMiddleware:
    """The language of the account, of the visitor's choice before they sign in, or of their browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, in that language."""
        with translation.override(language_of(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        if request.user.is_authenticated:
            # On a shared machine the next person must not find the customer base in the browser's cache.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def language_of(request: HttpRequest) -> str:
    """The language of this request."""
    if request.user.is_authenticated:
        return str(request.user.language)
    chosen = request.COOKIES.get("language", "")
    if translation.check_for_language(chosen) and chosen in {"en", "ru", "el"}:
        return chosen
    return str(translation.get_language_from_request(request))
