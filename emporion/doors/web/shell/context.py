"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from emporion.doors.web.shell.looking import VIEWING_AS
from emporion.doors.web.shell.navigation import ENTRIES
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.preferences.queries import preferences
from emporion.records.customers.queries import today


def shell(request: HttpRequest) -> dict[str, Any]:
    """The reader, their language, theme and navigation."""
    known = {
        "company": preferences()["company_name"],
        "language_code": translation.get_language() or "en",
        "languages": _offered_languages(),
        "theme": request.COOKIES.get("theme")
        if request.COOKIES.get("theme") in ("light", "dark")
        else "light",
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not hasattr(request, "viewer"):
        return known
    viewer: Viewer = request.viewer
    return known | {
        "viewer": viewer,
        "reader_name": user.get_full_name() or user.username,
        "reader_zone": user.zone,
        "base_currency": preferences()["base_currency"],
        "today": today(),
        "navigation": navigation(viewer, request.path),
        "quick": _quick(viewer),
        "viewing_as": viewer.name if request.session.get(VIEWING_AS) else "",
    }


def _offered_languages() -> list[tuple[str, str]]:
    offered = str(preferences()["languages"]).split(",")
    return [(code, name) for code, name in settings.LANGUAGES if code in offered]


def navigation(viewer: Viewer, path: str) -> list[dict[str, Any]]:
    """The groups of pages this viewer finds, the current one marked."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in ENTRIES:
        address = _address(entry.url_name)
        if address and entry.open_to(viewer):
            current = path == address or (address != "/" and path.startswith(address))
            drawn = {"address": address, "label": entry.label, "icon": entry.icon, "current": current}
            groups.setdefault(str(entry.group), []).append(drawn)
    return [{"name": name, "entries": entries} for name, entries in groups.items()]


def _quick(viewer: Viewer) -> list[dict[str, str]]:
    """What is logged in two taps from every page, with its key."""
    if not viewer.may(Permission.WRITE):
        return []
    offered = (
        ("c", "activities:log_call", "phone-plus", _("Log a call")),
        ("m", "activities:log_meeting", "users-plus", _("Log a meeting")),
        ("n", "activities:new_task", "checkbox", _("New task")),
    )
    return [
        {"key": key, "address": address, "icon": icon, "label": label}
        for key, name, icon, label in offered
        if (address := _address(name))
    ]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
