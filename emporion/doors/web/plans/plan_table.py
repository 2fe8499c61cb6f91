"""The table of a plan: the parts of an opened branch by the whole and its spans, by quarter or as they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from emporion.doors.web.plans.opened import Line, Opened
from emporion.doors.web.plans.words import (
    branch_name,
    days_said,
    is_month,
    name_in_channel,
    quarter_said,
    span_said,
)
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.cells import Figure
from emporion.numbers.metrics.registry import metric
from emporion.numbers.planning.models import Branch
from emporion.numbers.planning.plan_queries import Changed, PlanBook, Span
from emporion.numbers.planning.sheets import Sheet

Grain = Literal["span", "quarter"]
Address = Callable[[Branch, Span | None], str]


@dataclass(frozen=True, slots=True)
class Column:
    """Spans that stand under one heading."""

    label: str
    title: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A cell as it is drawn: a number, or nothing where nobody is there; where it can be changed, and what was."""

    figure: Figure | None
    address: str = ""
    told: str = ""
    mark: Literal["", "changed", "locked"] = ""
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of the table."""

    name: str
    address: str
    kind: str
    cells: Sequence[PlanCell]
    branch: Branch | None = None


def has_quarters(spans: Sequence[Span]) -> bool:
    """Whether the columns can be drawn together by quarter."""
    return len(spans) > 1 and all(is_month(one.starts_on, one.ends_on) for one in spans)


def columns_of(spans: Sequence[Span], grain: Grain) -> list[Column]:
    """The columns beside the whole."""
    with_year = bool(spans) and spans[0].starts_on.year != (spans[-1].ends_on - date.resolution).year
    if grain == "quarter" and has_quarters(spans):
        return _quarters(spans, with_year=with_year)
    return [
        Column(
            span_said(one.starts_on, one.ends_on, with_year=with_year),
            days_said(one.starts_on, one.ends_on),
            (place,),
        )
        for place, one in enumerate(spans)
    ]


def _quarters(spans: Sequence[Span], *, with_year: bool) -> list[Column]:
    found: dict[tuple[int, int], list[int]] = {}
    for place, span in enumerate(spans):
        found.setdefault((span.starts_on.year, (span.starts_on.month - 1) // 3), []).append(place)
    return [
        Column(
            quarter_said(spans[places[0]].starts_on, with_year=with_year),
            days_said(spans[places[0]].starts_on, spans[places[-1]].ends_on),
            tuple(places),
        )
        for places in found.values()
    ]


class PlanTable:
    """What the page of a plan draws."""

    def __init__(
        self, opened: Opened, grain: Grain, *, opens: Callable[[Branch], str], edits: Address
    ) -> None:
        self.opened, self.book = opened, opened.book
        self.columns = columns_of(self.book.spans, grain)
        self._opens, self._edits = opens, edits
        self._unit = metric(self.book.metric).unit

    def rows(self, lines: Iterable[Line]) -> list[PlanRow]:
        """Those parts."""
        return [self._row(line) for line in lines]

    @property
    def sum(self) -> PlanRow | None:
        """What the parts come to."""
        total = self.opened.sum
        return None if total is None else self._plain(_("Together"), total)

    @property
    def own(self) -> PlanRow | None:
        """The plan of the opened branch itself, which can be changed too."""
        branch, sheet = self.opened.branch, self.opened.own
        if branch is None or sheet is None:
            return None
        cells = self._cells(branch, sheet)
        return PlanRow(branch_name(branch), "", branch.kind, cells, branch)

    @property
    def reserve(self) -> PlanRow | None:
        """By how much the parts are above the branch (over-assignment); None where they are not."""
        own, together = self.opened.own, self.opened.sum
        if own is None or together is None or own == together:
            return None
        spans = tuple(part - whole for part, whole in zip(together.spans, own.spans, strict=True))
        return self._plain(_("Above the plan"), Sheet(together.whole - own.whole, spans))

    def _row(self, line: Line) -> PlanRow:
        if line.branch is None:
            return self._plain(_("Others"), line.sheet)
        branch = line.branch
        name = name_in_channel(branch) if self.opened.branch is None else branch_name(branch)
        return PlanRow(name, self._opens(branch), branch.kind, self._cells(branch, line.sheet), branch)

    def _plain(self, name: str, sheet: Sheet) -> PlanRow:
        cells = [self._sum(sheet, None), *(self._sum(sheet, column) for column in self.columns)]
        return PlanRow(name, "", "", cells)

    def _sum(self, sheet: Sheet, column: Column | None) -> PlanCell:
        return PlanCell(self._figure(_value(sheet, column, self.book)))

    def _figure(self, value: int) -> Figure:
        return Figure(quantity_of(value), self._unit)

    def _cells(self, branch: Branch, sheet: Sheet) -> list[PlanCell]:
        return [
            self._cell(branch, sheet, None),
            *(self._cell(branch, sheet, column) for column in self.columns),
        ]

    def _cell(self, branch: Branch, sheet: Sheet, column: Column | None) -> PlanCell:
        value = _value(sheet, column, self.book)
        if column is not None and len(column.places) > 1:
            return PlanCell(self._figure(value))
        place = None if column is None else column.places[0]
        span = None if place is None else self.book.spans[place]
        past = span is not None and self._is_past(span)
        changed = self.book.changes(branch).get(place)
        if span is not None and changed is None and not value and not is_there(branch, span):
            return PlanCell(None, is_past=past)
        return PlanCell(
            self._figure(value),
            "" if past else self._edits(branch, span),
            "" if changed is None else told_of(changed, self._unit),
            "" if changed is None else "locked" if changed.locked else "changed",
            past,
        )

    def _is_past(self, span: Span) -> bool:
        until = self.book.plan.frozen_until
        return until is not None and span.ends_on <= until


def is_there(branch: Branch, span: Span) -> bool:
    """Whether a branch has a day in a span."""
    came = branch.joins_on is None or branch.joins_on < span.ends_on
    return came and (branch.leaves_on is None or branch.leaves_on > span.starts_on)


def told_of(changed: Changed, unit: str) -> str:
    """What was calculated where a person said otherwise, why and who."""
    from emporion.kernel.ui.figures import said

    parts = [_("calculated: %(value)s") % {"value": said(quantity_of(changed.calculated), unit)}]
    parts += [changed.reason] if changed.reason else []
    parts += [changed.by] if changed.by else []
    return "; ".join(parts)


def _value(sheet: Sheet, column: Column | None, book: PlanBook) -> int:
    """Of a state a quarter holds what its last month does."""
    if column is None:
        return sheet.whole
    if not book.sums.time:
        return sheet.spans[column.places[-1]]
    return sum(sheet.spans[place] for place in column.places)


def grown(planned: Any) -> list[tuple[str, Decimal]]:
    """How the total came about: by name, last year's fact and the growths; nothing for a plan that was not drawn."""
    if planned.base is None:
        return []
    return [
        (_("last year"), planned.base),
        (_("growth of the market"), planned.market_growth),
        (_("own growth"), planned.own_growth),
    ]
