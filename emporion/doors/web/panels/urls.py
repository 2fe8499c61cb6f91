"""Addresses of the pages of numbers."""

from django.urls import path

from emporion.doors.web.panels import metric_views, views

app_name = "panels"
urlpatterns = [
    path("my-page/", views.me, name="me"),
    path("department/", views.department, name="department"),
    path("business/", views.business, name="business"),
    path("people/<int:pk>/numbers/", views.member, name="member"),
    path("metrics/", metric_views.metrics, name="metrics"),
    path("metrics/<slug:name>/", metric_views.metric_page, name="metric"),
    path("facts/<slug:name>/", metric_views.facts, name="facts"),
]
