"""The forms a metric can have. Pure declarations: the engine reads them, nothing here touches a store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import ibis

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.money.amounts import AMOUNT_PLACES, QUANTITY_PLACES
from emporion.numbers.metrics.scan import Question, Scan

Measure = Literal["amount", "quantity", "cost", "minutes"]
Key = Literal["customer_id", "order_id", "deal_id", "product_id", "member_id"]
PLACES: dict[str, int] = {
    "amount": AMOUNT_PLACES,
    "cost": AMOUNT_PLACES,
    "quantity": QUANTITY_PLACES,
    "minutes": 0,
}
NO_TRAIT = Trait(0)


@dataclass(frozen=True, slots=True)
class Total:
    """Sum of one measure over the period's facts of some kinds, with all and none of some traits."""

    kinds: tuple[str, ...]
    column: Measure = "amount"
    all_of: Trait = NO_TRAIT
    none_of: Trait = NO_TRAIT


@dataclass(frozen=True, slots=True)
class Subjects:
    """Number of records whose facts of the period net to more than nothing: a meeting by two people is one for the
    company and one for each. With `sums`, not their number but what they have of that measure, once per record."""

    kinds: tuple[str, ...]
    all_of: Trait = NO_TRAIT
    none_of: Trait = NO_TRAIT
    sums: Literal["minutes"] | None = None


@dataclass(frozen=True, slots=True)
class Distinct:
    """Number of different keys (customers, orders) whose quantity in the period nets to more than nothing."""

    key: Key
    kinds: tuple[str, ...]
    all_of: Trait = NO_TRAIT
    none_of: Trait = NO_TRAIT


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows that a function makes from a scan: dimension columns of facts (`member_id`, `customer_id`, `day`, …) and an
    int64 `value` in units of 10^-`places`. Summed, or, with `counts`, the number of different values of that column.
    None instead of rows: the settings leave nothing to count.

    `facts` gives the facts behind the rows, with all columns of the ledger. A dimension whose column `rows` lacks is
    refused by name.
    """

    rows: Callable[[Scan], ibis.Table | None]
    facts: Callable[[Scan], ibis.Table | None]
    counts: str | None = None
    places: int = 0


Leaf = Total | Subjects | Distinct | Derived


@dataclass(frozen=True, slots=True)
class Plus:
    """A sum of parts, some of them taken away: `Plus((revenue,), (cost,))`."""

    add: "tuple[Leaf, ...]"
    take: "tuple[Leaf, ...]" = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """Numerator ÷ denominator ÷ `per`, divided once, in exact arithmetic, at the end; empty when the denominator
    is nothing."""

    numerator: "Leaf | Plus"
    denominator: "Leaf | Plus"
    per: int = 1


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Computed by a part above from other metrics and its own records.

    `compute(question, names)` is called once for all asked metrics that share it, and gives by metric the values by
    row: a row is named by one value per dimension asked by (an id, a word, a day or the label of a span of days).
    `behind` is the metric whose facts stand behind it; without one it does not open.
    """

    compute: Callable[[Question, tuple[str, ...]], Mapping[str, Mapping[tuple[object, ...], Decimal | None]]]
    behind: str = ""


Shape = Leaf | Plus | Ratio | Evaluated


def leaves(shape: Shape) -> tuple[Leaf, ...]:
    """The parts a shape is computed from, in order."""
    if isinstance(shape, Ratio):
        return leaves(shape.numerator) + leaves(shape.denominator)
    if isinstance(shape, Plus):
        return shape.add + shape.take
    return () if isinstance(shape, Evaluated) else (shape,)


def places(leaf: Leaf) -> int:
    """In how many decimal places a part's whole numbers are counted."""
    if isinstance(leaf, Total):
        return PLACES[leaf.column]
    return leaf.places if isinstance(leaf, Derived) else 0
