"""Break-even, and the activity plan worked backwards from money."""

from django.apps import AppConfig


class EconomicsConfig(AppConfig):
    """doors.web.economics."""

    name = "emporion.doors.web.economics"
    label = "economics"
