"""Metric: one number by up to two dimensions, with totals by the engine, as a table, a chart and a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from emporion.doors.web.panels.answers import Row, rows_of
from emporion.doors.web.panels.questions import Knowing, Linking, exactly, in_address
from emporion.doors.web.panels.spans import Span
from emporion.doors.web.panels.wording import dimension_label, label_of, value_label
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import DAY, Period
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.kernel.ui.charts import Drawn, Heading, Table
from emporion.kernel.ui.links import card_address
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.engine.spans import span_start
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.states import STATES, until

ON_A_PAGE = 100
WIDEST = 24  # columns; more values than that stand in rows
ROOMY = 6  # columns; beside more, numbers are short, in full when pointed at
Code = str | None


@dataclass(frozen=True, slots=True)
class MetricQuestion:
    """What the page of a metric is asked."""

    name: str
    by: tuple[str, ...]
    where: Mapping[str, Any]
    span: Span
    knowing: Knowing
    viewer: Viewer
    sort: str = ""
    known_until: date | None = None
    today: date | None = None
    is_usual: bool = False  # the address chose no dimension, and `by` is what tells most

    @property
    def is_ahead(self) -> bool:
        """Whether the days asked for have not begun, be they those of the period or of a month it is limited to."""
        if self.today is None:
            return False
        starts = [
            min(span_start(DIMENSIONS[name].span, code) for code in codes)  # type: ignore[arg-type]  # of a span
            for name, codes in self.where.items()
            if name in DIMENSIONS and DIMENSIONS[name].span is not None
        ]
        return max([self.span.period.start, *starts]) > self.today

    @property
    def period(self) -> Period:
        """The days asked for; a state is never asked for a day that is not known yet."""
        days, last = self.span.period, self.known_until
        if last is None or self.name not in STATES or days.last <= last:
            return days
        return until(days, last) or Period(last, last + DAY)

    @property
    def as_of(self) -> date | None:
        """The day of a state, where it is not the last of the period."""
        return None if self.period == self.span.period else self.period.last

    @property
    def metric(self) -> Metric:
        """The metric itself."""
        return metric(self.name)

    @property
    def linking(self) -> Linking:
        """Addresses of the facts behind its numbers."""
        return Linking(self.span, self.knowing, self.where, str(self.period) if self.as_of else "")

    def rows(self, *by: str, later: bool = False) -> list[Row]:
        """The metric by these dimensions."""
        return rows_of(
            [self.name],
            by=by,
            period=self.period,
            viewer=self.viewer,
            knowing=self.knowing,
            where=self.where,
            later=later,
        )


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a dimension: its code, how it is called, and the number of all of it."""

    code: Code
    label: str
    number: Decimal | None


