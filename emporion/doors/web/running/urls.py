"""Addresses of Import, Jobs and the audit log."""

from django.urls import path

from emporion.doors.web.running import audit_views, bin_views, import_views, job_views

app_name = "running"
urlpatterns = [
    path("import/", import_views.imports, name="imports"),
    path("import/templates.zip", import_views.templates, name="import_templates"),
    path("import/<int:pk>/", import_views.upload_page, name="upload"),
    path("import/<int:pk>/preset/", import_views.choose_preset, name="upload_preset"),
    path("import/<int:pk>/columns/<int:number>/", import_views.choose_columns, name="upload_columns"),
    path("import/<int:pk>/begin/", import_views.begin, name="upload_begin"),
    path("import/<int:pk>/rejects.csv", import_views.upload_rejects, name="upload_rejects"),
    path("import/<int:pk>/remove/", import_views.remove, name="upload_remove"),
    path("import/runs/<int:pk>/", import_views.run_page, name="run"),
    path("import/runs/<int:pk>/undo/", import_views.undo, name="run_undo"),
    path("jobs/", job_views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", job_views.job, name="job"),
    path("jobs/schedules/<int:pk>/", job_views.switch_schedule, name="schedule"),
    path("recycle-bin/", bin_views.recycle_bin, name="recycle_bin"),
    path("recycle-bin/<int:pk>/restore/", bin_views.restore, name="restore"),
    path("audit/", audit_views.AuditList.as_view(), name="audit"),
    path("audit/<int:pk>/", audit_views.entry, name="audit_entry"),
]
