"""The terminal as a Django app."""

from django.apps import AppConfig


class TerminalConfig(AppConfig):
    """doors.terminal."""

    name = "emporion.doors.terminal"
    label = "terminal"
