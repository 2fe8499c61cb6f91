"""Preferences as a Django app."""

from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    """kernel.preferences."""

    name = "emporion.kernel.preferences"
    label = "preferences"
