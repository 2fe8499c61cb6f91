"""Answers of the engine as pages read them: rows by code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emporion.doors.web.panels.questions import Knowing
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.kernel.ui.cells import Figure
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.metrics.registry import metric

Row = Mapping[str, Any]


def rows_of(
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    period: Period,
    viewer: Viewer,
    knowing: Knowing | None = None,
    where: Mapping[str, Any] | None = None,
    later: bool = False,
) -> list[Row]:
    """The rows of an answer, remembered while nothing changes; metrics that the viewer may not see are left out."""
    known = knowing or Knowing()
    with remembering():
        table = measure(
            [name for name in names if may_see(name, viewer)],
            by=by,
            period=period,
            where=where,
            as_of=known.as_of,
            view=known.view,
            later=later,
            viewer=viewer,
        )
    rows: list[Row] = table.to_pylist()
    return rows


def may_see(name: str, viewer: Viewer) -> bool:
    """Whether that metric needs no permission which the viewer lacks."""
    needed = metric(name).permission
    return needed is None or viewer.may(needed)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one row, by metric."""

    row: Row

    def __getitem__(self, name: str) -> Decimal | None:
        value: Decimal | None = self.row.get(name)
        return value

    def figure(self, name: str, address: str = "", *, short: bool = True) -> Figure:
        """That number as a cell."""
        return Figure(self[name], unit_of(name), address, short=short)


def unit_of(name: str) -> str:
    """The unit of a metric."""
    return metric(name).unit
