"""Addresses of these pages."""

from django.urls import path

from emporion.doors.web.forecasts import views

app_name = "forecasts"
urlpatterns = [
    path("forecast/", views.forecast, name="forecast"),
    path("forecast/compute/", views.compute, name="compute"),
]
