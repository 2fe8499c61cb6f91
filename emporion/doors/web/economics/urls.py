"""Addresses of break-even, costs and the activity plan."""

from django.urls import URLPattern, path

from emporion.doors.web.economics import cost_views, views

app_name = "economics"
urlpatterns: list[URLPattern] = [
    path("break-even/", views.breakeven, name="breakeven"),
    path("activity-plan/", views.activity, name="activity"),
    path("costs/", cost_views.CostList.as_view(), name="costs"),
    path("costs/new/", cost_views.new_cost, name="new_cost"),
    path("costs/<int:pk>/edit/", cost_views.edit_cost, name="edit_cost"),
    path("costs/<int:pk>/remove/", cost_views.remove_cost, name="remove_cost"),
]
