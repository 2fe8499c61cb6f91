"""A person's plan of money in orders, meetings and calls: whose ratios, how many days, who may see it (PLAN-5)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.economics.tests.conftest import Firm
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.planning.backwards import Needed
from emporion.numbers.planning.backwards_queries import ActivityPlan, activity_needed
from emporion.records.activities.actions.activities import log_activity
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, rep
from emporion.records.team.actions import record_absence
from emporion.records.team.models import Member, Place

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-5"), pytest.mark.usefixtures("at_noon")]
TODAY = date(2026, 5, 20)  # Wednesday; seven working days of May are left after it
THE_MAY = Period.parse("2026-05")
APRIL = date(2026, 4, 1)
PAGE = "/activity-plan/"


def did(member_id: int, *, orders: int = 0, meetings: int = 0, calls: int = 0) -> None:
    """In April: orders of 100 each, meetings, cold calls."""
    start = f"{member_id}-{orders}"
    for number in range(orders):
        entry = OrderEntry(
            code=f"{start}-{number}",
            customer_id=None,
            placed_on=APRIL + timedelta(days=number % 28),
            currency="EUR",
            lines=[LineEntry(1, None, D(1), D(100))],
            credits=[CreditEntry(member_id)],
        )
        place_order(entry=entry, by=SYSTEM, at=AT)
    for kind, first, many in (("meeting", "", meetings), ("call", "cold", calls)):
        for number in range(many):
            log_activity(
                kind=kind,
                first=first,
                day=APRIL + timedelta(days=number % 28),
                shares=[Share(member_id)],
                by=SYSTEM,
                at=AT,
            )


def reckoned(firm: Firm, money: int | None = None, *, whole: bool = False) -> ActivityPlan:
    return activity_needed(
        SYSTEM,
        firm.ids.anna,
        THE_MAY,
        None if money is None else D(money),
        whole=whole,
        today=TODAY,
    )


def test_by_ones_own_habits(firm: Firm) -> None:
    """20 orders of 100, 40 meetings, 80 cold calls in April: 1,000 are 10 orders, 20 meetings, 40 calls, and over the
    seven working days that are left 5.8 calls a day."""
    did(firm.ids.anna, orders=20, meetings=40, calls=80)
    it = reckoned(firm, 1_000)
    assert it.needed == Needed(10, 20, 40)
    assert {name: (one.circle, one.cases) for name, one in it.ratios.items()} == {
        "average_order": ("person", 20),
        "orders_per_meeting": ("person", 40),
        "meetings_per_cold_call": ("person", 80),
    }
    assert it.working_days == 7
    rate = it.rate(40)
    assert rate is not None
    assert (rate.a_day, rate.a_week) == (D("5.8"), D("28.6"))


def test_from_what_the_plan_lacks_or_from_all_of_it(
    firm: Firm, planned: Callable[[int | None, int], None]
) -> None:
    """Of the plan of 6,000 Anna sold 5,000 in May: 1,000 are left, over seven days; the whole is spread over 21."""
    did(firm.ids.anna, orders=20, meetings=40, calls=80)
    planned(firm.ids.anna, 6_000)
    left, whole = reckoned(firm), reckoned(firm, whole=True)
    assert (left.plan, left.fact, left.money, left.working_days) == (D(6_000), D(5_000), D(1_000), D(7))
    assert (whole.money, whole.working_days, whole.needed) == (D(6_000), D(21), Needed(60, 120, 240))


def test_a_plan_that_is_reached_needs_nothing(firm: Firm, planned: Callable[[int | None, int], None]) -> None:
    planned(firm.ids.anna, 3_000)
    assert (reckoned(firm).money, reckoned(firm).needed) == (D(0), Needed(0, 0, 0))


def test_without_a_plan_there_is_no_money(firm: Firm) -> None:
    """Trap: no plan is not a plan of 0 that is reached."""
    it = reckoned(firm)
    assert (it.plan, it.money, it.needed, it.better) == (None, None, None, ())


def test_days_away_are_no_working_days(firm: Firm) -> None:
    record_absence(
        code="V1",
        member_id=firm.ids.anna,
        days=Period.parse("2026-05-25..2026-05-27"),
        by=SYSTEM,
        at=AT,
    )
    assert reckoned(firm, 1_000).working_days == 4


def test_who_has_too_few_cases_is_reckoned_by_the_team_or_the_department(firm: Firm) -> None:
    """Anna made 19 calls, her team of three 99: theirs count. The team has too few meetings: the department's count."""
    for code in ("mia", "max"):
        mate = Member.objects.create(code=code, name=code)
        Place.objects.create(member=mate, starts_on=date(2026, 1, 1), team_id=firm.ids.red, role="hunter")
        did(mate.pk, calls=40)
    did(firm.ids.anna, orders=20, meetings=10, calls=19)
    did(firm.ids.boris, meetings=30)
    ratios = reckoned(firm, 1_000).ratios
    assert {name: (one.circle, one.cases) for name, one in ratios.items()} == {
        "average_order": ("person", 20),
        "orders_per_meeting": ("department", 40),
        "meetings_per_cold_call": ("team", 99),
    }


