"""Plan and fact by person, team, channel and month, with numbers one can follow by hand (PLAN-8)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.calendar.rules import BusinessCalendar, OwnDay
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.periods import Period
from emporion.numbers.planning.actions import set_target
from emporion.numbers.planning.cell_actions import assign_over
from emporion.numbers.planning.closes import MonthSoFar, closes_of, together, usual_from
from emporion.numbers.planning.models import Plan, Target
from emporion.numbers.planning.pace import Elapsed
from emporion.numbers.planning.plan_fact import PlanFacts
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.portions import covers, portions
from emporion.numbers.planning.publishing import publish_plan
from emporion.numbers.planning.tests.conftest import AT, CHANNELS, YEAR, Department, sell
from emporion.numbers.planning.version_actions import plan_of_targets, sign_plan
from emporion.records.team.models import Absence, Member, Place

pytestmark = pytest.mark.spec("PLAN-8")
WEEK = BusinessCalendar((True, True, True, True, True, False, False))
APRIL = Period.month(2026, 4)  # 22 working days from Monday to Friday
TODAY = date(2026, 3, 31)


def weights(known: BusinessCalendar, span: Period) -> list[D]:
    return [known.weight(day) for day in span]


def test_a_week_has_its_working_days_of_the_month() -> None:
    """Trap: a holiday in the week moves its plan to the other days, and the month's sum stays."""
    week = Period(date(2026, 4, 6), date(2026, 4, 13))
    assert portions(D(220), APRIL, week, weights(WEEK, APRIL)) == {"2026-04": 50}
    holiday = BusinessCalendar(
        WEEK.week, own={date(2026, 4, 8): OwnDay(D(0)), date(2026, 4, 9): OwnDay(D("0.5"))}
    )
    days = weights(holiday, APRIL)
    assert portions(D(205), APRIL, week, days) == {"2026-04": 35}
    parts = [portions(D(205), APRIL, Period(day, day.replace(day=day.day + 1)), days) for day in week]
    assert [one["2026-04"] for one in parts] == [10, 10, 0, 5, 10, 0, 0]
    assert portions(D(205), APRIL, APRIL, days) == {"2026-04": 205}


def test_a_span_off_the_months_is_its_days_again() -> None:
    span = Period(date(2026, 5, 31), date(2026, 8, 31))
    days = weights(WEEK, span)
    cuts = [date(2026, 5, 31), date(2026, 6, 17), date(2026, 7, 1), date(2026, 8, 9), date(2026, 8, 31)]
    parts = [
        sum(portions(D("1000.01"), span, Period(start, end), days).values()) for start, end in pairwise(cuts)
    ]
    assert sum(parts) == D("1000.01")
    assert covers(
        [(date(2026, 1, 1), date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 4, 1))], Period.month(2026, 2)
    )
    assert not covers([(date(2026, 1, 1), date(2026, 2, 27))], Period.month(2026, 2))


def test_months_close_by_season_where_it_is_known_and_else_at_the_pace_so_far() -> None:
    """The spec's season: 80, 110, 108 of indices 0.8, 1.0, 1.2 are a run-rate of 100; April brings 150, May 100."""
    year = (80, 100, 120, 150, 100, 100, 100, 100, 100, 100, 100, 50)
    first = 2023 * 12
    history = {first + place: D(value) for place, value in enumerate((*year, *year, *year, 80, 110, 108))}
    usual = usual_from(history, 2026 * 12 + 3, first, 2)
    assert [round(one or 0, 6) for one in usual] == [150, 100]
    months = [
        MonthSoFar(D(60), Elapsed(D(11), D(22), 11, 11), usual[0]),
        MonthSoFar(D(0), Elapsed(D(0), D(20), 0, 20), usual[1]),
    ]
    closes = closes_of(months)
    assert [round(one or 0, 6) for one in closes] == [135, 100]
    assert usual_from(
        {month: value for month, value in history.items() if month > first + 16}, 2026 * 12 + 3, first, 1
    ) == [None]
    by_pace = closes_of([month._replace(usual=None) for month in months])
    assert [round(one or 0, 6) for one in by_pace] == [120, round(D(60) / 11 * 20, 6)]
    unknown = closes_of([MonthSoFar(D(0), Elapsed(D(0), D(20), 0, 20))])
    assert (unknown, together(unknown)) == ([None], None)


@pytest.fixture
def at_the_end_of_march() -> Iterator[None]:
    """It is the last day of March 2026."""
    with time_machine.travel(TODAY, tick=False):
        yield


def publish(plan: Plan) -> None:
    sign_plan(plan=plan, by=SYSTEM, at=AT)
    plan.refresh_from_db()
    assert list(publish_plan(plan=plan, by=SYSTEM, at=AT))


