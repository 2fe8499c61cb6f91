"""What sums and counts of facts mean, read plainly in Python, one fact after the other, without the engine."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Key = tuple[Any, ...]
ORDERED = ("order.placed", "order.cancelled")
SOLD = (*ORDERED, "order.returned")
OPENING, NEW_PRODUCT, COLD = 128, 64, 1


def _kept(rows: Iterable[Row], kinds: Sequence[str], needs: int = 0, lacks: int = 0) -> list[Row]:
    return [
        row
        for row in rows
        if row["kind"] in kinds and row["traits"] & needs == needs and not row["traits"] & lacks
    ]


def _total(rows: Iterable[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def _net(rows: Iterable[Row], identity: Callable[[Row], Any]) -> int:
    nets: dict[Any, int] = defaultdict(int)
    for row in rows:
        nets[identity(row)] += row["quantity"]
    return sum(1 for key, net in nets.items() if net > 0 and key is not None)


def _records(rows: Iterable[Row]) -> int:
    return _net(rows, lambda row: (row["subject_kind"], row["subject_id"]))


def _sold(rows: Sequence[Row], needs: int = 0) -> list[Row]:
    return _kept(rows, SOLD, needs, OPENING)


def _orders(rows: Sequence[Row]) -> int:
    return _net(_kept(rows, ORDERED, lacks=OPENING), lambda row: row["order_id"])


def _revenue(rows: Sequence[Row]) -> int:
    return _total(_sold(rows), "amount")


READINGS: dict[str, Callable[[Sequence[Row]], Fraction | None]] = {
    "revenue": lambda rows: Fraction(_revenue(rows), 10_000),
    "units": lambda rows: Fraction(_total(_sold(rows), "quantity"), 1_000_000),
    "new_product_revenue": lambda rows: Fraction(_total(_sold(rows, NEW_PRODUCT), "amount"), 10_000),
    "margin": lambda rows: Fraction(_revenue(rows) - _total(_sold(rows), "cost"), 10_000),
    "returns": lambda rows: Fraction(
        -_total(_kept(rows, ("order.returned",), lacks=OPENING), "amount"), 10_000
    ),
    "orders": lambda rows: Fraction(_orders(rows)),
    "customers_buying": lambda rows: Fraction(_net(_sold(rows), lambda row: row["customer_id"])),
    "average_order": lambda rows: Fraction(_revenue(rows), 10_000 * _orders(rows)) if _orders(rows) else None,
    "meetings": lambda rows: Fraction(_records(_kept(rows, ("meeting.held",)))),
    "calls": lambda rows: Fraction(_records(_kept(rows, ("call.made",)))),
    "calls_cold": lambda rows: Fraction(_records(_kept(rows, ("call.made",), COLD))),
}


def reading(rows: Iterable[Row], name: str, by: Sequence[str]) -> dict[Key, Fraction | None]:
    """The metric by the values of some columns, over rows that are already those of the period."""
    cells: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        cells[tuple(row[column] for column in by)].append(row)
    return {key: READINGS[name](members) for key, members in cells.items()}
