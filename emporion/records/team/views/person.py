"""Where a person stands and stood, and when they are away (TEAM-1, TEAM-11). Their numbers are a page of their own."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.kernel.ui.cells import Cell
from emporion.kernel.ui.formats import full_day
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.requests import PageRequest
from emporion.records.team.forms import ABSENCE_NAMES, ROLE_NAMES, local_today, may_lead
from emporion.records.team.models import Absence, Member, Team, Territory
from emporion.records.team.queries import PlaceSpan, led_by, place_history, visible_member

LATEST = 20  # absences on the page


def person(request: PageRequest, pk: int) -> HttpResponse:
    """The page."""
    viewer, day = request.viewer, local_today()
    member = visible_member(viewer, pk)
    leads = may_lead(viewer) and (viewer.sees_all or pk in led_by(viewer, day))
    absences = Absence.objects.filter(member_id=pk).select_related("stand_in").order_by("-starts_on")
    facts: list[tuple[str, Cell]] = [
        (_("E-mail"), member.email),
        (_("Work phone"), member.work_phone),
        (_("Hired"), member.hired_on),
        (_("Left"), member.left_on),
        (_("Code"), member.code),
    ]
    context = {
        "title": member.name or member.code,
        "member": member,
        "facts": [(name, value) for name, value in facts if value not in (None, "")],
        "numbers_address": card_address("member", pk),
        "places": _places(place_history(viewer, pk)),
        "absences": [
            {"it": one, "kind": ABSENCE_NAMES[one.kind], "last": one.last_day}
            for one in _with_last(absences[:LATEST])
        ],
        "leads": leads,
        "own": leads or (pk == viewer.member_id and bool(viewer.permissions)),
        "works": member.left_on is None,
    }
    return render(request, "team/person.html", context)


def _with_last(absences: Any) -> list[Any]:
    """The absences, each with its last day: stored is the day after it."""
    found = list(absences)
    for one in found:
        one.last_day = one.ends_on.fromordinal(one.ends_on.toordinal() - 1)
    return found


def _places(spans: list[PlaceSpan]) -> list[dict[str, Any]]:
    """Where they stood, latest first, in words. Three queries."""
    names = {
        model: {
            pk: name or code
            for pk, name, code in model.objects.filter(pk__in=ids).values_list("pk", "name", "code")
        }
        for model, ids in (
            (Team, [span.place.team_id or 0 for span in spans]),
            (Territory, [span.place.territory_id or 0 for span in spans]),
            (Member, [span.place.manager_id or 0 for span in spans]),
        )
    }
    return [
        {
            "since": span.starts_on,
            "until": None if span.ends_on is None else full_day(span.ends_on),
            "role": ROLE_NAMES.get(span.place.role or ""),
            "team": names[Team].get(span.place.team_id or 0),
            "manager": names[Member].get(span.place.manager_id or 0),
            "territory": names[Territory].get(span.place.territory_id or 0),
            "capacity": span.place.capacity,
        }
        for span in reversed(spans)
    ]
