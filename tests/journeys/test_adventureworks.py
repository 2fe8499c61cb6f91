"""A stranger's real files in, numbers equal to theirs out: AdventureWorks, 31,465 orders of a bicycle maker."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.installation import SERVER, Installation, installation
from tests.journeys.small_company import read

THEIR_YEAR = ("--from", "2013-05-30", "--to", "2014-05-30")
ALL = Decimal("109846381.4039")


@pytest.fixture(scope="session")
def source(real_data: Path) -> Path:
    """Their files."""
    return real_data / "adventureworks"


@pytest.fixture(scope="session")
def told() -> dict[str, Any]:
    """What the first import said, by `adventureworks`."""
    return {}


@pytest.fixture(scope="session")
def adventureworks(
    source: Path, told: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Their files, imported once for all these journeys, which only ask."""
    with installation(tmp_path_factory.mktemp("adventureworks")) as place:
        told.update(place.asked("import", "adventureworks", source, "--json"))
        yield place


def column(place: Installation, *arguments: str) -> dict[str | None, Decimal]:
    """Revenue by the code of one dimension."""
    dimension = arguments[arguments.index("--by") + 1]
    rows = place.asked("measure", "revenue", *arguments, "--format", "json")
    return {row[f"{dimension}_id"]: Decimal(row["revenue"]) for row in rows}


@pytest.mark.spec("SYS-1")
def test_every_order_and_line_comes_in(adventureworks: Installation, told: dict[str, Any]) -> None:
    assert told["rejected"] == 0
    assert told["files"]["SalesOrderHeader.csv"]["created"] == 31_465
    assert told["files"]["SalesOrderDetail.csv"]["created"] == 121_317
    orders = adventureworks.asked("measure", "orders", "--format", "json")[0]["orders"]
    unsold = adventureworks.asked("measure", "orders", "--where", "member=", "--format", "json")[0]["orders"]
    assert (orders, unsold) == ("31465", "27659")


@pytest.mark.spec("SYS-4")
def test_all_facts_follow_from_all_records(adventureworks: Installation) -> None:
    assert adventureworks.asked("ledger", "verify", "--json")["discrepancies"] == []


@pytest.mark.spec("SYS-1")
def test_a_second_import_changes_nothing(adventureworks: Installation, source: Path, tmp_path: Path) -> None:
    with installation(tmp_path, like=adventureworks) as copy:
        again = copy.asked("import", "adventureworks", source, "--json")
        assert again["rejected"] == 0
        assert {counts["created"] + counts["changed"] for counts in again["files"].values()} == {0}
        digests = [one.asked("ledger", "digest", "--json") for one in (copy, adventureworks)]
        assert digests[0] == digests[1]


def test_each_sales_person_has_sold_what_their_table_says(adventureworks: Installation, source: Path) -> None:
    theirs = {row["BusinessEntityID"]: Decimal(row["SalesYTD"]) for row in read(source / "SalesPerson.csv")}
    ours = column(adventureworks, "--by", "member", *THEIR_YEAR)
    assert len(theirs) == 17
    assert {code: amount for code, amount in ours.items() if code is not None} == theirs


def their_territories(source: Path) -> dict[str | None, Decimal]:
    """The year to date of the ten territories by their own table."""
    return {row["TerritoryID"]: Decimal(row["SalesYTD"]) for row in read(source / "SalesTerritory.csv")}


def test_each_territory_has_what_its_table_says(adventureworks: Installation, source: Path) -> None:
    assert column(adventureworks, "--by", "territory", *THEIR_YEAR) == their_territories(source)


def test_one_day_more_shows_in_seven_territories_and_no_person(
    adventureworks: Installation, source: Path
) -> None:
    """Trap: the last day is inclusive, and one day too many is seen only where sales without a seller are."""
    longer = ("--from", "2013-05-30", "--to", "2014-05-31")
    theirs = their_territories(source)
    ours = column(adventureworks, "--by", "territory", *longer)
    differing = [ours[code] - amount for code, amount in theirs.items() if ours[code] != amount]
    assert len(differing) == 7
    assert round(sum(differing), 2) == Decimal("1834.79")
    people = [column(adventureworks, "--by", "member", *period) for period in (THEIR_YEAR, longer)]
    assert {**people[0], None: None} == {**people[1], None: None}


def test_all_revenue_is_their_orders_to_the_fourth_decimal(adventureworks: Installation) -> None:
    """Trap: 2,249 lines carry five or six decimals; their rounded sum is not the sum of the orders."""
    assert Decimal(adventureworks.asked("measure", "revenue", "--format", "json")[0]["revenue"]) == ALL


@pytest.mark.parametrize("dimension", ["category", "product", "channel"])
def test_the_whole_is_the_sum_of_its_parts(adventureworks: Installation, dimension: str) -> None:
    assert sum(column(adventureworks, "--by", dimension).values()) == ALL


def test_channels_are_online_and_seller(adventureworks: Installation, source: Path) -> None:
    theirs: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in read(source / "SalesOrderHeader.csv"):
        online = row["OnlineOrderFlag"].strip().lower() in ("1", "true")
        theirs["online" if online else "seller"] += Decimal(row["SubTotal"])
    assert column(adventureworks, "--by", "channel") == theirs


@pytest.mark.spec("PLAN-5", "PLAN-8")
def test_quotas_and_what_was_sold_in_their_spans(adventureworks: Installation) -> None:
    """Trap: the mean of 163 attainments is not the attainment of the sums."""
    asked = adventureworks.asked("measure", "plan,plan_fact,attainment,mean_attainment", "--format", "json")
    assert asked == [
        {
            "plan": "95714000.0000",
            "plan_fact": "80487704.1832",
            "attainment": "0.840919",
            "mean_attainment": "0.855221",
        }
    ]
    by_member = adventureworks.asked("measure", "plan,revenue", "--by", "member", "--format", "json")
    assert sum(Decimal(row["plan"] or 0) for row in by_member) == 95_714_000


@pytest.mark.postgres
@pytest.mark.spec("SYS-5")
def test_both_databases_come_to_the_same(adventureworks: Installation, source: Path, tmp_path: Path) -> None:
    asked: tuple[tuple[str, ...], ...] = (
        ("ledger", "digest", "--json"),
        ("measure", "revenue,orders,units,margin", "--by", "member,month", "--format", "json"),
        ("measure", "new_customers,lost_customers,active_base", "--by", "territory", "--format", "json"),
    )
    assert SERVER
    with installation(tmp_path, server="") as on_sqlite, ThreadPoolExecutor() as threads:
        on_sqlite.done("import", "adventureworks", source)
        for question in asked:
            answers = list(threads.map(lambda place: place.asked(*question), (adventureworks, on_sqlite)))  # noqa: B023
            assert answers[0] == answers[1]
