"""How far writes about the team reach: whom a lead may change and place, and what needs a permission of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.records.team.models import Member, Team, Territory
from emporion.records.team.queries import led_by, visible_member, visible_teams, visible_territories

PAY = frozenset({"commission_rate", "parameters"})


def require_lead(by: Viewer) -> None:
    """The order of the department is changed by who is responsible for more than their own work."""
    by.require(Permission.WRITE)
    if by.scope is Scope.OWN:
        raise Refusal("not_permitted", f"{by.name} may not change the order of the department")


def led_member(by: Viewer, member_id: int, on: date) -> Member:
    """That member; refuses one they do not see, and one whom they see but do not lead on that day: themselves, who
    leads them, whom they only stand in for. Who sees all leads everyone."""
    found = visible_member(by, member_id)
    if not by.sees_all and member_id not in led_by(by, on):
        raise Refusal("not_led", f"{by.name} may do this only for people below them")
    return found


def own_or_led_member(by: Viewer, member_id: int, on: date) -> Member:
    """That member, who is themselves or someone they lead."""
    return visible_member(by, member_id) if member_id == by.member_id else led_member(by, member_id, on)


def reachable_team(by: Viewer, team_id: int | None, on: date) -> Team:
    """That team; refuses one outside their own and those below it, and one that does not exist, in the same words."""
    found = None if team_id is None else visible_teams(by, on).filter(id=team_id).first()
    if found is None:
        raise Refusal("no_such_team", "there is no such team among those you may see")
    return found


def reachable_territory(by: Viewer, territory_id: int | None) -> Territory:
    """That territory; refuses one they may not see, and one that does not exist, in the same words."""
    found = None if territory_id is None else visible_territories(by).filter(id=territory_id).first()
    if found is None:
        raise Refusal("no_such_territory", "there is no such territory among those you may see")
    return found


def refuse_unreachable(by: Viewer, named: Mapping[str, Any], on: date) -> None:
    """Refuses a team, territory or manager among these attributes that they may not see; empty ones are left out."""
    if (team_id := named.get("team_id")) is not None:
        reachable_team(by, team_id, on)
    if (territory_id := named.get("territory_id")) is not None:
        reachable_territory(by, territory_id)
    if (manager_id := named.get("manager_id")) is not None:
        visible_member(by, manager_id)


def refuse_guarded(by: Viewer, member_id: int | None, names: frozenset[str]) -> None:
    """Refuses to say who signs in as a member without the right to administer, and what a member is paid by without
    the right to see pay; one's own pay only who sees all may set."""
    if "user_id" in names:
        by.require(Permission.ADMINISTER)
    if names & PAY:
        by.require(Permission.SEE_PAY)
        if member_id is not None and member_id == by.member_id and not by.sees_all:
            raise Refusal("own_pay", f"{by.name} may not set what they themselves are paid by")
