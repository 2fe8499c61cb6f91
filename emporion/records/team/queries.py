"""Who stood where on a day, who sees whom, and what of the territories is in disorder."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, FilteredRelation, OuterRef, Q, Value

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.records.team.models import Absence, Member, Place, Team, Territory
from emporion.records.team.rules import Disorder, Sector, Timeline, Tree, days_away, disorders


class PlaceOnDay(NamedTuple):
    """Where someone stands on a day; everything None when nothing is known."""

    team_id: int | None = None
    role: str | None = None
    manager_id: int | None = None
    territory_id: int | None = None
    capacity: int | None = None


NOWHERE = PlaceOnDay()


class PlaceSpan(NamedTuple):
    """A place from `starts_on` up to but not including `ends_on`; None: it still runs."""

    starts_on: date
    ends_on: date | None
    place: PlaceOnDay


class Places:
    """All places of all members (or of some), read once, for any number of questions (TEAM-1)."""

    def __init__(self, timeline: Timeline[PlaceOnDay]) -> None:
        self.timeline = timeline

    @classmethod
    def load(cls, member_ids: Iterable[int] | None = None) -> "Places":
        """One query."""
        rows = Place.objects.all() if member_ids is None else Place.objects.filter(member_id__in=member_ids)
        columns = ("team_id", "role", "manager_id", "territory_id", "capacity")
        return cls(
            Timeline(
                (member_id, starts_on, PlaceOnDay(team_id, role or None, *others))
                for member_id, starts_on, team_id, role, *others in rows.values_list(
                    "member_id", "starts_on", *columns
                ).iterator()
            )
        )

    def on(self, member_id: int | None, day: date) -> PlaceOnDay:
        """Where that member stood on that day."""
        return NOWHERE if member_id is None else self.timeline.on(member_id, day) or NOWHERE

    def everyone_on(self, day: date) -> dict[int, PlaceOnDay]:
        """By member, where each stood on that day; those who stood nowhere are left out."""
        stood = {member_id: self.on(member_id, day) for member_id in self.timeline.known()}
        return {member_id: place for member_id, place in stood.items() if place != NOWHERE}

    def subordinates(self, member_id: int, day: date) -> frozenset[int]:
        """Everyone whose manager they are on that day, directly or through others; not themselves."""
        return self._managers(day).below([member_id]) - {member_id}

    def superiors(self, member_id: int, day: date) -> frozenset[int]:
        """Their manager on that day, that one's manager, and so on."""
        return frozenset(self._managers(day).above(member_id))

    def _managers(self, day: date) -> Tree:
        return Tree({one: place.manager_id for one, place in self.everyone_on(day).items()})


def team_tree() -> Tree:
    """Teams under teams. One query."""
    return Tree(dict(Team.objects.values_list("id", "parent_id")))


def territory_tree() -> Tree:
    """Territories under territories. One query."""
    return Tree(dict(Territory.objects.values_list("id", "parent_id")))


def viewer_for(user: User, on: date) -> Viewer:
    """The user as a viewer on that day (scope by role, TEAM-10): own, or their teams and the people below them, or
    the territories they manage or stand in and everything below, or all. Whoever stands in for an absent member sees
    that member's records meanwhile (TEAM-11). One query: every page asks."""
    role = user.access_role
    scope = Scope(role.scope) if role else Scope.OWN
    known = _Surroundings.of(user.pk, scope, on)
    member_id = known.member_id
    member_ids: frozenset[int] = frozenset()
    territory_ids: frozenset[int] = frozenset()
    if member_id is not None:
        member_ids = known.absent | {member_id}
        if scope is Scope.TEAM:
            member_ids |= known.team_of(member_id)
        if scope is Scope.TERRITORY:
            territory_ids = known.zones_of(member_id)
    return Viewer(
        user.get_username(),
        scope,
        user_id=user.pk,
        member_id=member_id,
        member_ids=member_ids,
        territory_ids=territory_ids,
        permissions=role.granted() if role else frozenset(),
        on=on,
    )


