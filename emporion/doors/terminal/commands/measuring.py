"""Numbers: measure, metrics, facts."""

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import click

from emporion.doors.terminal.options import (
    LARGEST_ID,
    MOST_ROWS,
    as_json,
    as_user,
    conditions,
    limited,
    names_of,
    output_format,
    period_of,
    spanned,
    viewer_of,
)
from emporion.doors.terminal.output import hint, print_csv, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_there, load_to_look

if TYPE_CHECKING:
    from emporion.kernel.periods import Period


def _view(now: bool) -> Literal["closed", "now"]:
    return "now" if now else "closed"


@click.command("measure")
@click.argument("metrics", nargs=-1, required=True, metavar="METRIC…")
@click.option(
    "--by", multiple=True, metavar="DIM", help="A row for each value of it; several: for each combination."
)
@spanned
@limited
@click.option("--later", is_flag=True, help="Beside each number what closed periods have learnt since.")
@as_user
@output_format
def measure_command(
    *,
    metrics: Sequence[str],
    by: Sequence[str],
    first: date | None,
    last: date | None,
    where: Sequence[str],
    as_of: int | None,
    now: bool,
    later: bool,
    user: str | None,
    format_: str,
) -> None:
    """Measure metrics, from facts of a period. Closed periods show as they were closed.

    Without --from and --to the period is everything up to today. `emporion metrics` lists metrics and dimensions.
    """
    if now and later:
        raise click.UsageError("--now and --later exclude each other: --later shows now beside closed")
    ensure_there()
    from emporion.numbers.metrics.engine import measure
    from emporion.numbers.metrics.engine.render import rendered

    names, dimensions, period = names_of(metrics), names_of(by), period_of(first, last)
    table = measure(
        names,
        by=dimensions,
        period=period,
        where=conditions(where),
        as_of=as_of,
        view=_view(now),
        later=later,
        viewer=viewer_of(user),
    )
    rows = rendered(table)
    columns = list(rows[0]) if rows else _columns(names, dimensions, later=later)
    numbers = frozenset(column for column in columns if column.removesuffix("_later") in names)
    print_rows(columns, rows, format_, numbers)
    if format_ == "table" and as_of is None and not (now or later) and sys.stderr.isatty():
        _tell_of_late_facts(period)


def _tell_of_late_facts(period: "Period") -> None:
    from emporion.numbers.metrics.engine.late import has_late_facts

    if has_late_facts(period):
        hint("closed days have learnt more since; --later shows it beside, --now counts it")


def _columns(names: Sequence[str], dimensions: Sequence[str], *, later: bool) -> list[str]:
    by = [column for dimension in dimensions for column in (dimension, f"{dimension}_id")]
    return by + [column for name in names for column in (name, f"{name}_later")[: 2 if later else 1]]


def print_rows(
    columns: Sequence[str], rows: list[dict[str, Any]], format_: str, numbers: frozenset[str]
) -> None:
    """Rows in the asked format; a table leaves out ids that say what the name beside them says."""
    if format_ == "json":
        print_json(rows)
    elif format_ == "csv":
        print_csv(columns, rows)
    else:
        print_table(_telling(columns, rows), rows, numbers=numbers)
        if not rows:
            hint(
                "Nothing in this period. Look at another one (--from, --to), or import records: emporion import"
            )


def _telling(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    return [column for column in columns if not _is_echo(column, columns, rows)]


def _is_echo(column: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> bool:
    """Whether it is the code of a column that says the same."""
    name = column.removesuffix("_id")
    return name != column and name in columns and all(row[column] == row[name] for row in rows)


@click.command("metrics")
@as_json
def metrics_command(*, json_: bool) -> None:
    """List the metrics with their units and definitions, and the dimensions."""
    load_to_look()
    from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
    from emporion.numbers.metrics.registry import all_metrics
    from emporion.numbers.planning.definitions import PLAIN_NAMES, is_about_a_plan

    metrics = [
        {
            name: getattr(one, name)
            for name in ("name", "label", "unit", "direction", "adds", "definition", "source")
        }
        for one in all_metrics()
    ]
    dimensions = [{"name": one.name, "label": one.label, "timing": one.timing} for one in DIMENSIONS.values()]
    if json_:
        print_json({"metrics": metrics, "dimensions": dimensions})
        return
    own = [one for one in metrics if one["name"] in PLAIN_NAMES or not is_about_a_plan(one["name"])]
    print_table(["name", "unit", "definition"], own)
    say("")
    say(
        "Of every metric M there are also M_plan, M_plan_fact, M_attainment, M_mean_attainment and "
        "M_mean_attainment_people."
    )
    say("")
    print_table(["name", "label", "timing"], dimensions)
    hint("Ask: emporion measure revenue --by member --from 2026-01-01 --to 2026-03-31")


@click.command("facts")
@click.argument("metric")
@spanned
@limited
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_ROWS),
    default=100,
    show_default=True,
    help="At most so many facts.",
)
@click.option(
    "--offset", type=click.IntRange(0, LARGEST_ID), default=0, show_default=True, help="After so many."
)
@as_user
@output_format
def facts_command(
    *,
    metric: str,
    first: date | None,
    last: date | None,
    where: Sequence[str],
    as_of: int | None,
    now: bool,
    limit: int,
    offset: int,
    user: str | None,
    format_: str,
) -> None:
    """The facts behind a number: ask with the period and the conditions by which it was measured."""
    ensure_there()
    from emporion.numbers.metrics.engine import facts_behind
    from emporion.numbers.metrics.engine.facts import TOTAL_COUNT
    from emporion.numbers.metrics.engine.render import rendered_facts

    _refuse_a_plan(metric)
    table = facts_behind(
        metric,
        period=period_of(first, last),
        where=conditions(where),
        as_of=as_of,
        view=_view(now),
        viewer=viewer_of(user),
        limit=limit,
        offset=offset,
    )
    rows = rendered_facts(table)
    filled = [name for name in table.column_names if any(row[name] not in (None, "") for row in rows)]
    columns = filled if rows and format_ == "table" else table.column_names
    print_rows(columns, rows, format_, frozenset({"quantity", "amount", "cost", "minutes"}))
    total = int(table.schema.metadata[TOTAL_COUNT])
    if total > offset + len(rows):
        hint(f"{len(rows)} of {total} facts; the next: --offset {offset + len(rows)}")


def _refuse_a_plan(name: str) -> None:
    from emporion.kernel.errors import Refusal
    from emporion.numbers.metrics.registry import metric
    from emporion.numbers.planning.definitions import is_about_a_plan, part_of

    metric(name)
    if is_about_a_plan(name):
        base, _ = part_of(name)
        raise Refusal("no_facts", f"{name} is not made of facts; open {base.name}")
