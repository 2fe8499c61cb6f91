"""An order as it is handed in: checked, totalled and spread, before it is written. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from emporion.kernel.errors import Refusal
from emporion.records.orders.rules.amounts import document_total, line_exact_amount, spread_total


class LineRow(NamedTuple):
    """A line as its table keeps it: `amount` is its part of the document's total, `cost` that of the whole line."""

    number: int
    code: str
    product_id: int | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    exact_amount: Decimal
    amount: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A line as entered. Without an amount it is quantity × price × (1 − discount); cost is of one unit, in the base
    currency, and without it the product's cost of the day is taken."""

    number: int
    product_id: int | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    amount: Decimal | None = None
    unit_cost: Decimal | None = None
    code: str = ""

    @property
    def exact_amount(self) -> Decimal:
        """The line's amount before the document is rounded, to nine places."""
        if self.amount is not None:
            return self.amount
        return line_exact_amount(self.quantity, self.unit_price, self.discount)


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """Whose sale it is."""

    member_id: int
    weight: int = 1
    credit: str = "direct"


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """An order as entered."""

    code: str
    customer_id: int | None
    placed_on: date
    currency: str
    lines: Sequence[LineEntry]
    credits: Sequence[CreditEntry] = ()
    total: Decimal | None = None
    rate: Decimal = Decimal(1)
    placed_at: datetime | None = None
    territory_id: int | None = None
    deal_id: int | None = None
    contract_id: int | None = None
    channel: str = ""
    source: str = ""
    cancelled_on: date | None = None
    opening: bool = False

    def totalled(self) -> tuple[Decimal, list[tuple[Decimal, Decimal]]]:
        """The document's total, the one it states or else its lines' sum rounded once, and by line the exact amount
        and its part of the total. Refuses what cannot be."""
        self._refuse_impossible()
        exact = [line.exact_amount for line in self.lines]
        total = document_total(exact) if self.total is None else self.total
        return total, list(zip(exact, spread_total(total, exact) if exact else [], strict=True))

    def _refuse_impossible(self) -> None:
        if not self.lines and self.total:
            raise Refusal("no_lines", "an order with a total needs at least one line")
        if len({line.number for line in self.lines}) != len(self.lines):
            raise Refusal("line_twice", "two lines have the same number")
        if any(line.quantity <= 0 for line in self.lines):
            raise Refusal(
                "bad_quantity", "the quantity of a line must be more than 0; returns are entered as returns"
            )
        if self.rate <= 0:
            raise Refusal("bad_rate", "the rate must be more than 0")
        if self.cancelled_on is not None and self.cancelled_on < self.placed_on:
            raise Refusal("cancelled_before", "an order cannot be cancelled before it was placed")
        if len({(c.member_id, c.credit) for c in self.credits}) != len(self.credits):
            raise Refusal("credited_twice", "the same person is credited twice")
        if any(c.weight <= 0 for c in self.credits):
            raise Refusal("bad_weight", "a credit's weight must be a whole number above 0")
