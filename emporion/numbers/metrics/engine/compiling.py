"""Questions made into SQL once, and asked again with other people, days of the ledger and files.

To build an expression and to write it as SQL takes longer than many an answer. What differs from one question to the
next of its kind is put into the SQL as text: the names that today's tables have, and the ids asked for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import ibis
import pyarrow as pa

from emporion.numbers.metrics.engine.resolving import Condition, Resolved
from emporion.numbers.metrics.scan import FactView, Tables

KEPT = 256
DIALECT = "duckdb"
# No record has an id so high, and nothing else in the SQL is so large a number.
FIRST_STAND_IN = 8_000_000_000_000_000_000


class NamedFacts:
    """Tables that remember which of them were read, under names that do not change."""

    def __init__(self, facts: Tables) -> None:
        self._facts = facts
        self.spans: dict[str, tuple[date | None, date | None]] = {}
        self.dimensions: dict[str, str] = {}
        self.latest: date | None = None
        self.asked_latest = False

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
        """The last day that has a fact; who asks for it gets SQL that holds for this day only."""
        self.asked_latest = True
        self.latest = self._facts.latest_day()
        return self.latest


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL with stand-ins, and what they stand for."""

    sql: str
    spans: Mapping[str, tuple[date | None, date | None]]
    dimensions: Mapping[str, str]
    latest: tuple[date | None] | None

    def holds(self, facts: FactView) -> bool:
        """Whether it still says what it said: some numbers look at the last day that has a fact."""
        return self.latest is None or self.latest == (facts.latest_day(),)

    def run(self, facts: FactView, ids: tuple[int, ...]) -> pa.Table:
        """The answer from these facts, for these ids."""
        sql = self.sql
        for name, (start, end) in self.spans.items():
            sql = sql.replace(f'"{name}"', f'"{name_of(facts.read(start, end))}"')
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
    if known is None or not known.holds(facts):
        named = NamedFacts(facts)
        sql = ibis.to_sql(build(named), dialect=DIALECT, pretty=False)
        latest = (named.latest,) if named.asked_latest else None
        known = Compiled(str(sql), named.spans, named.dimensions, latest)
        _kept.put(key, known)
    return known


def with_stand_ins(asked: Resolved) -> tuple[Resolved, tuple[int, ...]]:
    """The question with numbers that stand for the ids in its conditions, and those ids."""
    ids: list[int] = []

    def stand_in(value: int | str | date | None) -> int | str | date | None:
        if not isinstance(value, int):
            return value
        ids.append(value)
        return FIRST_STAND_IN + len(ids) - 1

    conditions = tuple(
        Condition(condition.dimension, tuple(stand_in(value) for value in condition.values))
        for condition in asked.conditions
    )
    return replace(asked, conditions=conditions), tuple(ids)


def fetched(expression: ibis.Table, facts: FactView) -> pa.Table:
    """The answer to an expression over the tables of these facts."""
    return facts.run(str(ibis.to_sql(expression, dialect=DIALECT, pretty=False)))


def name_of(table: ibis.Table) -> str:
    """What a table is called in SQL."""
    return str(table.get_name())
