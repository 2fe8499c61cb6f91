"""Metrics as a Django app."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """numbers.metrics."""

    name = "emporion.numbers.metrics"
    label = "metrics"

    def ready(self) -> None:
        from emporion.kernel.ledger.registry import register_frozen
        from emporion.numbers.metrics.definitions import define_all
        from emporion.numbers.metrics.freezing import SETTINGS, frozen_definitions, frozen_settings
        from emporion.numbers.metrics.registry import register_definitions

        register_definitions(define_all)
        register_frozen(SETTINGS, frozen_settings)
        register_frozen("metrics", frozen_definitions)
