"""The plan from two sides: the year, its branches, proposals and versions."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """doors.web.plans."""

    name = "emporion.doors.web.plans"
    label = "plans"
