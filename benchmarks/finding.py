"""What a benchmark found."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured value beside its budget, both in `unit`; no budget where it is only context for another."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How much of the budget is used; more than 1 is too much."""
        if not self.budget or not self.value:
            return None
        return self.budget / self.value if self.more_is_better else self.value / self.budget

    def as_json(self) -> dict[str, object]:
        """For the way from one process to another."""
        return asdict(self)


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def percentile_95(times: Iterable[float]) -> float:
    """The time that nineteen of twenty do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def median(times: Iterable[float]) -> float:
    """The one in the middle."""
    return statistics.median(times)
