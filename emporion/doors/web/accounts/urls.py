"""Addresses of accounts, people with access, roles, settings and the first run."""

from django.urls import path

from emporion.doors.web.accounts import (
    calendar_views,
    first_run_views,
    me_views,
    people_views,
    role_views,
    settings_views,
    sign_in_views,
)

app_name = "accounts"
urlpatterns = [
    path("first-run/", first_run_views.first_run, name="first_run"),
    path("start/", first_run_views.start, name="start"),
    path("start/demo/", first_run_views.start_demo, name="start_demo"),
    path("demo-sign-in/", sign_in_views.demo_sign_in, name="demo_sign_in"),
    path("me/", me_views.me, name="me"),
    path("me/sessions/", me_views.sessions, name="sessions"),
    path("me/sessions/<int:pk>/end/", me_views.end_session, name="end_session"),
    path("me/sessions/end-others/", me_views.end_other_sessions, name="end_other_sessions"),
    path("viewing-as/stop/", me_views.stop_viewing_as, name="stop_viewing_as"),
    path("settings/", settings_views.company, name="settings"),
    path("settings/calendar/", calendar_views.year_page, name="calendar"),
    path("settings/calendar/<str:day>/", calendar_views.day_page, name="calendar_day"),
    path("settings/definitions/", settings_views.definitions, name="definitions"),
    path("settings/definitions/<str:name>/", settings_views.definition_page, name="definition"),
    path("settings/users/", people_views.UserList.as_view(), name="users"),
    path("settings/users/invite/", people_views.invite_page, name="invite"),
    path("settings/users/<int:pk>/", people_views.user_page, name="user"),
    path("settings/users/<int:pk>/act/", people_views.act_on_user, name="act_on_user"),
    path("settings/users/<int:pk>/view-as/", people_views.view_as, name="view_as"),
    path("settings/roles/", role_views.role_list, name="roles"),
    path("settings/roles/new/", role_views.new_role, name="new_role"),
    path("settings/roles/<int:pk>/", role_views.role_page, name="role"),
    path("settings/roles/<int:pk>/act/", role_views.act_on_role, name="act_on_role"),
]
