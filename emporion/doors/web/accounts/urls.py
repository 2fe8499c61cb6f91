"""Addresses of accounts."""

from django.urls import path

from emporion.doors.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("viewing-as/stop/", views.stop_viewing_as, name="stop_viewing_as"),
]
