"""The tree of territories: its managers, its division, who sees it (TEAM-4)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.records.team.actions import (
    Part,
    change_member,
    change_territory,
    divide_territory,
    record_absence,
)
from emporion.records.team.models import Member, Territory
from emporion.records.team.queries import (
    absent_on,
    days_absent,
    proposed_managers,
    stood_in_for,
    territory_disorders,
    territory_tree,
    viewer_for,
    visible_members,
    visible_territories,
)
from emporion.records.team.rules import Disorder
from emporion.records.team.tests.people import AT, member, place, team, territory

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)


def signed_in(who: Member, role: str) -> User:
    install_standard_roles()
    user = create_user(name=f"{who.code}-{role}", role=role, by=SYSTEM, at=AT)
    change_member(member_id=who.pk, changes={"user_id": user.pk}, by=SYSTEM, at=AT)
    return user


@pytest.mark.spec("TEAM-4")
def test_a_territory_cannot_come_to_lie_inside_itself() -> None:
    world = territory("world")
    greece = territory("greece", world)
    with pytest.raises(Refusal, match="inside itself"):
        change_territory(territory_id=world.pk, changes={"parent_id": greece.pk}, by=SYSTEM, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(pk=world.pk).update(parent_id=world.pk)
    assert territory_tree().below([world.pk]) == {world.pk, greece.pk}


@pytest.mark.spec("TEAM-4")
def test_a_manager_divides_among_subordinates_and_nobody_else() -> None:
    boss, anna, stranger = member("boss"), member("anna"), member("stranger")
    place(anna, DAY, manager=boss)
    city = territory("city", manager=boss)
    parts = [Part("city-a", "A", anna.pk), Part("city-b", "B", boss.pk)]
    made = divide_territory(territory_id=city.pk, parts=parts, on=DAY, by=SYSTEM, at=AT)
    assert [(one.parent_id, one.manager_id) for one in made] == [(city.pk, anna.pk), (city.pk, boss.pk)]
    with pytest.raises(Refusal, match="city-c"):
        divide_territory(
            territory_id=city.pk, parts=[Part("city-c", "C", stranger.pk)], on=DAY, by=SYSTEM, at=AT
        )


@pytest.mark.spec("TEAM-4")
def test_a_territory_that_nobody_answers_for_cannot_be_divided_and_is_reported() -> None:
    city = territory("city")
    with pytest.raises(Refusal, match="name a manager first"):
        divide_territory(territory_id=city.pk, parts=[], on=DAY, by=SYSTEM, at=AT)
    assert territory_disorders(SYSTEM, DAY) == [Disorder("unmanaged", "city")]


@pytest.mark.spec("TEAM-4")
def test_who_stands_in_the_zone_is_proposed_before_those_around_it() -> None:
    country = territory("country")
    city, other = territory("city", country), territory("other", country)
    near, around, elsewhere = member("near"), member("around"), member("elsewhere")
    place(around, DAY, territory=country)
    place(near, DAY, territory=city)
    place(elsewhere, DAY, territory=other)
    assert proposed_managers(SYSTEM, city.pk, DAY) == [near.pk, around.pk]


@pytest.mark.spec("TEAM-1", "TEAM-4")
def test_how_far_each_role_sees_on_a_day() -> None:
    north = team("north")
    inner = team("inner", north)
    head, anna, ben, report = member("head"), member("anna"), member("ben"), member("report")
    country = territory("country")
    city = territory("city", country, manager=anna)
    street = territory("street", city)
    place(head, DAY, team=north, role="head")
    place(anna, DAY, team=inner)
    place(ben, DAY, territory=street)
    place(report, DAY, manager=head)

    table: list[tuple[Member, str, set[int], set[int]]] = [
        (anna, "rep", {anna.pk}, set()),
        (head, "head", {head.pk, anna.pk, report.pk}, set()),
        (anna, "zone_manager", {anna.pk}, {city.pk, street.pk}),
        (ben, "zone_manager", {ben.pk}, {street.pk}),
    ]
    for who, role, members, territories in table:
        viewer = viewer_for(signed_in(who, role), DAY)
        assert (set(viewer.member_ids), set(viewer.territory_ids)) == (members, territories), (who, role)
        assert set(visible_members(viewer).values_list("pk", flat=True)) == members
    director = viewer_for(signed_in(ben, "director"), DAY)
    assert director.sees_all
    assert visible_territories(director).count() == 3
    # A month earlier nobody stood anywhere.
    early = viewer_for(User.objects.get(username="head-head"), date(2024, 2, 1))
    assert early.member_ids <= {head.pk}


@pytest.mark.spec("TEAM-1")
def test_a_user_who_is_nobody_in_the_team_sees_nobody() -> None:
    install_standard_roles()
    viewer = viewer_for(create_user(name="guest", role="head", by=SYSTEM, at=AT), DAY)
    assert not visible_members(viewer).exists()
    assert not visible_territories(viewer).exists()


@pytest.mark.spec("TEAM-11")
def test_who_stands_in_sees_the_absent_and_only_meanwhile() -> None:
    anna, ben = member("anna"), member("ben")
    days = Period.inclusive(date(2024, 3, 4), date(2024, 3, 8))
    record_absence(code="a1", member_id=anna.pk, days=days, stand_in_id=ben.pk, by=SYSTEM, at=AT)
    user = signed_in(ben, "rep")
    seen = {day: viewer_for(user, date(2024, 3, day)).member_ids for day in (3, 4, 8, 9)}
    both = {anna.pk, ben.pk}
    assert seen == {3: {ben.pk}, 4: both, 8: both, 9: {ben.pk}}
    assert stood_in_for(ben.pk, date(2024, 3, 8)) == {anna.pk}
    assert absent_on(SYSTEM, date(2024, 3, 8)) == {anna.pk: ben.pk}
    march = Period.month(2024, 3)
    assert {who: len(away) for who, away in days_absent(SYSTEM, march).items()} == {anna.pk: 5}
    assert days_absent(Viewer("x", Scope.OWN, member_ids=frozenset({ben.pk})), march) == {}


@pytest.mark.spec("TEAM-11")
def test_absences_that_cannot_be() -> None:
    anna, ben = member("anna"), member("ben")
    days = Period.month(2024, 3)
    record_absence(code="b", member_id=ben.pk, days=days, by=SYSTEM, at=AT)
    for name, stand_in in (("stands_in_for_self", anna.pk), ("stand_in_away", ben.pk)):
        with pytest.raises(Refusal) as refused:
            record_absence(code="a", member_id=anna.pk, days=days, stand_in_id=stand_in, by=SYSTEM, at=AT)
        assert refused.value.name == name
    with pytest.raises(Refusal) as refused:
        record_absence(code="c", member_id=ben.pk, days=Period.month(2024, 3), by=SYSTEM, at=AT)
    assert refused.value.name == "already_away"
    # The day after the last is free again.
    record_absence(code="d", member_id=ben.pk, days=Period.month(2024, 4), by=SYSTEM, at=AT)
