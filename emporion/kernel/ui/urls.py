"""Addresses of what every list has."""

from django.urls import path

from emporion.kernel.ui import views

app_name = "ui"
urlpatterns = [
    path("saved-views/", views.save_view, name="save_view"),
    path("saved-views/<int:pk>/remove/", views.remove_view, name="remove_view"),
]
