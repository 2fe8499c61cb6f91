"""How the rows of people come to the line of all together: what no row shows, and what stands in several rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.panels.answers import Numbers, unit_of
from emporion.kernel.ui.cells import Cell, Figure
from emporion.numbers.metrics.registry import metric

Sums = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """A line between the rows and their total. `cells` are empty where a number is never summed."""

    label: Promise
    why: Promise
    cells: tuple[Cell, ...]


def is_summed(name: str) -> bool:
    """Whether rows of people can be added up: ratios and averages cannot."""
    found = metric(name)
    return found.unit == "count" or found.adds.startswith("people")


def lines(
    names: Sequence[str], shown: Iterable[Numbers], hidden: Iterable[Numbers], total: Numbers
) -> list[Line]:
    """What is to be added to the rows that are shown and taken from them, so that they come to the total. A line
    without a number is left out."""
    summed = [name for name in names if is_summed(name) and total[name] is not None]
    others = _sums(summed, hidden)
    rows = _sums(summed, shown)
    twice = {name: (total[name] or Decimal(0)) - rows[name] - others[name] for name in summed}
    found = [
        Line(
            _("Others, without a row"),
            _("Whose page you may not open: what is theirs in your customers and zones counts all the same."),
            _cells(names, others),
        ),
        Line(
            _("Stands in several rows"),
            _(
                "A deal, a meeting or a customer of two people stands in the row of each, "
                "and once in the line of all together."
            ),
            _cells(names, twice),
        ),
    ]
    return [line for line, sums in zip(found, (others, twice), strict=True) if any(sums.values())]


def _sums(names: Sequence[str], rows: Iterable[Numbers]) -> Sums:
    found = dict.fromkeys(names, Decimal(0))
    for row in rows:
        for name in names:
            found[name] += row[name] or 0
    return found


def _cells(names: Sequence[str], sums: Sums) -> tuple[Cell, ...]:
    return tuple(Figure(sums[name], unit_of(name)) if sums.get(name) else "" for name in names)
