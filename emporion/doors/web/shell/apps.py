"""The shell of the pages: who looks, navigation, home by role, search, errors."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """doors.web.shell."""

    name = "emporion.doors.web.shell"
    label = "shell"
