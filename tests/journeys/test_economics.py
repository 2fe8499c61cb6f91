"""Break-even and the activity plan from the command line: costs from a file, and who is told."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest

from tests.journeys.installation import Installation, installation

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")
COSTS = """code,name,channel,amount,share,replaces_cost,starts_on,ends_on
RENT,Rent,,5000,,no,2026-01-01,2027-01-01
GOODS,Goods,,,0.5,yes,2026-01-01,2027-01-01
"""


@pytest.fixture(scope="module")
def spending(imported: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The small company with what it spends, and a seller who may sign in."""
    folder = tmp_path_factory.mktemp("spending")
    with installation(folder, like=imported) as place:
        (folder / "costs.csv").write_text(COSTS, encoding="utf-8")
        place.done("import", "generic", folder / "costs.csv")
        place.done("user", "create", "chloe", "--role", "rep", "--member", "M3")
        yield place


@pytest.mark.spec("PLAN-9")
def test_the_crossing_can_be_reckoned_by_hand(spending: Installation) -> None:
    """Half of each sale is goods, so that twice the rent of March's 31 days covers it."""
    said = spending.asked("plan", "breakeven", *MARCH, "--json")
    rent = Fraction(5000 * 31, 365)
    assert said["case"] == "crossing"
    assert Decimal(said["fixed_cost"]) == round(Decimal(5000 * 31) / 365, 2)
    assert Decimal(said["crossing_revenue"]) == Decimal(ceil(rent * 2 * 100)).scaleb(-2)
    assert {cost["cost"] for cost in said["costs"]} == {"RENT", "GOODS"}
    revenue = spending.asked("measure", "revenue", *MARCH, "--format", "json")[0]["revenue"]
    assert Decimal(said["revenue"]) == round(Decimal(revenue), 2)


@pytest.mark.spec("PLAN-9")
def test_without_the_permission_nothing_is_told(spending: Installation) -> None:
    said = spending.emporion("plan", "breakeven", *MARCH, "--as", "chloe", "--json")
    assert (said.code, said.out) == (1, "")
    assert "see_cost" in said.err


@pytest.mark.spec("PLAN-5")
def test_a_seller_is_told_their_own_and_nobody_elses(spending: Installation) -> None:
    """Trap: the words for a colleague differ from those for nobody."""
    own = spending.asked(
        "plan", "activity", "--member", "M3", *MARCH, "--money", 1000, "--as", "chloe", "--json"
    )
    assert (own["member"], own["money"]) == ("M3", "1000")
    assert own["ratios"]["average_order"]["of"] in ("person", "team", "department")
    asked = ("plan", "activity", *MARCH, "--money", 1000, "--as", "chloe", "--member")
    others, nobody = spending.emporion(*asked, "M1"), spending.emporion(*asked, "M99")
    assert (others.code, others.err) == (1, nobody.err)


@pytest.mark.spec("PLAN-9")
@pytest.mark.parametrize(
    "arguments",
    [
        ("breakeven", "--product", "P1", "--channel", "shop"),
        ("activity", "--member", "M3", "--money", "much"),
        ("activity", "--member", "M3", "--money", "10", "--whole"),
        ("activity",),
    ],
)
def test_wrong_usage(spending: Installation, arguments: tuple[str, ...]) -> None:
    assert spending.emporion("plan", *arguments).code == 2
