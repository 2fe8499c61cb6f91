"""Break-even, and what a person's plan of money means in activity."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from emporion.doors.terminal.options import DAY, as_json, as_user, period_of, today, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_there

if TYPE_CHECKING:
    from emporion.kernel.periods import Period
    from emporion.numbers.planning.backwards_queries import ActivityPlan
    from emporion.numbers.planning.breakeven_queries import About, BreakEven, Level, Part

_NUMBERS = frozenset({"amount", "revenue", "units", "contribution", "own_fixed", "needed_units"})
_PARTS_SHOWN = 10
LARGEST_MONEY = Decimal(10) ** 14


class Money(click.ParamType[Decimal]):
    """An amount as 250000 or 250000.50."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = value if isinstance(value, Decimal) else Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not an amount; write 250000 or 250000.50", param, ctx)
        if not amount.is_finite() or not 0 < amount < LARGEST_MONEY:
            self.fail(f"{value!r} is not an amount above 0", param, ctx)
        return amount


_from = click.option("--from", "first", type=DAY, help="First day; without it, of the year.")
_to = click.option("--to", "last", type=DAY, help="Last day, inclusive; without it, of the year.")


@click.command("breakeven")
@click.option("--product", metavar="CODE", help="Of this product alone.")
@click.option("--channel", metavar="NAME", help="Of this channel alone.")
@_from
@_to
@as_user
@as_json
def breakeven_command(
    *,
    product: str | None,
    channel: str | None,
    first: date | None,
    last: date | None,
    user: str | None,
    json_: bool,
) -> None:
    """From how many units, and from what revenue on, sales cover the costs of a period."""
    if product and channel:
        raise click.UsageError("--product and --channel exclude each other")
    ensure_there()
    from emporion.numbers.planning.breakeven_queries import About, break_even

    about = About("product", product) if product else About("channel", channel) if channel else About()
    found = break_even(viewer_of(user), about, _year(first, last), today=today())
    if json_:
        print_json(_breakeven_document(found))
        return
    _say_breakeven(found)


def _year(first: date | None, last: date | None) -> "Period":
    """The asked days; those not said are of the year of the other, or of this year."""
    year = (first or last or today()).year
    return period_of(first or date(year, 1, 1), last or date((last or first or today()).year, 12, 31))


def _breakeven_document(it: "BreakEven") -> dict[str, Any]:
    from emporion.numbers.planning.breakeven import to_cent

    sales, crossing = it.sales, it.crossing
    return {
        "about": _about_said(it.about),
        "from": it.period.start.isoformat(),
        "to": it.period.last.isoformat(),
        "sales_from": it.basis.start.isoformat(),
        "sales_to": it.basis.last.isoformat(),
        "case": crossing.case,
        "revenue": str(to_cent(sales.revenue)),
        "units": f"{to_cent(sales.units)}",
        "price": str(to_cent(sales.revenue / sales.units)) if sales.has_price else None,
        "variable_cost": str(to_cent(sales.variable)),
        "fixed_cost": str(to_cent(it.fixed_total)),
        "crossing_units": _text(crossing.units),
        "crossing_revenue": _text(crossing.revenue),
        "crossing_units_a_month": _text(it.units_a_month),
        "crossing_revenue_a_month": _text(it.revenue_a_month),
        "fact": _level_said(it.fact),
        "plan": _level_said(it.plan),
        "common_cost": None if it.common is None else str(to_cent(it.common)),
        "crossing_of_own_cost": None if it.own_crossing is None else _text(it.own_crossing.revenue),
        "revenue_without_cost": str(it.unknown_cost),
        "costs": _costs_said(it),
        "lines": [
            {"at": str(point.at), "revenue": str(point.revenue), "cost": str(point.cost)}
            for point in it.points
        ],
        "products": [_part_said(part) for part in it.products],
        "channels": [_part_said(part) for part in it.channels],
    }


def _about_said(about: "About") -> dict[str, str]:
    return {"kind": about.kind, "code": about.code}


def _level_said(level: "Level | None") -> dict[str, str | None] | None:
    if level is None:
        return None
    return {
        "revenue_a_month": str(level.revenue),
        "units_a_month": _text(level.units),
        "safety": _text(level.safety),
    }


def _costs_said(it: "BreakEven") -> list[dict[str, str]]:
    from emporion.numbers.planning.breakeven import to_cent

    rows = [("fixed", one) for one in it.fixed] + [("variable", one) for one in it.variable]
    return [
        {
            "cost": spent.line.code if spent.line else "",
            "name": spent.line.name if spent.line else "cost of goods by the catalogue",
            "kind": kind,
            "amount": str(to_cent(spent.amount)),
        }
        for kind, spent in rows
    ]


def _part_said(part: "Part") -> dict[str, str | None]:
    return {name: _text(value) for name, value in zip(part._fields, part, strict=True)}


