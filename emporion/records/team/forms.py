"""Forms about people, teams and territories. What can be chosen is what the viewer may name."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.clock import local_day, now
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.choosing import NOTHING, offer, select
from emporion.kernel.ui.editing import RecordForm, Stored
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.team.actions import Move, Part
from emporion.records.team.models import Territory
from emporion.records.team.queries import PlaceOnDay, visible_members, visible_teams, visible_territories

ROLE_NAMES: dict[str, str | Promise] = {
    "hunter": _("hunter"),
    "closer": _("closer"),
    "farmer": _("farmer"),
    "assistant": _("assistant"),
    "service": _("service"),
    "head": _("head of sales"),
    "director": _("director"),
    "auditor": _("auditor"),
}
CUT_NAMES: dict[str, str | Promise] = {
    "place": _("by place"),
    "activity": _("by activity"),
    "size": _("by size"),
    "age": _("by age"),
}
ABSENCE_NAMES: dict[str, str | Promise] = {
    "holiday": _("holiday"),
    "sick": _("sick leave"),
    "training": _("training"),
    "other": _("other"),
}
PARTS = 4  # into which a territory is divided at once


def local_today() -> Any:
    """The day it is for the department."""
    return local_day(now(), str(preference("zone")))


def people(viewer: Viewer, also: Collection[int] = ()) -> list[tuple[int, str]]:
    """Those whom the viewer may name and who have not left, by name. One query."""
    rows = visible_members(viewer).order_by("name", "code").values_list("pk", "name", "code", "left_on")
    return [(pk, name or code) for pk, name, code, left_on in rows if left_on is None or pk in also]


def teams(viewer: Viewer) -> list[tuple[int, str]]:
    """Teams the viewer may name."""
    rows = visible_teams(viewer, local_today()).order_by("name", "code").values_list("pk", "name", "code")
    return [(pk, name or code) for pk, name, code in rows]


def territories(viewer: Viewer) -> list[tuple[int, str]]:
    """Territories the viewer may name."""
    rows = visible_territories(viewer).order_by("name", "code").values_list("pk", "name", "code")
    return [(pk, name or code) for pk, name, code in rows]


class MemberForm(RecordForm):
    """A person of the department."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    code = forms.CharField(
        label=_("Code"), max_length=100, help_text=_("By which files and other systems know them")
    )
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    work_phone = forms.CharField(label=_("Work phone"), required=False, max_length=50)
    hired_on = forms.DateField(label=_("Hired"), required=False, widget=DayInput())

    def said(self) -> dict[str, Any]:
        """What the form says, by the member's attributes."""
        return {name: self.cleaned_data[name] for name in ("name", "email", "work_phone", "hired_on")}


class NewMemberForm(MemberForm):
    """A person who joins, and where they will stand."""

    starts_on = forms.DateField(label=_("Begins"), widget=DayInput())
    role = forms.ChoiceField(label=_("Role"), required=False)
    team_id = select(_("Team"), required=False)
    manager_id = select(_("Manager"), required=False)
    territory_id = select(_("Territory"), required=False)
    capacity = forms.IntegerField(label=_("Customers they can serve"), required=False, min_value=0)

    def __init__(self, viewer: Viewer, data: QueryDict | None) -> None:
        super().__init__(data, initial={"starts_on": local_today()})
        self.viewer = viewer
        _offer_places(self, viewer)

    def clean(self) -> dict[str, Any] | None:
        """Whoever sees only their people enters somebody among them."""
        told = self.cleaned_data
        if not self.viewer.sees_all and not told.get("team_id") and not told.get("manager_id"):
            self.add_error("team_id", _("Say in which team they will be, or who leads them."))
        return told

    def move(self, member_id: int) -> Move:
        """Where they will stand."""
        return _move_of(self, member_id)


class EditMemberForm(MemberForm):
    """A person changed. Their code stays."""

    def __init__(self, data: QueryDict | None, stored: Stored) -> None:
        super().__init__(data, stored=stored)
        del self.fields["code"]


class PlaceForm(PageForm):
    """Where somebody stands from a day on."""

    starts_on = forms.DateField(
        label=_("From"),
        widget=DayInput(),
        help_text=_("A day in the past moves what was done since then, too"),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    team_id = select(_("Team"), required=False)
    manager_id = select(_("Manager"), required=False)
    territory_id = select(_("Territory"), required=False)
    capacity = forms.IntegerField(label=_("Customers they can serve"), required=False, min_value=0)

    def __init__(self, viewer: Viewer, data: QueryDict | None, place: PlaceOnDay) -> None:
        super().__init__(
            data, initial={**dict(zip(place._fields, place, strict=True)), "starts_on": local_today()}
        )
        _offer_places(self, viewer)

    def move(self, member_id: int) -> Move:
        """Where they will stand."""
        return _move_of(self, member_id)


def _offer_places(form: PageForm, viewer: Viewer) -> None:
    offer(form.fields["role"], [NOTHING, *ROLE_NAMES.items()])
    offer(form.fields["team_id"], [NOTHING, *teams(viewer)])
    offer(form.fields["manager_id"], [NOTHING, *people(viewer)])
    offer(form.fields["territory_id"], [NOTHING, *territories(viewer)])


def _move_of(form: PageForm, member_id: int) -> Move:
    told = form.cleaned_data
    return Move(
        member_id,
        told["starts_on"],
        told["team_id"],
        told["role"],
        told["manager_id"],
        told["territory_id"],
        told["capacity"],
    )


class LeaveForm(PageForm):
    """The last day of somebody, and who takes over what they have."""

    left_on = forms.DateField(
        label=_("Left"), widget=DayInput(), help_text=_("From that day on they stand nowhere")
    )
    heir_id = select(
        _("Who takes over"), required=False, help_text=_("Customers, open deals and open tasks go to them")
    )

    def __init__(self, viewer: Viewer, data: QueryDict | None, member_id: int) -> None:
        super().__init__(data, initial={"left_on": local_today()})
        offer(
            self.fields["heir_id"], [NOTHING, *((pk, name) for pk, name in people(viewer) if pk != member_id)]
        )


class AbsenceForm(PageForm):
    """Days on which somebody is away."""

    first = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=list(ABSENCE_NAMES.items()))
    stand_in_id = select(
        _("Stands in"), required=False, help_text=_("Sees the records of the absent meanwhile")
    )

    def __init__(self, viewer: Viewer, data: QueryDict | None, member_id: int) -> None:
        super().__init__(data, initial={"first": local_today(), "last": local_today()})
        offer(
            self.fields["stand_in_id"],
            [NOTHING, *((pk, name) for pk, name in people(viewer) if pk != member_id)],
        )


