"""The facts behind a number, a row each, as far as the records may be opened."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.panels.metric_page import MetricQuestion
from emporion.doors.web.panels.wording import FACTS, subject_said
from emporion.kernel.ui.cells import Cell, Figure, Link
from emporion.kernel.ui.charts import Drawn, Heading
from emporion.kernel.ui.links import card_address
from emporion.numbers.metrics.engine.facts import FactsPage, facts_page
from emporion.numbers.metrics.engine.opened import opened
from emporion.numbers.metrics.engine.remembering import remembering

ON_A_PAGE = 100
Row = Mapping[str, Any]
# By column: what it is called, and its unit where it is a number.
COLUMNS: dict[str, tuple[Any, str]] = {
    "customer": (gettext_lazy("Customer"), ""),
    "member": (gettext_lazy("Person"), ""),
    "product": (gettext_lazy("Product"), ""),
    "stage": (gettext_lazy("Stage"), ""),
    "quantity": (gettext_lazy("Quantity"), "quantity"),
    "amount": (gettext_lazy("Amount"), "money"),
    "cost": (gettext_lazy("Cost"), "money"),
    "minutes": (gettext_lazy("Minutes"), "count"),
}


@dataclass(frozen=True, slots=True)
class Others:
    """Facts that count and whose records the viewer may not open, as one line."""

    many: int
    amount: Decimal


class Facts:
    """One page of the facts behind a number."""

    def __init__(self, question: MetricQuestion, page: int, *, on_a_page: int = ON_A_PAGE) -> None:
        self.question, self.page, self.on_a_page = question, page, on_a_page

    @cached_property
    def found(self) -> FactsPage:
        """What the engine gives."""
        question = self.question
        with remembering():
            return facts_page(
                question.name,
                period=question.period,
                where=question.where,
                as_of=question.knowing.as_of,
                view=question.knowing.view,
                viewer=question.viewer,
                limit=self.on_a_page,
                offset=(self.page - 1) * self.on_a_page,
            )

    @cached_property
    def _facts(self) -> list[Row]:
        rows: list[Row] = self.found.table.to_pylist()
        return rows

    @cached_property
    def _may_open(self) -> list[bool]:
        """By row, whether its record may be opened. A query for each kind of record."""
        ids: dict[str, set[int]] = defaultdict(set)
        for subject in self.found.subjects:
            ids[subject.kind].add(subject.id)
        allowed: dict[str, set[int]] = {}
        for kind, of_kind in ids.items():
            visible = opened(kind, self.question.viewer)
            allowed[kind] = (
                of_kind
                if visible is None
                else set(visible.filter(id__in=of_kind).values_list("id", flat=True))
            )
        return [subject.id in allowed[subject.kind] for subject in self.found.subjects]

    @cached_property
    def columns(self) -> list[str]:
        """The columns that have something in them."""
        return [
            name
            for name in COLUMNS
            if name in self.found.table.column_names and any(row[name] for row in self._facts)
        ]

    @property
    def headings(self) -> list[Heading]:
        """The head of the table."""
        fixed = [
            Heading(gettext_lazy("Day")),
            Heading(gettext_lazy("What happened")),
            Heading(gettext_lazy("Record")),
        ]
        return [*fixed, *(Heading(COLUMNS[name][0], _css(name)) for name in self.columns)]

    @property
    def rows(self) -> list[list[Drawn]]:
        """The facts whose records may be opened."""
        return [self._row(place) for place, allowed in enumerate(self._may_open) if allowed]

    def _row(self, place: int) -> list[Drawn]:
        row = self._facts[place]
        record = Link(subject_said(row["subject"]), self._address(place))
        cells: list[Cell] = [row["day"], _happened(row), record]
        return [
            *(Drawn(cell, "whole") for cell in cells),
            *(Drawn(_cell(name, row), _css(name)) for name in self.columns),
        ]

    def _address(self, place: int) -> str:
        """The record's own card, or that of the order it belongs to."""
        subject = self.found.subjects[place]
        return card_address(subject.kind, subject.id) or card_address("order", self.found.order_ids[place])

    @property
    def others(self) -> Others | None:
        """The facts of this page whose records may not be opened, together."""
        hidden = [row for row, allowed in zip(self._facts, self._may_open, strict=True) if not allowed]
        if not hidden:
            return None
        return Others(len(hidden), sum((row["amount"] for row in hidden), Decimal(0)))

    @property
    def total(self) -> int:
        """How many facts there are."""
        return self.found.total

    @property
    def has_more(self) -> bool:
        """Whether there is another page."""
        return self.page * self.on_a_page < self.total

    def for_a_file(self) -> tuple[list[str], list[list[Cell]]]:
        """Every row that may be opened, then the others as one line."""
        rows = [[drawn.value for drawn in row] for row in self.rows]
        if self.others:
            amount = [self.others.amount if name == "amount" else "" for name in self.columns]
            rows.append([None, gettext_lazy("others"), self.others.many, *amount])
        return [str(heading.label) for heading in self.headings], rows


def _happened(row: Row) -> Cell:
    """What happened; a fact that takes another one back says so, or the two would read as a mistake."""
    said = FACTS.get(row["kind"], row["kind"])
    return said if row["reverses_id"] is None else _("taken back: %(what)s") % {"what": said}


def _cell(name: str, row: Row) -> Cell:
    value = row[name]
    unit = COLUMNS[name][1]
    if not unit:
        return str(value) if value else None
    return Figure(None if value is None else Decimal(value), unit, short=False)


def _css(name: str) -> str:
    return "end" if COLUMNS[name][1] else ""
