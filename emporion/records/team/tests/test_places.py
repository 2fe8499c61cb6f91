"""Who stood where on any day, and what a change of the past touches (TEAM-1)."""

from collections.abc import Sequence
from datetime import date

import pytest
from django.db import transaction

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import importables
from emporion.kernel.ledger import registry
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.posting import post_many
from emporion.kernel.ledger.registry import FactSource, register_source
from emporion.kernel.periods import Period
from emporion.records.team import reposting
from emporion.records.team.actions import FOREVER, Move, leave, reorganise, repost, set_place
from emporion.records.team.models import Place
from emporion.records.team.queries import NOWHERE, PlaceOnDay, Places, PlaceSpan, place_history
from emporion.records.team.reposting import ChangedSpan, register_repost
from emporion.records.team.tests.people import AT, carried, member, place, team, territory

pytestmark = pytest.mark.django_db
JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))


@pytest.mark.spec("TEAM-1")
@pytest.mark.both_databases
def test_who_was_in_which_team_role_and_zone_on_a_past_day() -> None:
    anna, boss = member("anna"), member("boss")
    north, south, zone = team("north"), team("south"), territory("zone")
    place(anna, JAN, team=north, role="hunter", manager=boss)
    place(anna, MAR, team=south, role="closer", territory=zone)
    place(anna, APR)

    places = Places.load()
    table = {
        date(2023, 12, 31): NOWHERE,
        JAN: PlaceOnDay(north.pk, "hunter", boss.pk),
        date(2024, 2, 29): PlaceOnDay(north.pk, "hunter", boss.pk),
        MAR: PlaceOnDay(south.pk, "closer", None, zone.pk),
        date(2024, 3, 31): PlaceOnDay(south.pk, "closer", None, zone.pk),
        APR: NOWHERE,
        date(2030, 1, 1): NOWHERE,
    }
    assert {day: places.on(anna.pk, day) for day in table} == table
    assert places.on(None, JAN) == NOWHERE
    assert place_history(SYSTEM, anna.pk) == [
        PlaceSpan(JAN, MAR, table[JAN]),
        PlaceSpan(MAR, APR, table[MAR]),
    ]


@pytest.mark.spec("TEAM-1")
def test_a_second_row_for_one_day_replaces_the_first() -> None:
    anna, north, south = member("anna"), team("north"), team("south")
    place(anna, JAN, team=north)
    place(anna, JAN, team=south)
    assert Place.objects.count() == 1
    assert Places.load().on(anna.pk, JAN).team_id == south.pk


@pytest.mark.spec("TEAM-1")
def test_setting_a_place_says_which_days_are_different_now() -> None:
    anna, north, south = member("anna"), team("north"), team("south")
    place(anna, MAR, team=south)

    assert set_place(move=Move(anna.pk, JAN, north.pk), by=SYSTEM, at=AT) == ChangedSpan(anna.pk, JAN, MAR)
    assert set_place(move=Move(anna.pk, FEB, north.pk), by=SYSTEM, at=AT) is None
    assert set_place(move=Move(anna.pk, APR), by=SYSTEM, at=AT) == ChangedSpan(anna.pk, APR, FOREVER)
    assert AuditEntry.objects.filter(action="member.placed").count() == 3


@pytest.mark.spec("TEAM-1")
def test_nobody_becomes_their_own_manager_through_others() -> None:
    anna, boss = member("anna"), member("boss")
    place(anna, JAN, manager=boss)
    with pytest.raises(Refusal, match="own manager"):
        set_place(move=Move(boss.pk, FEB, manager_id=anna.pk), by=SYSTEM, at=AT)
    # Before she had a manager there is nothing to go round in.
    assert set_place(move=Move(boss.pk, date(2023, 1, 1), manager_id=anna.pk), by=SYSTEM, at=AT) is not None


@pytest.mark.spec("TEAM-1")
def test_managers_of_managers_lead_everyone_below_on_that_day() -> None:
    anna, ben, boss = member("anna"), member("ben"), member("boss")
    place(anna, JAN, manager=ben)
    place(ben, JAN, manager=boss)
    place(anna, MAR)
    assert Places.load().subordinates(boss.pk, FEB) == {anna.pk, ben.pk}
    assert Places.load().subordinates(boss.pk, MAR) == {ben.pk}


@pytest.mark.spec("TEAM-1")
def test_who_leaves_stands_nowhere_from_that_day_on() -> None:
    anna, north = member("anna"), team("north")
    place(anna, JAN, team=north)
    place(anna, APR, team=north, role="closer")
    leave(member_id=anna.pk, left_on=FEB, by=SYSTEM, at=AT)
    places = Places.load()
    assert [places.on(anna.pk, day).team_id for day in (date(2024, 1, 31), FEB, APR)] == [
        north.pk,
        None,
        None,
    ]
    anna.refresh_from_db()
    assert anna.left_on == FEB


