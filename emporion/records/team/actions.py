"""Writes about people, teams, territories, places and absences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.kernel.record_changing import change_record, create_record, locked
from emporion.records.team.models import Absence, Member, Place, Team, Territory
from emporion.records.team.queries import (
    PlaceOnDay,
    Places,
    team_tree,
    territory_tree,
    visible_member,
    visible_territories,
)
from emporion.records.team.reposting import ChangedSpan, repost_spans
from emporion.records.team.rules import Tree

FOREVER = date.max


@dataclass(frozen=True, slots=True)
class Move:
    """Where a member is to stand from a day on; everything empty ends their place."""

    member_id: int
    starts_on: date
    team_id: int | None = None
    role: str = ""
    manager_id: int | None = None
    territory_id: int | None = None
    capacity: int | None = None


def create_team(*, code: str, by: Viewer, at: datetime, name: str = "", parent_id: int | None = None) -> Team:
    """A team. Refuses a code in use."""
    _require_lead(by)
    return create_record(Team(code=code, name=name, parent_id=parent_id), subject="team", by=by, at=at)


def change_team(
    *, team_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Team:
    """The team with these attributes changed. Refuses one that would come to lie inside itself."""
    _require_lead(by)
    _refuse_circle(team_tree(), team_id, changes.get("parent_id"))
    return change_record(Team, team_id, changes, subject="team", by=by, at=at, version=version)


def create_member(*, code: str, by: Viewer, at: datetime, **attributes: Any) -> Member:
    """A member, who stands nowhere yet. Refuses a code in use."""
    _require_lead(by)
    return create_record(Member(code=code, **attributes), subject="member", by=by, at=at)


def change_member(
    *, member_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Member:
    """The member with these attributes changed. Refuses a member the viewer may not see."""
    _require_lead(by)
    visible_member(by, member_id)
    return change_record(Member, member_id, changes, subject="member", by=by, at=at, version=version)


# Places


def set_place(*, move: Move, by: Viewer, at: datetime) -> ChangedSpan | None:
    """Put a member somewhere from a day on (TEAM-1), until their next place begins; None when they stood so already.

    Returns the days that are now different. Facts of those days still name the old place: whoever moves someone in
    the past calls `reorganise`, which posts them anew in the same transaction. Refuses a member the viewer may not
    see and someone who would come to be their own manager.
    """
    _require_lead(by)
    visible_member(by, move.member_id)
    with transaction.atomic():
        member = locked(Member, move.member_id, "member")
        places = Places.load()
        _refuse_managing_circle(places, move)
        was = places.on(move.member_id, move.starts_on)
        if was == _place_of(move):
            return None
        Place.objects.update_or_create(
            member_id=move.member_id,
            starts_on=move.starts_on,
            defaults={**_attributes(move), "updated_at": at, "touched_at": at},
        )
        _bump(member, at)
        record(
            "member.placed",
            by=by,
            at=at,
            subject=f"member:{member.pk}",
            old={name: getattr(was, name) for name in _attributes(move)},
            new={**_attributes(move), "role": move.role or None, "from": move.starts_on},
        )
    end = places.timeline.next_start(move.member_id, move.starts_on) or FOREVER
    return ChangedSpan(move.member_id, move.starts_on, end)


def reorganise(*, moves: Sequence[Move], by: Viewer, at: datetime, preview: bool = False) -> dict[str, int]:
    """Move people, in the past too, and post anew the facts of the days that became different: all in one
    transaction, so no close and no pay run sees half of it. By subject kind, how many facts changed; with `preview`
    the same counts, and nothing is done. Closed periods stay as they were and get adjustments."""
    with transaction.atomic():
        spans = [span for move in moves if (span := set_place(move=move, by=by, at=at))]
        counts = repost_spans(spans, at=at)
        record("team.reorganised", by=by, at=at, subject=f"team:{len(spans)} moves", new=counts)
        if preview:
            transaction.set_rollback(True)
    return counts


def repost(
    *, member_id: int, period: Period, by: Viewer, at: datetime, preview: bool = False
) -> dict[str, int]:
    """Post anew what records of that period stand for wherever they name the member; by subject kind, how many facts
    changed. In chunks of a transaction each: after an interruption, call it again. With `preview` nothing is done."""
    _require_lead(by)
    visible_member(by, member_id)
    span = ChangedSpan(member_id, period.start, period.end)
    if preview:
        with transaction.atomic():
            counts = repost_spans([span], at=at)
            transaction.set_rollback(True)
        return counts
    counts = repost_spans([span], at=at)
    with transaction.atomic():
        record(
            "member.reposted", by=by, at=at, subject=f"member:{member_id}", new={"period": period, **counts}
        )
    return counts


def leave(*, member_id: int, left_on: date, by: Viewer, at: datetime) -> dict[str, int]:
    """Let a member go: from that day on they stand nowhere. What they own is handed over by off-boarding (TEAM-10);
    facts of that day and later are posted anew, and counted by kind."""
    with transaction.atomic():
        change_member(member_id=member_id, changes={"left_on": left_on}, by=by, at=at)
        later = Place.objects.filter(member_id=member_id, starts_on__gt=left_on)
        later.delete()
        spans = [ChangedSpan(member_id, left_on, FOREVER)]
        set_place(move=Move(member_id, left_on), by=by, at=at)
        return repost_spans(spans, at=at)


def _place_of(move: Move) -> PlaceOnDay:
    return PlaceOnDay(move.team_id, move.role or None, move.manager_id, move.territory_id, move.capacity)


def _attributes(move: Move) -> dict[str, Any]:
    return {name: value for name, value in asdict(move).items() if name not in {"member_id", "starts_on"}}


def _bump(member: Member, at: datetime) -> None:
    member.version += 1
    member.updated_at = at
    member.save(update_fields=["version", "updated_at"])


def _refuse_managing_circle(places: Places, move: Move) -> None:
    below = places.subordinates(move.member_id, move.starts_on) | {move.member_id}
    if move.manager_id in below:
        raise Refusal(
            "circle_of_managers", "they would become their own manager; choose someone not below them"
        )


# Territories


def create_territory(*, code: str, by: Viewer, at: datetime, **attributes: Any) -> Territory:
    """A territory. Refuses a code in use; who does not see all may only make one inside a territory they see."""
    _require_lead(by)
    if not by.sees_all:
        _visible_territory(by, attributes.get("parent_id"))
    return create_record(Territory(code=code, **attributes), subject="territory", by=by, at=at)


def change_territory(
    *, territory_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Territory:
    """The territory with these attributes changed: its one manager too (TEAM-4). Refuses one that would come to lie
    inside itself."""
    _require_lead(by)
    _visible_territory(by, territory_id)
    _refuse_circle(territory_tree(), territory_id, changes.get("parent_id"))
    return change_record(Territory, territory_id, changes, subject="territory", by=by, at=at, version=version)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a divided territory, and who is to be responsible for it."""

    code: str
    name: str
    manager_id: int


