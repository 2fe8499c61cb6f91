"""Jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """kernel.jobs."""

    name = "emporion.kernel.jobs"
    label = "jobs"
