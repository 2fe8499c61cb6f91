"""Break-even as the page draws it."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.doors.web.economics.breakeven_words import (
    sentences,
    spent_kind,
    spent_name,
)
from emporion.doors.web.economics.spans import said
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.kernel.ui.charts import Chart, Drawn, Heading, Series, Table
from emporion.kernel.ui.links import address_with
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.breakeven import Place, Spent, to_cent, to_places
from emporion.numbers.planning.breakeven_queries import About, BreakEven, Part

MOST_PARTS = 20
MARK = "✕"  # short, so that it stands under a chart on a phone too


class BreakEvenPage:
    """All that the page shows of one break-even."""

    def __init__(self, it: BreakEven, currency: str, *, sees_all: bool) -> None:
        self.it, self.currency, self.sees_all = it, currency, sees_all

    @property
    def heading(self) -> str:
        """Of what it is."""
        return {
            "whole": _("The whole firm"),
            "product": _("Product: %(name)s"),
            "channel": _("Channel: %(name)s"),
        }[self.it.about.kind] % {"name": self.it.name}

    @property
    def days(self) -> str:
        """The period in words."""
        return said(self.it.period)

    @property
    def basis(self) -> str:
        """The days whose prices were taken, where they are not those of the period."""
        return said(self.it.basis) if self.it.basis != self.it.period else ""

    @cached_property
    def sentences(self) -> list[str]:
        """What it means."""
        return sentences(self.it, self.currency)

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The numbers it is made of."""
        it, sales = self.it, self.it.sales
        told: list[tuple[str, Cell]] = [(_("Fixed costs"), _money(to_cent(it.fixed_total)))]
        if it.common:
            told.append((_("of them its part of common costs"), _money(to_cent(it.common))))
        if sales.revenue > 0:
            told.append(
                (
                    _("Variable costs, share of revenue"),
                    Figure(to_places(sales.variable / sales.revenue, 6), "share"),
                )
            )
        if sales.has_price and it.about.kind == "product":
            told.append((_("Price of one unit"), _whole(to_cent(sales.revenue / sales.units))))
            told.append((_("left of it for fixed costs"), _whole(to_cent(sales.contribution / sales.units))))
        told.append((_("Revenue that covers the costs"), _money(it.crossing.revenue)))
        if it.crossing.units is not None:
            told.append((_("Units that cover the costs"), Figure(it.crossing.units, "quantity", short=False)))
        if it.own_crossing is not None and it.common:
            told.append((_("Revenue that covers its own costs alone"), _money(it.own_crossing.revenue)))
        if it.fact is not None:
            told.append((_("Margin of safety, fact"), Figure(it.fact.safety, "share")))
        if it.plan is not None:
            told.append((_("Margin of safety, plan"), Figure(it.plan.safety, "share")))
        return [{"label": label, "value": value} for label, value in told]

    @cached_property
    def chart(self) -> Chart | None:
        """The lines of revenue and cost; none without sales."""
        points = self.it.points
        if not points:
            return None
        by_units = self.it.sales.has_price
        return Chart(
            title=_("Revenue and costs of %(period)s") % {"period": self.days},
            categories=[formats.number(one.at) + (f" {MARK}" if one.is_crossing else "") for one in points],
            series=[
                Series(label_of("revenue"), [point.revenue for point in points]),
                Series(_("All costs"), [point.cost for point in points]),
                Series(_("Fixed costs"), [to_cent(self.it.fixed_total)] * len(points)),
            ],
            unit="money",
            kind="line",
            heading=label_of("units") if by_units else label_of("revenue"),
        )

    @property
    def mark(self) -> str:
        """What marks the crossing under the chart; empty where there is none."""
        return (
            _("%(mark)s is where the costs are covered.") % {"mark": MARK}
            if self.it.crossing.case == "crossing"
            else ""
        )

    @property
    def costs(self) -> Table:
        """Every cost that was counted, and how."""
        rows = [self._cost(one, is_fixed=True) for one in self.it.fixed]
        if self.it.common:
            share = [Drawn(_("Part of common costs")), Drawn(_("by its share of revenue"))]
            rows.append([*share, Drawn(_money(to_cent(self.it.common)), "end")])
        rows += [self._cost(one, is_fixed=False) for one in self.it.variable]
        headings = [
            Heading(_("What it is spent on")),
            Heading(_("How it is counted")),
            Heading(_("Amount"), "end"),
        ]
        return Table(_("Costs that are counted"), headings, rows)

    def _cost(self, spent: Spent, *, is_fixed: bool) -> Sequence[Drawn]:
        name: Cell = spent_name(spent)
        if spent.line is not None:
            name = Link(spent.line.name, address_with(reverse("economics:costs"), {"q": spent.line.code}))
        return [
            Drawn(name),
            Drawn(spent_kind(spent, is_fixed=is_fixed)),
            Drawn(_money(to_cent(spent.amount)), "end"),
        ]

    @property
    def channels(self) -> Table | None:
        """What each channel leaves for fixed costs."""
        return self._parts("channel", _("Channels"), _("Channel"), self.it.channels)

    @property
    def products(self) -> Table | None:
        """What each product leaves for fixed costs, and how many of it are in the mix at the crossing."""
        return self._parts("product", _("Products"), _("Product"), self.it.products[:MOST_PARTS])

    @property
    def more_products(self) -> int:
        """How many more products there are than are shown."""
        return max(len(self.it.products) - MOST_PARTS, 0)

    def _parts(self, kind: Place, title: str, heading: str, parts: Sequence[Part]) -> Table | None:
        if self.it.about.kind == kind or not parts:
            return None
        headings = [
            Heading(heading),
            Heading(label_of("revenue"), "end"),
            Heading(_("Left for fixed costs"), "end"),
            Heading(_("Its own fixed costs"), "end"),
            Heading(label_of("units"), "end"),
            Heading(_("Units at the crossing"), "end"),
        ]
        return Table(title, headings, [self._part(kind, part) for part in parts])

    def _part(self, kind: Place, part: Part) -> Sequence[Drawn]:
        name: Cell = _("none")
        if part.code is not None:
            name = Link(part.name or part.code, self.address(About(kind, part.code)))  # type: ignore[arg-type]
        return [
            Drawn(name),
            Drawn(_money(part.revenue), "end"),
            Drawn(Figure(part.contribution, "money", tone="bad" if part.contribution < 0 else ""), "end"),
            Drawn(_money(part.own_fixed or None), "end"),
            Drawn(Figure(part.units, "quantity"), "end"),
            Drawn(Figure(part.needed_units, "quantity"), "end"),
        ]

    def address(self, about: About) -> str:
        """The break-even of another thing in the same days."""
        days = {"from": self.it.period.start.isoformat(), "to": self.it.period.last.isoformat()}
        named: dict[str, str] = {} if about.kind == "whole" else {str(about.kind): about.code}
        return address_with(reverse("economics:breakeven"), {**named, **days})

    @property
    def whole_address(self) -> str:
        """The break-even of the whole; empty where it is that."""
        return "" if self.it.about.kind == "whole" else self.address(About())


def _whole(value: Decimal) -> Figure:
    """A price, with its cents."""
    return Figure(value, "money", short=False)


def _money(value: Decimal | None) -> Figure:
    return Figure(value, "money")