class _Surroundings:
    """Who someone is, whom they stand in for, and as much of the teams or the territories as their scope asks: rows
    of three numbers, read as one statement."""

    def __init__(self, rows: Iterable[tuple[str, int, int | None, int | None]]) -> None:
        self.member_id: int | None = None
        absent: set[int] = set()
        self._places: dict[int, tuple[int | None, int | None]] = {}
        self._teams: dict[int, int | None] = {}
        self._territories: dict[int, tuple[int | None, int | None]] = {}
        kept = {"place": self._places, "territory": self._territories}
        for what, one, other, third in rows:
            if what == "self":
                self.member_id = one
                absent |= set() if other is None else {other}
            elif what == "team":
                self._teams[one] = other
            else:
                kept[what][one] = (other, third)
        self.absent = frozenset(absent)

    @classmethod
    def of(cls, user_id: int, scope: Scope, on: date) -> "_Surroundings":
        """One query."""
        mine = [_self(user_id, on)]
        if scope is Scope.TEAM:
            return cls.read(mine + _team_rows(on))
        if scope is Scope.TERRITORY:
            placed = _placed("territory_id", "manager_id", on).filter(member__user_id=user_id)
            return cls.read(
                [*mine, placed, _rows(Territory.objects.all(), "territory", "parent_id", "manager_id")]
            )
        return cls.read(mine)

    @classmethod
    def read(cls, reads: Sequence[models.QuerySet[Any, Any]]) -> "_Surroundings":
        """One query for all of these."""
        first, *others = reads
        return cls(first.union(*others, all=True) if others else first)

    def team_of(self, member_id: int) -> frozenset[int]:
        """Those in their team and the teams below it, and everyone below them."""
        own = self._places.get(member_id, (None, None))[0]
        teams = Tree(self._teams).below([own]) if own is not None else frozenset()
        mates = {one for one, (team_id, _) in self._places.items() if team_id in teams}
        managers = Tree({one: manager_id for one, (_, manager_id) in self._places.items()})
        return frozenset(mates | (managers.below([member_id]) - {member_id}))

    def zones_of(self, member_id: int) -> frozenset[int]:
        """The territories they manage or stand in, and all below those."""
        managed = {one for one, (_, manager_id) in self._territories.items() if manager_id == member_id}
        placed = self._places.get(member_id, (None, None))[0]
        tree = Tree({one: parent_id for one, (parent_id, _) in self._territories.items()})
        return tree.below(managed | ({placed} if placed is not None else set()))


def _self(user_id: int, on: date) -> models.QuerySet[Any, Any]:
    """The member of that user, once for each whom they stand in for on that day."""
    running = FilteredRelation("stood_in", condition=Q(stood_in__starts_on__lte=on, stood_in__ends_on__gt=on))
    mine = Member.objects.filter(user_id=user_id).annotate(running=running)
    return _rows(mine, "self", "running__member_id")


def _team_rows(on: date) -> list[models.QuerySet[Any, Any]]:
    return [_placed("team_id", "manager_id", on), _rows(Team.objects.all(), "team", "parent_id")]


def _placed(second: str, third: str, on: date) -> models.QuerySet[Any, Any]:
    """The place of each member that holds on that day."""
    later = Place.objects.filter(
        member_id=OuterRef("member_id"), starts_on__gt=OuterRef("starts_on"), starts_on__lte=on
    )
    held = Place.objects.filter(~Exists(later), starts_on__lte=on)
    return _rows(held, "place", second, third, first="member_id")


def _rows(
    records: models.QuerySet[Any], what: str, second: str, third: str = "", first: str = "id"
) -> models.QuerySet[Any, Any]:
    nothing = Value(None, models.BigIntegerField())
    named = Value(what, models.CharField())
    return records.values_list(named, first, second, third or nothing)


def visible_members(viewer: Viewer) -> models.QuerySet[Member]:
    """The people whose records the viewer sees."""
    members = Member.objects.all()
    return members if viewer.sees_all else members.filter(id__in=viewer.member_ids)


def led_by(viewer: Viewer, on: date) -> frozenset[int]:
    """The people below a viewer on that day, over whom they have a lead's rights: of those they see, neither
    themselves nor who leads them, nor whom they see only because they stand in. Nobody for who sees only their own
    work. Up to three queries."""
    if viewer.scope is Scope.OWN:
        return frozenset()
    if viewer.member_id is None:
        return viewer.member_ids
    places = Places.load()
    stood_in = Absence.objects.filter(stand_in_id=viewer.member_id).values_list("member_id", flat=True)
    team = _Surroundings.read(_team_rows(on)).team_of(viewer.member_id)
    borrowed = frozenset(stood_in) - team
    above = places.superiors(viewer.member_id, on)
    return viewer.member_ids - borrowed - above - {viewer.member_id}


