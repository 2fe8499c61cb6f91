"""Addresses of the pages: each part brings its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("emporion.doors.web.shell.urls")),
    path("", include("emporion.kernel.ui.urls")),
    path("", include("emporion.doors.operations.urls")),
    path("account/", include("emporion.doors.web.accounts.sign_in_urls")),
    path("", include("emporion.doors.web.accounts.urls")),
    path("", include("emporion.doors.web.panels.urls")),
    path("", include("emporion.doors.web.plans.urls")),
    path("", include("emporion.doors.web.forecasts.urls")),
    path("", include("emporion.doors.web.economics.urls")),
    path("", include("emporion.doors.web.cards.urls")),
    path("", include("emporion.doors.web.running.urls")),
    path("", include("emporion.records.team.urls")),
    path("", include("emporion.records.catalog.urls")),
    path("", include("emporion.records.customers.urls")),
    path("", include("emporion.records.pipeline.urls")),
    path("", include("emporion.records.orders.urls")),
    path("", include("emporion.records.activities.urls")),
]
handler400 = "emporion.doors.web.shell.faults.not_understood"
handler403 = "emporion.doors.web.shell.faults.forbidden"
handler404 = "emporion.doors.web.shell.faults.not_found"
handler500 = "emporion.doors.web.shell.faults.broken"
