"""Department, Business, Member, Metric and the facts behind a number."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    """doors.web.panels."""

    name = "emporion.doors.web.panels"
    label = "panels"
