"""Which metrics can be forecast month by month: what is collected day by day."""

from typing import TYPE_CHECKING

from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.registry import all_metrics, metric
from emporion.numbers.planning.states import STATES

if TYPE_CHECKING:
    from emporion.numbers.metrics.metric import Metric

COLLECTED = ("money", "count", "quantity")


def forecastable(name: str) -> "Metric":
    """The metric of that name; refuses an unknown one, one about a plan, a state and a ratio: a month of these is no
    sum of its days."""
    found = metric(name)
    if not is_collected(found):
        raise Refusal(
            "not_forecastable",
            f"{name} is not collected day by day (it is a state, a ratio or about a plan), so it has no forecast",
        )
    return found


def forecastable_metrics() -> "list[Metric]":
    """All metrics that can be forecast."""
    return [one for one in all_metrics() if is_collected(one)]


def is_collected(one: "Metric") -> bool:
    """Whether what it counts comes in day by day."""
    from emporion.numbers.metrics.shape import Ratio
    from emporion.numbers.planning.definitions import is_about_a_plan  # with the query engine, so not before

    is_ratio = isinstance(one.shape, Ratio) or one.unit not in COLLECTED
    return not (is_ratio or one.name in STATES or is_about_a_plan(one.name))