def test_a_team_of_two_is_not_told(firm: Firm) -> None:
    """Trap: the mean of two tells each what the other does."""
    mate = Member.objects.create(code="mia", name="mia")
    Place.objects.create(member=mate, starts_on=date(2026, 1, 1), team_id=firm.ids.red, role="hunter")
    did(mate.pk, orders=30)
    did(firm.ids.anna, orders=1)
    assert reckoned(firm, 1_000).ratios["average_order"].circle == "department"


def test_nobody_sees_another_ones(firm: Firm) -> None:
    """By the function, by the page, and the same words for who does not exist."""
    with pytest.raises(Refusal) as refused:
        activity_needed(rep(firm.ids.anna), firm.ids.boris, THE_MAY, D(1), today=TODAY)
    with pytest.raises(Refusal) as nobody:
        activity_needed(rep(firm.ids.anna), 10**9, THE_MAY, D(1), today=TODAY)
    assert refused.value.text == nobody.value.text
    client = firm.signed_in("rep", firm.ids.anna)
    assert client.get(PAGE, {"member": "boris"}).status_code == HTTPStatus.NOT_FOUND
    assert client.get(PAGE, {"member": "nobody"}).status_code == HTTPStatus.NOT_FOUND
    page = client.get(PAGE)
    assert page.context["member"].code == "anna"
    assert "boris" not in page.content.decode()


def test_a_head_sees_their_people(firm: Firm) -> None:
    Place.objects.create(
        member_id=firm.ids.boris,
        starts_on=date(2026, 2, 1),
        team_id=firm.ids.red,
        role="closer",
        manager_id=firm.ids.anna,
    )
    client = firm.signed_in("head", firm.ids.anna)
    assert client.get(PAGE, {"member": "boris"}).context["it"].it.name == "boris"


def test_the_words(firm: Firm) -> None:
    did(firm.ids.anna, orders=20, meetings=40, calls=80)
    shown = firm.signed_in("director").get(PAGE, {"member": "anna", "money": "1 000,00", "period": "2026-06"})
    text = shown.content.decode()
    assert "To bring €1,000.00 in June 2026, anna needs 10 orders, 20 meetings, and 40 cold calls." in text
    assert "Working days left: 22. A week: 4.6 meetings, 9.1 cold calls." in text
    assert "Orders per meeting a point better, 51%" in text


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "нужно: 10 заказов"), ("el", "χρειάζονται 10 παραγγελίες")]
)
def test_in_three_languages(firm: Firm, language: str, words: str) -> None:
    did(firm.ids.anna, orders=20, meetings=40, calls=80)
    client = firm.signed_in("director", language=language)
    assert (
        words in client.get(PAGE, {"member": "anna", "money": "1000", "period": "2026-06"}).content.decode()
    )


@pytest.mark.parametrize("typed", ["much", "-5", "0", "NaN", "1e400", "9" * 30])
def test_what_is_no_amount_is_said(firm: Firm, typed: str) -> None:
    response = firm.signed_in("director").get(PAGE, {"member": "anna", "money": typed})
    assert response.status_code == HTTPStatus.OK
    assert response.context["money_refused"]


def test_who_is_no_member_chooses(firm: Firm) -> None:
    assert "Choose a person" in firm.signed_in("director").get(PAGE).content.decode()


def test_queries_do_not_grow(firm: Firm, planned: Callable[[int | None, int], None]) -> None:
    """With a team of three and of fifty-three."""
    client = firm.signed_in("director")
    planned(firm.ids.anna, 6_000)
    counts = []
    for many in (2, 50):
        for number in range(many):
            made = Member.objects.create(code=f"m{many}-{number}")
            Place.objects.create(member=made, starts_on=date(2026, 1, 1), team_id=firm.ids.red, role="hunter")
        client.get(PAGE, {"member": "anna"})
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE, {"member": "anna"})
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 30
