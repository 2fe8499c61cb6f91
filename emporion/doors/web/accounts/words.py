"""Roles, scopes and permissions in words, by what they are called inside."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Scope

Text = str | Promise

ROLES: dict[str, Text] = {
    "rep": _("Sales rep"),
    "assistant": _("Assistant"),
    "service": _("Service"),
    "zone_manager": _("Zone manager"),
    "head": _("Head of sales"),
    "director": _("Director"),
    "auditor": _("Auditor"),
}
MEMBER_ROLES: dict[str, Text] = ROLES | {
    "hunter": _("hunter"),
    "closer": _("closer"),
    "farmer": _("farmer"),
}
SCOPES: dict[Scope, Text] = {
    Scope.OWN: _("Their own records"),
    Scope.TEAM: _("Their team and everyone below"),
    Scope.TERRITORY: _("Their territories and everything inside"),
    Scope.ALL: _("Everything"),
}
PERMISSIONS: dict[Permission, Text] = {
    Permission.WRITE: _("Enter and change records"),
    Permission.SEE_COST: _("See cost and margin"),
    Permission.SEE_PAY: _("See pay"),
    Permission.EXPORT: _("Export lists and tables"),
    Permission.IMPORT: _("Import files"),
    Permission.CLOSE: _("Close periods"),
    Permission.ADMINISTER: _("Administer: people, roles, settings, jobs"),
}


def role_name(code: str, own_name: str) -> Text:
    """What a role is called: the standard ones in the reader's language, others as they were named."""
    return ROLES.get(code, own_name or code)


def member_role_name(role: str) -> Text:
    """What somebody does in the team."""
    return MEMBER_ROLES.get(role, role)
