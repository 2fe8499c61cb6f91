"""Options that several commands share, and what they stand for."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from emporion.kernel.access.viewer import Viewer
    from emporion.kernel.periods import Period

Command = TypeVar("Command", bound=Callable[..., Any])
BEGINNING = date(1900, 1, 1)
# Later ones could not be counted with: the day after the last, the last day of its week.
LAST_DAY = date(9990, 12, 31)
MOST_ROWS = 1_000_000
LARGEST_ID = 2**63 - 1  # of a row in a database


class Day(click.ParamType[date]):
    """A day as 2026-03-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write 2026-03-31", param, ctx)


DAY = Day()

as_user = click.option("--as", "user", metavar="USER", help="See and do only what this user may.")
as_json = click.option("--json", "json_", is_flag=True, help="Print one JSON document and nothing else.")
_formats = click.Choice(["table", "csv", "json"])
output_format = click.option("--format", "format_", type=_formats, default="table", show_default=True)


def spanned(command: Command) -> Command:
    """Adds --from and --to."""
    first = click.option("--from", "first", type=DAY, help="First day; without it, from the first fact on.")
    last = click.option("--to", "last", type=DAY, help="Last day, inclusive; without it, today.")
    return first(last(command))


def limited(command: Command) -> Command:
    """Adds --where, --as-of and --now."""
    where = click.option(
        "--where", multiple=True, metavar="DIM=ID", help="Only these; several of one DIM are either."
    )
    as_of = click.option(
        "--as-of", type=click.IntRange(0, LARGEST_ID), metavar="WATERMARK", help="As known at that row."
    )
    now = click.option(
        "--now", is_flag=True, help="Closed periods too as known now, not as they were closed."
    )
    return where(as_of(now(command)))


def viewer_of(user: str | None, *, on: date | None = None) -> "Viewer":
    """Who acts: the named user, as they see on that day (today), or whoever has the machine, who may do everything."""
    from emporion.kernel.access.models import User
    from emporion.kernel.access.viewer import SYSTEM
    from emporion.kernel.errors import UnknownName
    from emporion.records.team.queries import viewer_for

    if user is None:
        return SYSTEM
    found = User.objects.filter(username=user).first()
    if found is None:
        raise UnknownName("user", user, [])  # names that are near would tell who may sign in
    return viewer_for(found, on or today())


def today() -> date:
    """Today where the department lives."""
    from emporion.kernel.clock import local_day, now
    from emporion.kernel.preferences.queries import preference

    return local_day(now(), str(preference("zone")))


def period_of(first: date | None, last: date | None) -> "Period":
    """The period of --from and --to."""
    from emporion.kernel.periods import Period

    end = last or today()
    start = first or BEGINNING
    if max(start, end) > LAST_DAY:
        raise click.UsageError(f"a period ends by {LAST_DAY}")
    if end < start:
        raise click.UsageError(f"--to {end} lies before --from {start}")
    return Period.inclusive(start, end)


def conditions(where: Sequence[str]) -> dict[str, object]:
    """--where as the engine wants it: by dimension one code, or a list of several."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in where:
        dimension, equals, code = text.partition("=")
        if not equals or not dimension.strip():
            raise click.UsageError(f"--where {text!r} must be DIM=ID, for example --where member=M-3")
        found[dimension.strip()].append(code.strip())
    return {dimension: codes[0] if len(codes) == 1 else codes for dimension, codes in found.items()}


def names_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or with commas between them, each once."""
    return tuple(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))
