"""How changes of people, teams and territories are undone."""

from datetime import datetime

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import Changed, old_values, register_inverse
from emporion.records.team.actions import change_member, change_team, change_territory
from emporion.records.team.models import Member, Team, Territory


def register() -> None:
    """Tells the kernel."""
    register_inverse("member.changed", _change_member_back)
    register_inverse("team.changed", _change_team_back)
    register_inverse("territory.changed", _change_territory_back)


def _change_member_back(member_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_member(member_id=member_id, changes=old_values(Member, changed), by=by, at=at)


def _change_team_back(team_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_team(team_id=team_id, changes=old_values(Team, changed), by=by, at=at)


def _change_territory_back(territory_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_territory(territory_id=territory_id, changes=old_values(Territory, changed), by=by, at=at)
