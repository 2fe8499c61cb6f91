"""Forms about people: who joins, changes place, is away, leaves (TEAM-1, TEAM-10, TEAM-11)."""

from copy import copy
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from emporion.kernel.clock import now
from emporion.kernel.periods import Period
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.pages import FormPage
from emporion.records.team.actions import (
    change_member,
    create_member,
    leave,
    record_absence,
    reorganise,
)
from emporion.records.team.forms import (
    AbsenceForm,
    EditMemberForm,
    LeaveForm,
    MemberForm,
    NewMemberForm,
    PlaceForm,
    local_today,
)
from emporion.records.team.models import Absence, Member
from emporion.records.team.queries import Places, visible_member
from emporion.records.team.reach import led_member, own_or_led_member, require_lead
from emporion.records.team.views.bases import hand_over


class NewMember(FormPage):
    """A person joins, and is put in their place."""

    title = gettext_lazy("New person")
    made: Member

    def begin(self) -> None:
        """Only who leads others enters people."""
        require_lead(self.viewer)

    def form(self, data: QueryDict | None) -> PageForm:
        """Who, and where they will stand."""
        return NewMemberForm(self.viewer, data)

    def do(self, form: NewMemberForm) -> str:
        """Both or neither."""
        with transaction.atomic():
            code = form.cleaned_data["code"]
            self.made = create_member(code=code, by=self.viewer, at=now(), **form.said())
            _place_new(self, form)
        return _("%(name)s is entered.") % {"name": self.made.name}

    def onward(self) -> str:
        """To the people."""
        return reverse("team:list")


def _place_new(page: NewMember, form: NewMemberForm) -> None:
    """Whoever sees only their people does not see the new one until they stand among them: for this one step they do.
    The form let its viewer choose only what they may name."""
    move = form.move(page.made.pk)
    if any((move.team_id, move.role, move.manager_id, move.territory_id, move.capacity)):
        seeing = replace(copy(page.viewer), member_ids=page.viewer.member_ids | {page.made.pk})
        reorganise(moves=[move], by=seeing, at=now())


class OfMember(FormPage):
    """A form about one person."""

    member: Member

    def begin(self) -> None:
        """The person, whom the viewer leads."""
        require_lead(self.viewer)
        self.member = led_member(self.viewer, self.kwargs["pk"], local_today())

    def more(self) -> dict[str, Any]:
        """Who it is."""
        return {"subtitle": self.member.name or self.member.code}

    def onward(self) -> str:
        """To their page."""
        return reverse("team:person", args=[self.member.pk])


class EditMember(OfMember):
    """What is said of a person, changed."""

    title = gettext_lazy("Change the person")

    def begin(self) -> None:
        """Themselves, or someone the viewer leads."""
        require_lead(self.viewer)
        self.member = own_or_led_member(self.viewer, self.kwargs["pk"], local_today())

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is said now."""
        return EditMemberForm(data, self.stored)

    def stored(self) -> dict[str, Any]:
        """What is said now."""
        found = visible_member(self.viewer, self.member.pk)
        return {name: getattr(found, name) for name in ("name", "email", "work_phone", "hired_on", "version")}

    def do(self, form: MemberForm) -> str:
        """Changes it."""
        version = form.cleaned_data["version"]
        change_member(
            member_id=self.member.pk, changes=form.said(), version=version, by=self.viewer, at=now()
        )
        return _("The change is kept.")


class PlaceMember(OfMember):
    """A person stands elsewhere from a day on. First it is shown what of the past would be counted anew."""

    title = gettext_lazy("Change the place")
    submit_label = gettext_lazy("Show what changes")
    template_name = "team/place.html"
    counts: dict[str, int] | None = None

    def form(self, data: QueryDict | None) -> PageForm:
        """As they stand today."""
        place = Places.load([self.member.pk]).on(self.member.pk, local_today())
        return PlaceForm(self.viewer, data, place)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The preview; or, confirmed, the change."""
        if "confirmed" in self.request.POST:
            return super().post(*args, **kwargs)
        form = self.form(self.request.POST)
        if form.is_valid():
            form.act(lambda: self._preview(form))
        return self.drawn(form)

    def _preview(self, form: Any) -> None:
        moves = [form.move(self.member.pk)]
        self.counts = reorganise(moves=moves, by=self.viewer, at=now(), preview=True)

    def do(self, form: PlaceForm) -> str:
        """Moves them, and posts anew what changed."""
        reorganise(moves=[form.move(self.member.pk)], by=self.viewer, at=now())
        return _("%(name)s stands in the new place.") % {"name": self.member.name or self.member.code}

    def more(self) -> dict[str, Any]:
        """What of the past would be counted anew."""
        counted = None if self.counts is None else sum(self.counts.values())
        return super().more() | {"counted": counted}


class Leave(OfMember):
    """A person leaves, and what they have goes to somebody: nothing is left orphaned."""

    title = gettext_lazy("The person leaves")
    submit_label = gettext_lazy("Let go and hand over")

    def form(self, data: QueryDict | None) -> PageForm:
        """When, and who takes over."""
        return LeaveForm(self.viewer, data, self.member.pk)

    def do(self, form: LeaveForm) -> str:
        """The hand-over first, while they are still seen; all or nothing."""
        told, count = form.cleaned_data, 0
        with transaction.atomic():
            if told["heir_id"] is not None:
                count = hand_over(self.member.pk, told["heir_id"], told["left_on"], self.viewer)
            leave(member_id=self.member.pk, left_on=told["left_on"], by=self.viewer, at=now())
        name = self.member.name or self.member.code
        messages.info(self.request, _("%(name)s leaves.") % {"name": name})
        return ngettext("%(count)s record was handed over.", "%(count)s records were handed over.", count) % {
            "count": number(count)
        }

    def onward(self) -> str:
        """To the people."""
        return reverse("team:list")


class Away(FormPage):
    """Days on which somebody is away: one's own, or of people one leads."""

    title = gettext_lazy("Absence")

    def begin(self) -> None:
        """Themselves, or someone the viewer leads."""
        self.member = own_or_led_member(self.viewer, self.kwargs["pk"], local_today())

    def form(self, data: QueryDict | None) -> PageForm:
        """From, to, why, and who stands in."""
        return AbsenceForm(self.viewer, data, self.member.pk)

    def do(self, form: AbsenceForm) -> str:
        """Writes it down."""
        told = form.cleaned_data
        first = told["first"]
        taken = Absence.objects.filter(code__startswith=f"{self.member.code}:{first}").count()
        record_absence(
            code=f"{self.member.code}:{first}" + (f":{taken + 1}" if taken else ""),
            member_id=self.member.pk,
            days=Period.inclusive(first, told["last"]),
            kind=told["kind"],
            stand_in_id=told["stand_in_id"],
            by=self.viewer,
            at=now(),
        )
        return _("The absence is on record.")

    def onward(self) -> str:
        """To their page."""
        return reverse("team:person", args=[self.member.pk])

    def more(self) -> dict[str, Any]:
        """Who it is."""
        return {"subtitle": self.member.name or self.member.code}
