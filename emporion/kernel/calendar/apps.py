"""The calendar as a Django app."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """kernel.calendar."""

    name = "emporion.kernel.calendar"
    label = "calendar"
