"""Charts: what is drawn and the table beside it come from one set of numbers, so that they cannot differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from emporion.kernel.ui.cells import Cell, Figure

Text = str | Promise
Kind = Literal["bar", "line"]
# What would end the script in which the numbers stand.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell as a table draws it."""

    value: Cell
    css: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; with an address it sorts, and `sorted` says how it is sorted now."""

    label: Text
    css: str = ""
    address: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as `ui/table.html` draws it."""

    title: Text
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Drawn]]
    totals: Sequence[Drawn] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers with a name, one for each category; None where there is none."""

    name: Text
    values: Sequence[Decimal | int | None]
    kind: Kind | Literal[""] = ""
    addresses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table. `across` lays bars on their side, for names that are long."""

    title: Text
    categories: Sequence[str]
    series: Sequence[Series]
    unit: str
    kind: Kind = "bar"
    heading: Text = ""
    stacked: bool = False
    across: bool = False
    with_table: bool = True

    @property
    def spec(self) -> SafeString:
        """What the script draws, as JSON that may stand in a page; numbers are texts, so that no digit is lost."""
        spec = {
            "kind": self.kind,
            "unit": self.unit,
            "stacked": self.stacked,
            "across": self.across,
            "categories": list(self.categories),
            "series": [
                {"name": str(one.name), "kind": one.kind, "values": [_plain(value) for value in one.values]}
                for one in self.series
            ],
        }
        return mark_safe(json.dumps(spec, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped for a script

    @property
    def table(self) -> Table | None:
        """The same numbers as a table."""
        if not self.with_table:
            return None
        headings = [Heading(self.heading), *(Heading(one.name, "end") for one in self.series)]
        rows = [
            [Drawn(category), *(Drawn(self._figure(one, place), "end") for one in self.series)]
            for place, category in enumerate(self.categories)
        ]
        return Table(gettext("%(title)s, as a table") % {"title": self.title}, headings, rows)

    def _figure(self, series: Series, place: int) -> Figure:
        value = series.values[place]
        address = series.addresses[place] if series.addresses else ""
        return Figure(None if value is None else Decimal(value), self.unit, address, short=False)


def _plain(value: Decimal | int | None) -> str | None:
    return None if value is None else f"{value:f}"


SPARK_WIDTH, SPARK_HEIGHT = 120, 28


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line or row of bars, drawn on the server: numbers of the same `most` share a scale."""

    values: Sequence[Decimal | int | None]
    title: Text
    most: Decimal | None = None

    @property
    def viewbox(self) -> str:
        """The space it is drawn in."""
        return f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"

    @property
    def bars(self) -> list[dict[str, str]]:
        """Each number as a bar from the ground up; what is missing or below nothing has none."""
        scale, step = self._scale(), Decimal(SPARK_WIDTH) / max(len(self.values), 1)
        drawn = []
        for place, value in enumerate(self.values):
            height = max(Decimal(value or 0), Decimal(0)) / scale * SPARK_HEIGHT
            drawn.append(
                {
                    "x": _place(step * place),
                    "y": _place(SPARK_HEIGHT - height),
                    "width": _place(step * Decimal("0.8")),
                    "height": _place(height),
                }
            )
        return drawn

    def _scale(self) -> Decimal:
        known = [abs(Decimal(value)) for value in self.values if value is not None]
        return self.most or max(known, default=Decimal(0)) or Decimal(1)


def _place(value: Decimal) -> str:
    return f"{value:.2f}"
