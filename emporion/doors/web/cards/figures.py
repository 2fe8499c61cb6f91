"""A record's metrics by month, of the last year: asked from the engine, each number a way to its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import DAY, Period
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.charts import Drawn, Heading, Spark, Table
from emporion.kernel.ui.links import address_with
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.registry import metric

MONTHS = 12


@dataclass(frozen=True, slots=True)
class ByMonth:
    """The table, and the first of its metrics as small bars."""

    table: Table
    spark: Spark


def by_month(
    asked: Mapping[str, str], *, title: str, today: date, where: Mapping[str, str], viewer: Viewer
) -> ByMonth:
    """These metrics, with the headings they are shown under, month by month up to that day. The whole is asked too,
    never summed here."""
    months = last_months(today)
    period = Period(months[0].start, months[-1].end)
    names = list(asked)
    found = measure(names, by=["month"], period=period, where=where, viewer=viewer).to_pylist()
    values: Mapping[str, Mapping[str, Decimal | None]] = {row["month_id"]: row for row in found}
    whole = measure(names, period=period, where=where, viewer=viewer).to_pylist()[0]

    def figure(name: str, span: str, value: Decimal | None) -> Drawn:
        address = address_with(reverse("panels:facts", args=[name]), {"period": span, **where})
        return Drawn(Figure(value, metric(name).unit, address if value else ""), "end")

    def row(label: str, span: str, of: Mapping[str, Decimal | None]) -> Sequence[Drawn]:
        return [Drawn(label), *(figure(name, span, of.get(name)) for name in names)]

    rows = [row(formats.month(one.start), _code(one), values.get(_code(one), {})) for one in reversed(months)]
    headings = [Heading(_("Month")), *(Heading(label, "end") for label in asked.values())]
    first = [values.get(_code(one), {}).get(names[0]) for one in months]
    table = Table(title, headings, rows, row(_("in all"), str(period), whole))
    return ByMonth(table, Spark(first, title))


def last_months(day: date) -> list[Period]:
    """The twelve months up to the one that day is in."""
    found = [Period.month(day.year, day.month)]
    while len(found) < MONTHS:
        before = found[0].start - DAY
        found.insert(0, Period.month(before.year, before.month))
    return found


def _code(month: Period) -> str:
    return f"{month.start:%Y-%m}"
