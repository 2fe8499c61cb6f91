"""Asking for numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.kernel.preferences.definitions import Value
from emporion.numbers.metrics.engine.cells import cells, on_common_rows
from emporion.numbers.metrics.engine.directory import Directory, RecordDirectory
from emporion.numbers.metrics.engine.evaluating import with_evaluated
from emporion.numbers.metrics.engine.labelling import answer
from emporion.numbers.metrics.engine.resolving import Resolved, resolved
from emporion.numbers.metrics.engine.scanning import stored_facts
from emporion.numbers.metrics.freezing import settings_on
from emporion.numbers.metrics.scan import FactView, Question, View


def measure(
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    period: Period,
    where: Mapping[str, object] | None = None,
    as_of: int | None = None,
    view: View = "closed",
    later: bool = False,
    viewer: Viewer,
) -> pa.Table:
    """Metrics by dimensions over a period: by dimension `<name>` and `<name>_id` (its code), then a decimal column per
    metric; rows where something is, or exactly one without dimensions.

    `where` limits a dimension to a code, several, or None for the empty one; a territory includes what is below it,
    but `=CODE` is it alone; `credit` may be direct (the default), overlay or any. `as_of` shows what was known at that
    watermark. `view` shows closed periods as they were closed, or as they are known now; `later` adds to each metric
    `<metric>_later`, the difference. What the viewer may not see is not in the numbers. Raises UnknownName with the
    nearest names, Refusal without the permission. Cost: one query over the facts, about eight on records; none grows
    with rows.
    """
    directory = RecordDirectory(viewer)
    asked = resolved(names, by=by, period=period, where=where or {}, viewer=viewer, directory=directory)

    def seen(shown: View) -> Seen:
        return Seen(
            facts=stored_facts(period, as_of=as_of, view=shown),
            settings=settings_on(period.last, as_closed=shown == "closed" and as_of is None),
            question=Question(
                by=tuple(dimension.name for dimension in asked.by),
                period=period,
                where=where or {},
                as_of=as_of,
                view=shown,
                viewer=viewer,
                only=asked.only,
            ),
        )

    return measured(asked, seen, view=view, later=later, directory=directory)


@dataclass(frozen=True, slots=True)
class Seen:
    """Facts as one view shows them, with the settings and the question that belong to that view."""

    facts: FactView
    settings: Mapping[str, Value]
    question: Question


def measured(
    asked: Resolved, seen: Callable[[View], Seen], *, view: View, later: bool, directory: Directory
) -> pa.Table:
    """The answer to a question, from any facts and any directory of records."""
    if not later:
        return answer(_found(asked, seen(view)), asked, directory)
    closed, now = on_common_rows(_found(asked, seen("closed")), _found(asked, seen("now")), asked)
    return answer(closed if view == "closed" else now, asked, directory, around=(closed, now))


def _found(asked: Resolved, seen: Seen) -> pa.Table:
    return with_evaluated(cells(asked, seen.facts, seen.settings), asked, seen.question)
