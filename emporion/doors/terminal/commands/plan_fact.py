"""Plan and fact at any level in any days."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import click

from emporion.doors.terminal.commands.planning import plain_number
from emporion.doors.terminal.options import as_json, as_user, period_of, spanned, viewer_of
from emporion.doors.terminal.options import today as day_of_department
from emporion.doors.terminal.output import hint, print_json, print_table
from emporion.doors.terminal.readiness import ensure_there

if TYPE_CHECKING:
    from emporion.numbers.planning.plan_fact_lines import Line

LEVELS = click.Choice(["member", "team", "channel", "month"])
NUMBERS = ("plan", "fact", "attainment", "forecast", "needed_pace")
PLACES = {"attainment": Decimal("0.000001")}
USUAL_PLACES = Decimal("0.0001")


@click.command("fact")
@click.argument("metric")
@click.option("--by", "level", type=LEVELS, default="member", show_default=True, help="Of whom or what.")
@spanned
@as_user
@as_json
def fact_command(
    *, metric: str, level: str, first: date | None, last: date | None, user: str | None, json_: bool
) -> None:
    """Plan and fact of a metric: what was reached of what was planned, the forecast of the close, the pace needed.

    Of a plan that runs beyond these days its working days in them count; without --from the days are those since the
    year began, so that a plan of the year is seen as far as it should be by now.
    """
    ensure_there()
    from emporion.numbers.planning.plan_fact import PlanFacts

    today = day_of_department()
    found = PlanFacts(
        metric,
        period=period_of(first or (last or today).replace(month=1, day=1), last),
        today=today,
        viewer=viewer_of(user),
    )
    rows = [_row(level, line) for line in found.lines(level)]
    if json_:
        print_json(rows)
        return
    whole = {**_row(level, found.whole), level: "total"}
    print_table([level, *NUMBERS], [*rows, whole], numbers=frozenset(NUMBERS))
    if not found.is_covered:
        hint(
            "Not every one of these days has a plan: the plans there are stand beside the facts of all days."
        )


def _row(level: str, line: "Line") -> dict[str, Any]:
    standing = line.standing
    numbers = {
        "plan": standing.plan,
        "fact": standing.fact,
        "attainment": line.attainment,
        "forecast": standing.forecast,
        "needed_pace": standing.needed_pace,
    }
    named = {level: line.label, f"{level}_id": line.key}
    return named | {name: _written(name, value) for name, value in numbers.items()}


def _written(name: str, value: Decimal | None) -> str | None:
    if value is None:
        return None
    return plain_number(value.quantize(PLACES.get(name, USUAL_PLACES), ROUND_HALF_EVEN))
