"""Break-even: from how many units, and from what revenue on, sales cover what they cost (PLAN-9). Pure.

All arithmetic is in exact fractions. Three roundings, each once, at the end: units of a crossing up to the next whole
one, revenue of a crossing up to the next cent, every other amount to the cent, half away from zero.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal, NamedTuple

from emporion.kernel.periods import Period

Place = Literal["whole", "product", "category", "channel"]
Case = Literal["crossing", "never", "always", "free", "no_sales"]
CENT = Fraction(1, 100)
MOST_STEPS = 24  # of a chart, beyond which it only shows its beginning
NARROW = ("product", "category", "channel", "whole")  # which line replaces a cost, where several could


class Sold(NamedTuple):
    """What was sold of one product in one channel: revenue before tax, quantity, and cost by the catalogue."""

    product: str | None
    category: str | None
    channel: str | None
    revenue: Decimal
    units: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost line: one of `amount` (for its days together), `share` (of revenue) and `per_unit` is there.

    `of` are the codes it is about: a product, a channel, a category with all below it; empty for the whole.
    """

    code: str
    name: str
    days: Period
    place: Place = "whole"
    of: frozenset[str] = frozenset()
    amount: Decimal | None = None
    share: Decimal | None = None
    per_unit: Decimal | None = None
    replaces_cost: bool = False

    def is_about(self, sold: Sold) -> bool:
        """Whether that sale bears the cost."""
        if self.place == "whole":
            return True
        code = {"product": sold.product, "category": sold.category, "channel": sold.channel}[self.place]
        return code in self.of

    def part_of(self, period: Period) -> Fraction:
        """Of a fixed amount, the part that falls on the period, by days; of a variable rate, the part of the period in
        which it holds."""
        shared = (min(self.days.end, period.end) - max(self.days.start, period.start)).days
        return Fraction(max(shared, 0), self.days.days if self.amount is not None else period.days)

    def of_sale(self, sold: Sold) -> Fraction:
        """What a sale costs by a variable line."""
        if self.share is not None:
            return Fraction(self.share) * Fraction(sold.revenue)
        return Fraction(self.per_unit or 0) * Fraction(sold.units)


class Spent(NamedTuple):
    """What one cost comes to in the period; without a line, the cost of goods by the catalogue."""

    line: Cost | None
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold together, and what came with it: revenue, units, variable cost."""

    revenue: Fraction
    units: Fraction
    variable: Fraction

    @property
    def contribution(self) -> Fraction:
        """What is left of revenue for the fixed costs."""
        return self.revenue - self.variable

    @property
    def has_price(self) -> bool:
        """Whether one unit has a price."""
        return self.units > 0 and self.revenue > 0


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the lines of revenue and cost cross. `scale` is by how many times the sales must be what they were."""

    case: Case
    scale: Fraction | None = None
    revenue: Decimal | None = None
    units: Decimal | None = None


class Point(NamedTuple):
    """A point of the two lines: so many units (or so much revenue, where there is no unit price), to the cent."""

    at: Decimal
    revenue: Decimal
    cost: Decimal
    is_crossing: bool


def fixed_costs(lines: Iterable[Cost], period: Period) -> list[Spent]:
    """What the fixed lines come to in the period, by days; those without a day in it are left out."""
    return [
        Spent(line, Fraction(line.amount) * line.part_of(period))
        for line in lines
        if line.amount is not None and line.part_of(period)
    ]


def variable_costs(sold: Sequence[Sold], lines: Iterable[Cost], period: Period) -> list[Spent]:
    """What the sales cost by each variable line, and, last, by the catalogue where no line stands instead of it.

    Of several lines that replace the catalogue's cost of a sale the narrowest counts alone: that of the product, else
    of the category, of the channel, of the whole; of two alike the one whose code comes first.
    """
    holding = [line for line in lines if line.amount is None and line.part_of(period)]
    replacing = sorted(
        (line for line in holding if line.replaces_cost), key=lambda one: (NARROW.index(one.place), one.code)
    )
    amounts = {line.code: Fraction(0) for line in holding}
    goods = Fraction(0)
    for sale in sold:
        instead = next((line for line in replacing if line.is_about(sale)), None)
        bearing = [line for line in holding if not line.replaces_cost and line.is_about(sale)]
        for line in [*bearing, *([instead] if instead else [])]:
            amounts[line.code] += line.of_sale(sale) * line.part_of(period)
        goods += Fraction(sale.cost) * (1 - (instead.part_of(period) if instead else 0))
    found = [Spent(line, amounts[line.code]) for line in holding if amounts[line.code]]
    return [*found, Spent(None, goods)] if goods else found


