"""The card of a territory: who answers for it, who stands in it, its parts, its customers (TEAM-4)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge, Cell
from emporion.kernel.ui.links import Openable
from emporion.kernel.ui.requests import PageRequest
from emporion.records.customers.queries import in_base, today, without_owner, zoned_now
from emporion.records.team.forms import CUT_NAMES, may_lead
from emporion.records.team.models import Territory
from emporion.records.team.queries import (
    Places,
    territory_disorders,
    visible_members,
    visible_territories,
)
from emporion.records.team.views.territories import disorder_name

COUNTED = 10_000


def territory(request: PageRequest, pk: int) -> HttpResponse:
    """The card."""
    viewer, day = request.viewer, today()
    seen = visible_territories(viewer)
    found = seen.select_related("manager", "parent").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_territory", "there is no such territory among those you may see")
    placed = [
        member_id for member_id, place in Places.load().everyone_on(day).items() if place.territory_id == pk
    ]
    named = {"territory": (seen, [found.parent_id]), "member": (visible_members(viewer), [found.manager_id])}
    there = zoned_now([pk], day)
    disorders = [one for one in territory_disorders(viewer, day) if found.code in (one.code, one.other)]
    context = {
        "title": found.name or found.code,
        "territory": found,
        "facts": _facts(found, Openable(viewer, named)),
        "customers": in_base(viewer, day).filter(pk__in=there).order_by()[:COUNTED].count(),
        "unowned": without_owner(viewer, day).filter(pk__in=there).order_by()[:COUNTED].count(),
        "customers_address": f"{reverse('customers:list')}?zone={pk}",
        "parts": seen.filter(parent_id=pk).select_related("manager").order_by("name", "code"),
        "people": visible_members(viewer).filter(pk__in=placed).order_by("name", "code"),
        "disorders": [
            _("stands twice") if one.kind == "overlap" else disorder_name(one.kind) for one in disorders
        ],
        "leads": may_lead(viewer),
    }
    return render(request, "cards/territory.html", context)


def _facts(territory: Territory, links: Openable) -> list[tuple[str, Cell]]:
    manager, parent = territory.manager, territory.parent
    said: list[tuple[str, Cell]] = [
        (
            _("Responsible"),
            Badge(_("nobody"), "bad") if manager is None else links.link("member", manager),
        ),
        (
            _("Inside"),
            links.link("territory", parent) if parent and links.may_open("territory", parent.pk) else None,
        ),
        (_("Cut"), CUT_NAMES[territory.cut]),
        (_("Country"), territory.country),
        (_("Code"), territory.code),
    ]
    return [(name, value) for name, value in said if value not in (None, "")]
