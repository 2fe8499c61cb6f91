"""The forecast of the close by season and run-rate, with numbers one can follow by hand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.periods import Period
from emporion.numbers.metrics.store.flushing import flush
from emporion.numbers.planning.actions import set_target
from emporion.numbers.planning.pace import Elapsed, all_together, forecast_of_close, standing_of
from emporion.numbers.planning.standing import Standings, plans_of, standings
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, Department, build, rep

D = Decimal
TODAY = date(2026, 4, 15)  # a Wednesday, the 11th of the 22 working days of April
APRIL = Period.month(2026, 4)
# Of a year of 1,200: its mean month is 100, so the indices are 0.8, 1.0, 1.2, 1.5 and so on.
YEAR = (80, 100, 120, 150, 100, 100, 100, 100, 100, 100, 100, 50)


def sold(shop: Department, member_id: int, on: date, amount: int) -> None:
    """An order of one line."""
    entry = OrderEntry(
        code=f"{member_id}-{on}",
        customer_id=shop.acme,
        placed_on=on,
        currency="EUR",
        lines=[LineEntry(1, None, D(1), D(amount))],
        credits=[CreditEntry(member_id)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)


def sold_by_month(shop: Department, member_id: int, year: int, amounts: Sequence[int]) -> None:
    """An order on the fifth of each month."""
    for month, amount in enumerate(amounts, start=1):
        sold(shop, member_id, date(year, month, 5), amount)


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path) -> Department:
    """Anna sold three equal years, then 80, 110 and 108; Boris only in March. Both have a plan of 200 for April."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    found = build()
    for year in (2023, 2024, 2025):
        sold_by_month(found, found.anna, year, YEAR)
    sold_by_month(found, found.anna, 2026, (80, 110, 108))
    sold(found, found.anna, date(2026, 4, 7), 60)
    sold(found, found.boris, date(2026, 3, 9), 40)
    sold(found, found.boris, date(2026, 4, 8), 50)
    for member_id in (found.anna, found.boris):
        set_target(
            metric="revenue",
            member_id=member_id,
            starts_on=APRIL.start,
            ends_on=APRIL.end,
            value=D(200),
            by=SYSTEM,
            at=AT,
        )
    return found


def april(viewer: Viewer = SYSTEM) -> Standings:
    """Where the plans of April stand."""
    with time_machine.travel(TODAY):
        planned = plans_of(["revenue"], APRIL, viewer, view="closed")
        return standings(planned, today=TODAY, viewer=viewer)


@pytest.mark.both_databases
@pytest.mark.spec("PLAN-7", "PLAN-8")
def test_a_month_closes_by_season_and_run_rate(shop: Department) -> None:
    """Run-rate 100, index of April 1.5: the month usually brings 150. 60 so far and half of 150 make 135; the pace of
    April alone would say 120."""
    standing = april().people["revenue", "anna"].standing
    assert (standing.forecast, standing.method) == (D(135), "season")


@pytest.mark.spec("PLAN-8")
def test_who_has_no_two_years_closes_by_the_pace_of_the_month(shop: Department) -> None:
    """Boris has one month behind him: 50 in 11 of 22 days close at 100. Together they close by both methods."""
    found = april()
    boris, whole = found.people["revenue", "boris"].standing, found.whole["revenue"].standing
    assert (boris.forecast, boris.method) == (D(100), "pace")
    assert (whole.forecast, whole.method) == (D(235), "both")


@pytest.mark.spec("PLAN-8")
def test_the_department_s_own_plan_has_the_season_of_all(shop: Department) -> None:
    """All together sold 108 + 40 in March: rates 100, 110 and 123⅓, the mean of them × 1.5, half of it to come."""
    set_target(
        metric="revenue",
        member_id=None,
        starts_on=APRIL.start,
        ends_on=APRIL.end,
        value=D(400),
        by=SYSTEM,
        at=AT,
    )
    standing = april().whole["revenue"].standing
    assert standing.forecast is not None
    assert (round(standing.forecast, 4), standing.method) == (D("193.3333"), "season")


@pytest.mark.spec("SYS-3")
def test_a_rep_and_their_head_read_the_same_forecast(shop: Department) -> None:
    """Trap: an index of the department, which a rep would not see whole, would give each reader another close."""
    own = april(rep(shop.anna)).people
    assert {code for _, code in own} == {"anna"}
    assert own["revenue", "anna"].standing == april().people["revenue", "anna"].standing


def test_months_before_are_not_measured_again_by_what_comes_in_now(shop: Department) -> None:
    """Trap: every call logged would have three years of five thousand people measured anew."""
    flush()
    april()
    sold(shop, shop.anna, date(2026, 4, 9), 10)
    with CaptureQueriesContext(connection) as now:
        found = april()
    assert found.people["revenue", "anna"].standing.forecast == D(145)
    sold(shop, shop.anna, date(2026, 3, 9), 12)  # 120 in March: run-rate 103⅓
    with CaptureQueriesContext(connection) as then:
        late = april()
    assert round(late.people["revenue", "anna"].standing.forecast or D(0), 4) == D("147.5000")
    assert len(now) < len(then)


def test_on_the_first_day_the_season_alone_tells() -> None:
    """Trap: dividing by no day gone; by season there is a forecast before the first day is over."""
    assert forecast_of_close(D(0), Elapsed(D(0), D(22), 0, 22), usual=D(150)) == D(150)
    assert forecast_of_close(D(150), Elapsed(D(22), D(22), 22, 0), usual=D(999)) == D(150), "it is over"
    assert forecast_of_close(D(5), Elapsed(D(0), D(0), 0, 0), usual=D(150)) is None, "nobody works in it"


def test_of_people_without_a_forecast_there_is_no_method_to_tell() -> None:
    away = standing_of(D(50), D(5), Elapsed(D(0), D(0), 0, 0), grows=True, usual=D(10))
    found = all_together([away], Elapsed(D(11), D(22), 11, 11))
    assert found is not None
    assert (found.forecast, found.method) == (None, "pace")