@pytest.fixture
def facts_folder(settings: Any, tmp_path: Path, db: None) -> None:
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")


@pytest.fixture
def march(facts_folder: None, department: Department, at_the_end_of_march: None) -> Department:
    """March 2026: Ann sold 100 to dealers, Bob 40 by tender, Cem 30 on the web and 5 nobody knows where."""
    sell(department.members["ann"], date(2026, 3, 3), 100)
    sell(department.members["bob"], date(2026, 3, 4), 40, "tenders")
    sell(department.members["cem"], date(2026, 3, 5), 30, "web")
    sell(department.members["cem"], date(2026, 3, 6), 5, "")
    return department


def asked(period: Period = YEAR, viewer: Viewer = SYSTEM, name: str = "revenue") -> Any:
    """Plan and fact of those days, as they stand at the end of March."""
    return PlanFacts(name, period=period, today=TODAY, viewer=viewer)


@pytest.mark.django_db
def test_channels_and_what_is_in_none_are_the_whole(march: Department) -> None:
    """Trap: the web is a channel that the plan does not have: without its line 175 would not be the sum of the
    channels. 1,500: dealers 80 %, tenders 15 %, the rest to no channel."""
    publish(march.draw(channels=CHANNELS))
    found = asked()
    by_name = {line.key: (line.standing.plan, line.standing.fact) for line in found.by_channel.lines}
    assert by_name == {"dealers": (1_200, 100), "tenders": (225, 40)}
    rest = found.by_channel.rest
    assert rest is not None
    assert (rest.standing.plan, rest.standing.fact, rest.key) == (75, 35, None)
    assert found.by_channel.outside == [("web", "web", 30)]
    assert (found.whole.standing.plan, found.whole.standing.fact) == (1_500, 175)
    assert sum(line.standing.plan or 0 for line in found.lines("channel")) == 1_500
    assert sum(line.standing.fact or 0 for line in found.lines("channel")) == 175
    assert found.by_channel.over == 0
    march_plans = [line.plans["2026-03"] for line in found.lines("channel")]
    assert (march_plans[0], sum(march_plans)) == (307, found.whole.plans["2026-03"])


@pytest.mark.django_db
def test_months_are_the_year_and_none_to_come_has_a_fact(march: Department) -> None:
    """All sold in four months of last year: by the working days of each, 384 in March, 366 in December.
    64 of 261 working days are gone: 175 close at the pace of a day, and April to December bring what 197 days bring."""
    publish(march.draw(channels=CHANNELS))
    lines = {line.key: line for line in asked().by_month}
    assert [lines[f"2026-{month:02d}"].standing.plan for month in (1, 3, 4, 12)] == [0, 384, 0, 366]
    assert (lines["2026-03"].standing.fact, lines["2026-02"].standing.fact) == (175, 0)
    assert (lines["2026-04"].standing.fact, lines["2026-03"].gap) == (None, -209)
    whole = asked().whole
    assert round(whole.standing.forecast or 0, 2) == round(D(175) / 64 * 261, 2)
    closes = sum(line.standing.forecast or 0 for line in lines.values())
    assert round(closes, 6) == round(whole.standing.forecast or 0, 6)
    assert (whole.standing.expected, whole.standing.state) == (384, "behind")
    assert round(whole.standing.needed_pace or 0, 4) == round(D(1_325) / 197, 4)


@pytest.mark.django_db
def test_people_and_their_teams_on_any_days(march: Department) -> None:
    """Trap: a plan of April in the week from the sixth: 5 of its 22 days, less those on which Ann is away."""
    for code, value in (("ann", 220), ("bob", 110)):
        set_target(
            metric="revenue",
            member_id=march.members[code].pk,
            starts_on=APRIL.start,
            ends_on=APRIL.end,
            value=D(value),
            by=SYSTEM,
            at=AT,
        )
    week = Period(date(2026, 4, 6), date(2026, 4, 13))
    assert {line.key: line.standing.plan for line in asked(week).by_member} == {"ann": 50, "bob": 25}
    Absence.objects.create(
        member=march.members["ann"],
        kind="other",
        code="ann-april",
        created_at=AT,
        updated_at=AT,
        starts_on=date(2026, 4, 9),
        ends_on=date(2026, 4, 11),
    )
    assert {line.key: line.standing.plan for line in asked(week).by_member} == {"ann": 33, "bob": 25}
    assert {line.key: line.standing.plan for line in asked(APRIL).by_member} == {"ann": 220, "bob": 110}
    north = {line.key: line.standing.plan for line in asked(APRIL).by_team}
    assert north == {"North": 330}
    Place.objects.create(
        member=march.members["bob"], starts_on=date(2026, 4, 1), team=march.teams["South"], role="closer"
    )
    assert {line.key: line.standing.plan for line in asked(APRIL).by_team} == {"North": 220, "South": 110}


