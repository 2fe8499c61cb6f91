"""Season and forecast, with the models beside each other and their errors."""

from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    """doors.web.forecasts."""

    name = "emporion.doors.web.forecasts"
    label = "forecasts"
