"""Addresses of running."""

from django.urls import URLPattern, URLResolver

app_name = "running"
urlpatterns: list[URLPattern | URLResolver] = []