class TeamForm(RecordForm):
    """A team."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=100)
    parent_id = select(_("Inside"), required=False)

    def __init__(self, viewer: Viewer, data: QueryDict | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        nothing = [NOTHING] if viewer.sees_all else []
        offer(self.fields["parent_id"], [*nothing, *teams(viewer)])


class EditTeamForm(TeamForm):
    """A team changed. Its code stays."""

    def __init__(self, viewer: Viewer, data: QueryDict | None, **kwargs: Any) -> None:
        super().__init__(viewer, data, **kwargs)
        del self.fields["code"]


class TerritoryForm(RecordForm):
    """A territory."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=100)
    parent_id = select(_("Inside"), required=False)
    manager_id = select(_("Responsible"), required=False)
    cut = forms.ChoiceField(label=_("Cut"), choices=list(CUT_NAMES.items()))
    country = forms.CharField(
        label=_("Country"), max_length=2, required=False, help_text=_("Two letters, like GR")
    )

    def __init__(self, viewer: Viewer, data: QueryDict | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        nothing = [NOTHING] if viewer.sees_all else []
        offer(self.fields["parent_id"], [*nothing, *territories(viewer)])
        offer(self.fields["manager_id"], [NOTHING, *people(viewer)])


class EditTerritoryForm(TerritoryForm):
    """A territory changed. Its code stays."""

    def __init__(self, viewer: Viewer, data: QueryDict | None, territory: Territory, stored: Stored) -> None:
        super().__init__(viewer, data, stored=stored)
        del self.fields["code"]
        # Where it lies is kept even when what is around it is not the viewer's.
        if territory.parent_id not in dict(self.fields["parent_id"].choices):  # type: ignore[attr-defined]  # a choice
            del self.fields["parent_id"]


class ManagerForm(RecordForm):
    """Who is to be responsible for a territory: whoever lives there first."""

    manager_id = select(_("Responsible"), required=False)

    def __init__(self, viewer: Viewer, data: QueryDict | None, proposed: list[int], stored: Stored) -> None:
        super().__init__(data, stored=stored)
        ranks = {pk: rank for rank, pk in enumerate(proposed)}
        named = sorted(people(viewer), key=lambda one: ranks.get(one[0], len(ranks)))
        offer(self.fields["manager_id"], [NOTHING, *named])


class DivideForm(PageForm):
    """Parts of a territory, each with who gets it."""

    def __init__(self, data: QueryDict | None, territory: Territory, named: list[tuple[int, str]]) -> None:
        super().__init__(data)
        for number in range(1, PARTS + 1):
            code = f"{territory.code}-{number}"
            fields = {
                f"name_{number}": forms.CharField(
                    label=_("Part %(number)s") % {"number": number}, max_length=200, required=False
                ),
                f"code_{number}": forms.CharField(
                    label=_("Code"), max_length=100, required=False, initial=code
                ),
                f"manager_{number}": select(_("Responsible"), required=False, choices=[NOTHING, *named]),
            }
            for name, one in fields.items():
                one.widget.attrs["class"] = "form-select" if name.startswith("manager") else "form-control"
            self.fields.update(fields)

    def clean(self) -> dict[str, Any] | None:
        """A part that is named needs a code and who gets it; there must be one."""
        told = self.cleaned_data
        named = [number for number in range(1, PARTS + 1) if told.get(f"name_{number}")]
        for number in named:
            for what in ("code", "manager"):
                if not told.get(f"{what}_{number}"):
                    self.add_error(f"{what}_{number}", _("A part needs this."))
        if not named and not self.errors:
            self.add_error(None, _("Name at least one part."))
        return told

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each part."""
        return [
            [self[f"{what}_{one}"] for what in ("name", "code", "manager")] for one in range(1, PARTS + 1)
        ]

    def parts(self) -> list[Part]:
        """The parts."""
        told = self.cleaned_data
        return [
            Part(told[f"code_{one}"], told[f"name_{one}"], told[f"manager_{one}"])
            for one in range(1, PARTS + 1)
            if told[f"name_{one}"]
        ]


def may_lead(viewer: Viewer) -> bool:
    """Whether the viewer may change the order of the department."""
    return viewer.may(Permission.WRITE) and viewer.scope is not Scope.OWN