class MetricAnswer:
    """The answer as a table: values of the first dimension in rows, of a second one in columns where they are few."""

    def __init__(self, question: MetricQuestion) -> None:
        self.question = question

    @cached_property
    def cells(self) -> list[Row]:
        """A row per cell."""
        return self.question.rows(*self.question.by) if self.question.by else []

    @cached_property
    def whole(self) -> Row:
        """The number over everything, with what closed days have learnt since."""
        later = self.question.knowing.as_of is None and self.question.knowing.view == "closed"
        return self.question.rows(later=later)[0]

    @property
    def total(self) -> Decimal | None:
        """The number over everything."""
        return self._begun(self.whole[self.question.name])

    @property
    def learnt_since(self) -> Decimal | None:
        """What closed days have learnt since they were closed; None where that is nothing."""
        value: Decimal | None = self.whole.get(f"{self.question.name}_later")
        return value or None

    @cached_property
    def is_wide(self) -> bool:
        """Whether the second dimension stands in columns."""
        by = self.question.by
        return len(by) == 2 and len({row[f"{by[1]}_id"] for row in self.cells}) <= WIDEST

    @cached_property
    def down(self) -> list[Value]:
        """The values of the first dimension with their totals by the engine, sorted."""
        if not self.question.by:
            return []
        first = self.question.by[0]
        rows = self.cells if len(self.question.by) == 1 else self.question.rows(first)
        return _sorted(
            self._values(rows, first), self.question.sort, is_time=DIMENSIONS[first].span is not None
        )

    @cached_property
    def across(self) -> list[Value]:
        """The values of the second dimension with their totals by the engine, in their own order, the largest first
        where they have none."""
        if not self.is_wide:
            return []
        second = self.question.by[1]
        is_time = DIMENSIONS[second].span is not None
        return _sorted(self._values(self.question.rows(second), second), "", is_time=is_time)

    def _values(self, rows: Sequence[Row], name: str) -> list[Value]:
        return [
            Value(
                row[f"{name}_id"],
                value_label(name, row[name]),
                self._begun(row[self.question.name], {name: row[f"{name}_id"]}),
            )
            for row in rows
        ]

    def _begun(self, number: Decimal | None, at: Mapping[str, Code] | None = None) -> Decimal | None:
        """The number; none instead of a nought where its days have not begun: nothing has happened yet, and a nought
        would be a result."""
        if number != 0 or number is None:
            return number
        question = self.question
        spans = [(DIMENSIONS[name].span, code) for name, code in (at or {}).items()]
        starts = [span_start(span, code) for span, code in spans if span is not None and code is not None]
        is_ahead = question.today is not None and any(start > question.today for start in starts)
        return None if question.is_ahead or is_ahead else number

    @cached_property
    def by_place(self) -> dict[tuple[Code, ...], Decimal | None]:
        """The number of each cell, by the codes of its values."""
        by = self.question.by
        places = [{name: row[f"{name}_id"] for name in by} for row in self.cells]
        numbers = [row[self.question.name] for row in self.cells]
        return {
            tuple(at.values()): self._begun(number, at) for at, number in zip(places, numbers, strict=True)
        }

    @property
    def many_rows(self) -> int:
        """How many rows the table has."""
        return len(self.down) if self.is_wide or len(self.question.by) < 2 else len(self.cells)

    # The table

    def table(self, start: int = 0, end: int | None = None) -> Table:
        """Rows from `start` to before `end`, and the totals, which are always over all rows."""
        if len(self.question.by) == 2 and not self.is_wide:
            return self._long(start, end)
        return self._pivot(start, end)

    def _pivot(self, start: int, end: int | None) -> Table:
        shown = self.down[start:end]
        first = self.question.by[0] if self.question.by else ""
        cards = self._cards(first, shown) if first else {}
        rows = [[self._name(value, cards), *self._numbers(value)] for value in shown]
        headings = [self._heading("label", dimension_label(first))] if first else []
        headings += [Heading(value.label, "end") for value in self.across]
        headings.append(self._heading("value", label_of(self.question.name), "end"))
        return Table(label_of(self.question.name), headings, rows, self._totals())

    def _name(self, value: Value, cards: Mapping[str, str]) -> Drawn:
        return Drawn(Link(value.label, cards.get(value.code or "", "")))

    def _numbers(self, value: Value) -> list[Drawn]:
        first = self.question.by[0]
        where = {first: exactly(first, value.code)}
        numbers = [
            self._figure(self.by_place.get((value.code, column.code)), where | self._of_column(column.code))
            for column in self.across
        ]
        return [*numbers, self._figure(value.number, where)]

    def _of_column(self, code: Code) -> dict[str, Any]:
        second = self.question.by[1]
        return {second: exactly(second, code)}

    def _totals(self) -> list[Drawn]:
        columns = [self._figure(column.number, self._of_column(column.code)) for column in self.across]
        head = [Drawn(_("All together"))] if self.question.by else []
        return [*head, *columns, self._figure(self.total, {})]

    def _long(self, start: int, end: int | None) -> Table:
        names = self.question.by
        cells = self._sorted_cells[start:end]
        rows = []
        for row in cells:
            where = {name: exactly(name, row[f"{name}_id"]) for name in names}
            labels = [Drawn(value_label(name, row[name])) for name in names]
            number = self.by_place[tuple(row[f"{name}_id"] for name in names)]
            rows.append([*labels, self._figure(number, where)])
        headings = [self._heading("label", dimension_label(names[0])), Heading(dimension_label(names[1]))]
        headings.append(self._heading("value", label_of(self.question.name), "end"))
        totals = [Drawn(_("All together")), Drawn(""), self._figure(self.total, {})]
        return Table(label_of(self.question.name), headings, rows, totals)

    @cached_property
    def _sorted_cells(self) -> list[Row]:
        sort = self.question.sort
        if sort.lstrip("-") != "value":
            return self.cells[::-1] if sort == "-label" else self.cells
        known = [row for row in self.cells if row[self.question.name] is not None]
        known.sort(key=lambda row: row[self.question.name], reverse=sort.startswith("-"))
        return known + [row for row in self.cells if row[self.question.name] is None]

    def _figure(self, number: Decimal | None, where: Mapping[str, Any]) -> Drawn:
        address = self.question.linking.facts(self.question.name, **where)
        is_short = len(self.across) > ROOMY
        return Drawn(Figure(number, self.question.metric.unit, address, short=is_short), "end")

    def _heading(self, name: str, label: str, css: str = "") -> Heading:
        current, descending = self.question.sort.lstrip("-") == name, self.question.sort.startswith("-")
        turned = f"-{name}" if name == "value" else name
        if current:
            turned = name if descending else f"-{name}"
        said: Any = ("descending" if descending else "ascending") if current else ""
        return Heading(label, css, f"?{self.address_query(sort=turned)}", said)

    def address_query(self, **changes: Any) -> str:
        """The choices of this page with these changes, for an address."""
        question = self.question
        query: dict[str, Any] = {"by": list(question.by), "period": question.span.text, "sort": question.sort}
        query |= in_address(question.where) | question.knowing.query() | changes
        return urlencode(
            {name: value for name, value in query.items() if value not in ("", None, [])}, doseq=True
        )

    def _cards(self, name: str, values: Sequence[Value]) -> dict[str, str]:
        """By code, where the card of a value is that the viewer may open. One query."""
        record = DIMENSIONS[name].record
        if record is None or record == "subject":
            return {}
        ids = RecordDirectory(self.question.viewer).ids(
            record, [value.code for value in values if value.code]
        )
        return {code: card_address(record, pk) for code, pk in ids.items()}

    def for_a_file(self) -> tuple[list[str], list[list[Cell]]]:
        """All rows with their totals, for CSV and Excel."""
        table = self.table()
        rows = [[drawn.value for drawn in row] for row in (*table.rows, table.totals)]
        return [str(heading.label) for heading in table.headings], rows


def _sorted(values: list[Value], sort: str, *, is_time: bool) -> list[Value]:
    """By name, or by number with the empty ones last; unless asked, time runs on and the largest come first."""
    wanted = sort or ("label" if is_time else "-value")
    if wanted.lstrip("-") == "label":
        key = (lambda value: value.code or "") if is_time else (lambda value: value.label)
        return sorted(values, key=key, reverse=wanted.startswith("-"))
    known = [value for value in values if value.number is not None]
    known.sort(key=lambda value: value.number or Decimal(0), reverse=wanted.startswith("-"))
    return known + [value for value in values if value.number is None]