@pytest.mark.django_db
def test_a_team_s_fact_is_what_was_sold_there(march: Department) -> None:
    teams = {line.key: line.standing.fact for line in asked(Period.month(2026, 3)).by_team}
    assert teams == {"North": 140, "South": 35}
    assert sum(line.standing.fact or 0 for line in asked().by_team) == asked().whole.standing.fact == 175


@pytest.mark.django_db
def test_without_channels_in_the_plan_only_the_whole_has_one(march: Department) -> None:
    publish(march.draw())
    found = asked()
    assert [(line.key, line.standing.plan) for line in found.by_channel.lines] == [
        ("dealers", None),
        ("tenders", None),
        ("web", None),
        (None, None),
    ]
    assert (found.by_channel.rest, found.whole.standing.plan) == (None, 1_500)


@pytest.mark.django_db
def test_channels_that_are_assigned_over_say_by_how_much(march: Department) -> None:
    plan = march.draw(channels=CHANNELS)
    assign_over(branch_id=PlanBook(plan, "revenue").root.pk, over=D("0.1"), by=SYSTEM, at=AT)
    publish(plan)
    found = asked()
    plans = sum(line.standing.plan or 0 for line in found.lines("channel"))
    assert (plans, found.by_channel.over, found.whole.standing.plan) == (1_650, 150, 1_500)


@pytest.mark.django_db
def test_a_signed_plan_counts_until_it_is_published_and_a_draft_never(march: Department) -> None:
    plan = march.draw(channels=CHANNELS)
    assert asked().whole.standing.plan is None
    sign_plan(plan=plan, by=SYSTEM, at=AT)
    assert (asked().whole.standing.plan, asked().is_covered) == (1_500, True)


@pytest.mark.django_db
def test_a_plan_made_of_people_s_targets_has_none_of_its_own(march: Department) -> None:
    """Trap: published for the department too, their 500 would stand against all of 175, the web's and nobody's too;
    asked for by a measure, the plan was then another one than before."""
    for code, value in (("ann", 300), ("bob", 200)):
        set_target(
            metric="revenue",
            member_id=march.members[code].pk,
            starts_on=date(2026, 3, 1),
            ends_on=date(2026, 4, 1),
            value=D(value),
            by=SYSTEM,
            at=AT,
        )
    made = plan_of_targets(code="quotas", name="quotas", days=YEAR, metrics=["revenue"], by=SYSTEM, at=AT)
    publish(made)
    assert not Target.objects.filter(member__isnull=True).exists()
    assert sum(Target.objects.values_list("value", flat=True)) == 500
    assert asked(Period.month(2026, 3)).whole.standing.plan == 500


@pytest.mark.django_db
def test_who_sees_one_person_sees_no_other_s_plan(march: Department) -> None:
    publish(march.draw(channels=CHANNELS))
    ann = march.members["ann"]
    viewer = Viewer("ann", Scope.OWN, member_id=ann.pk, member_ids=frozenset({ann.pk}))
    found = asked(viewer=viewer)
    assert [line.key for line in found.by_member] == ["ann"]
    assert found.channel_plan is None
    assert found.whole.standing.fact == 100


@pytest.mark.django_db
def test_a_share_has_no_months_and_a_plan_of_a_plan_is_refused(march: Department) -> None:
    march_days = Period.month(2026, 3)
    set_target(
        metric="average_order",
        member_id=march.members["ann"].pk,
        starts_on=march_days.start,
        ends_on=march_days.end,
        value=D(80),
        by=SYSTEM,
        at=AT,
    )
    line = next(one for one in asked(march_days, name="average_order").by_member if one.key == "ann")
    assert (line.standing.plan, line.standing.fact, line.attainment, line.standing.forecast) == (
        80,
        100,
        D("1.25"),
        None,
    )
    with pytest.raises(Refusal):
        asked(name="plan_fact")


@pytest.mark.django_db
@pytest.mark.spec("SYS-8")
def test_queries_do_not_grow_with_people(march: Department) -> None:
    """With one person more in the plan as with fifty."""

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = asked(APRIL)
            for level in ("member", "team", "channel", "month"):
                found.lines(level)
        return len(queries)

    def people(many: int) -> None:
        for number in range(many):
            code = f"x{Member.objects.count()}-{number}"
            member = Member.objects.create(code=code, name=code)
            Place.objects.create(
                member=member, starts_on=date(2025, 1, 1), team=march.teams["North"], role="closer"
            )
            set_target(
                metric="revenue",
                member_id=member.pk,
                starts_on=APRIL.start,
                ends_on=APRIL.end,
                value=D(10),
                by=SYSTEM,
                at=AT,
            )

    people(1)
    cost()
    few = cost()
    people(49)
    cost()
    assert cost() == few
