"""What a plan's cells are made of. Pure (PLAN-3).

Amounts are whole numbers of millionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

USUAL = 1000  # the weight of a span that is as good for a part as for its parent
MILLIONTHS = 1_000_000


class Sums(NamedTuple):
    """Over what a metric's plan adds up: calls over both, a base over people only, a conversion over neither."""

    people: bool = True
    time: bool = True


ADDS_UP = Sums()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A branch's plan of one metric: of the whole, and of each span."""

    whole: int
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of a branch's parts: what it weighs, how its spans differ from its parent's (USUAL: not at all; 0: it is not
    there), which cells are settled, and what others must have at least (None: the whole) for what is settled below.
    `usual` are its cells in the version before, from which a new one starts."""

    weight: int
    shape: Sequence[int] = ()
    whole: int | None = None
    spans: Mapping[int, int] = field(default_factory=dict)
    least: Mapping[int | None, int] = field(default_factory=dict)
    usual: Sequence[int] = ()

    def share_of(self, span: int) -> int:
        """The weight of a span within the part."""
        return self.shape[span] if self.shape else USUAL


@dataclass(frozen=True, slots=True)
class Terms:
    """How a plan of a metric is dealt out: the unit of rounding, over what it adds up, and which spans are past."""

    unit: int = 1
    sums: Sums = ADDS_UP
    past: frozenset[int] = frozenset()
