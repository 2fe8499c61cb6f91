"""Forecast: season, run-rate, and what each model says of the months to come."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from emporion.doors.terminal.options import DAY, LAST_DAY, as_json, as_user, conditions, today, viewer_of
from emporion.doors.terminal.output import print_json, print_table, say
from emporion.doors.terminal.progress import bar
from emporion.doors.terminal.readiness import ensure_there

if TYPE_CHECKING:
    from emporion.numbers.insight.asking import Wish

STEPS, MOST_STEPS = 6, 24
Document = Mapping[str, Any]


@click.command("forecast")
@click.argument("metric")
@click.option("--where", multiple=True, metavar="DIM=ID", help="Only these; several of one DIM are either.")
@click.option("--from", "first", type=DAY, help="First day of the history; without it, ten years back.")
@click.option("--to", "last", type=DAY, help="Last day of the history, inclusive; without it, today.")
@click.option(
    "--horizon",
    type=click.IntRange(1, MOST_STEPS),
    default=STEPS,
    show_default=True,
    help="So many months ahead, the one that runs being the first.",
)
@click.option(
    "--like",
    metavar="DIM=ID",
    help="With less than two years of history, the season of that; of a product, its category where nothing is said.",
)
@as_user
@as_json
def forecast_command(
    *,
    metric: str,
    where: Sequence[str],
    first: date | None,
    last: date | None,
    horizon: int,
    like: str | None,
    user: str | None,
    json_: bool,
) -> None:
    """Season, run-rate and forecast of a metric by month, with every model's error in a back-test, the best first."""
    ensure_there()
    if last and last > LAST_DAY:
        raise click.UsageError(f"a period ends by {LAST_DAY}")
    from emporion.numbers.insight.actions import computed
    from emporion.numbers.insight.asking import Wish
    from emporion.numbers.metrics.engine.latest import latest_day
    from emporion.numbers.planning.forecastable import forecastable
    from emporion.numbers.planning.states import known_until

    known = forecastable(metric)
    wish = Wish(metric, _listed(conditions(where)), horizon, _alike(like), first)
    day, viewer = today(), viewer_of(user)
    with bar("forecast of") as advance:
        said = computed(
            wish,
            by=viewer,
            today=day,
            last_day=last or known_until(day, latest_day()),
            progress=_advancing(advance, metric),
        )
    told = {"metric": metric, "unit": known.unit, "where": dict(wish.where), **said}
    if json_:
        print_json(told)
    else:
        _print(wish, told)


def _advancing(advance: Any, name: str) -> Any:
    return (lambda done, total: advance(name, done, total)) if advance else (lambda _done, _total: None)


def _listed(found: Mapping[str, object]) -> dict[str, list[str | None]]:
    return {name: value if isinstance(value, list) else [str(value)] for name, value in found.items()}


def _alike(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    dimension, equals, code = text.partition("=")
    if not (equals and dimension.strip() and code.strip()):
        raise click.UsageError(f"--like {text!r} must be DIM=ID, for example --like product=P-3")
    return dimension.strip(), code.strip()


# For people


def _print(wish: "Wish", told: Document) -> None:
    months = told["history"]["months"]
    span = f"{min(months)} to {max(months)}, {len(months)} months" if months else "no month is over"
    say(f"{wish.metric}: history {span}")
    say(_season_said(told["season"]))
    say(_rate_said(told["run_rate"]))
    tested = (
        f"back-test: {told['folds']} origins, {told['horizon']} months ahead of each, error MASE"
        if told["folds"]
        else "back-test: too little history for three origins"
    )
    say(tested)
    say("")
    print_table(["model", "mase"], [{"model": one["name"], "mase": one["mase"]} for one in told["models"]])
    say("")
    _print_indices(told)
    _print_forecasts(told["models"])


def _season_said(season: Document) -> str:
    if not season["known"]:
        return "season: not known (less than two years of history); every month counts as a usual one"
    if season["of"]:
        lender = season["of"]
        return f"season: of {lender['dimension']} {lender['code']}, because the own history is shorter than two years"
    return f"season: of {season['years']} years, {season['from']} to {season['to']}"


def _rate_said(rate: Document | None) -> str:
    if rate is None:
        return "run-rate: none, no month is over"
    if rate["of"]:
        lender = rate["of"]
        return f"run-rate: {rate['value']} of {lender['dimension']} {lender['code']}, because no own month is over"
    said = ", ".join(f"{one['month']} {one['fact']} / {one['index']}" for one in rate["months"])
    return f"run-rate: {rate['value']} a month, the mean of {said}"


def _print_indices(told: Document) -> None:
    rows = [{"month": f"{at:02d}", "index": one} for at, one in enumerate(told["season"]["indices"], start=1)]
    print_table(["month", "index"], rows)
    say("")


def _print_forecasts(models: Sequence[Document]) -> None:
    said = [one for one in models if one["forecast"]]
    if not said:
        say("No forecast: no month is over. Take one from what is alike: --like product=ID")
        return
    best, columns = said[0], ["value", "lower_80", "upper_80", "lower_95", "upper_95"]
    say(f"forecast of the best model, {best['name']}")
    print_table(["month", *columns], best["forecast"], numbers=frozenset(columns))
    others = said[1:]
    if not others:
        return
    say("")
    rows = [
        {"month": row["month"], **{one["name"]: one["forecast"][place]["value"] for one in others}}
        for place, row in enumerate(best["forecast"])
    ]
    names = [one["name"] for one in others]
    print_table(["month", *names], rows, numbers=frozenset(names))
