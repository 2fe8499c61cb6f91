"""The list of people (TEAM-1)."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.cells import Badge, Cell, Link
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.kernel.ui.filters import Choice, UsualChoice
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import Column, ListPage
from emporion.records.team.forms import ROLE_NAMES, local_today, may_lead, teams, territories
from emporion.records.team.models import Member, Place
from emporion.records.team.queries import absent_on, visible_members
from emporion.records.team.views.bases import bases

team_choices = OncePerViewer(lambda viewer: [(str(pk), name) for pk, name in teams(viewer)])
zone_choices = OncePerViewer(lambda viewer: [(str(pk), name) for pk, name in territories(viewer)])


def _employed(members: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "all":
        return members
    day = local_today()
    here = Q(left_on=None) | Q(left_on__gt=day)
    return members.filter(here) if state == "here" else members.exclude(here)


class MemberList(ListPage):
    """People the viewer may see, each with the place they have today."""

    key = "people"
    subject = "member"
    title = _("People")
    empty = _("The people of the department will be here: their role, team, manager and territory.")
    create_label = _("New person")
    default_sort = "name"
    template_name = "team/list.html"
    filters = (
        UsualChoice(
            "state",
            _("Employment"),
            lambda _viewer: [("here", _("works here")), ("left", _("left")), ("all", _("all"))],
            _employed,
            usual="here",
        ),
        Choice(
            "role",
            _("Role"),
            lambda _viewer: list(ROLE_NAMES.items()),
            lambda rows, role: rows.filter(role_now=role),
        ),
        Choice("team", _("Team"), team_choices, lambda rows, pk: rows.filter(team_now=pk)),
        Choice("territory", _("Territory"), zone_choices, lambda rows, pk: rows.filter(zone_now=pk)),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = local_today()
        self._places: dict[int, Place] = {}
        self._served: dict[int, int] = {}
        self._away: dict[int, int | None] = {}

    @cached_property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]  # they read what was prepared for these rows
        """The columns."""
        return (
            Column("name", _("Full name"), lambda row: row.name or row.code, ("name", "code")),
            Column("role", _("Role"), lambda row: ROLE_NAMES.get(row.role_now or ""), ("role_now",)),
            Column("team", _("Team"), lambda row: self._of_place(row, "team")),
            Column("manager", _("Manager"), self._manager),
            Column("territory", _("Territory"), self._territory),
            Column("served", _("Customers"), self._served_of, end=True),
            Column("capacity", _("Can serve"), lambda row: self._of_place(row, "capacity"), end=True),
            Column("hired", _("Hired"), lambda row: row.hired_on, ("hired_on",)),
            Column("state", _("Employment"), self._state),
            Column("more", _("More"), _more),
        )

    def records(self, viewer: Viewer) -> QuerySet[Member]:
        """The people."""
        place = Place.objects.filter(member_id=OuterRef("pk"), starts_on__lte=self._today).order_by(
            "-starts_on"
        )
        now = {
            name: Subquery(place.values(column)[:1])
            for name, column in (
                ("place_now", "id"),
                ("role_now", "role"),
                ("team_now", "team_id"),
                ("zone_now", "territory_id"),
            )
        }
        return visible_members(viewer).annotate(**now)

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By words of their name, e-mail and phone."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:
        """Where these people stand, how many customers they have, and who of them is away. Three queries."""
        joined = ("team", "manager", "territory")
        places = Place.objects.filter(pk__in=[row.place_now for row in rows]).select_related(*joined)
        self._places = {place.member_id: place for place in places}
        told = bases()
        self._served = told.served([row.pk for row in rows], self._today) if told else {}
        self._away = absent_on(viewer, self._today)

    def create_address(self, viewer: Viewer) -> str:
        """Where a person is entered."""
        return reverse("team:new") if may_lead(viewer) else ""

    def more(self, viewer: Viewer) -> Mapping[str, Any]:
        """Whether teams can be changed."""
        return {"leads": may_lead(viewer)}

    def _of_place(self, member: Any, name: str) -> Cell:
        place = self._places.get(member.pk)
        value = None if place is None else getattr(place, name)
        return value if value is None or isinstance(value, int) else value.name or value.code

    def _manager(self, member: Any) -> Cell:
        place = self._places.get(member.pk)
        manager = None if place is None else place.manager
        return (
            None
            if manager is None
            else Link(manager.name or manager.code, card_address("member", manager.pk))
        )

    def _territory(self, member: Any) -> Cell:
        place = self._places.get(member.pk)
        zone = None if place is None else place.territory
        return None if zone is None else Link(zone.name or zone.code, card_address("territory", zone.pk))

    def _served_of(self, member: Any) -> Cell:
        served, place = self._served.get(member.pk, 0), self._places.get(member.pk)
        capacity = None if place is None else place.capacity
        if capacity is not None and served >= capacity:
            return Badge(gettext("%(count)s, full") % {"count": number(served)}, "warning")
        return served

    def _state(self, member: Any) -> Cell:
        if member.left_on is not None and member.left_on <= self._today:
            return Badge(_("left"), "quiet")
        return Badge(_("away"), "warning") if member.pk in self._away else gettext("works here")


def _more(member: Any) -> Cell:
    return Link(gettext("place and absences"), reverse("team:person", args=[member.pk]))
