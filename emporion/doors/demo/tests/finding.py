"""How a head of sales would find what is wrong in a department, with nothing but its metrics."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.measure import measure

Row = dict[str, Any]
CONTACTS = ("calls", "meetings", "messages", "visits", "presentations")
YEAR, HALF_YEAR, QUARTER, FORTNIGHT = (
    timedelta(days=364),
    timedelta(days=182),
    timedelta(days=90),
    timedelta(days=14),
)


def rows(
    names: Sequence[str], by: str, period: Period, where: Mapping[str, object] | None = None
) -> list[Row]:
    """The answer, with the code of each row as `code` and nothing as 0."""
    found = measure(names, by=[by], period=period, where=where, viewer=SYSTEM).to_pylist()
    return [
        {"code": row[f"{by}_id"], **{name: Decimal(row[name] or 0) for name in names}}
        for row in found
        if row[f"{by}_id"] is not None
    ]


class Findings:
    """What is found on the last day of a company's books."""

    def __init__(self, last: date) -> None:
        self.day = Period.inclusive(last, last)
        self.before = Period.inclusive(last - FORTNIGHT, last - FORTNIGHT)
        self.quarter = Period.inclusive(last - QUARTER, last)
        self.year = Period.inclusive(last - YEAR, last)
        self.half_year = Period.inclusive(last - HALF_YEAR, last)

    def saturated(self) -> set[str]:
        """Members saturated today and a fortnight ago."""
        found = [rows(["saturation"], "member", day) for day in (self.day, self.before)]
        now, then = ({row["code"] for row in day if row["saturation"]} for day in found)
        return now & then

    def living_off_old(self) -> set[str]:
        """Closers who sold in half a year to no new customer, and nearly only to those they kept."""
        names = ["revenue", "retained_revenue", "new_customers"]
        closers = rows(names, "member", self.half_year, {"role": "closer"})
        return {
            row["code"]
            for row in closers
            if row["revenue"] > 0
            and not row["new_customers"]
            and row["retained_revenue"] >= row["revenue"] * Decimal("0.95")
        }

    def fading_large(self) -> set[str]:
        """Customers of the first 80 % of revenue, who ordered at least monthly, and are silent too long."""
        sold = sorted(
            rows(["revenue", "orders"], "customer", self.year), key=lambda row: row["revenue"], reverse=True
        )
        whole, running, steady = sum(row["revenue"] for row in sold), Decimal(0), set()
        for row in sold:
            if running < whole * Decimal("0.8") and row["orders"] >= 12:
                steady.add(row["code"])
            running += row["revenue"]
        fading = rows(["fading_customers"], "customer", self.day)
        return steady & {row["code"] for row in fading if row["fading_customers"]}

    def busy(self) -> set[str]:
        """Members with more contacts than the others, of which most lead to nothing."""
        found = rows(
            [*CONTACTS, "busy_work"], "member", self.quarter, {"role": ["hunter", "closer", "farmer"]}
        )
        counts = {row["code"]: sum(row[name] for name in CONTACTS) for row in found}
        mean = sum(counts.values()) / len(counts)
        return {
            row["code"]
            for row in found
            if row["busy_work"] >= Decimal("0.75") and counts[row["code"]] >= mean * Decimal("1.2")
        }

    def untouched(self) -> set[str]:
        """Regions with prospects and no contact in half a year."""
        base = rows(["total_base"], "territory_parent", self.day)
        touched = rows(list(CONTACTS), "territory_parent", self.half_year)
        spoken = {row["code"] for row in touched if any(row[name] for name in CONTACTS)}
        return {row["code"] for row in base if row["total_base"]} - spoken
