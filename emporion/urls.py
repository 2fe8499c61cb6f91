"""Addresses of the pages: none yet; the screens arrive with the doors that need them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
