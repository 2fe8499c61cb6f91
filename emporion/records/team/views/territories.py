"""Territories: the tree, what of it is in disorder, and who answers for what (TEAM-4). Teams, too."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.kernel.clock import now
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import COUNTED
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.records.team.actions import (
    change_team,
    change_territory,
    create_team,
    create_territory,
    divide_territory,
)
from emporion.records.team.forms import (
    DivideForm,
    EditTeamForm,
    EditTerritoryForm,
    ManagerForm,
    TeamForm,
    TerritoryForm,
    local_today,
    may_lead,
    people,
)
from emporion.records.team.models import Team, Territory
from emporion.records.team.queries import (
    Places,
    proposed_managers,
    territory_disorders,
    visible_teams,
    visible_territories,
)
from emporion.records.team.reach import reachable_team, reachable_territory, require_lead
from emporion.records.team.rules import Disorder
from emporion.records.team.views.bases import bases, unowned_address

DEEPEST = 6  # levels that are set in; further ones stand below them


@dataclass(slots=True)
class Node:
    """A territory in the tree."""

    territory: Territory
    level: int
    customers: int
    marks: list[str]


def territories(request: PageRequest) -> HttpResponse:
    """The tree of what the viewer sees, each with who answers for it and how many customers are in it."""
    viewer, day = request.viewer, local_today()
    rows = list(visible_territories(viewer).select_related("manager").order_by("name", "code"))
    told = bases()
    held = told.held(viewer, [row.pk for row in rows], day) if told else {}
    found = territory_disorders(viewer, day)
    context = {
        "title": _("Territories"),
        "nodes": list(_tree(rows, held, _marks(found))),
        "disorders": len(found),
        "unowned": told.unowned(viewer, day) if told else 0,
        "counted": COUNTED,
        "unowned_address": unowned_address(),
        "leads": may_lead(viewer),
        "create_address": reverse("team:new_territory") if may_lead(viewer) else "",
        "create_label": _("New territory"),
        "empty": _("The tree of territories will be here: who answers for which part of the market."),
    }
    return render(request, "team/territories.html", context)


def _marks(found: list[Disorder]) -> Mapping[str, list[str]]:
    marks: dict[str, list[str]] = defaultdict(list)
    for one in found:
        if one.kind == "overlap":
            for code, other in ((one.code, one.other), (one.other, one.code)):
                marks[code].append(_("stands twice, as %(other)s does") % {"other": other})
        else:
            marks[one.code].append(disorder_name(one.kind))
    return marks


def disorder_name(kind: str) -> str:
    """What is wrong with a territory."""
    return _("nobody answers for it") if kind == "unmanaged" else _("who answered for it has left")


def _tree(rows: list[Territory], held: Mapping[int, int], marks: Mapping[str, list[str]]) -> Iterator[Node]:
    """Parents before children. What lies inside something unseen stands at the top."""
    shown = {row.pk for row in rows}
    below: dict[int | None, list[Territory]] = defaultdict(list)
    for row in rows:
        below[row.parent_id if row.parent_id in shown else None].append(row)
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, level = waiting.pop()
        yield Node(row, min(level, DEEPEST), held.get(row.pk, 0), list(marks.get(row.code, ())))
        waiting.extend((child, level + 1) for child in reversed(below[row.pk]))


class NewTerritory(FormPage):
    """A territory is entered."""

    title = gettext_lazy("New territory")
    made: Territory

    def begin(self) -> None:
        """Only who leads others orders the territories."""
        require_lead(self.viewer)

    def form(self, data: QueryDict | None) -> PageForm:
        """Its name, where it lies, who answers for it."""
        return TerritoryForm(self.viewer, data, initial={"parent_id": self.request.GET.get("parent")})

    def do(self, form: TerritoryForm) -> str:
        """Enters it."""
        self.made = create_territory(by=self.viewer, at=now(), **_told(form, "code"))
        return _("%(name)s is entered.") % {"name": self.made.name}

    def onward(self) -> str:
        """To the tree."""
        return reverse("team:territories")


def _told(form: PageForm, *more: str) -> dict[str, Any]:
    names = ("name", "parent_id", "manager_id", "cut", "country", *more)
    said = {name: value for name, value in form.cleaned_data.items() if name in names}
    return said | {"country": said["country"].upper()}


class OfTerritory(FormPage):
    """A form about one territory."""

    territory: Territory

    def begin(self) -> None:
        """The territory, which the viewer sees."""
        require_lead(self.viewer)
        self.territory = reachable_territory(self.viewer, self.kwargs["pk"])

    def onward(self) -> str:
        """To its card."""
        return card_address("territory", self.territory.pk) or reverse("team:territories")

    def more(self) -> dict[str, Any]:
        """Which it is."""
        return {"subtitle": self.territory.name or self.territory.code}


class EditTerritory(OfTerritory):
    """A territory changed."""

    title = gettext_lazy("Change the territory")

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is now."""
        return EditTerritoryForm(self.viewer, data, self.territory, self.stored)

    def stored(self) -> dict[str, Any]:
        """What is said of it now."""
        found = reachable_territory(self.viewer, self.territory.pk)
        names = ("name", "parent_id", "manager_id", "cut", "country", "version")
        return {name: getattr(found, name) for name in names}

    def do(self, form: EditTerritoryForm) -> str:
        """Changes it."""
        version = form.cleaned_data["version"]
        change_territory(
            territory_id=self.territory.pk, changes=_told(form), version=version, by=self.viewer, at=now()
        )
        return _("The territory was changed.")


