"""The page of a forecast."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.forecasts.actions import ask_for_forecast
from emporion.doors.web.forecasts.choices import (
    dimension_options,
    like_options,
    limits,
    metric_options,
    value_options,
)
from emporion.doors.web.forecasts.outlook_page import OutlookPage
from emporion.doors.web.forecasts.wishes import DIMENSIONS, REACHES, choices_of, wish_of
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.insight.asking import Wish, outlook_of
from emporion.numbers.insight.queries import stored_forecast
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.metrics.words import dimension_label, words_of
from emporion.numbers.planning.states import known_until
from emporion.records.customers.queries import today


def forecast(request: PageRequest) -> HttpResponse:
    """History, plan and forecast of a metric, its season, and the models side by side."""
    wish = wish_of(request.GET, request.viewer)
    known: dict[str, Any] = {
        "title": _("Forecast"),
        "metrics": metric_options(request.viewer, wish.metric),
        "limits": limits(wish, request.GET, request.viewer),
        "reaches": [{"value": one, "chosen": one == wish.steps} for one in REACHES],
        "definition": words_of(wish.metric),
        "may_import": request.viewer.may(Permission.IMPORT),
        "kept": [(name, code) for name, codes in wish.where.items() for code in codes],
        "compute_address": address_with(reverse("forecasts:compute"), choices_of(wish)),
    }
    with remembering():
        known |= _answered(request, wish)
    answer = render(request, "forecasts/forecast.html", known)
    kept = known["stored"]
    if request.htmx and not (kept and kept.is_busy):
        answer["HX-Refresh"] = "true"  # the job is done: the chart shows another model now
    return answer


def _answered(request: PageRequest, wish: Wish) -> dict[str, Any]:
    day, viewer = today(), request.viewer
    outlook = outlook_of(wish, viewer=viewer, today=day, last_day=known_until(day, latest_day()))
    page = OutlookPage(wish, outlook, stored_forecast(wish, viewer), viewer)
    limit = request.GET.get("limit", "")
    is_new = not outlook.season.is_known or outlook.borrows_season
    return {
        "it": page,
        "stored": page.kept,
        "limit": limit if limit in DIMENSIONS else "",
        "limit_label": dimension_label(limit) if limit in DIMENSIONS else "",
        "values": value_options(wish, outlook.history, limit, viewer) if limit else [],
        "dimensions": dimension_options(),
        "likes": like_options(wish, outlook.history, viewer) if is_new else [],
    }


@require_POST
def compute(request: PageRequest) -> HttpResponse:
    """Has a job compute what all models say, and goes back to the forecast."""
    wish = wish_of(request.GET, request.viewer)
    ask_for_forecast(wish=wish, user=request.user, by=request.viewer, at=now())
    return redirect(address_with(reverse("forecasts:forecast"), choices_of(wish)))