def test_a_rep_may_not_move_anyone_and_a_head_only_their_own() -> None:
    anna, ben = member("anna"), member("ben")
    rights = frozenset({Permission.WRITE})
    rep = Viewer("rep", Scope.OWN, member_id=anna.pk, member_ids=frozenset({anna.pk}), permissions=rights)
    head = Viewer("head", Scope.TEAM, member_ids=frozenset({anna.pk}), permissions=rights)
    with pytest.raises(Refusal, match="may not change"):
        set_place(move=Move(anna.pk, JAN, role="head"), by=rep, at=AT)
    with pytest.raises(Refusal, match="no such member"):
        set_place(move=Move(ben.pk, JAN, role="closer"), by=head, at=AT)
    assert set_place(move=Move(anna.pk, JAN, role="closer"), by=head, at=AT) is not None


class Calls:
    """A part above, in small: each call names who made it and stands for one fact."""

    def __init__(self) -> None:
        self.made: dict[int, tuple[int, date]] = {}

    def facts_for(self, ids: Sequence[int]) -> dict[int, list[Fact]]:
        places = Places.load()
        return {
            one: [Fact("call.made", day, member_id=who, team_id=places.on(who, day).team_id)]
            for one, (who, day) in self.made.items()
            if one in ids
        }

    def of_member(self, member_id: int, start: date, end: date) -> list[int]:
        return [one for one, (who, day) in self.made.items() if who == member_id and start <= day < end]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    monkeypatch.setattr(registry, "_sources", {})
    monkeypatch.setattr(reposting, "_finders", {})
    made = Calls()
    register_source(
        FactSource("call", lambda: sorted(made.made), made.facts_for, lambda ids: {i: str(i) for i in ids})
    )
    register_repost("call", made.of_member)
    return made


def teams_standing() -> list[int | None]:
    net = LedgerFact.objects.filter(reverses=None, reversal=None).order_by("subject_id")
    return list(net.values_list("team_id", flat=True))


@pytest.mark.spec("TEAM-1")
@pytest.mark.both_databases
def test_a_back_dated_move_posts_the_facts_of_its_days_anew_and_no_others(calls: Calls) -> None:
    anna, north, south = member("anna"), team("north"), team("south")
    place(anna, JAN, team=north)
    calls.made = {1: (anna.pk, JAN), 2: (anna.pk, FEB), 3: (anna.pk, MAR)}
    with transaction.atomic():
        post_many("call", calls.facts_for([1, 2, 3]), at=AT)
    place(anna, APR)

    moves = [Move(anna.pk, FEB, south.pk), Move(anna.pk, MAR, north.pk)]
    assert reorganise(moves=moves, by=SYSTEM, at=AT, preview=True) == {"call": 1}
    assert teams_standing() == [north.pk] * 3
    assert Places.load().on(anna.pk, FEB).team_id == north.pk

    assert reorganise(moves=moves, by=SYSTEM, at=AT) == {"call": 1}
    assert teams_standing() == [north.pk, south.pk, north.pk]
    assert LedgerFact.objects.exclude(reverses=None).count() == 1
    assert repost(member_id=anna.pk, period=Period(JAN, APR), by=SYSTEM, at=AT) == {"call": 0}


@pytest.mark.spec("TEAM-1")
def test_a_repost_can_be_looked_at_first(calls: Calls) -> None:
    anna, north = member("anna"), team("north")
    calls.made = {1: (anna.pk, JAN)}
    with transaction.atomic():
        post_many("call", calls.facts_for([1]), at=AT)
    set_place(move=Move(anna.pk, JAN, north.pk), by=SYSTEM, at=AT)
    period = Period(JAN, FEB)
    assert repost(member_id=anna.pk, period=period, by=SYSTEM, at=AT, preview=True) == {"call": 1}
    assert teams_standing() == [None]
    assert repost(member_id=anna.pk, period=period, by=SYSTEM, at=AT) == {"call": 1}
    assert teams_standing() == [north.pk]


@pytest.mark.spec("TEAM-1", "SYS-1")
def test_imported_places_and_their_undo_post_the_facts_of_their_days_anew(calls: Calls) -> None:
    places, anna, north = importables()["places"], member("anna"), team("north")
    calls.made = {1: (anna.pk, JAN), 2: (anna.pk, MAR)}
    with transaction.atomic():
        post_many("call", calls.facts_for([1, 2]), at=AT)
    [fate] = carried(places, {"member": anna.pk, "starts_on": FEB, "team": north.pk})
    assert teams_standing() == [None, north.pk]
    assert places.undo is not None
    assert places.undo([fate.record_id or 0], SYSTEM, AT) == []
    assert teams_standing() == [None, None]