class Manage(OfTerritory):
    """Who answers for a territory: whoever lives there is proposed first."""

    title = gettext_lazy("Who answers for the territory")

    def form(self, data: QueryDict | None) -> PageForm:
        """Those who stand in it first."""
        proposed = proposed_managers(self.viewer, self.territory.pk, local_today())
        return ManagerForm(self.viewer, data, proposed, self.stored)

    def stored(self) -> dict[str, Any]:
        """Who does now."""
        found = reachable_territory(self.viewer, self.territory.pk)
        return {"manager_id": found.manager_id, "version": found.version}

    def do(self, form: ManagerForm) -> str:
        """Names them."""
        told = form.cleaned_data
        changes = {"manager_id": told["manager_id"]}
        change_territory(
            territory_id=self.territory.pk,
            changes=changes,
            version=told["version"],
            by=self.viewer,
            at=now(),
        )
        return _("It is said who answers for the territory.")


class Divide(OfTerritory):
    """A territory is divided among those below who answers for it."""

    title = gettext_lazy("Divide the territory")
    submit_label = gettext_lazy("Divide")
    template_name = "team/divide.html"

    def form(self, data: QueryDict | None) -> PageForm:
        """The parts; only who answers for the whole and those below them get one."""
        manager_id = self.territory.manager_id
        below = Places.load().subordinates(manager_id, local_today()) | {manager_id} if manager_id else set()
        named = [(pk, name) for pk, name in people(self.viewer) if pk in below]
        return DivideForm(data, self.territory, named)

    def do(self, form: DivideForm) -> str:
        """Makes the parts."""
        divide_territory(
            territory_id=self.territory.pk, parts=form.parts(), on=local_today(), by=self.viewer, at=now()
        )
        return _("The territory is divided.")


# Teams


def team_list(request: PageRequest) -> HttpResponse:
    """The teams the viewer sees, as a tree."""
    require_lead(request.viewer)
    rows = list(visible_teams(request.viewer, local_today()).order_by("name", "code"))
    shown = {row.pk for row in rows}
    below: dict[int | None, list[Team]] = defaultdict(list)
    for row in rows:
        below[row.parent_id if row.parent_id in shown else None].append(row)
    nodes, waiting = [], [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, level = waiting.pop()
        nodes.append({"team": row, "level": min(level, DEEPEST)})
        waiting.extend((child, level + 1) for child in reversed(below[row.pk]))
    context = {
        "title": _("Teams"),
        "nodes": nodes,
        "create_address": reverse("team:new_team"),
        "create_label": _("New team"),
        "empty": _("The teams of the department will be here."),
    }
    return render(request, "team/teams.html", context)


class NewTeam(FormPage):
    """A team is entered."""

    title = gettext_lazy("New team")

    def begin(self) -> None:
        """Only who leads others orders the teams."""
        require_lead(self.viewer)

    def form(self, data: QueryDict | None) -> PageForm:
        """Its name, and inside which it is."""
        return TeamForm(self.viewer, data)

    def do(self, form: TeamForm) -> str:
        """Enters it."""
        told = form.cleaned_data
        create_team(
            code=told["code"], name=told["name"], parent_id=told["parent_id"], by=self.viewer, at=now()
        )
        return _("%(name)s is entered.") % {"name": told["name"]}

    def onward(self) -> str:
        """To the teams."""
        return reverse("team:teams")


class EditTeam(NewTeam):
    """A team changed."""

    title = gettext_lazy("Change the team")

    def begin(self) -> None:
        """The team, which the viewer sees."""
        super().begin()
        self.team = reachable_team(self.viewer, self.kwargs["pk"], local_today())

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is now."""
        form = EditTeamForm(self.viewer, data, stored=self.stored)
        # The viewer's own top team stays where it is: what is around it is not theirs.
        if not self.viewer.sees_all and self.team.parent_id not in dict(form.fields["parent_id"].choices):  # type: ignore[attr-defined]  # a choice
            del form.fields["parent_id"]
        return form

    def stored(self) -> dict[str, Any]:
        """What is said of it now."""
        found = reachable_team(self.viewer, self.team.pk, local_today())
        return {"name": found.name, "parent_id": found.parent_id, "version": found.version}

    def do(self, form: TeamForm) -> str:
        """Changes it."""
        told = form.cleaned_data
        changes: dict[str, Any] = {name: told[name] for name in ("name", "parent_id") if name in told}
        change_team(team_id=self.team.pk, changes=changes, version=told["version"], by=self.viewer, at=now())
        return _("The team was changed.")
