"""Files of other programs go in by a mapping alone, and the numbers are those of a plain reading of the files.

The sets are made up, with the dirt that such files have: see each test.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from emporion.doors.importing.tests.our_tables import load, sums
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db]
STRANGERS = Path(__file__).parent / "strangers"
Rows = list[dict[str, str]]
Numbers = dict[str, dict[str, Decimal]]


@pytest.fixture(autouse=True)
def ledger(settings: Settings, tmp_path: Path) -> None:
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")


def rows_of(path: str, encoding: str = "utf-8", delimiter: str = ",") -> Rows:
    with (STRANGERS / path).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def measured(names: Iterable[str], by: str, first: date, last: date) -> Numbers:
    """By the code of the dimension, the metrics that are not nothing."""
    asked = list(names)
    table = measure(
        asked, by=[by], period=Period(first, date.fromordinal(last.toordinal() + 1)), viewer=SYSTEM
    )
    return {
        row[f"{by}_id"] or "": {name: row[name].normalize() for name in asked if row[name]}
        for row in table.to_pylist()
        if any(row[name] for name in asked)
    }


def nothing() -> dict[str, Decimal | int]:
    return defaultdict(int)


def plain(counts: Mapping[str, Mapping[str, Decimal | int]]) -> Numbers:
    return {
        key: {name: Decimal(value).normalize() for name, value in of.items() if value}
        for key, of in counts.items()
        if any(of.values())
    }


# Opportunities: a product misspelt (GTXPro), open deals without an account, without an opening day, without a value;
# lost ones worth 0; an agent written in other letters


def test_opportunities() -> None:
    outcome = load(STRANGERS / "opportunities", STRANGERS / "opportunities.toml")
    assert outcome.rejected == 0
    assert outcome.files["sales_pipeline.csv"]["read"] == 50
    assert sums(load(STRANGERS / "opportunities", STRANGERS / "opportunities.toml"))["unchanged"] == sum(
        counts["created"] for counts in outcome.files.values()
    )
    first, last = date(2016, 10, 1), date(2017, 9, 30)
    for dimension, key in OPPORTUNITY_KEYS.items():
        expected = plain(opportunities(key, first, last))
        names = ("deals_won", "deals_lost", "deals_won_value", "open_deals")
        assert measured(names, dimension, first, last) == expected, dimension


def agent(row: dict[str, str]) -> str:
    return " ".join(row["sales_agent"].split()).title()


def product(row: dict[str, str]) -> str:
    return row["product"].replace("GTXPro", "GTX Pro")


TEAMS = {row["sales_agent"]: row for row in rows_of("opportunities/sales_teams.csv")}
SERIES = {row["product"]: row["series"] for row in rows_of("opportunities/products.csv")}
OPPORTUNITY_KEYS: dict[str, Callable[[dict[str, str]], str]] = {
    "member": agent,
    "team": lambda row: TEAMS[agent(row)]["manager"],
    "territory": lambda row: TEAMS[agent(row)]["regional_office"],
    "customer": lambda row: row["account"],
    "product": product,
    "category": lambda row: SERIES[product(row)],
    "source": lambda row: row["lead_source"],
}


def opportunities(
    key: Callable[[dict[str, str]], str], first: date, last: date
) -> dict[str, dict[str, Decimal | int]]:
    found: dict[str, dict[str, Decimal | int]] = defaultdict(nothing)
    for row in rows_of("opportunities/sales_pipeline.csv"):
        opened = date.fromisoformat(row["engage_date"] or "2017-01-01")
        closed = date.fromisoformat(row["close_date"]) if row["close_date"] else date.max
        of = found[key(row)]
        of["open_deals"] += opened <= last < closed
        if first <= closed <= last and row["deal_stage"] == "Won":
            of["deals_won"] += 1
            of["deals_won_value"] += int(row["close_value"])
        elif first <= closed <= last:
            of["deals_lost"] += 1
    return found


def test_a_value_known_at_the_close_is_no_value_before() -> None:
    """The trap: with the closing value from the opening day on, yesterday's pipeline would know today's prices."""
    load(STRANGERS / "opportunities", STRANGERS / "opportunities.toml")
    assert measured(["open_deal_value"], "member", date(2016, 10, 1), date(2017, 6, 30)) == {}


# Orders: code pages of Windows, semicolons, decimal commas, thousands apart, cancelled documents, percent signs


def test_russian_orders() -> None:
    outcome = load(STRANGERS / "sales_ru", STRANGERS / "sales_ru.toml")
    assert outcome.rejected == 0
    rows = rows_of("sales_ru/Реализация.csv", "cp1251", ";")
    kept = [row for row in rows if row["Статус"] == "Проведён"]
    assert len(kept) < len(rows)
    for dimension, column in {
        "member": "Менеджер",
        "customer": "Контрагент",
        "product": "Код товара",
    }.items():
        expected = plain(orders(kept, column, "Номер", "Количество", "Сумма"))
        assert (
            measured(("revenue", "units", "orders"), dimension, date(2025, 1, 1), date(2025, 12, 31))
            == expected
        )


def test_greek_orders() -> None:
    """The trap: read as Cyrillic, Greek letters are letters too."""
    outcome = load(STRANGERS / "orders_el", STRANGERS / "orders_el.toml")
    assert outcome.rejected == 0
    rows = rows_of("orders_el/παραγγελίες.csv", "cp1253", ";")
    for dimension, column in {"member": "Πωλητής", "customer": "Πελάτης", "product": "Είδος"}.items():
        expected = plain(orders(rows, column, "Αριθμός", "Ποσότητα", "Αξία"))
        assert (
            measured(("revenue", "units", "orders"), dimension, date(2025, 1, 1), date(2025, 12, 31))
            == expected
        )


def orders(
    rows: Rows, key: str, number: str, quantity: str, amount: str
) -> dict[str, dict[str, Decimal | int]]:
    found: dict[str, dict[str, Decimal | int]] = defaultdict(nothing)
    numbers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        of = found[row[key]]
        of["revenue"] += european(row[amount])
        of["units"] += european(row[quantity])
        numbers[row[key]].add(row[number])
        of["orders"] = len(numbers[row[key]])
    return found


def european(text: str) -> Decimal:
    digits = "".join(sign for sign in text if sign.isdigit() or sign in ",-")
    return Decimal(digits.replace(",", "."))


# Activities: owners by e-mail in other letters, one who is gone, several companies in one cell, milliseconds


def test_activities_of_owners_by_e_mail() -> None:
    outcome = load(STRANGERS / "activities", STRANGERS / "activities.toml")
    assert outcome.rejected == 0
    owners = {row["Email"].lower(): row["Owner ID"] for row in rows_of("activities/owners.csv")}
    rows = rows_of("activities/all-activities.csv")
    keys: dict[str, Callable[[dict[str, str]], str]] = {
        "member": lambda row: owners.get(row["Activity assigned to"].lower(), ""),
        "customer": lambda row: row["Associated Company IDs"].partition(";")[0],
    }
    kinds = {"CALL": "calls", "MEETING": "meetings", "EMAIL": "messages"}
    for dimension, key in keys.items():
        found: dict[str, dict[str, Decimal | int]] = defaultdict(nothing)
        for row in rows:
            if row["Activity type"] in kinds:
                found[key(row)][kinds[row["Activity type"]]] += 1
        assert measured(kinds.values(), dimension, date(2024, 12, 1), date(2026, 1, 31)) == plain(found)
