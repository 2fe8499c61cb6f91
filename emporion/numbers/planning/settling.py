"""What settled cells far down ask of the branches above them. Pure (PLAN-3).

A person's locked March is part of their team's March: whatever is dealt out anew above, the team gets that much at
least, and exactly the sum where all of its parts are settled.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from emporion.numbers.planning.sheets import MILLIONTHS, Sums

Branch = TypeVar("Branch")
Cells = dict[int | None, int]  # by place of the span; None: the whole


@dataclass(slots=True)
class Asked:
    """Of one branch: cells that have a value, and the least that others must have. None is the whole."""

    settled: Cells = field(default_factory=dict)
    least: Cells = field(default_factory=dict)

    def of_span(self) -> dict[int, int]:
        """Spans that have a value."""
        return {place: value for place, value in self.settled.items() if place is not None}

    def least_of_span(self) -> dict[int, int]:
        """The least of other spans."""
        return {place: value for place, value in self.least.items() if place is not None}


@dataclass(frozen=True, slots=True)
class Above:
    """Of a branch: its parent, how many parts it has, and by how many millionths these are above it."""

    parent: object | None
    parts: int
    over: int = 0


def asked_of(
    changes: Mapping[object, Mapping[int | None, int]], tree: Mapping[object, Above], spans: int, sums: Sums
) -> dict[object, Asked]:
    """By branch, what its own changes and those below it ask of it; only of branches on the way from a change to the
    whole. `tree` knows all of these."""
    found: dict[object, Asked] = defaultdict(Asked)
    below: dict[object, list[Asked]] = defaultdict(list)
    for branch in _from_below(changes, tree):
        place = tree[branch]
        asked = _asked(changes.get(branch, {}), below[branch], place, spans, sums)
        found[branch] = asked
        if place.parent is not None and sums.people:
            below[place.parent].append(asked)
    return dict(found)


def _from_below(changes: Mapping[object, object], tree: Mapping[object, Above]) -> Iterator[object]:
    depth: dict[object, int] = {}
    for branch in changes:
        way = [branch]
        while (parent := tree[way[-1]].parent) is not None:
            way.append(parent)
        depth |= {one: place for place, one in enumerate(reversed(way))}
    return iter(sorted(depth, key=lambda one: (-depth[one], str(one))))


def _asked(own: Mapping[int | None, int], below: list[Asked], place: Above, spans: int, sums: Sums) -> Asked:
    asked = Asked()
    for span in range(spans):
        if span in own:
            asked.settled[span] = own[span]
        elif not sums.time and None in own:
            asked.settled[span] = own[None]
        else:
            _gather(asked, span, below, place)
    if None in own:
        asked.settled[None] = own[None]
    elif sums.time:
        _whole(asked, below, place, spans)
    return asked


def _gather(asked: Asked, cell: int | None, below: list[Asked], place: Above) -> None:
    """What the parts ask of that cell."""
    held = [one.settled.get(cell, one.least.get(cell, 0)) for one in below]
    needed = -(-sum(held) * MILLIONTHS // (MILLIONTHS + place.over))
    if below and not place.over and sum(cell in one.settled for one in below) == place.parts:
        asked.settled[cell] = sum(held)
    elif needed:
        asked.least[cell] = needed


def _whole(asked: Asked, below: list[Asked], place: Above, spans: int) -> None:
    """A whole is settled where all of its spans are, and otherwise no less than these ask."""
    _gather(asked, None, below, place)
    if len(asked.of_span()) == spans:
        asked.settled[None] = sum(asked.of_span().values())
        asked.least.pop(None, None)
    elif None not in asked.settled:
        of_spans = sum(asked.of_span().values()) + sum(asked.least_of_span().values())
        if least := max(of_spans, asked.least.get(None, 0)):
            asked.least[None] = least
