"""The pages of the settings, beside each other."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Viewer

_TABS = (
    ("accounts:settings", _("Company")),
    ("accounts:calendar", _("Calendar")),
    ("accounts:definitions", _("Definitions")),
    ("accounts:users", _("People with access")),
    ("accounts:roles", _("Roles")),
)


def tabs(viewer: Viewer, current: str) -> dict[str, Any]:
    """The tabs as a template draws them, for who administers."""
    shown = _TABS if viewer.may(Permission.ADMINISTER) else ()
    drawn = [{"address": reverse(name), "label": label, "current": name == current} for name, label in shown]
    return {"tabs": drawn}
