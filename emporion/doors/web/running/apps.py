"""Import, Jobs and the audit log as pages."""

from django.apps import AppConfig


class RunningConfig(AppConfig):
    """doors.web.running."""

    name = "emporion.doors.web.running"
    label = "running"