def without_cost(sold: Sequence[Sold], lines: Iterable[Cost]) -> Decimal:
    """Revenue of what neither the catalogue nor a line that stands instead of it gives a cost."""
    replacing = [line for line in lines if line.replaces_cost]
    return sum(
        (
            one.revenue
            for one in sold
            if one.revenue > 0 and one.cost == 0 and not any(line.is_about(one) for line in replacing)
        ),
        Decimal(0),
    )


def sales_of(sold: Iterable[Sold], variable: Iterable[Spent]) -> Sales:
    """Sales together, by the mix in which they came."""
    revenue = units = Fraction(0)
    for one in sold:
        revenue += Fraction(one.revenue)
        units += Fraction(one.units)
    return Sales(revenue, units, total(variable))


def total(spent: Iterable[Spent]) -> Fraction:
    """The sum of costs."""
    return sum((one.amount for one in spent), Fraction(0))


def crossing(fixed: Fraction, sales: Sales) -> Crossing:
    """Where sales of this price and mix cover fixed and variable cost.

    never: each sale costs as much as it brings, or more. always: nothing is fixed, and each sale brings more than it
    costs. free: units went out for nothing. no_sales: there is no price to reckon with.
    """
    if sales.revenue <= 0:
        return Crossing("free" if sales.revenue == 0 and sales.units > 0 else "no_sales")
    if sales.contribution <= 0:
        return Crossing("never")
    scale = fixed / sales.contribution
    units = Decimal(ceil(scale * sales.units)) if sales.has_price else None
    return Crossing("crossing" if fixed else "always", scale, up_to_cent(scale * sales.revenue), units)


def safety(reached: Fraction, needed: Fraction) -> Decimal | None:
    """Margin of safety: (reached − needed) ÷ reached, to six places, half away from zero; below 0 where the crossing is
    not reached, empty where nothing is."""
    return to_places((reached - needed) / reached, 6) if reached > 0 else None


def lines_of(fixed: Fraction, sales: Sales, found: Crossing) -> list[Point]:
    """Points of the lines of revenue and cost: in even steps from nothing, with the crossing on one of them, to twice
    the crossing, or as far as the sales went. Over units, or over revenue where there is no unit price; none without
    sales."""
    over = sales.units if sales.has_price else sales.revenue
    if over <= 0:
        return []
    at = _crossing_on_axis(found, sales) if found.case == "crossing" else None
    step, many = _steps(at, over)
    price, variable = sales.revenue / over, sales.variable / over
    return [
        Point(
            to_cent(step * place),
            to_cent(price * step * place),
            to_cent(fixed + variable * step * place),
            at is not None and step * place == at,
        )
        for place in range(many + 1)
    ]


def _crossing_on_axis(found: Crossing, sales: Sales) -> Fraction:
    return Fraction((found.units if sales.has_price else found.revenue) or 0)


def _steps(at: Fraction | None, over: Fraction) -> tuple[Fraction, int]:
    """How wide a step is, and how many there are: the crossing lies on the fourth step, or nearer where the sales went
    much further."""
    if not at:
        return over / 4, 8
    for step in (at / 4, at / 2, at):
        if over <= step * 12:
            return step, max(ceil(over / step), int(at / step) * 2)
    return at, min(ceil(over / at), MOST_STEPS)


def months_of(period: Period) -> Fraction:
    """How many months a period has: whole ones count 1, a part of one by its days."""
    return sum(
        (
            Fraction((min(month.end, period.end) - max(month.start, period.start)).days, month.days)
            for month in period.months()
        ),
        Fraction(0),
    )


def up_to_cent(value: Fraction) -> Decimal:
    """Up to the next cent."""
    return Decimal(ceil(value / CENT)).scaleb(-2)


def to_cent(value: Fraction) -> Decimal:
    """To the cent, half away from zero."""
    return to_places(value, 2)


def to_places(value: Fraction, places: int) -> Decimal:
    """To so many decimal places, half away from zero."""
    rounded: Callable[[Fraction], int] = floor if value >= 0 else ceil
    half = Fraction(1, 2) if value >= 0 else Fraction(-1, 2)
    return Decimal(rounded(value * 10**places + half)).scaleb(-places)
