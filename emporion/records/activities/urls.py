"""Addresses of activities and tasks."""

from django.urls import path

from emporion.records.activities.views import listing, logging

app_name = "activities"
urlpatterns = [
    path("activities/", listing.ActivityList.as_view(), name="list"),
    path("activities/log/", logging.Log.as_view(), name="log"),
    path("activities/log/call/", logging.Log.as_view(kind="call"), name="log_call"),
    path("activities/log/meeting/", logging.Log.as_view(kind="meeting"), name="log_meeting"),
    path("activities/<int:pk>/edit/", logging.EditActivity.as_view(), name="edit"),
    path("activities/<int:pk>/remove/", logging.remove, name="remove"),
    path("tasks/", listing.TaskList.as_view(), name="tasks"),
    path("tasks/bulk/", logging.TaskBulk.as_view(), name="bulk"),
    path("tasks/new/", logging.NewTask.as_view(), name="new_task"),
    path("tasks/<int:pk>/edit/", logging.EditTask.as_view(), name="edit_task"),
    path("tasks/<int:pk>/remove/", logging.remove_task, name="remove_task"),
    path("tasks/<int:pk>/close/", logging.CloseTask.as_view(), name="close_task"),
    path("tasks/<int:pk>/reopen/", logging.reopen, name="reopen_task"),
]
