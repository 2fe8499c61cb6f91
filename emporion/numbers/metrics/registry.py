"""All metrics by name."""

import threading
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from emporion.kernel.errors import UnknownName

if TYPE_CHECKING:
    from emporion.numbers.metrics.metric import Metric


class Told(NamedTuple):
    """What a metric is called and what it means, in the reader's words."""

    label: str
    meaning: str


_metrics: "dict[str, Metric]" = {}
_waiting: list[Callable[[], None]] = []
_words: list[Callable[[str], Told | None]] = []
_defining = threading.RLock()


def register_definitions(define: Callable[[], None]) -> None:
    """Called by a part's AppConfig.ready: `define` registers its metrics, when one is first asked for, after those of
    the parts before it. Definitions bring the query engine with them, which most commands can do without."""
    with _defining:
        _waiting.append(define)


def register(*metrics: "Metric") -> None:
    """Make metrics known; a name may have one definition only."""
    for metric in metrics:
        if _metrics.get(metric.name, metric) is not metric:
            raise ValueError(f"there is another definition of {metric.name}")
        _metrics[metric.name] = metric


def register_words(told: Callable[[str], Told | None]) -> None:
    """Called by a part's AppConfig.ready: `told` says a metric of its own by name, or nothing for one that is not."""
    _words.append(told)


def words_elsewhere() -> list[Callable[[str], Told | None]]:
    """Who says the metrics of other parts."""
    return _words


def metric(name: str) -> "Metric":
    """The metric of that name; an unknown one is answered with those nearest to it."""
    known = _known()
    if name not in known:
        raise UnknownName("metric", name, get_close_matches(name, known))
    return known[name]


def all_metrics() -> "list[Metric]":
    """Every metric, in the order in which they were defined."""
    return list(_known().values())


def _known() -> "dict[str, Metric]":
    with _defining:
        while _waiting:
            _waiting.pop(0)()
    return _metrics
