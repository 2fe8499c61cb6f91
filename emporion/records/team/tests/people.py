"""The little company the tests of this part tell about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import Importable, ImportBatch, ImportRow, RowFate
from emporion.records.team.actions import Move, create_member, create_team, create_territory, set_place
from emporion.records.team.models import Member, Team, Territory

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)


def member(code: str) -> Member:
    return create_member(code=code, by=SYSTEM, at=AT)


def team(code: str, parent: Team | None = None) -> Team:
    return create_team(code=code, parent_id=parent.pk if parent else None, by=SYSTEM, at=AT)


def territory(code: str, parent: Territory | None = None, manager: Member | None = None) -> Territory:
    return create_territory(
        code=code,
        name=code,
        parent_id=parent.pk if parent else None,
        manager_id=manager.pk if manager else None,
        by=SYSTEM,
        at=AT,
    )


def place(
    who: Member,
    starts_on: date,
    *,
    team: Team | None = None,
    role: str = "",
    manager: Member | None = None,
    territory: Territory | None = None,
) -> None:
    move = Move(
        who.pk,
        starts_on,
        team.pk if team else None,
        role,
        manager.pk if manager else None,
        territory.pk if territory else None,
    )
    set_place(move=move, by=SYSTEM, at=AT)


def carried(importable: Importable, *rows: Mapping[str, object]) -> list[RowFate]:
    """What becomes of these rows of a file, the first of them in line 2."""
    assert importable.write is not None
    numbered = [ImportRow(number, row) for number, row in enumerate(rows, start=2)]
    return importable.write(ImportBatch(numbered, SYSTEM, AT))
