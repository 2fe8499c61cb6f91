"""The engine: many metrics answered in one scan of the facts, and the facts behind a number."""

from emporion.numbers.metrics.engine.facts import facts_behind
from emporion.numbers.metrics.engine.measure import measure

__all__ = ["facts_behind", "measure"]
