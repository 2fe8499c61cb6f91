"""Tables of planning."""

from emporion.numbers.planning.models.costs import CostLine
from emporion.numbers.planning.models.plans import Branch, CellChange, Plan, PlanMetric, PlanSpan, Weight
from emporion.numbers.planning.models.proposals import Agreement, Proposal, Submission
from emporion.numbers.planning.models.targets import Target

__all__ = [
    "Agreement",
    "Branch",
    "CellChange",
    "CostLine",
    "Plan",
    "PlanMetric",
    "PlanSpan",
    "Proposal",
    "Submission",
    "Target",
    "Weight",
]
