"""Break-even of the whole, of a product or of a channel, from cost lines and measured sales (PLAN-9)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Literal, NamedTuple

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import DAY, Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.planning import breakeven
from emporion.numbers.planning.breakeven import Cost, Crossing, Point, Sales, Sold, Spent
from emporion.numbers.planning.cost_queries import costs_in, require_costs, visible_costs
from emporion.numbers.planning.standing import plans_of
from emporion.records.catalog.models import Product

Kind = Literal["whole", "product", "channel"]
MEASURED = ("revenue", "units", "margin")
REVENUE = "revenue"
YEAR = DAY * 365


class About(NamedTuple):
    """What a break-even is of; a product or a channel by its code."""

    kind: Kind = "whole"
    code: str = ""

    def has(self, sold: Sold) -> bool:
        """Whether that sale belongs to it."""
        return self.kind == "whole" or self.code == (sold.product if self.kind == "product" else sold.channel)

    def owns(self, cost: Cost) -> bool:
        """Whether a fixed cost is its own and nobody else's."""
        return self.kind == "whole" or (cost.place == self.kind and self.code in cost.of)


class Part(NamedTuple):
    """A product or a channel within a break-even: what it brought, what is left of that for fixed costs, its own fixed
    costs, and how many of it are in the mix at the crossing (whole units, up)."""

    code: str | None
    name: str | None
    revenue: Decimal
    units: Decimal
    contribution: Decimal
    own_fixed: Decimal
    needed_units: Decimal | None


