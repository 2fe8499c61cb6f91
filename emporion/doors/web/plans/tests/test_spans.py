"""A span by working day and by product category."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from emporion.doors.web.plans.tests.conftest import Office
from emporion.doors.web.plans.tests.test_plan_pages import shown
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.calendar.actions import set_calendar_day
from emporion.numbers.planning.models import Branch
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import AT
from emporion.records.catalog.models import Category, Product
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-3")]


def rows_of(page: Any) -> list[list[Any]]:
    """The cells of the table, without how they are drawn."""
    return [[getattr(one.value, "value", one.value) for one in row] for row in page["table"].rows]


def month_of(office: Office, branch: Branch) -> D:
    """September of a branch."""
    return D(PlanBook(office.plan, "revenue").sheet_of(branch.pk).spans[8]) / 1_000_000


def sold(member: str, category: str, amount: int) -> None:
    """An order of 10 September 2025 with a product of that category, among the dealers."""
    group, _made = Category.objects.get_or_create(code=category, defaults={"name": category})
    product, _made = Product.objects.get_or_create(
        code=category, defaults={"name": category, "category": group}
    )
    entry = OrderEntry(
        code=f"{member}-{category}",
        customer_id=None,
        placed_on=date(2025, 9, 10),
        channel="dealers",
        currency="EUR",
        rate=D(1),
        lines=[LineEntry(1, product.pk, D(1), D(amount), unit_cost=D(1), code="1")],
        credits=[CreditEntry(Member.objects.get(code=member).pk)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


def test_a_shortened_and_a_free_day_shift_the_days_and_the_month_stays(office: Office) -> None:
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    address = f"{office.address}days/?branch={cem.pk}&metric=revenue&span=2026-09-01"
    before = [row for row in rows_of(shown(client, address)) if isinstance(row[-1], D)]
    set_calendar_day(day=date(2026, 9, 1), weight=D(0), name="founders' day", by=SYSTEM, at=AT)
    set_calendar_day(day=date(2026, 9, 2), weight=D("0.5"), by=SYSTEM, at=AT)
    page = rows_of(shown(client, address))
    after = [row for row in page if isinstance(row[-1], D)]
    assert sum(row[-1] for row in before) == sum(row[-1] for row in after) == month_of(office, cem)
    assert (len(before), len(after)) == (22, 21)
    assert any("founders" in row[0] for row in page)
    half, whole = (next(row[-1] for row in after if f" {day} September" in row[0]) for day in (2, 3))
    assert half < whole


def test_a_newcomer_has_days_from_when_they_come(office: Office) -> None:
    dan = office.branch("dealers", "Dan")
    Branch.objects.filter(pk=dan.pk).update(joins_on=date(2026, 9, 21))
    page = shown(office.signed_in("director"), f"{office.address}days/?branch={dan.pk}&span=2026-09-01")
    worked = [row[0] for row in rows_of(page) if isinstance(row[-1], D) and row[-1]]
    assert worked[0] == "Monday, 21 September 2026"
    assert sum(row[-1] for row in rows_of(page) if isinstance(row[-1], D)) == month_of(office, dan)


def test_without_a_span_the_one_that_runs_is_shown(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    page = shown(office.signed_in("director"), f"{office.address}days/?branch={cem.pk}")
    assert page["title"] == "Cem, February 2026"


def test_what_has_no_sum_over_time_is_not_dealt_out_by_days(office: Office) -> None:
    office.plan.metrics.create(metric="active_base", total=D(10))
    cem = office.branch("dealers", "Cem")
    client = office.signed_in("director")
    assert client.get(f"{office.address}days/?branch={cem.pk}&metric=active_base").status_code == 400
    assert shown(client, f"{office.address}?branch={cem.pk}&metric=active_base")["days_address"] == ""


def test_by_category_the_plan_is_dealt_out_exactly_by_the_mix_of_a_year_earlier(office: Office) -> None:
    """In September 2025 Cem sold 100 without a category, 200 of cups and 33 of pots."""
    sold("cem", "cups", 200)
    sold("cem", "pots", 33)
    cem = office.branch("dealers", "Cem")
    client = office.signed_in("director")
    page = shown(client, f"{office.address}categories/?branch={cem.pk}&span=2026-09-01")
    rows = rows_of(page)
    assert [(row[0], row[1]) for row in rows] == [("cups", 200), ("without a category", 100), ("pots", 33)]
    assert sum(row[-1] for row in rows) == month_of(office, cem)
    assert page["widened"] == 0


def test_who_sold_nothing_then_is_like_their_team_and_it_is_said(office: Office) -> None:
    """Trap: a rep who is shown the sales of colleagues by way of a mix."""
    dan = office.branch("dealers", "Dan")
    page = shown(office.signed_in("director"), f"{office.address}categories/?branch={dan.pk}&span=2026-09-01")
    assert page["widened"] == 1
    assert sum(row[-1] for row in rows_of(page)) == month_of(office, dan)
    own = shown(
        office.signed_in("rep", "dan"), f"{office.address}categories/?branch={dan.pk}&span=2026-09-01"
    )
    assert own["table"] is None
