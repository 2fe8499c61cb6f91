"""Addresses of what every list has."""

from django.urls import path

from emporion.kernel.ui import undoing, views

app_name = "ui"
urlpatterns = [
    path("undo/", undoing.undo, name="undo"),
    path("saved-views/", views.save_view, name="save_view"),
    path("saved-views/<int:pk>/remove/", views.remove_view, name="remove_view"),
]
