"""What a break-even means, in sentences."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emporion.doors.web.economics.spans import said
from emporion.kernel.ui import formats
from emporion.numbers.planning.breakeven import Place, Spent, to_cent
from emporion.numbers.planning.breakeven_queries import BreakEven, Level
from emporion.numbers.planning.models import CostLine


def sentences(it: BreakEven, currency: str) -> list[str]:
    """First where the costs are covered, then how today's sales and the plan stand to that."""
    if it.crossing.case != "crossing":
        return [_without_crossing(it)]
    return [
        _lead(it, currency),
        *([_now(it.fact, it, currency)] if it.fact is not None else []),
        *([_planned(it.plan, currency)] if it.plan is not None else []),
    ]


def _without_crossing(it: BreakEven) -> str:
    days = {"period": said(it.period)}
    return {
        "never": _(
            "Each sale costs as much as it brings, or more: no quantity covers the costs. A higher price, or a lower "
            "cost of each unit, would."
        ),
        "always": _("No fixed cost is entered for %(period)s: each sale earns from the first one on.") % days,
        "free": _("What went out in these days had no price, so there is nothing to cover costs with."),
        "no_sales": _("Nothing was sold in these days, so there is no price to reckon with."),
    }[it.crossing.case]


def _lead(it: BreakEven, currency: str) -> str:
    costs = formats.money(to_cent(it.fixed_total), currency)
    days, revenue = said(it.period), formats.money(it.revenue_a_month, currency)
    known = {"period": days, "costs": costs, "revenue": revenue}
    if it.about.kind == "whole" or it.units_a_month is None:
        return (
            _("To cover the fixed costs of %(period)s, %(costs)s, sales of %(revenue)s a month are needed.")
            % known
        )
    return _(
        "To cover the fixed costs of %(period)s that fall on it, %(costs)s, you sell %(units)s a month, for "
        "%(revenue)s in all."
    ) % {
        "period": days,
        "costs": costs,
        "units": _units(it.units_a_month),
        "revenue": formats.money(it.crossing.revenue, currency),
    }


def _units(count: Decimal) -> str:
    whole = int(count.to_integral_value())
    return ngettext("%(count)s unit", "%(count)s units", whole) % {"count": formats.number(whole)}


def _now(level: Level, it: BreakEven, currency: str) -> str:
    sold = formats.money(level.revenue, currency)
    if it.about.kind != "whole" and level.units is not None:
        sold = f"{_units(level.units)} ({sold})"
    if level.safety is None:
        return _("Now nothing is sold.")
    if level.safety >= 0:
        return _("Now it is %(sold)s a month: safe by %(share)s.") % {
            "sold": sold,
            "share": formats.share(level.safety, 0),
        }
    missing = (it.revenue_a_month or Decimal(0)) - level.revenue
    return _("Now it is %(sold)s a month: %(missing)s a month are missing.") % {
        "sold": sold,
        "missing": formats.money(missing, currency),
    }


def _planned(level: Level, currency: str) -> str:
    plan = formats.money(level.revenue, currency)
    if level.safety is not None and level.safety >= 0:
        return _("The plan, %(plan)s a month, is safe by %(share)s.") % {
            "plan": plan,
            "share": formats.share(level.safety, 0),
        }
    return _("The plan, %(plan)s a month, does not cover the costs.") % {"plan": plan}


def place_said(place: Place, name: str) -> str:
    """What a cost is of."""
    if place == "whole":
        return _("the whole firm")
    return {
        "product": _("product %(name)s"),
        "category": _("category %(name)s"),
        "channel": _("channel %(name)s"),
    }[place] % {"name": name}


def line_place(line: CostLine) -> str:
    """What a stored cost line is of."""
    if line.product is not None:
        return place_said("product", line.product.name or line.product.code)
    if line.category is not None:
        return place_said("category", line.category.name or line.category.code)
    return place_said("channel", line.channel) if line.channel else place_said("whole", "")


def rate_said(line: CostLine, currency: str) -> str:
    """What a stored cost line comes to, in its own measure."""
    if line.amount is not None:
        return formats.money(line.amount, currency)
    if line.share is not None:
        return _("%(share)s of revenue") % {"share": formats.share(line.share, 2)}
    return _("%(amount)s for each unit") % {"amount": formats.money(line.per_unit, currency)}


def spent_name(spent: Spent) -> str:
    """What a counted cost is called."""
    return spent.line.name if spent.line is not None else _("Cost of goods by the catalogue")


def spent_kind(spent: Spent, *, is_fixed: bool) -> str:
    """How a counted cost was reckoned."""
    if is_fixed:
        return _("fixed, by days")
    if spent.line is None:
        return _("with each sale, as on the day of the order")
    if spent.line.replaces_cost:
        return _("with each sale, instead of the catalogue's cost")
    return _("with each sale")