def divide_territory(
    *, territory_id: int, parts: Sequence[Part], on: date, by: Viewer, at: datetime
) -> list[Territory]:
    """Divide a territory among its manager's subordinates of that day (TEAM-4); the parts lie inside it. Refuses a
    territory without a manager, and anyone who is neither the manager nor below them."""
    _require_lead(by)
    whole = _visible_territory(by, territory_id)
    if whole.manager_id is None:
        raise Refusal("no_manager", f"nobody is responsible for territory {whole.code}; name a manager first")
    allowed = Places.load().subordinates(whole.manager_id, on) | {whole.manager_id}
    strangers = [part.code for part in parts if part.manager_id not in allowed]
    if strangers:
        raise Refusal(
            "not_a_subordinate",
            f"{', '.join(strangers)}: only people below the territory's manager can get a part",
        )
    with transaction.atomic():
        return [
            create_record(
                Territory(
                    code=part.code,
                    name=part.name,
                    manager_id=part.manager_id,
                    parent_id=whole.pk,
                    cut=whole.cut,
                    country=whole.country,
                ),
                subject="territory",
                by=by,
                at=at,
            )
            for part in parts
        ]


def _visible_territory(by: Viewer, territory_id: int | None) -> Territory:
    found = None if territory_id is None else visible_territories(by).filter(id=territory_id).first()
    if found is None:
        raise Refusal("no_such_territory", "there is no such territory among those you may see")
    return found


def _refuse_circle(tree: Tree, one: int, parent: int | None) -> None:
    if parent is not None and parent in tree.below([one]):
        raise Refusal(
            "inside_itself", "it would come to lie inside itself; choose a parent that is not below it"
        )


# Absences


def record_absence(
    *,
    code: str,
    member_id: int,
    days: Period,
    by: Viewer,
    at: datetime,
    kind: str = "holiday",
    stand_in_id: int | None = None,
) -> Absence:
    """Days on which a member is away and who stands in (TEAM-11); everyone may record their own. Refuses days on
    which they are away already, and a stand-in who is away or is the member."""
    by.require(Permission.WRITE)
    visible_member(by, member_id)
    if stand_in_id == member_id:
        raise Refusal("stands_in_for_self", "someone else must stand in")
    _refuse_away(member_id, days, "already_away", "they are away on some of these days already")
    if stand_in_id is not None:
        _refuse_away(stand_in_id, days, "stand_in_away", "who stands in is away too; choose someone else")
    absence = Absence(
        code=code,
        member_id=member_id,
        starts_on=days.start,
        ends_on=days.end,
        kind=kind,
        stand_in_id=stand_in_id,
    )
    return create_record(absence, subject="absence", by=by, at=at)


def _refuse_away(member_id: int, days: Period, name: str, text: str) -> None:
    if Absence.objects.filter(member_id=member_id, starts_on__lt=days.end, ends_on__gt=days.start).exists():
        raise Refusal(name, text)


def _require_lead(by: Viewer) -> None:
    """The order of the department is changed by who is responsible for more than their own work."""
    by.require(Permission.WRITE)
    if by.scope is Scope.OWN:
        raise Refusal("not_permitted", f"{by.name} may not change the order of the department")
