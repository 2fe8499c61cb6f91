"""Planning as a Django app."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from emporion.numbers.metrics.registry import Told


class PlanningConfig(AppConfig):
    """numbers.planning."""

    name = "emporion.numbers.planning"
    label = "planning"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_frozen
        from emporion.numbers.metrics.registry import register_definitions, register_words
        from emporion.numbers.planning import cost_imports, cost_undoing, imports, queries

        register_definitions(_define)
        register_words(_told)
        register_importable(imports.TARGETS)
        register_importable(cost_imports.IMPORTABLE)
        cost_undoing.register()
        register_frozen(queries.FROZEN, queries.frozen_targets)


def _define() -> None:
    """Only when a metric is asked for: the definitions bring the query engine with them."""
    from emporion.numbers.metrics.shape import Evaluated
    from emporion.numbers.planning.definitions import define_all
    from emporion.numbers.planning.evaluation import evaluate

    define_all(Evaluated(evaluate))


def _told(name: str) -> "Told | None":
    from emporion.numbers.planning.words import told

    return told(name)
