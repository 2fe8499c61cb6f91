"""Plans: the year, its versions, what stands in their cells."""

import importlib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from emporion.doors.terminal.options import as_json, as_user, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_there, load_to_look

if TYPE_CHECKING:
    from emporion.kernel.access.viewer import Viewer
    from emporion.numbers.planning.models import Plan
    from emporion.numbers.planning.plan_queries import PlanBook

# Of other modules, loaded when they are called: the module, and the command's name in it.
_ELSEWHERE = {
    "draw": ("plan_versions", "draw_command"),
    "of-targets": ("plan_versions", "of_targets_command"),
    "change": ("plan_versions", "change_command"),
    "sign": ("plan_versions", "sign_command"),
    "publish": ("plan_versions", "publish_command"),
    "replan": ("plan_versions", "replan_command"),
    "fact": ("plan_fact", "fact_command"),
    "forecast": ("forecasting", "forecast_command"),
    "breakeven": ("economics", "breakeven_command"),
    "activity": ("economics", "activity_command"),
}


class Exact(click.ParamType[Decimal]):
    """A number as it is written."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        try:
            found = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number; write 0.10 or 1000000", param, ctx)
        if not found.is_finite() or abs(found) >= Decimal(10) ** 12 or -_places(found) > 9:
            self.fail(f"{value!r} is no number to plan with", param, ctx)
        return found


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


class Share(click.ParamType[tuple[str, Decimal]]):
    """NAME=SHARE."""

    name = "name=share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Decimal]:
        if isinstance(value, tuple):
            return value
        name, _, share = value.rpartition("=")
        if not name.strip():
            self.fail(f'{value!r} must be NAME=SHARE, for example "own network=0.20"', param, ctx)
        return name.strip(), EXACT.convert(share.strip(), param, ctx)


EXACT, SHARE = Exact(), Share()


class WithOthers(click.Group):
    """Commands of this module, and some of others that are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them."""
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, its module loaded."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = _ELSEWHERE[cmd_name]
        found: click.Command = getattr(
            importlib.import_module(f"emporion.doors.terminal.commands.{module}"), name
        )
        return found


@click.group("plan", cls=WithOthers)
def plan_command() -> None:
    """Plans: the year and its channels, versions, forecasts, break-even, the activities that a plan needs."""


def of_year(command: Any) -> Any:
    """Adds what a year is made of."""
    for option in (
        click.option(
            "--unit", type=EXACT, default=Decimal(1), show_default=True, help="Round channels down to it."
        ),
        click.option(
            "--channel", "channels", type=SHARE, multiple=True, metavar="NAME=SHARE", help="0.40 is 40 %."
        ),
        click.option("--own", type=EXACT, default=Decimal(0), help="Own growth; 0.10 is ten percent."),
        click.option("--market", type=EXACT, default=Decimal(0), help="Growth of the market."),
    ):
        command = option(command)
    return command


@plan_command.command("year")
@click.option("--base", type=EXACT, required=True, help="Last year's fact.")
@of_year
@as_json
def year(
    *,
    base: Decimal,
    market: Decimal,
    own: Decimal,
    channels: Sequence[tuple[str, Decimal]],
    unit: Decimal,
    json_: bool,
) -> None:
    """The year: last year × growth of the market × own growth, split by channel in whole units, the rest to `other`."""
    load_to_look()
    from emporion.numbers.planning.year import by_channel, year_total

    shares = once(channels)
    total = year_total(base, market, own)
    parts = by_channel(total, shares, unit) if shares else {}
    if json_:
        print_json(
            {
                "base": plain_number(base),
                "market": plain_number(market),
                "own": plain_number(own),
                "market_total": plain_number(year_total(base, market, Decimal(0))),
                "total": plain_number(total),
                "unit": plain_number(unit),
                "channels": {name: plain_number(part) for name, part in parts.items()},
            }
        )
        return
    rows: list[dict[str, Any]] = [
        {
            "channel": name,
            "share": plain_number(shares[name]) if name in shares else "",
            "plan": plain_number(part),
        }
        for name, part in parts.items()
    ]
    rows.append({"channel": "total", "share": "", "plan": plain_number(total)})
    print_table(["channel", "share", "plan"], rows, numbers=frozenset({"share", "plan"}))


def once(channels: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    names = [name for name, _ in channels]
    if len(set(names)) < len(names):
        raise click.UsageError("a channel is named once")
    return dict(channels)


def plain_number(value: Decimal) -> str:
    """All its digits, without an exponent and without zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@plan_command.command("list")
