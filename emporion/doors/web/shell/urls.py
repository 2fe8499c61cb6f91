"""Addresses of the shell."""

from django.urls import path

from emporion.doors.web.shell import views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("appearance/", views.appearance, name="appearance"),
]
