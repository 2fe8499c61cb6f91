"""A made-up company to look around in: demo."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from emporion.doors.terminal.options import DAY, as_json, as_user, viewer_of
from emporion.doors.terminal.output import hint, print_json, say
from emporion.doors.terminal.progress import bar
from emporion.doors.terminal.readiness import ensure_ready

if TYPE_CHECKING:
    from emporion.doors.importing.running.outcome import ImportOutcome


class Exact(click.ParamType[Decimal]):
    """A number such as 0.05."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            found = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number; write 0.05", param, ctx)
        if not found.is_finite():
            self.fail(f"{value!r} is not a number; write 0.05", param, ctx)
        return found


@click.command("demo")
@click.option(
    "--seed",
    type=click.IntRange(-(2**62), 2**62),
    default=1,
    show_default=True,
    help="Another seed, another company.",
)
@click.option(
    "--scale",
    type=Exact(),
    default="1",
    show_default=True,
    metavar="X",
    help="How large, from 0.01 to 25. 0.05 is a small firm: 6 reps, 200 customers, 20,000 facts of three years. 1: 24 "
    "reps, 4,000 customers, 440,000 facts, about a minute. 23: 550 reps, 92,000 customers, 10 million facts.",
)
@click.option("--years", type=int, default=3, show_default=True, help="How many years of history.")
@click.option("--until", type=DAY, metavar="DAY", help="Its last day; without it, yesterday.")
@click.option("--without-stories", is_flag=True, help="Nothing in it that should be found and mended.")
@click.option(
    "--language", type=click.Choice(["en", "ru", "el"]), default="en", show_default=True, help="Of its names."
)
@as_json
@as_user
def demo_command(
    *,
    seed: int,
    scale: Decimal,
    years: int,
    until: date | None,
    without_stories: bool,
    language: str,
    json_: bool,
    user: str | None,
) -> None:
    """Fill an EMPTY installation with a made-up company.

    Company N is a wholesale supplier: reps, customers, orders, payments, deals, calls and tasks of some years, with
    five stories to be found in its numbers. The same seed makes the same company. Stopped, the same command goes on.
    """
    ensure_ready()
    from emporion.doors.demo.actions import make_demo
    from emporion.doors.demo.queries import demo_users
    from emporion.kernel.clock import now

    with bar("company N:") as advance:
        outcome = make_demo(
            by=viewer_of(user),
            at=now(),
            seed=seed,
            scale=scale,
            years=years,
            language=language,
            with_stories=not without_stories,
            until=until,
            progress=advance,
        )
    users = [dict(zip(one._fields, one, strict=True)) for one in demo_users()]
    if json_:
        print_json({"made": outcome is not None, **_counts(outcome), "users": users})
        return
    say("company N is there already" if outcome is None else f"company N is there: {_rows(outcome)} records")
    say(f"sign in as: {', '.join(one['username'] for one in users)}")
    hint("Open it: emporion serve")


def _counts(outcome: "ImportOutcome | None") -> dict[str, Any]:
    return {} if outcome is None else outcome.document()


def _rows(outcome: "ImportOutcome") -> str:
    return f"{sum(counts['created'] for counts in outcome.files.values()):,}"