def _say_breakeven(it: "BreakEven") -> None:
    document = _breakeven_document(it)
    say(f"{it.period.start} to {it.period.last}: {_CASES[it.crossing.case]}")
    told = ("fixed_cost", "revenue", "units", "price", "variable_cost", "crossing_units", "crossing_revenue")
    named = [*told, "common_cost", "crossing_of_own_cost"] if it.own_crossing else told
    rows = [{"number": name, "amount": document[name]} for name in named]
    if it.fact is not None:
        rows.append({"number": "safety of the fact", "amount": _text(it.fact.safety)})
    if it.plan is not None:
        rows.append({"number": "safety of the plan", "amount": _text(it.plan.safety)})
    print_table(["number", "amount"], rows, numbers=_NUMBERS)
    say("")
    print_table(["cost", "name", "kind", "amount"], document["costs"], numbers=_NUMBERS)
    columns = ["code", "name", "revenue", "contribution", "own_fixed", "needed_units"]
    for kind in ("channels", "products"):
        say("")
        say(kind)
        print_table(columns, document[kind][:_PARTS_SHOWN], numbers=_NUMBERS)
    if it.unknown_cost:
        say("")
        say(f"{it.unknown_cost} of revenue has no cost: the crossing is further away than it looks")


_CASES = {
    "crossing": "costs are covered from these sales on",
    "never": "every sale costs as much as it brings, or more: no quantity covers the costs",
    "always": "nothing is fixed: every sale earns from the first on",
    "free": "what was sold had no price: there is no crossing",
    "no_sales": "nothing was sold, so there is no price to reckon with",
}


@click.command("activity")
@click.option("--member", required=True, metavar="CODE", help="Whose plan.")
@click.option("--from", "first", type=DAY, help="First day; without it, of this month.")
@click.option("--to", "last", type=DAY, help="Last day, inclusive; without it, of the month of the first.")
@click.option(
    "--money", type=Money(), metavar="N", help="What is to be brought; without it, what the plan lacks."
)
@click.option("--whole", is_flag=True, help="All of the plan instead of what it lacks.")
@as_user
@as_json
def activity_command(
    *,
    member: str,
    first: date | None,
    last: date | None,
    money: Decimal | None,
    whole: bool,
    user: str | None,
    json_: bool,
) -> None:
    """What a person's plan of money takes in orders, meetings and cold calls."""
    if money is not None and whole:
        raise click.UsageError("--money and --whole exclude each other")
    ensure_there()
    from emporion.kernel.errors import Refusal
    from emporion.numbers.planning.backwards_queries import activity_needed
    from emporion.records.team.queries import visible_members

    viewer = viewer_of(user)
    found = visible_members(viewer).filter(code=member).first()
    if found is None:
        raise Refusal("no_such_member", "there is no such member among those you may see")
    it = activity_needed(viewer, found.pk, _month(first, last), money, whole=whole)
    if json_:
        print_json({"member": member, **_activity_document(it)})
    else:
        _say_activity(it)


def _month(first: date | None, last: date | None) -> "Period":
    from emporion.kernel.periods import Period

    start = first or (last or today()).replace(day=1)
    return period_of(start, last or Period.month(start.year, start.month).last)


def _activity_document(it: "ActivityPlan") -> dict[str, Any]:
    rows = _steps(it)
    return {
        "from": it.days.start.isoformat(),
        "to": it.days.last.isoformat(),
        "plan": _text(it.plan),
        "fact": _text(it.fact),
        "money": _text(it.money),
        "working_days": str(it.working_days),
        "ratios": {
            name: {"value": _text(one.value), "of": one.circle, "cases": one.cases}
            for name, one in it.ratios.items()
        },
        "ratios_from": it.looked_back.start.isoformat(),
        "ratios_to": it.looked_back.last.isoformat(),
        "needed": {row["what"]: row["needed"] for row in rows},
        "a_day": {row["what"]: row["a_day"] for row in rows},
        "a_week": {row["what"]: row["a_week"] for row in rows},
        "a_point_better": [
            {
                "ratio": "meetings_per_cold_call" if one.ratio == "meetings_per_call" else one.ratio,
                "value": str(one.value),
                "meetings_saved": one.meetings_saved,
                "calls_saved": one.calls_saved,
                "money_gained": str(one.money_gained),
            }
            for one in it.better
        ],
    }


def _steps(it: "ActivityPlan") -> list[dict[str, Any]]:
    found = []
    for what in ("orders", "meetings", "calls"):
        many = getattr(it.needed, what) if it.needed else None
        rate = it.rate(many)
        found.append(
            {
                "what": what,
                "needed": many,
                "a_day": _text(rate.a_day) if rate else None,
                "a_week": _text(rate.a_week) if rate else None,
            }
        )
    return found


def _say_activity(it: "ActivityPlan") -> None:
    if it.money is None:
        say(f"{it.name} has no plan of revenue from {it.days.start} to {it.days.last}.")
        hint("Say what is to be brought: --money 250000")
        return
    say(
        f"{it.name}, {it.days.start} to {it.days.last}: {it.money:,f} to bring in {it.working_days:f} working days"
    )
    print_table(
        ["what", "needed", "a_day", "a_week"], _steps(it), numbers=frozenset({"needed", "a_day", "a_week"})
    )
    say("")
    ratios = [
        {"ratio": name, "value": _text(one.value), "of": one.circle, "cases": one.cases}
        for name, one in it.ratios.items()
    ]
    print_table(["ratio", "value", "of", "cases"], ratios, numbers=frozenset({"value", "cases"}))


def _text(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if value is None else str(value)
