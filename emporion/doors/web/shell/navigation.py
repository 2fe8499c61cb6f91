"""The pages one finds in the navigation, in the order of a working day."""

from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.ui.navigation import Entry


def _leads(viewer: Viewer) -> bool:
    return viewer.scope is not Scope.OWN


def _sees_everyone(viewer: Viewer) -> bool:
    return viewer.sees_all


def _is_member(viewer: Viewer) -> bool:
    return viewer.member_id is not None


_NUMBERS, _SALES, _HOUSE = _("Numbers"), _("Sales"), _("House")

ENTRIES = (
    Entry("panels:me", _("My page"), "user-star", shown=_is_member),
    Entry("panels:department", _("Department"), "layout-dashboard", _NUMBERS, shown=_leads),
    Entry("panels:business", _("Business"), "building-store", _NUMBERS, shown=_sees_everyone),
    Entry("panels:metrics", _("Metrics"), "chart-bar", _NUMBERS),
    Entry("plans:list", _("Plans"), "target", _NUMBERS),
    Entry("forecasts:forecast", _("Forecast"), "chart-line", _NUMBERS),
    Entry("economics:activity", _("Activity plan"), "route", _NUMBERS),
    Entry(
        "economics:breakeven",
        _("Break-even"),
        "scale",
        _NUMBERS,
        shown=_leads,
        permission=Permission.SEE_COST,
    ),
    Entry("customers:list", _("Customers"), "building", _SALES),
    Entry("pipeline:list", _("Deals"), "target-arrow", _SALES),
    Entry("activities:list", _("Activities"), "phone", _SALES),
    Entry("activities:tasks", _("Tasks"), "checkbox", _SALES),
    Entry("orders:list", _("Orders"), "shopping-cart", _SALES),
    Entry("catalog:list", _("Products"), "package", _SALES),
    Entry("team:list", _("People"), "users", _HOUSE),
    Entry("team:territories", _("Territories"), "map-2", _HOUSE),
    Entry("running:imports", _("Import"), "file-import", _HOUSE, permission=Permission.IMPORT),
    Entry("running:jobs", _("Jobs"), "clock-play", _HOUSE, permission=Permission.ADMINISTER),
    Entry("running:audit", _("Audit log"), "history", _HOUSE, shown=_sees_everyone),
    Entry("running:recycle_bin", _("Recycle bin"), "trash", _HOUSE, permission=Permission.WRITE),
    Entry("accounts:settings", _("Settings"), "settings", _HOUSE, permission=Permission.ADMINISTER),
)
