"""How far a lead's writes reach (TEAM-10): each test is a way by which someone once came to more than is theirs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import importables
from emporion.kernel.periods import Period
from emporion.records.team.actions import (
    Move,
    change_member,
    change_team,
    change_territory,
    create_member,
    create_team,
    create_territory,
    record_absence,
    reorganise,
    set_place,
)
from emporion.records.team.models import Absence, Member, Team, Territory
from emporion.records.team.queries import led_by, viewer_for, visible_teams
from emporion.records.team.tests.people import AT, carried, member, place, team, territory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEAM-10")]
JAN, TODAY = date(2024, 1, 1), AT.date()
NEXT_YEAR = Period(date(2025, 1, 1), date(2025, 1, 11))
NOBODY = 10**6


class Company(NamedTuple):
    """Two teams; the head leads the first, and answers to a boss who stands in it too."""

    head: Member
    anna: Member
    boss: Member
    stranger: Member
    top: Team
    north: Team
    inner: Team
    south: Team
    zone: Territory
    far: Territory


@pytest.fixture
def company() -> Company:
    head, anna, boss, stranger = (member(code) for code in ("head", "anna", "boss", "stranger"))
    top, south = team("top"), team("south")
    north = team("north", top)
    made = Company(
        head, anna, boss, stranger, top, north, team("inner", north), south, territory("z"), territory("f")
    )
    place(boss, JAN, team=north)
    place(head, JAN, team=north, role="head", manager=boss)
    place(anna, JAN, team=north, role="closer", manager=head)
    place(stranger, JAN, team=south)
    change_territory(territory_id=made.zone.pk, changes={"manager_id": anna.pk}, by=SYSTEM, at=AT)
    return made


def signed_in(who: Member, role: str = "head") -> Viewer:
    """Who signs in as that member, as they see today."""
    install_standard_roles()
    if (user := User.objects.filter(username=who.code).first()) is None:
        user = create_user(name=who.code, role=role, by=SYSTEM, at=AT)
        change_member(member_id=who.pk, changes={"user_id": user.pk}, by=SYSTEM, at=AT)
    return viewer_for(user, TODAY)


def away(who: Member, stand_in: Member) -> None:
    """That member is away today, and the other stands in."""
    record_absence(
        code=f"{who.code}-away",
        member_id=who.pk,
        days=Period.inclusive(TODAY, TODAY),
        stand_in_id=stand_in.pk,
        by=SYSTEM,
        at=AT,
    )


def absence(by: Viewer, who: int, days: Period = NEXT_YEAR, stand_in: int | None = None) -> Absence:
    return record_absence(code="new", member_id=who, days=days, stand_in_id=stand_in, by=by, at=AT)


def test_a_lead_leads_whom_they_see_below_them(company: Company) -> None:
    away(company.stranger, company.head)
    head = signed_in(company.head)
    assert head.member_ids == {one.pk for one in (company.head, company.anna, company.boss, company.stranger)}
    assert led_by(head, TODAY) == {company.anna.pk}
    assert led_by(signed_in(company.anna, "rep"), TODAY) == frozenset()
    assert set(visible_teams(head, TODAY)) == {company.north, company.inner}
    assert not visible_teams(replace(head, scope=Scope.TERRITORY), TODAY).exists()


@pytest.mark.spec("TEAM-11")
def test_who_stands_in_cannot_make_it_last(company: Company) -> None:
    """Trap: a stand-in for a day wrote the next absence of whom they stood in for, and saw their records for ever."""
    away(company.stranger, company.anna)
    rep = signed_in(company.anna, "rep")
    assert company.stranger.pk in rep.member_ids
    with pytest.raises(Refusal, match="below them"):
        absence(rep, company.stranger.pk, stand_in=company.anna.pk)
    away(company.boss, company.head)
    with pytest.raises(Refusal, match="below them"):
        absence(signed_in(company.head), company.boss.pk, stand_in=company.head.pk)
    assert absence(rep, company.anna.pk).member_id == company.anna.pk


@pytest.mark.spec("TEAM-11")
def test_a_lead_records_absences_of_people_below_and_names_who_they_see(company: Company) -> None:
    head = signed_in(company.head)
    texts = set()
    for who, stand_in in (
        (company.stranger.pk, None),
        (NOBODY, None),
        (company.anna.pk, company.stranger.pk),
    ):
        with pytest.raises(Refusal, match="no such member") as refused:
            absence(head, who, stand_in=stand_in)
        texts.add(str(refused.value))
    assert len(texts) == 1
    assert absence(head, company.anna.pk, stand_in=company.head.pk).stand_in_id == company.head.pk


@pytest.mark.spec("TEAM-11")
def test_an_absence_ends_within_a_year(company: Company) -> None:
    """Trap: an absence until the year 9999 shows the absent's records to who stands in for ever."""
    start = date(2024, 1, 1)
    with pytest.raises(Refusal, match="at most 366 days"):
        absence(SYSTEM, company.anna.pk, Period(start, date(2025, 1, 2)))
    assert absence(SYSTEM, company.anna.pk, Period(start, date(2025, 1, 1))).pk
    row = {"code": "x", "member": company.head.pk, "starts_on": start, "ends_on": date(9999, 1, 1)}
    [fate] = carried(importables()["absences"], row)
    assert (fate.column, fate.reason) == ("ends_on", "more than 366 days; split it")


