"""Pages of numbers about people and the business."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.doors.web.panels.business_page import KEY, Business
from emporion.doors.web.panels.department import COLUMNS, LED, ON_A_PAGE, Department
from emporion.doors.web.panels.guards import for_all_seeing, for_leads
from emporion.doors.web.panels.member_page import MemberPage
from emporion.doors.web.panels.needing import MOST_NEEDING
from emporion.doors.web.panels.people import person_of
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.questions import knowing
from emporion.doors.web.panels.since import is_first_day, since_yesterday
from emporion.doors.web.panels.spans import chosen
from emporion.doors.web.panels.wording import ROLES, label_of
from emporion.kernel.access.viewer import Permission
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.engine.late import has_late_facts
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.planning.states import known_until
from emporion.records.customers.queries import today
from emporion.records.team.queries import visible_member


def asked_of(request: PageRequest, kind: str = "month") -> Asked:
    """Of when and as whom an address of a page asks."""
    day = today()
    return Asked(
        chosen(request.GET, day, kind),  # type: ignore[arg-type]
        day,
        request.viewer,
        knowing(request.GET),
        known_until(day, latest_day()),
    )


@for_leads
def department(request: PageRequest) -> HttpResponse:
    """The department: plan and fact by person, what is stuck, the funnel, who needs the head of sales."""
    asked = asked_of(request)
    page = Department(asked, request.GET.get("sort") or f"-{LED}", request.GET.get("level", ""))
    if request.GET.get("part") == "needing":
        known: dict[str, Any] = {
            "title": _("Department"),
            "needing": page.needing[:MOST_NEEDING],
            "more_needing": max(len(page.needing) - MOST_NEEDING, 0),
            "period": asked.span.drawn(asked.today),
            "as_of": asked.as_of,
        }
        return render(request, "panels/needing.html", known)
    if request.GET.get("part") == "since":
        return _since(request, asked, (LED, *COLUMNS), _("Department"))
    rows = Paginator(page.rows, ON_A_PAGE).get_page(request.GET.get("page"))
    known = {"title": _("Department"), "it": page, "rows": rows, **_days_of(asked)}
    known |= {"led_label": label_of(LED), "may_import": request.viewer.may(Permission.IMPORT)}
    return render(request, "panels/department.html", known)


def _since(
    request: PageRequest,
    asked: Asked,
    names: Sequence[str],
    title: str,
    where: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """What has changed since yesterday: asked apart, for it asks for each number twice."""
    known = {
        "title": title,
        "page_title": title,
        "since": since_yesterday(names, asked, asked.linking(where), where),
        "is_first_day": is_first_day(asked),
        "period": asked.span.drawn(asked.today),
    }
    return render(request, "panels/since.html", known)


def _days_of(asked: Asked) -> dict[str, Any]:
    """The period, of which day its states are, whether its closed days have learnt more since, and which view is
    shown."""
    return {
        "period": asked.span.drawn(asked.today),
        "as_of": asked.as_of,
        "has_late": has_late_facts(asked.span.period),
        "shows_now": asked.knowing.view == "now",
    }


def me(request: PageRequest) -> HttpResponse:
    """One's own page; who is not joined to a person is told what to do."""
    if request.viewer.member_id is None:
        return render(request, "panels/nobody.html", {"title": _("My page")})
    return _member(request, request.viewer.member_id)


def member(request: PageRequest, pk: int) -> HttpResponse:
    """A person the viewer may see."""
    return _member(request, pk)


def _member(request: PageRequest, pk: int) -> HttpResponse:
    found = visible_member(request.viewer, pk)
    asked = asked_of(request)
    person = person_of(found, min(asked.span.period.last, asked.today))
    page = MemberPage(person, asked)
    if request.GET.get("part") == "since":
        return _since(request, asked, page.moving, person.name, page.where)
    known = {
        "title": person.name,
        "it": page,
        "role": ROLES.get(person.role, ""),
        **_days_of(asked),
    }
    return render(request, "panels/member.html", known)


@for_all_seeing
def business(request: PageRequest) -> HttpResponse:
    """The business: the year against its plan, channels, the base, the largest customers."""
    asked = asked_of(request, "year")
    if request.GET.get("part") == "since":
        return _since(request, asked, KEY, _("Business"))
    known = {
        "title": _("Business"),
        "it": Business(asked),
        "led_label": label_of(LED),
        "may_import": request.viewer.may(Permission.IMPORT),
        **_days_of(asked),
    }
    return render(request, "panels/business.html", known)
