"""Pages of numbers about people and the business."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.doors.web.panels.department import LED, ON_A_PAGE, Department
from emporion.doors.web.panels.guards import for_leads
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.questions import knowing
from emporion.doors.web.panels.spans import chosen
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.engine.late import has_late_facts
from emporion.records.customers.queries import today


def asked_of(request: PageRequest, kind: str = "month") -> Asked:
    """Of when and as whom an address of a page asks."""
    day = today()
    return Asked(chosen(request.GET, day, kind), day, request.viewer, knowing(request.GET))  # type: ignore[arg-type]


@for_leads
def department(request: PageRequest) -> HttpResponse:
    """The department: plan and fact by person, what is stuck, the funnel, who needs the head of sales."""
    asked = asked_of(request)
    page = Department(asked, request.GET.get("sort") or f"-{LED}")
    rows = Paginator(page.rows, ON_A_PAGE).get_page(request.GET.get("page"))
    known = {"title": _("Department"), "it": page, "rows": rows, "period": asked.span.drawn(), **_late(asked)}
    return render(request, "panels/department.html", known)


def _late(asked: Asked) -> dict[str, bool]:
    """Whether closed days of the period have learnt more since, and which view is shown."""
    return {"has_late": has_late_facts(asked.span.period), "shows_now": asked.knowing.view == "now"}


def me(request: PageRequest) -> HttpResponse:
    """One's own page."""
    return render(request, "ui/page.html", {"title": _("My page")})


def business(request: PageRequest) -> HttpResponse:
    """The business."""
    return render(request, "ui/page.html", {"title": _("Business")})
