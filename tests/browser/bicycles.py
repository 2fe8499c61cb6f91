"""What the files of AdventureWorks themselves say: what the pages must show once they are imported."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from tests.journeys.small_company import read

FIRST, LAST = date(2014, 3, 1), date(2014, 5, 31)  # the last quarter that has quotas
LARGE = {
    "Customer.csv": "CustomerID",
    "SalesOrderHeader.csv": "SalesOrderID",
    "SalesOrderDetail.csv": "SalesOrderID",
}
WRITTEN_OUT = 100_000  # from here on a screen shows a number short
Row = dict[str, str]


@dataclass(frozen=True)
class Bicycles:
    """The files, read by a test and not by the product."""

    folder: Path

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return sorted(self.folder.glob("*.csv"))

    @cached_property
    def names(self) -> dict[str, str]:
        """By number, who sells."""
        rows = self._rows("SalesPersonNames.csv")
        return {row["BusinessEntityID"]: f"{row['FirstName']} {row['LastName']}" for row in rows}

    @cached_property
    def quotas(self) -> dict[str, Decimal]:
        """By number, the plan of the quarter."""
        rows = self._rows("SalesPersonQuotaHistory.csv")
        return {
            row["BusinessEntityID"]: Decimal(row["SalesQuota"])
            for row in rows
            if _day(row["QuotaDate"]) == FIRST
        }

    @cached_property
    def orders(self) -> dict[str, Row]:
        """By number, the orders of the quarter that somebody sold."""
        rows = self._rows("SalesOrderHeader.csv")
        return {
            row["SalesOrderID"]: row
            for row in rows
            if row["SalesPersonID"] and FIRST <= _day(row["OrderDate"]) <= LAST
        }

    def sold(self, person: str) -> Decimal:
        """What somebody sold in the quarter."""
        return sum((Decimal(row["SubTotal"]) for row in self.orders_of(person)), Decimal())

    @cached_property
    def sold_by_all(self) -> Decimal:
        """What was sold in the quarter, by somebody or by nobody: online nobody sells."""
        rows = self._rows("SalesOrderHeader.csv")
        sold = (Decimal(row["SubTotal"]) for row in rows if FIRST <= _day(row["OrderDate"]) <= LAST)
        return sum(sold, Decimal())

    def orders_of(self, person: str) -> list[Row]:
        """Somebody's orders of the quarter."""
        return [row for row in self.orders.values() if row["SalesPersonID"] == person]

    def lines_of(self, person: str) -> int:
        """How many lines these orders have."""
        return sum(self._lines[row["SalesOrderID"]] for row in self.orders_of(person))

    @cached_property
    def _lines(self) -> Counter[str]:
        return Counter(row["SalesOrderID"] for row in self._rows("SalesOrderDetail.csv"))

    @property
    def best(self) -> str:
        """Who sold most."""
        return max(self.quotas, key=self.sold)

    def with_one_order(self, folder: Path) -> "Bicycles":
        """The same company with a single order, in that folder: what is brought and read within a second."""
        order = self.orders_of(self.best)[0]
        kept = {name: (column, order[column]) for name, column in LARGE.items()}
        for path in self.files:
            if path.name not in kept:
                shutil.copyfile(path, folder / path.name)
                continue
            column, value = kept[path.name]
            rows = list(self._rows(path.name))
            with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(row for row in rows if row[column] == value)
        return Bicycles(folder)

    def _rows(self, name: str) -> Iterable[Row]:
        return read(self.folder / name)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


# As people of a language write it, by Babel alone


def short(value: Decimal, language: str) -> str:
    """On a screen."""
    if value < WRITTEN_OUT:
        return format_decimal(_rounded(value, 0), locale=language)
    digits = value.adjusted() // 3 * 3 - 2
    return format_compact_decimal(_rounded(value, -digits), fraction_digits=2, locale=language)


def full(value: Decimal, language: str) -> str:
    """To the cent."""
    return format_currency(_rounded(value, 2), "USD", locale=language)


def percent(value: Decimal, language: str) -> str:
    """Without decimals."""
    return format_percent(
        _rounded(value, 2), format="#,##0%" if language == "en" else "#,##0\u00a0%", locale=language
    )


def days(language: str) -> str:
    """The quarter."""
    return " – ".join(format_date(one, "d MMM y", locale=language) for one in (FIRST, LAST))


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
