"""Serving, backing up, restoring, looking after a running installation."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """doors.operations."""

    name = "emporion.doors.operations"
    label = "operations"
