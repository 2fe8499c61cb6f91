"""Two versions of a plan side by side: only the cells that differ, with their sums."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.doors.web.plans.opened import Opened, chosen_metric, named_way, sum_of
from emporion.doors.web.plans.plan_views import Asked, number_in
from emporion.doors.web.plans.words import branch_name, days_said, span_said
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.comparing import Both, Path, Twin, counterpart, key_of, paths_of, twins, united
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.plan_queries import PlanBook, visible_plan, visible_plans
from emporion.numbers.planning.sheets import Sheet

MOST_ROWS = 200  # parts that differ
OFFERED = 50  # plans to compare with


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A cell in both plans; `before` and `by` only where they differ."""

    after: Figure | None
    before: Figure | None = None
    by: Figure | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A branch in both plans."""

    name: str
    address: str
    cells: Sequence[ComparedCell]


def compare(request: PageRequest, pk: int) -> HttpResponse:
    """A branch of a plan beside the same branch of another: of the version it replaces, unless another is asked for."""
    plan = visible_plan(request.viewer, pk)
    asked = Asked(request, plan)
    opened = Opened(PlanBook(plan, asked.metric), request.viewer, asked.branch_id)
    offered = list(visible_plans(request.viewer).exclude(pk=plan.pk)[:OFFERED])
    wanted = number_in(request.GET.get("with")) or plan.replaces_id
    known: dict[str, Any] = {
        "title": _("Compare %(name)s") % {"name": plan.name},
        "plan": plan,
        "offered": [(one.pk, one.name, one.pk == wanted) for one in offered],
        "label": label_of(asked.metric),
        "metric": asked.metric,
        "back": asked.address(),
    }
    if wanted is not None:
        other = visible_plan(request.viewer, wanted)
        known |= {"other": other, "it": Comparison(asked, opened, other)}
    return render(request, "plans/compare.html", known)


class Comparison:
    """One opened branch in both plans."""

    def __init__(self, asked: Asked, opened: Opened, other: Plan) -> None:
        self.asked, self.after, self.other = asked, opened, other
        viewer: Viewer = asked.viewer
        chosen_metric(other, viewer, asked.metric)
        self.before = self._before(viewer)
        first = self.before.book.spans if self.before else ()
        self.both: list[Both] = united(first, self.after.book.spans)
        self._unit = metric(asked.metric).unit
        self._twins = self._all_twins()
        changed = [rows for _branch, rows in self._twins if any(one.differs for one in rows)]
        changed += [self._total] if self._total else []
        self.places = [
            place for place in range(len(self.both)) if any(rows[place + 1].differs for rows in changed)
        ]

    def _before(self, viewer: Viewer) -> Opened | None:
        book = PlanBook(self.other, self.asked.metric)
        if self.after.branch is None:
            return Opened(book, viewer)
        same = counterpart(self.after.branch, self.other)
        try:
            return None if same is None else Opened(book, viewer, same.pk)
        except Refusal:  # out of the viewer's sight in that plan: as if it were not in it
            return None

    @property
    def way(self) -> str:
        """Where the opened branch stands."""
        return named_way(self.after) or _("All of yours")

    def _all_twins(self) -> list[tuple[Branch, list[Twin]]]:
        first, second = self._by_path(self.before), self._by_path(self.after)
        return [
            (
                (second.get(path) or first[path])[0],
                twins(
                    first[path][1] if path in first else None,
                    second[path][1] if path in second else None,
                    self.both,
                ),
            )
            for path in {**second, **first}
        ]

    @staticmethod
    def _by_path(opened: Opened | None) -> dict[Path, tuple[Branch, Sheet]]:
        """The parts by what they are; who stands in a team twice counts as one."""
        if opened is None:
            return {}
        parts = [one.branch for one in opened.lines if one.branch is not None]
        paths = paths_of(parts) if opened.branch is None else {one.pk: (key_of(one),) for one in parts}
        found: dict[Path, list[Branch]] = defaultdict(list)
        for one in parts:
            found[paths[one.pk]].append(one)
        return {
            path: (same[0], sum_of([opened.book.sheet(one) for one in same])) for path, same in found.items()
        }

    @property
    def _total(self) -> list[Twin]:
        """The branch itself in both; the sum of all where none is opened."""
        sheets = [
            None if one is None else one.own if one.branch is not None else one.sum
            for one in (self.before, self.after)
        ]
        return twins(sheets[0], sheets[1], self.both) if any(sheets) else []

    @property
    def rows(self) -> list[ComparedRow]:
        """The parts that differ."""
        return [
            ComparedRow(branch_name(branch), self._address(branch), self._cells(rows))
            for branch, rows in self._twins
            if any(one.differs for one in rows)
        ][:MOST_ROWS]

    @property
    def more(self) -> int:
        """How many more parts differ than are shown; the sums are over all of them."""
        return max(len(self._twins) - self.alike - MOST_ROWS, 0)

    def _address(self, branch: Branch) -> str:
        if branch.plan_id != self.asked.plan.pk or branch.kind == "member":
            return ""
        return self.asked.address("plans:compare", branch=branch.pk, **{"with": self.other.pk})

    @property
    def alike(self) -> int:
        """How many parts are the same."""
        return sum(1 for _branch, rows in self._twins if not any(one.differs for one in rows))

    @property
    def total(self) -> ComparedRow | None:
        """The branch itself."""
        rows = self._total
        name = _("Together") if self.after.branch is None else branch_name(self.after.branch)
        return ComparedRow(name, "", self._cells(rows)) if rows else None

    @property
    def columns(self) -> list[dict[str, str]]:
        """The spans in which something differs."""
        with_year = len({one.starts_on.year for one in self.both}) > 1
        return [
            {
                "label": span_said(one.starts_on, one.ends_on, with_year=with_year),
                "title": days_said(one.starts_on, one.ends_on),
            }
            for one in (self.both[place] for place in self.places)
        ]

    def _cells(self, rows: Sequence[Twin]) -> list[ComparedCell]:
        return [self._cell(rows[0]), *(self._cell(rows[place + 1]) for place in self.places)]

    def _cell(self, one: Twin) -> ComparedCell:
        if not one.differs:
            return ComparedCell(self._figure(one.after))
        by = (one.after or 0) - (one.before or 0)
        return ComparedCell(self._figure(one.after), self._figure(one.before), self._figure(by), differs=True)

    def _figure(self, value: int | None) -> Figure | None:
        return None if value is None else Figure(quantity_of(value), self._unit)
