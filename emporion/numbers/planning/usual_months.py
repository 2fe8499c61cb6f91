"""What the month that runs usually brings: run-rate × index, of every person with a plan for it (PLAN-7, PLAN-8).

What the months before it brought changes seldom, so the answer is kept while neither their facts nor the day nor the
viewer is another: of five thousand people it is computed once a day.
"""

import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.kernel.preferences.queries import preferences
from emporion.numbers.insight.season import LEAST_YEARS, next_month
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.scan import View
from emporion.numbers.metrics.store.reading import open_facts
from emporion.numbers.planning.forecastable import is_collected
from emporion.numbers.planning.queries import Goal

YEARS_BACK = 3
KEPT = 32
Whose = tuple[str, str | None]
Usual = Mapping[Whose, Decimal]


class _Wanted(NamedTuple):
    """Of which metrics and people (None: everybody together) the month that begins on `running` is wanted."""

    names: tuple[str, ...]
    codes: frozenset[str | None]
    running: date


def usual_months(planned: Iterable[Goal], *, today: date, viewer: Viewer, view: View) -> Usual:
    """By metric and person's code (None: the department) what the running month usually brings, for the targets of
    just that month, where two years of months before it are known.

    Of a person the month of the first fact is left out: it is seldom whole. One question to the engine for all people,
    one more for the department's own targets; none while nothing has changed since it was asked before.
    """
    from emporion.numbers.metrics.registry import metric

    running = today.replace(day=1)
    month = Period.month(today.year, today.month)
    asked = [
        goal
        for goal in planned
        if (goal.starts_on, goal.ends_on) == (month.start, month.end) and is_collected(metric(goal.metric))
    ]
    if not asked:
        return {}
    names = tuple(sorted({goal.metric for goal in asked}))
    wanted = _Wanted(names, frozenset(goal.member for goal in asked), running)
    return _kept_or_found(wanted, today, viewer, view)


class _Memory:
    """The last answers, the most recently asked last."""

    def __init__(self) -> None:
        self._answers: OrderedDict[object, Usual] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Usual | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: object, answer: Usual) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)


_memory = _Memory()


def _kept_or_found(wanted: _Wanted, today: date, viewer: Viewer, view: View) -> Usual:
    facts = open_facts(view=view)
    # The name of a table of facts stands for their content: another name, other facts (or a scope that moved).
    marks = [facts.read(None, wanted.running).get_name()]
    if not viewer.sees_all:
        marks.append(facts.dimension("customers").get_name())
    settings = tuple(sorted(preferences().items()))
    key = (os.getpid(), wanted, today, viewer, view, tuple(marks), settings)
    found = _memory.get(key)
    if found is None:
        found = _found(wanted, viewer, view)
        _memory.keep(key, found)
    return found


def _found(wanted: _Wanted, viewer: Viewer, view: View) -> Usual:
    start = date(wanted.running.year - YEARS_BACK, 1, 1)
    period = Period(start, wanted.running)
    people = sorted(code for code in wanted.codes if code is not None)
    found: dict[Whose, Decimal] = {}
    if people:
        only = {"member": people} if len(people) == 1 else {}
        table = measure(
            list(wanted.names), by=("member", "month"), period=period, where=only, view=view, viewer=viewer
        )
        found |= _by_whose(wanted, table.column("member_id").to_pylist(), table)
    if None in wanted.codes:
        table = measure(list(wanted.names), by=("month",), period=period, view=view, viewer=viewer)
        found |= _by_whose(wanted, [None] * table.num_rows, table)
    return found


def _by_whose(wanted: _Wanted, codes: list[str | None], table: object) -> dict[Whose, Decimal]:
    months = [_place(text) for text in table.column("month_id").to_pylist()]  # type: ignore[attr-defined]  # Arrow
    running = wanted.running.year * 12 + wanted.running.month - 1
    found: dict[Whose, Decimal] = {}
    for name in wanted.names:
        values = table.column(name).to_pylist()  # type: ignore[attr-defined]
        rows: dict[str | None, dict[int, Decimal]] = defaultdict(dict)
        for code, month, value in zip(codes, months, values, strict=True):
            if value and code in wanted.codes:
                rows[code][month] = value
        for code, known in rows.items():
            usual = _usual(known, running)
            if usual is not None:
                found[name, code] = usual
    return found


def _usual(known: Mapping[int, Decimal], running: int) -> Decimal | None:
    first = min(known)
    begun = first if first == (running // 12 - YEARS_BACK) * 12 else first + 1
    if running - begun < LEAST_YEARS * 12:
        return None
    return next_month([known.get(month, Decimal(0)) for month in range(begun, running)], begun % 12)


def _place(label: str) -> int:
    year, month = label.split("-")
    return int(year) * 12 + int(month) - 1
