"""Addresses of these pages."""

from django.urls import URLPattern

app_name = "economics"
urlpatterns: list[URLPattern] = []
