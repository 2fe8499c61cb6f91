"""What holds from a day on, trees of teams and territories, and what of them is in disorder. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

LONGEST_ABSENCE = 366  # days; who stands in sees the absent's records, which must not go on for ever
Value = TypeVar("Value")


class Timeline(Generic[Value]):
    """Values that hold from their day until the next one's: for any key and day there is at most one (TEAM-1)."""

    def __init__(self, rows: Iterable[tuple[int, date, Value]]) -> None:
        """`rows` are key, first day and value, in any order; the later of two for one day stands."""
        by_key: dict[int, dict[date, Value]] = defaultdict(dict)
        for key, starts_on, value in rows:
            by_key[key][starts_on] = value
        self._days: dict[int, list[date]] = {key: sorted(values) for key, values in by_key.items()}
        self._values = {key: [by_key[key][day] for day in days] for key, days in self._days.items()}

    def on(self, key: int, day: date) -> Value | None:
        """What holds on that day, None before the first."""
        days = self._days.get(key)
        place = bisect_right(days, day) if days else 0
        return self._values[key][place - 1] if place else None

    def changes(self, key: int) -> list[tuple[date, Value]]:
        """Its days and what holds from each, earliest first."""
        return list(zip(self._days.get(key, []), self._values.get(key, []), strict=True))

    def next_start(self, key: int, day: date) -> date | None:
        """The first day after `day` on which something else begins to hold."""
        days = self._days.get(key, [])
        place = bisect_right(days, day)
        return days[place] if place < len(days) else None

    def known(self) -> list[int]:
        """Every key that ever held something."""
        return list(self._days)


class Tree:
    """Parents by id: who is below and above whom."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self.parents = dict(parents)
        self._children: dict[int, list[int]] = defaultdict(list)
        for child, parent in self.parents.items():
            if parent is not None:
                self._children[parent].append(child)

    def below(self, ids: Iterable[int]) -> frozenset[int]:
        """Those ids and everything under them, to any depth."""
        found: set[int] = set()
        waiting = list(ids)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._children.get(one, ()))
        return frozenset(found)

    def above(self, one: int) -> list[int]:
        """The ancestors, nearest first; ends where a parent would come a second time."""
        found: list[int] = []
        parent = self.parents.get(one)
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.parents.get(parent)
        return found

    def in_circles(self) -> frozenset[int]:
        """The ids that are their own ancestors."""
        return frozenset(one for one in self.parents if one in self.above(one))


@dataclass(frozen=True, slots=True)
class Sector:
    """A territory as the check for overlaps and gaps sees it."""

    id: int
    code: str
    name: str
    cut: str
    country: str
    manager_id: int | None
    manager_left_on: date | None


@dataclass(frozen=True, slots=True)
class Disorder:
    """Something wrong with a territory: `kind` is unmanaged, manager_left or overlap; `other` the second of two."""

    kind: str
    code: str
    other: str = ""


def disorders(sectors: Sequence[Sector], day: date) -> Iterator[Disorder]:
    """Sectors without a responsible manager on that day, and sectors that stand twice, by code (TEAM-4)."""
    first: dict[tuple[str, str, str], Sector] = {}
    for sector in sorted(sectors, key=lambda one: one.code):
        if sector.manager_id is None:
            yield Disorder("unmanaged", sector.code)
        elif sector.manager_left_on is not None and sector.manager_left_on <= day:
            yield Disorder("manager_left", sector.code)
        twin = first.setdefault((sector.cut, sector.country, _plain(sector.name)), sector)
        if twin is not sector:
            yield Disorder("overlap", twin.code, sector.code)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def days_away(spans: Iterable[tuple[date, date]], start: date, end: date) -> frozenset[date]:
    """The days of `start` up to before `end` that lie in any of the half-open spans, each once."""
    first, last = start.toordinal(), end.toordinal()
    return frozenset(
        date.fromordinal(number)
        for starts_on, ends_on in spans
        for number in range(max(first, starts_on.toordinal()), min(last, ends_on.toordinal()))
    )