@as_user
@as_json
def list_plans(*, user: str | None, json_: bool) -> None:
    """The plans there are, newest first."""
    ensure_there()
    from emporion.numbers.planning.plan_queries import visible_plans

    viewer = viewer_of(user)
    rows = [about(plan, viewer) for plan in visible_plans(viewer).select_related("replaces")]
    if json_:
        print_json(rows)
        return
    print_table(["code", "name", "from", "to", "state", "replaces", "frozen_until"], rows)
    if not rows:
        hint("No plan yet. Draw one: emporion plan draw 2027 --from 2027-01-01 --to 2027-12-31")


@plan_command.command("show")
@click.argument("code")
@click.option("--metric", default="revenue", show_default=True)
@click.option("--branch", type=click.IntRange(min=1), help="The branch whose parts are shown; the whole.")
@as_user
@as_json
def show(*, code: str, metric: str, branch: int | None, user: str | None, json_: bool) -> None:
    """A branch of a plan and its parts: each one's whole and spans."""
    ensure_there()
    from emporion.numbers.planning.plan_queries import (
        PlanBook,
        refuse_hidden_metric,
        visible_branch,
        visible_branches,
    )

    viewer = viewer_of(user)
    plan = plan_of(code, user)
    refuse_hidden_metric(viewer, metric)
    book = PlanBook(plan, metric)
    opened = visible_branch(viewer, branch) if branch else book.root
    seen = set(visible_branches(viewer).filter(plan=book.plan).values_list("pk", flat=True))
    rows = [_row(book, one) for one in [opened, *book.parts(opened)] if one.pk in seen]
    if json_:
        print_json(rows)
        return
    columns = ["branch", "kind", "name", "whole", *(str(span.starts_on) for span in book.spans)]
    print_table(
        columns, [{**row, **row["spans"]} for row in rows], numbers=frozenset({"branch", *columns[3:]})
    )


def _row(book: "PlanBook", branch: Any) -> dict[str, Any]:
    from emporion.kernel.money import quantity_of

    sheet = book.sheet(branch)
    named = branch.member or branch.team
    return {
        "branch": branch.pk,
        "kind": branch.kind,
        "name": str(getattr(named, "name", "") or getattr(named, "code", "") or branch.name),
        "member_id": branch.member.code if branch.member else None,
        "whole": plain_number(quantity_of(sheet.whole)),
        "spans": {
            str(span.starts_on): plain_number(quantity_of(value))
            for span, value in zip(book.spans, sheet.spans, strict=True)
        },
    }


def plan_of(code: str, user: str | None) -> "Plan":
    from emporion.kernel.errors import UnknownName
    from emporion.numbers.planning.plan_queries import visible_plans

    seen = visible_plans(viewer_of(user))
    found = seen.filter(code=code).first()
    if found is None:
        raise UnknownName("plan", code, list(seen.values_list("code", flat=True)))
    return found


def about(plan: "Plan", viewer: "Viewer") -> dict[str, Any]:
    """A plan, its totals for who sees the whole and the metric."""
    from emporion.kernel.periods import DAY as ONE_DAY
    from emporion.numbers.planning.standing import may_see

    return {
        "code": plan.code,
        "name": plan.name,
        "from": str(plan.starts_on),
        "to": str(plan.ends_on - ONE_DAY),
        "state": plan.state,
        "replaces": plan.replaces.code if plan.replaces else None,
        "frozen_until": str(plan.frozen_until) if plan.frozen_until else None,
        "metrics": {
            one.metric: plain_number(one.total)
            for one in plan.metrics.order_by("id")
            if viewer.sees_all and may_see(one.metric, viewer)
        },
    }


def tell(plan: "Plan", viewer: "Viewer", *, json_: bool) -> None:
    if json_:
        print_json(about(plan, viewer))
    else:
        say(f"{plan.code}: {plan.state}, {plan.starts_on} to before {plan.ends_on}")
