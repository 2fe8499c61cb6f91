"""Writes about people, teams, territories, places and absences."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
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
)
from emporion.records.team.reach import (
    PAY,
    led_member,
    own_or_led_member,
    reachable_team,
    reachable_territory,
    refuse_guarded,
    refuse_unreachable,
    require_lead,
)
from emporion.records.team.reposting import ChangedSpan, repost_spans
from emporion.records.team.rules import LONGEST_ABSENCE, Tree

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
    """A team. Refuses a code in use; who does not see all may only make one below their own team."""
    require_lead(by)
    if parent_id is not None or not by.sees_all:
        reachable_team(by, parent_id, at.date())
    return create_record(Team(code=code, name=name, parent_id=parent_id), subject="team", by=by, at=at)


def change_team(
    *, team_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Team:
    """The team with these attributes changed. Refuses one that would come to lie inside itself; who does not see all
    changes and moves teams only within their own."""
    require_lead(by)
    reachable_team(by, team_id, at.date())
    if changes.get("parent_id") is not None or ("parent_id" in changes and not by.sees_all):
        reachable_team(by, changes["parent_id"], at.date())
    _refuse_circle(team_tree(), team_id, changes.get("parent_id"))
    return change_record(Team, team_id, changes, subject="team", by=by, at=at, version=version)


def create_member(*, code: str, by: Viewer, at: datetime, **attributes: Any) -> Member:
    """A member, who stands nowhere yet. Refuses a code in use, a user without the right to administer, and what they
    are paid by without the right to see pay."""
    require_lead(by)
    member = Member(code=code, **attributes)
    said = frozenset(name for name in ("user_id", *PAY) if getattr(member, name) not in (None, {}))
    refuse_guarded(by, None, said)
    return create_record(member, subject="member", by=by, at=at)


def change_member(
    *, member_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Member:
    """The member with these attributes changed. Refuses a member the viewer may not see or does not lead, a user
    without the right to administer, and pay without the right to see it or of oneself."""
    require_lead(by)
    own_or_led_member(by, member_id, at.date())
    refuse_guarded(by, member_id, frozenset(changes))
    return change_record(Member, member_id, changes, subject="member", by=by, at=at, version=version)


# Places


def set_place(*, move: Move, by: Viewer, at: datetime) -> ChangedSpan | None:
    """Put a member somewhere from a day on (TEAM-1), until their next place begins; None when they stood so already.

    Returns the days that are now different. Facts of those days still name the old place: whoever moves someone in
    the past calls `reorganise`, which posts them anew in the same transaction. Refuses a member the viewer does not
    lead (nobody moves themselves), a team, territory or manager they may not see, and someone who would come to be
    their own manager.
    """
    require_lead(by)
    led_member(by, move.member_id, at.date())
    refuse_unreachable(by, _attributes(move), at.date())
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
    require_lead(by)
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
    require_lead(by)
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
    require_lead(by)
    if not by.sees_all:
        reachable_territory(by, attributes.get("parent_id"))
    territory = Territory(code=code, **attributes)
    refuse_unreachable(by, {"manager_id": territory.manager_id}, at.date())
    return create_record(territory, subject="territory", by=by, at=at)


def change_territory(
    *, territory_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> Territory:
    """The territory with these attributes changed: its one manager too (TEAM-4). Refuses one that would come to lie
    inside itself; who does not see all names only a territory around it and a manager that they see."""
    require_lead(by)
    reachable_territory(by, territory_id)
    if "parent_id" in changes and not by.sees_all:
        reachable_territory(by, changes["parent_id"])
    refuse_unreachable(by, {"manager_id": changes.get("manager_id")}, at.date())
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
    require_lead(by)
    whole = reachable_territory(by, territory_id)
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
    """Days on which a member is away and who stands in (TEAM-11); everyone may record their own, a lead also those of
    people below them. Refuses more than 366 days, days on which they are away already, and a stand-in whom the
    viewer may not see, who is away or is the member."""
    by.require(Permission.WRITE)
    own_or_led_member(by, member_id, at.date())
    if stand_in_id is not None:
        visible_member(by, stand_in_id)
    if days.days > LONGEST_ABSENCE:
        raise Refusal("too_long", f"an absence may be at most {LONGEST_ABSENCE} days; split it")
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