def test_a_head_changes_teams_only_within_their_own(company: Company) -> None:
    """Trap: a head hung another team under their own and saw what it sells."""
    head = signed_in(company.head)
    refused = []
    for team_id, parent in (
        (company.south.pk, company.north.pk),
        (NOBODY, company.north.pk),
        (company.top.pk, None),
        (company.inner.pk, company.south.pk),
        (company.inner.pk, None),
    ):
        with pytest.raises(Refusal) as refusing:
            change_team(team_id=team_id, changes={"parent_id": parent}, by=head, at=AT)
        refused.append(str(refusing.value))
    for parent in (company.south.pk, company.top.pk, None, NOBODY):
        with pytest.raises(Refusal) as refusing:
            create_team(code="new", parent_id=parent, by=head, at=AT)
        refused.append(str(refusing.value))
    assert set(refused) == {"there is no such team among those you may see"}
    made = create_team(code="new", parent_id=company.inner.pk, by=head, at=AT)
    change_team(team_id=made.pk, changes={"name": "N", "parent_id": company.north.pk}, by=head, at=AT)
    made.refresh_from_db()
    assert made.parent_id == company.north.pk


def test_a_head_moves_only_people_below_and_only_within_reach(company: Company) -> None:
    """Trap: a head moved themselves into another team, or whom they stood in for into their own, and kept seeing."""
    away(company.stranger, company.head)
    head = signed_in(company.head)
    anna, north = company.anna.pk, company.north.pk
    table = {
        Move(company.head.pk, TODAY, company.south.pk, "head"): "below them",
        Move(company.head.pk, TODAY, north, "head"): "below them",
        Move(company.boss.pk, TODAY, north): "below them",
        Move(company.stranger.pk, TODAY, north): "below them",
        Move(NOBODY, TODAY, north): "no such member",
        Move(anna, TODAY, company.south.pk): "no such team",
        Move(anna, TODAY, company.top.pk): "no such team",
        Move(anna, TODAY, NOBODY): "no such team",
        Move(anna, TODAY, north, territory_id=company.far.pk): "no such territory",
        Move(anna, TODAY, north, manager_id=NOBODY): "no such member",
    }
    for move, words in table.items():
        with pytest.raises(Refusal, match=words):
            set_place(move=move, by=head, at=AT)
    within = Move(anna, TODAY, company.inner.pk, "farmer", company.head.pk, company.zone.pk)
    assert set_place(move=within, by=head, at=AT) is not None
    director = replace(SYSTEM, member_id=company.boss.pk)
    assert set_place(move=Move(company.boss.pk, TODAY, company.south.pk), by=director, at=AT) is not None


def test_moving_nobody_needs_the_right_to_move(company: Company) -> None:
    """Trap: an empty list of moves left a line in the audit log by anyone."""
    with pytest.raises(Refusal, match="may not change"):
        reorganise(moves=[], by=signed_in(company.anna, "rep"), at=AT)


def test_who_signs_in_as_whom_is_said_by_who_administers(company: Company) -> None:
    """Trap: a head gave a member the director's user, or took one away."""
    head = signed_in(company.head)
    other = create_user(name="director", role="director", by=SYSTEM, at=AT)
    for user_id in (other.pk, None):
        with pytest.raises(Refusal, match="administer"):
            change_member(member_id=company.anna.pk, changes={"user_id": user_id}, by=head, at=AT)
    for named in ({"user_id": other.pk}, {"user": other}):
        with pytest.raises(Refusal, match="administer"):
            create_member(code="new", by=head, at=AT, **named)
    assert create_member(code="new", by=head, at=AT, name="New").user_id is None


@pytest.mark.parametrize("pay", [{"commission_rate": Decimal("0.9")}, {"parameters": {"bonus": 1}}])
def test_pay_is_set_by_who_sees_pay_and_never_ones_own(company: Company, pay: dict[str, object]) -> None:
    """Trap: a head set their own rate of commission."""
    head = signed_in(company.head)
    blind = replace(head, permissions=frozenset({Permission.WRITE}))
    with pytest.raises(Refusal, match="themselves are paid"):
        change_member(member_id=company.head.pk, changes=pay, by=head, at=AT)
    with pytest.raises(Refusal, match="see_pay"):
        change_member(member_id=company.anna.pk, changes=pay, by=blind, at=AT)
    with pytest.raises(Refusal, match="see_pay"):
        create_member(code="new", by=blind, at=AT, **pay)
    with pytest.raises(Refusal, match="below them"):
        change_member(member_id=company.boss.pk, changes=pay, by=head, at=AT)
    assert change_member(member_id=company.anna.pk, changes=pay, by=head, at=AT).version > 1
    assert change_member(member_id=company.head.pk, changes={"name": "H"}, by=head, at=AT).name == "H"
    director = replace(SYSTEM, member_id=company.head.pk)
    change_member(member_id=company.head.pk, changes=pay, by=director, at=AT)


def test_a_territory_names_only_whom_and_what_they_see(company: Company) -> None:
    """Trap: a head made a stranger responsible for a zone, or learnt which numbers are people."""
    head = signed_in(company.head)
    for who in (company.stranger.pk, NOBODY):
        with pytest.raises(Refusal, match="no such member"):
            change_territory(territory_id=company.zone.pk, changes={"manager_id": who}, by=head, at=AT)
        with pytest.raises(Refusal, match="no such member"):
            create_territory(code="n", parent_id=company.zone.pk, manager_id=who, by=head, at=AT)
    for parent in (company.far.pk, NOBODY, None):
        with pytest.raises(Refusal, match="no such territory"):
            change_territory(territory_id=company.zone.pk, changes={"parent_id": parent}, by=head, at=AT)
    change_territory(territory_id=company.zone.pk, changes={"manager_id": company.head.pk}, by=head, at=AT)