def visible_teams(viewer: Viewer, on: date) -> models.QuerySet[Team]:
    """All teams for who sees all; for who sees a team, their own of that day and those below it. Two queries more."""
    teams = Team.objects.all()
    if viewer.sees_all:
        return teams
    if viewer.scope is not Scope.TEAM or viewer.member_id is None:
        return teams.none()
    own = Places.load([viewer.member_id]).on(viewer.member_id, on).team_id
    return teams.filter(id__in=team_tree().below([own]) if own is not None else ())


def visible_territories(viewer: Viewer) -> models.QuerySet[Territory]:
    """All territories for who sees all; otherwise the viewer's own and those that people they see manage."""
    territories = Territory.objects.all()
    if viewer.sees_all:
        return territories
    return territories.filter(Q(id__in=viewer.territory_ids) | Q(manager_id__in=viewer.member_ids))


def place_history(viewer: Viewer, member_id: int) -> list[PlaceSpan]:
    """Where a visible member stood, earliest first (TEAM-1). Refuses a member the viewer may not see."""
    visible_member(viewer, member_id)
    changes = Places.load([member_id]).timeline.changes(member_id)
    ends: list[date | None] = [day for day, _ in changes[1:]]
    spans = zip(changes, [*ends, None], strict=False)
    return [PlaceSpan(day, end, place) for (day, place), end in spans if place != NOWHERE]


def visible_member(viewer: Viewer, member_id: int) -> Member:
    """That member; refuses one who does not exist or whom the viewer may not see, in the same words."""
    found = visible_members(viewer).filter(id=member_id).first()
    if found is None:
        raise Refusal("no_such_member", "there is no such member among those you may see")
    return found


def proposed_managers(viewer: Viewer, territory_id: int, on: date) -> list[int]:
    """Who could be responsible for a territory: first those who stand in it on that day, then those who stand in the
    one around it, and so on outwards (TEAM-4: the one who lives there first). Two queries."""
    places = Places.load(None if viewer.sees_all else viewer.member_ids)
    nearest = [territory_id, *territory_tree().above(territory_id)]
    ranks = {territory: rank for rank, territory in enumerate(nearest)}
    near = [
        (ranks[place.territory_id], member_id)
        for member_id, place in places.everyone_on(on).items()
        if place.territory_id in ranks
    ]
    return [member_id for _, member_id in sorted(near)]


def territory_disorders(viewer: Viewer, on: date) -> list[Disorder]:
    """Visible territories that nobody answers for on that day, and those that stand twice (TEAM-4). One query."""
    rows = visible_territories(viewer).values_list(
        "id", "code", "name", "cut", "country", "manager_id", "manager__left_on"
    )
    return list(disorders([Sector(*row) for row in rows], on))


# Absences


def stood_in_for(member_id: int, day: date) -> frozenset[int]:
    """The absent members whom that member stands in for on that day (TEAM-11). One query."""
    running = Absence.objects.filter(stand_in_id=member_id, starts_on__lte=day, ends_on__gt=day)
    return frozenset(running.values_list("member_id", flat=True))


def absent_on(viewer: Viewer, day: date) -> dict[int, int | None]:
    """By visible member who is away on that day, who stands in (TEAM-11). One query."""
    rows = Absence.objects.filter(starts_on__lte=day, ends_on__gt=day, member_id__in=visible_members(viewer))
    return dict(rows.order_by("stand_in_id", "id").values_list("member_id", "stand_in_id"))


def days_absent(viewer: Viewer, period: Period) -> dict[int, frozenset[date]]:
    """By visible member, the days of the period on which they are away, each once however many absences name it
    (TEAM-11): whoever counts plan days takes them off. One query."""
    rows = Absence.objects.filter(
        starts_on__lt=period.end, ends_on__gt=period.start, member_id__in=visible_members(viewer)
    )
    spans: dict[int, list[tuple[date, date]]] = {}
    for member_id, starts_on, ends_on in rows.values_list("member_id", "starts_on", "ends_on"):
        spans.setdefault(member_id, []).append((starts_on, ends_on))
    return {
        member_id: days_away(of_member, period.start, period.end) for member_id, of_member in spans.items()
    }


# Codes, for the ledger


def member_codes() -> dict[int, str]:
    """The code of every member. One query."""
    return dict(Member.objects.values_list("id", "code"))


def team_codes() -> dict[int, str]:
    """The code of every team. One query."""
    return dict(Team.objects.values_list("id", "code"))


def territory_codes() -> dict[int, str]:
    """The code of every territory. One query."""
    return dict(Territory.objects.values_list("id", "code"))
