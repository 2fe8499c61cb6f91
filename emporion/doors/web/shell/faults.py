"""Pages of what went wrong. They look like the product and need neither its database nor a session, for these may be
what is broken; the language is what is known of the reader without asking."""

from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _

STYLES = ("vendor/tabler.css", "ui/emporion.css")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """What may not be opened."""
    with translation.override(known_language(request)):
        reason = _("This page is not for your role. Whoever administers the roles can change that.")
        return _refused(request, HTTPStatus.FORBIDDEN, _("Not for you"), reason)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """What is not there, or not for this reader."""
    with translation.override(known_language(request)):
        reason = _("There is nothing here that you may open.")
        return _refused(request, HTTPStatus.NOT_FOUND, _("Not found"), reason)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """A request that no page of ours sends: too many fields, another's host name."""
    with translation.override(known_language(request)):
        reason = _("What was sent could not be read: it is too much at once, or not from a page of ours.")
        return plain_page(request, HTTPStatus.BAD_REQUEST, _("Not possible"), reason)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """Something sent without the secret of the page it came from."""
    with translation.override(known_language(request)):
        said = _(
            "The page was open for too long, or somebody signed in anew. Go back, load it again and send it once more."
        )
        return plain_page(request, HTTPStatus.FORBIDDEN, _("Not possible"), said)


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours. Its number stands in the log."""
    with translation.override(known_language(request)):
        said = _("Something broke. It is in the log; nothing was lost.")
        return plain_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke"), said)


def known_language(request: HttpRequest) -> str:
    """The language of the account where the account was read already, of the visitor's own choice, or of their
    browser. Asks no database."""
    account = getattr(getattr(request, "_cached_user", None), "language", "")
    offered = dict(settings.LANGUAGES)
    for one in (account, request.COOKIES.get("language", "")):
        if one in offered:
            return str(one)
    return str(translation.get_language_from_request(request))


def plain_page(request: HttpRequest, status: HTTPStatus, title: str, reason: str) -> HttpResponse:
    """The page, drawn from nothing but what is said here."""
    theme = request.COOKIES.get("theme")
    known = {
        "title": title,
        "reason": reason,
        "styles": _styles(),
        "number": getattr(request, "request_id", "") if status == HTTPStatus.INTERNAL_SERVER_ERROR else "",
        "language_code": translation.get_language(),
        "theme": theme if theme in {"light", "dark"} else "light",
    }
    return HttpResponse(render_to_string("shell/plain.html", known), status=status)


def _styles() -> list[str]:
    """Where the style sheets are; none where they were never collected, which may be what broke."""
    try:
        return [static(name) for name in STYLES]
    except (ValueError, OSError):
        return []


def _refused(request: HttpRequest, status: HTTPStatus, title: str, reason: str) -> HttpResponse:
    """The page inside the product, with its navigation; plain where that cannot be drawn."""
    try:
        return render(request, "ui/refused.html", {"reason": reason, "status": status}, status=status)
    except DatabaseError:
        return plain_page(request, status, title, reason)
