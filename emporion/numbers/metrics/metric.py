"""A metric: one definition of one number, for every place where it is shown, planned, paid or audited."""

from dataclasses import dataclass
from typing import Literal

from emporion.kernel.access.viewer import Permission
from emporion.numbers.metrics.shape import Shape

Unit = Literal["money", "count", "share", "days", "quantity"]
Direction = Literal["more is better", "less is better", "neither"]
Adds = Literal["people and time", "people", "time", "never"]

UNIT_PLACES: dict[Unit, int] = {"money": 4, "count": 0, "share": 6, "days": 2, "quantity": 6}


@dataclass(frozen=True, slots=True)
class Metric:
    """`definition` says in a sentence or two the grain, what is in and what is not, and as of when; `source` is where
    in the specification it comes from. `adds` says over what its values may be summed. `permission` is needed to see
    it beside the scope."""

    name: str
    label: str
    unit: Unit
    direction: Direction
    adds: Adds
    definition: str
    source: str
    shape: Shape
    permission: Permission | None = None

    @property
    def places(self) -> int:
        """Decimal places it is given in; a ratio is rounded to them once, half away from zero."""
        return UNIT_PLACES[self.unit]
