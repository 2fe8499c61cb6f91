"""A made-up company, simulated day by day."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """doors.demo."""

    name = "emporion.doors.demo"
    label = "demo"
