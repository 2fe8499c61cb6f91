"""Plan, fact and attainment of every metric, as metrics of their own."""

from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import all_metrics, metric, register
from emporion.numbers.metrics.shape import Evaluated, Ratio

PLAIN = "revenue"  # the metric whose plan is called just `plan`
SUMS = ("plan", "plan_fact")
_CELLS = "over the targets whose first day lies in the period, each of one person and one span of days"
_OWN_SPAN = "the fact of each is measured over its own span, even where that ends after the period"
_MEANINGS = {
    "plan": f"Sum of the targets, {_CELLS}.",
    "plan_fact": f"Sum of what was reached, {_CELLS}; {_OWN_SPAN}.",
    "attainment": f"Sum of what was reached ÷ sum of the targets, {_CELLS}; {_OWN_SPAN}.",
    "mean_attainment": f"Mean of fact ÷ target {_CELLS}, all weighing the same; {_OWN_SPAN}.",
    "mean_attainment_people": f"Mean over people of each one's attainment, {_CELLS}; {_OWN_SPAN}.",
}
_LABELS = {
    "plan": "plan",
    "plan_fact": "fact of the plan",
    "attainment": "attainment",
    "mean_attainment": "mean attainment",
    "mean_attainment_people": "mean attainment over people",
}
_NOT_SUMMED = " A ratio is not summed: a row of several targets has only their mean."

PLAIN_NAMES = frozenset(_MEANINGS)

_parts: dict[str, tuple[Metric, str]] = {}


def define_all(shape: Evaluated) -> None:
    """Register plan, fact and attainment of every metric that is there, computed as `shape` says; doing it again
    changes nothing."""
    prefixed = [(base, f"{base.name}_") for base in all_metrics() if not is_about_a_plan(base.name)]
    for base, prefix in [(metric(PLAIN), ""), *prefixed]:
        for part in _MEANINGS:
            if prefix + part not in _parts:
                _parts[prefix + part] = (base, part)
                register(_metric(prefix + part, base, part, shape))


def is_about_a_plan(name: str) -> bool:
    """Whether that is one of the metrics defined here."""
    return name in _parts


def part_of(name: str) -> tuple[Metric, str]:
    """Of a metric about a plan: the metric that is planned, and which part of plan and fact it is."""
    return _parts[name]


def adds_up(base: Metric) -> bool:
    """Whether its targets can be summed: those of a ratio cannot."""
    return not isinstance(base.shape, Ratio)


def _metric(name: str, base: Metric, part: str, shape: Evaluated) -> Metric:
    return Metric(
        name=name,
        label=f"{base.label}: {_LABELS[part]}",
        unit=base.unit if part in SUMS else "share",
        direction="neither" if part == "plan" else base.direction,
        adds="people and time" if part in SUMS and adds_up(base) else "never",
        definition=_MEANINGS[part] + ("" if adds_up(base) else _NOT_SUMMED),
        source="spec appendix A, PLAN-5, PLAN-8",
        shape=shape,
        permission=base.permission,
    )
