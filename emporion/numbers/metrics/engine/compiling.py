"""Questions made into SQL once, and asked again with other people, days of the ledger and files.

To build an expression and to write it as SQL takes longer than many an answer. What differs from one question to the
next of its kind is put into the SQL as text: the names that today's tables have, the ids asked for, and the days.

Days are compiled for a period that never was, and every day in the SQL is so many days from its start, from its end,
or from the last day that has a fact: it is moved with that one.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import ibis
import pyarrow as pa

from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import DAY, Period
from emporion.numbers.metrics.engine.resolving import Condition, Resolved
from emporion.numbers.metrics.scan import FactView, Tables

KEPT = 256
DIALECT = "duckdb"
# No record has an id so high, and nothing else in the SQL is so large a number.
FIRST_STAND_IN = 8_000_000_000_000_000_000
MOST_STAND_INS = 100  # each is looked for in the SQL


# A period that never was, and the last day that has a fact then; a setting reaches a century from them at most.
STAND_IN_PERIOD = Period(date(4000, 1, 1), date(5000, 1, 1))
STAND_IN_TODAY = date(6000, 1, 1)
_REACH = timedelta(days=60_000)
_LAST_REAL = date(3000, 1, 1)
_DATE = re.compile(r"MAKE_DATE\((\d+), (\d+), (\d+)\)")


class NamedFacts:
    """Tables that remember which of them were read, under names that do not change."""

    def __init__(self, facts: Tables) -> None:
        self._facts = facts
        self.spans: dict[str, tuple[date | None, date | None]] = {}
        self.dimensions: dict[str, str] = {}

    def read(self, start: date | None, end: date | None) -> ibis.Table:
        """The facts of a span of days, named after it."""
        name = f"facts {start} {end}"
        self.spans[name] = (start, end)
        return ibis.table(self._facts.read(start, end).schema(), name=name)

    def dimension(self, name: str) -> ibis.Table:
        """A dimension table, named after what it is."""
        self.dimensions[f"dimension {name}"] = name
        return ibis.table(self._facts.dimension(name).schema(), name=f"dimension {name}")

    def latest_day(self) -> date | None:
        """The last day that has a fact, as it stands in the SQL."""
        return STAND_IN_TODAY


@dataclass(frozen=True, slots=True)
class Moved:
    """The days of a period that stand in the place of those that were compiled; each is moved with the one it hangs
    on."""

    period: Period
    facts: FactView

    def day(self, compiled: date) -> date:
        """The real day of a compiled one; a day that hangs on none of the stand-ins is itself."""
        for stand_in, real in (
            (STAND_IN_PERIOD.start, self.period.start),
            (STAND_IN_PERIOD.end, self.period.end),
        ):
            if abs(compiled - stand_in) <= _REACH:
                return real + (compiled - stand_in)
        return self._today + (compiled - STAND_IN_TODAY) if compiled > _LAST_REAL else compiled

    @property
    def _today(self) -> date:
        """As the scan of a question knows it."""
        latest = self.facts.latest_day()
        return max(latest, self.period.end - DAY) if latest else self.period.end - DAY

    def border(self, compiled: date | None) -> date | None:
        """The same, for a span without a border too."""
        return None if compiled is None else self.day(compiled)

    def written(self, found: "re.Match[str]") -> str:
        """A day of the SQL, moved."""
        year, month, day = (int(number) for number in found.groups())
        real = self.day(date(year, month, day))
        return f"MAKE_DATE({real.year}, {real.month}, {real.day})"


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL with stand-ins, and what they stand for."""

    sql: str
    spans: Mapping[str, tuple[date | None, date | None]]
    dimensions: Mapping[str, str]

    def run(self, facts: FactView, ids: tuple[int, ...], period: Period) -> pa.Table:
        """The answer from these facts, for these ids and these days."""
        moved = Moved(period, facts)
        sql = _DATE.sub(moved.written, self.sql)
        for name, (start, end) in self.spans.items():
            rows = facts.read(moved.border(start), moved.border(end))
            sql = sql.replace(f'"{name}"', f'"{name_of(rows)}"')
        for name, dimension in self.dimensions.items():
            sql = sql.replace(f'"{name}"', f'"{name_of(facts.dimension(dimension))}"')
        for number, row_id in enumerate(ids):
            sql = sql.replace(str(FIRST_STAND_IN + number), str(row_id))
        return facts.run(sql)


@dataclass
class _Kept:
    """The last questions compiled, the most recently asked last."""

    compiled: "OrderedDict[Hashable, Compiled]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> Compiled | None:
        with self.lock:
            if key in self.compiled:
                self.compiled.move_to_end(key)
            return self.compiled.get(key)

    def put(self, key: Hashable, compiled: Compiled) -> None:
        with self.lock:
            self.compiled[key] = compiled
            while len(self.compiled) > KEPT:
                self.compiled.popitem(last=False)


_kept = _Kept()


def compiled(key: Hashable, facts: FactView, build: Callable[[Tables], ibis.Table]) -> Compiled:
    """The SQL of what `build` makes of facts, from before where the same was compiled under that key."""
    known = _kept.get(key)
    if known is None:
        named = NamedFacts(facts)
        sql = ibis.to_sql(build(named), dialect=DIALECT, pretty=False)
        known = Compiled(str(sql), named.spans, named.dimensions)
        _kept.put(key, known)
    return known


def with_stand_ins(asked: Resolved) -> tuple[Resolved, tuple[int, ...]]:
    """The question with numbers that stand for the ids in its conditions and of whom its viewer sees, with days that
    stand for its own, and those ids: whoever asks the same of as many people has the same SQL."""
    ids: list[int] = []

    def stand_in(value: int | str | date | None) -> int | str | date | None:
        if isinstance(value, date) and value >= _LAST_REAL:
            raise Refusal("bad_period", f"nothing can be asked of {value.year}: days end with the year 2999")
        if not isinstance(value, int):
            return value
        ids.append(value)
        return FIRST_STAND_IN + len(ids) - 1

    conditions = tuple(
        Condition(condition.dimension, tuple(stand_in(value) for value in condition.values))
        for condition in asked.conditions
    )
    viewer = _anybody(asked.viewer, ids)
    return replace(asked, conditions=conditions, period=STAND_IN_PERIOD, viewer=viewer), tuple(ids)


def _anybody(viewer: Viewer, ids: list[int]) -> Viewer:
    """Somebody who sees as far, with numbers that stand for the people and zones they see; many stay themselves."""
    if viewer.sees_all:
        return Viewer("you", viewer.scope)
    members, zones = sorted(viewer.member_ids), sorted(viewer.territory_ids)
    if len(members) + len(zones) > MOST_STAND_INS:
        return Viewer("you", Scope.OWN, member_ids=viewer.member_ids, territory_ids=viewer.territory_ids)
    first = FIRST_STAND_IN + len(ids)
    ids += [*members, *zones]
    stand_ins = range(first, first + len(members) + len(zones))
    return Viewer(
        "you",
        Scope.OWN,
        member_ids=frozenset(stand_ins[: len(members)]),
        territory_ids=frozenset(stand_ins[len(members) :]),
    )


def fetched(expression: ibis.Table, facts: FactView) -> pa.Table:
    """The answer to an expression over the tables of these facts."""
    return facts.run(str(ibis.to_sql(expression, dialect=DIALECT, pretty=False)))


def name_of(table: ibis.Table) -> str:
    """What a table is called in SQL."""
    return str(table.get_name())
