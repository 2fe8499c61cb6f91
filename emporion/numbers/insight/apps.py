"""Insight as a Django app."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """numbers.insight."""

    name = "emporion.numbers.insight"
    label = "insight"
