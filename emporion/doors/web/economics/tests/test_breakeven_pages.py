"""Break-even from facts and cost lines: the numbers, the words, and who may see them (PLAN-9)."""

from collections.abc import Callable
from decimal import Decimal as D
from fractions import Fraction
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emporion.doors.web.economics.tests.conftest import JANUARY, MAY, NEXT_YEAR, Firm, sold, spent
from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.planning.breakeven_queries import About, BreakEven, break_even
from emporion.records.catalog.actions import create_product
from emporion.records.pipeline.tests.department import AT, day, rep

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-9"), pytest.mark.usefixtures("at_noon")]
PAGE = "/break-even/?period=2026-05"
THE_MAY = Period.parse("2026-05")


def reckoned(about: About = About(), viewer: Viewer = SYSTEM, period: Period = THE_MAY) -> BreakEven:  # noqa: B008 - frozen
    return break_even(viewer, about, period, today=day(31))


def text(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    return response.content.decode()


def test_the_whole(firm: Firm, planned: Callable[[int | None, int], None]) -> None:
    """60 of A at 100 cost 60 each by the catalogue: 40 are left of each. Rent of 1,200 needs 30 of them, 3,000. Sold
    were 6,000: half may fall away; of the plan of 4,000 a quarter."""
    spent("rent", amount=D(1_200))
    planned(None, 4_000)
    it = reckoned()
    assert (it.crossing.case, it.crossing.units, it.crossing.revenue) == ("crossing", D(30), D("3000.00"))
    assert it.fact is not None
    assert it.plan is not None
    assert (it.fact.revenue, it.fact.units, it.fact.safety) == (D("6000.00"), D("60.00"), D("0.500000"))
    assert (it.plan.revenue, it.plan.safety) == (D("4000.00"), D("0.250000"))


def test_plans_of_people_count_where_the_department_has_none(
    firm: Firm, planned: Callable[[int | None, int], None]
) -> None:
    spent("rent", amount=D(1_200))
    planned(firm.ids.anna, 5_000)
    planned(firm.ids.boris, 1_000)
    it = reckoned()
    assert it.plan is not None
    assert it.plan.revenue == 6_000


def test_a_share_of_a_channel_is_borne_by_that_channel(firm: Firm) -> None:
    """Online takes 10 % of its 1,000: 100. Left are 2,400 − 100 = 2,300 of 6,000."""
    spent("fee", channel="online", share=D("0.1"))
    it = reckoned()
    assert it.sales.contribution == 2_300
    assert {part.code: part.contribution for part in it.channels} == {
        "shop": D("2000.00"),
        "online": D("300.00"),
    }


def test_a_line_that_stands_instead_of_the_catalogue(firm: Firm) -> None:
    """Trap: the purchase price entered as a cost would count beside the catalogue's 60."""
    spent("purchase", product_id=firm.a.pk, per_unit=D(70), replaces_cost=True)
    it = reckoned()
    assert it.sales.variable == 60 * 70
    assert [one.line and one.line.code for one in it.variable] == ["purchase"]


def test_a_product_bears_its_own_and_its_part_of_the_common(firm: Firm) -> None:
    """B brings 4,000 of then 10,000. Of the rent of 1,000 it bears 400, of its own licence all 600. It has no cost, and
    that is said: 1,000 of 100 each are 10."""
    sold("O3", firm.ids.acme, firm.ids.anna, firm.b, 40, 100)
    spent("rent", amount=D(1_000))
    spent("licence", product_id=firm.b.pk, amount=D(600))
    it = reckoned(About("product", "B"))
    assert (it.common, it.fixed_total) == (Fraction(400), Fraction(1_000))
    assert (it.crossing.units, it.crossing.revenue) == (D(10), D("1000.00"))
    assert it.own_crossing is not None
    assert it.own_crossing.units == 6
    assert it.unknown_cost == 4_000
    assert reckoned(About("channel", "online")).common == 100


def test_the_parts_of_the_common_are_the_whole(firm: Firm) -> None:
    sold("O3", firm.ids.acme, firm.ids.anna, firm.b, 7, 33)
    spent("rent", amount=D(1_000))
    parts = [reckoned(About("product", code)).common for code in ("A", "B")]
    assert sum(part for part in parts if part is not None) == 1_000


def test_a_period_that_has_not_begun_takes_the_prices_of_the_year_before(firm: Firm) -> None:
    spent("rent27", amount=D(14_400), starts_on=NEXT_YEAR, ends_on=NEXT_YEAR.replace(year=2028))
    it = reckoned(period=Period.parse("2027"))
    assert (it.crossing.units, it.units_a_month, it.fact) == (D(360), D(30), None)


def test_of_a_running_year_the_pace_is_compared(firm: Firm) -> None:
    """Trap: of the year's 14,400 the sales of five months must not cover all by now, but five twelfths of the sales."""
    spent("rent26", amount=D(14_400), starts_on=JANUARY, ends_on=NEXT_YEAR)
    it = reckoned(period=Period.parse("2026"))
    assert (it.units_a_month, it.revenue_a_month) == (D(30), D("3000.00"))
    assert it.fact is not None
    assert it.fact.revenue == 1_200  # 6,000 in five months
    assert it.fact.safety == D("-1.5")


@pytest.mark.parametrize(
    ("fixed", "per_unit", "words"),
    [
        (D(1_200), None, "sales of €3,000.00 a month are needed"),
        (D(1_200), D(40), "no quantity covers the costs"),
        (None, None, "each sale earns from the first one on"),
    ],
)
def test_the_words_of_each_case(firm: Firm, fixed: D | None, per_unit: D | None, words: str) -> None:
    if fixed is not None:
        spent("rent", amount=fixed)
    if per_unit is not None:
        spent("packing", per_unit=per_unit)
    assert words in text(firm.signed_in("director"))


def test_words_for_nothing_sold(firm: Firm) -> None:
    spent("rent", amount=D(1_200), starts_on=JANUARY, ends_on=MAY)
    assert "Nothing was sold in these days" in text(firm.signed_in("director"), "/break-even/?period=2026-03")


def test_a_product_in_units(firm: Firm) -> None:
    spent("rent", amount=D(1_200))
    shown = text(firm.signed_in("director"), "/break-even/?period=2026-05&product=Product A (A)")
    assert "you sell 30 units a month, for €3,000.00 in all." in shown
    assert "Now it is 60 units (€6,000.00) a month: safe by 50%." in shown


@pytest.mark.parametrize(("language", "word"), [("ru", "Точка безубыточности"), ("el", "Νεκρό σημείο")])
def test_in_three_languages(firm: Firm, language: str, word: str) -> None:
    spent("rent", amount=D(1_200))
    shown = text(firm.signed_in("director", language=language))
    assert word in shown
    assert "a month" not in shown


def test_without_the_permission_there_is_none(firm: Firm) -> None:
    """Trap: a crossing gives away what things cost, to anybody who knows their price."""
    spent("rent", amount=D(1_200))
    client = firm.signed_in("rep", firm.ids.anna)
    for address in (PAGE, "/costs/", "/costs/new/", "/break-even/?product=A"):
        assert client.get(address).status_code == HTTPStatus.FORBIDDEN
    with pytest.raises(Refusal, match="see_cost"):
        reckoned(viewer=rep(firm.ids.anna))
    assert "/break-even/" not in client.get("/metrics/").content.decode()


def test_a_head_is_not_told_whether_the_firm_is_safe(firm: Firm) -> None:
    """Trap: the sales of one team beside the costs of the whole firm would look like a loss."""
    spent("rent", amount=D(4_000))
    client = firm.signed_in("head", firm.ids.anna)
    it = client.get(PAGE).context["it"].it
    assert (it.sales.revenue, it.fact, it.plan, it.common) == (5_000, None, None, None)
    assert "are those of the whole firm" in text(client)


@pytest.mark.parametrize(
    "address", ["/break-even/?product=NONE", "/break-even/?channel=none", "/costs/999/edit/"]
)
def test_what_does_not_exist(firm: Firm, address: str) -> None:
    assert firm.signed_in("director").get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("period", ["2026-13", "0001-01-01..9999-12-31", "..", "2026-05-02..2026-05-01"])
def test_no_period(firm: Firm, period: str) -> None:
    assert (
        firm.signed_in("director").get("/break-even/", {"period": period}).status_code
        == HTTPStatus.BAD_REQUEST
    )


def test_queries_do_not_grow(firm: Firm) -> None:
    """One product and fifty, one cost and fifty: as many queries."""
    client = firm.signed_in("director")
    spent("rent", amount=D(1_200))
    client.get(PAGE)
    counts = []
    for many in (1, 50):
        for number in range(many):
            product = create_product(code=f"P{many}-{number}", by=SYSTEM, at=AT)
            sold(f"Q{many}-{number}", firm.ids.acme, firm.ids.anna, product, 1, 50, channel=f"c{number}")
            spent(f"K{many}-{number}", amount=D(10), product_id=product.pk)
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_the_chart_has_its_crossing_in_words(firm: Firm) -> None:
    spent("rent", amount=D(1_200))
    chart: Any = firm.signed_in("director").get(PAGE).context["it"].chart
    assert chart.categories[4] == "30 ✕"
    assert [one.values[4] for one in chart.series] == [D("3000.00"), D("3000.00"), D("1200.00")]
