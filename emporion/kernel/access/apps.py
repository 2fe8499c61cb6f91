"""Access as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """kernel.access."""

    name = "emporion.kernel.access"
    label = "access"
