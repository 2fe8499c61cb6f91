"""Importing as a Django app."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """doors.importing."""

    name = "emporion.doors.importing"
    label = "importing"