@dataclass(frozen=True, slots=True)
class Level:
    """Revenue a month beside what the crossing needs a month, and the margin of safety (a fraction of the first)."""

    revenue: Decimal
    units: Decimal | None
    safety: Decimal | None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where revenue covers the costs of a period.

    `basis` are the days whose sales gave price and mix: those of the period that are gone, or, before it begins, the
    year before today. `common` is the part of costs shared with others that falls on a product or channel by its
    revenue: it has to be covered too; `own_crossing` is where its own costs alone are. Both are None for the whole.
    Where the viewer sees only a part of the sales, `common`, `fact` and `plan` are None: what falls on one of all
    sales, and whether the firm is above the crossing, is then not theirs to tell.
    """

    about: About
    name: str
    period: Period
    basis: Period
    sales: Sales
    fixed: Sequence[Spent]
    variable: Sequence[Spent]
    crossing: Crossing
    months: Fraction
    points: Sequence[Point]
    unknown_cost: Decimal
    common: Fraction | None = None
    own_crossing: Crossing | None = None
    fact: Level | None = None
    plan: Level | None = None
    products: Sequence[Part] = field(default_factory=tuple)
    channels: Sequence[Part] = field(default_factory=tuple)

    @property
    def fixed_total(self) -> Fraction:
        """All fixed costs that are to be covered, not rounded."""
        return breakeven.total(self.fixed) + (self.common or 0)

    @property
    def units_a_month(self) -> Decimal | None:
        """Units of the crossing a month, up to whole ones."""
        units = self.crossing.units
        return None if units is None else Decimal(ceil(Fraction(units) / self.months))

    @property
    def revenue_a_month(self) -> Decimal | None:
        """Revenue of the crossing a month, up to the cent."""
        revenue = self.crossing.revenue
        return None if revenue is None else breakeven.up_to_cent(Fraction(revenue) / self.months)


def break_even(viewer: Viewer, about: About, period: Period, *, today: date) -> BreakEven:
    """Where the costs of the period are covered, at the price and the mix in which it was sold.

    Refuses whoever may not see costs, and a product or channel that is not known. Sales are those in the viewer's
    scope; costs are the firm's. One question to the engine, two where plans are compared, up to eight queries.
    """
    require_costs(viewer)
    work = _Reckoning(viewer, about, period, today)
    name = work.name
    return BreakEven(
        about=about,
        name=name,
        period=period,
        basis=work.basis,
        sales=work.sales,
        fixed=work.fixed,
        variable=work.variable,
        crossing=work.crossing,
        months=work.months,
        points=breakeven.lines_of(work.fixed_total, work.sales, work.crossing),
        unknown_cost=breakeven.without_cost(work.own, work.costs),
        common=work.common,
        own_crossing=work.own_crossing,
        fact=work.fact,
        plan=work.plan,
        products=work.parts("product"),
        channels=work.parts("channel"),
    )


class _Reckoning:
    """One break-even being worked out; what several parts of it need is worked out once."""

    def __init__(self, viewer: Viewer, about: About, period: Period, today: date) -> None:
        self.viewer, self.about, self.period = viewer, about, period
        self.has_begun = period.start <= today
        self.basis = (
            Period(period.start, min(period.end, today + DAY))
            if self.has_begun
            else Period(today - YEAR, today)
        )
        self.costs = costs_in(viewer, period)
        self.names: dict[tuple[str, str | None], str | None] = {}
        self.sold = self._measured()
        self.own = [one for one in self.sold if about.has(one)]
        self.months = breakeven.months_of(period)

    def _measured(self) -> list[Sold]:
        """What was sold in the viewer's scope, by product and channel. One question to the engine, one query."""
        table = measure(MEASURED, by=("product", "channel"), period=self.basis, viewer=self.viewer)
        categories = dict(Product.objects.values_list("code", "category__code"))
        sold = []
        for row in table.to_pylist():
            product, channel = row["product_id"], row["channel_id"]
            self.names["product", product], self.names["channel", channel] = row["product"], row["channel"]
            revenue, units = row["revenue"] or Decimal(0), row["units"] or Decimal(0)
            cost = revenue - (row["margin"] or Decimal(0))
            sold.append(Sold(product, categories.get(product), channel, revenue, units, cost))
        return sold

    @property
    def name(self) -> str:
        """What it is called; refuses a product that is not in the catalogue, and a channel that nothing names."""
        code = self.about.code
        if self.about.kind == "product":
            product = Product.objects.filter(code=code, removed_at=None).first()
            if product is None:
                raise Refusal("no_such_product", "there is no such product")
            return product.name or code
        if self.about.kind == "channel" and not self._has_channel(code):
            raise Refusal("no_such_channel", "nothing was sold by such a channel in these days")
        return code

    def _has_channel(self, code: str) -> bool:
        return ("channel", code) in self.names or visible_costs(self.viewer).filter(channel=code).exists()

    @cached_property
    def variable(self) -> list[Spent]:
        """What its sales cost."""
        return breakeven.variable_costs(self.own, self.costs, self.period)

    @cached_property
    def sales(self) -> Sales:
        """Its sales together."""
        return breakeven.sales_of(self.own, self.variable)

    @cached_property
    def fixed(self) -> list[Spent]:
        """Its own fixed costs."""
        return breakeven.fixed_costs([one for one in self.costs if self.about.owns(one)], self.period)

    @property
    def fixed_total(self) -> Fraction:
        """Its own fixed costs, and its part of the common ones."""
        return breakeven.total(self.fixed) + (self.common or 0)

    @cached_property
    def crossing(self) -> Crossing:
        """Where the costs are covered."""
        return breakeven.crossing(self.fixed_total, self.sales)

    @cached_property
    def common(self) -> Fraction | None:
        """The part of other fixed costs that falls on it: each by the share of revenue among the sales that bear it."""
        if self.about.kind == "whole" or not self.viewer.sees_all:
            return None
        others = [one for one in self.costs if not self.about.owns(one)]
        return sum(
            (
                spent.amount * self._share_of(spent.line)
                for spent in breakeven.fixed_costs(others, self.period)
            ),
            Fraction(0),
        )

    def _share_of(self, line: Cost | None) -> Fraction:
        bearing = [one for one in self.sold if line is None or line.is_about(one)]
        whole = sum((Fraction(one.revenue) for one in bearing), Fraction(0))
        own = sum((Fraction(one.revenue) for one in bearing if self.about.has(one)), Fraction(0))
        return own / whole if whole > 0 and own > 0 else Fraction(0)

    @property
    def own_crossing(self) -> Crossing | None:
        """Where the own costs of a product or channel are covered, the common ones left out."""
        if self.about.kind == "whole":
            return None
        return breakeven.crossing(breakeven.total(self.fixed), self.sales)

    @property
    def fact(self) -> Level | None:
        """What was sold a month of the days gone, beside the crossing a month."""
        if not self.viewer.sees_all or not self.has_begun:
            return None
        gone = breakeven.months_of(self.basis)
        units = self.sales.units / gone if self.sales.has_price else None
        return self._level(self.sales.revenue / gone, units)

    @property
    def plan(self) -> Level | None:
        """The planned revenue a month of the days planned: the department's own, else that of its people together."""
        if not self.viewer.sees_all or self.about.kind != "whole":
            return None
        goals = plans_of((REVENUE,), self.period, self.viewer, view="now")
        goals = [goal for goal in goals if goal.member_id is None] or goals
        if not goals:
            return None
        days = Period(min(goal.starts_on for goal in goals), max(goal.ends_on for goal in goals))
        planned = sum((Fraction(goal.value) for goal in goals), Fraction(0))
        return self._level(planned / breakeven.months_of(days), None)

    def _level(self, revenue: Fraction, units: Fraction | None) -> Level | None:
        if self.crossing.revenue is None:
            return None
        needed = Fraction(self.crossing.revenue) / self.months
        return Level(
            breakeven.to_cent(revenue),
            None if units is None else breakeven.to_places(units, 2),
            breakeven.safety(revenue, needed),
        )

    def parts(self, kind: Literal["product", "channel"]) -> list[Part]:
        """The products or channels of its sales, largest revenue first."""
        grouped: dict[str | None, list[Sold]] = defaultdict(list)
        for one in self.own:
            grouped[one.product if kind == "product" else one.channel].append(one)
        parts = [self._part(kind, code, some) for code, some in grouped.items()]
        return sorted(parts, key=lambda one: (-one.revenue, one.code or ""))

    def _part(self, kind: Kind, code: str | None, sold: Sequence[Sold]) -> Part:
        sales = breakeven.sales_of(sold, breakeven.variable_costs(sold, self.costs, self.period))
        owned = [one for one in self.costs if code is not None and About(kind, code).owns(one)]
        scale = self.crossing.scale
        return Part(
            code=code,
            name=self.names.get((kind, code)),
            revenue=breakeven.to_cent(sales.revenue),
            units=breakeven.to_places(sales.units, 2),
            contribution=breakeven.to_cent(sales.contribution),
            own_fixed=breakeven.to_cent(breakeven.total(breakeven.fixed_costs(owned, self.period))),
            needed_units=None if scale is None or sales.units <= 0 else Decimal(ceil(scale * sales.units)),
        )
