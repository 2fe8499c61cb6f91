"""A fact as a value: pure, comparable, the same in every store."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import NamedTuple

from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT, CREDITS, KINDS


class Subject(NamedTuple):
    """The record a fact stands for: a kind such as `order`, and its id."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. Ids and codes only, never a name or a text.

    Quantity in millionths, amount and cost in ten-thousandths of the base currency, minutes whole.
    `weight` of `weight_total` is this member's share of the credit; amounts are already split by it.
    """

    kind: str
    day: date
    occurred_at: datetime | None = None
    member_id: int | None = None
    team_id: int | None = None
    role: str | None = None
    member_zone_id: int | None = None
    territory_id: int | None = None
    customer_id: int | None = None
    deal_id: int | None = None
    order_id: int | None = None
    product_id: int | None = None
    stage_id: int | None = None
    channel: str | None = None
    source: str | None = None
    quantity: int = 0
    amount: int = 0
    cost: int = 0
    original_amount: int | None = None
    currency: str | None = None
    minutes: int = 0
    weight: int = 1
    weight_total: int = 1
    credit: str = CREDIT_DIRECT
    traits: int = 0
    due_day: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not in the vocabulary of facts")
        if self.credit not in CREDITS:
            raise ValueError(f"{self.credit!r} is not a kind of credit")
        if not 0 < self.weight <= self.weight_total:
            raise ValueError(f"a weight of {self.weight} of {self.weight_total} is no share of a whole")

    def taken_back(self) -> "Fact":
        """The reversal: every dimension and the day the same, every measure the other way."""
        original = None if self.original_amount is None else -self.original_amount
        return replace(
            self,
            quantity=-self.quantity,
            amount=-self.amount,
            cost=-self.cost,
            original_amount=original,
            minutes=-self.minutes,
        )


FACT_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Fact))
