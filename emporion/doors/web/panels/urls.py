"""Addresses of the pages of numbers."""

from django.urls import path

from emporion.doors.web.panels import views

app_name = "panels"
urlpatterns = [
    path("my-page/", views.me, name="me"),
    path("department/", views.department, name="department"),
    path("business/", views.business, name="business"),
]
