"""Addresses of operations."""

from django.urls import path

from emporion.doors.operations import views

app_name = "operations"
urlpatterns = [path("health/", views.health_page, name="health")]
