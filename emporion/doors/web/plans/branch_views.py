"""What can be said about a branch of a plan beside its cells: its weight, its reserve, who is there and when."""

from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.doors.web.plans.cell_forms import (
    HUNDRED,
    MoveForm,
    OverForm,
    PresenceForm,
    WeightForm,
    first_of_month,
    percents,
)
from emporion.doors.web.plans.cell_views import plainly
from emporion.doors.web.plans.opened import chosen_metric
from emporion.doors.web.plans.plan_views import Shaping, number_in
from emporion.doors.web.plans.words import branch_name, name_in_channel
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.links import address_with
from emporion.kernel.ui.pages import FormPage
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.cell_actions import assign_over, move_person, set_presence, weigh_branch
from emporion.numbers.planning.models import Branch, Weight
from emporion.numbers.planning.models.plans import MEMBER, TEAM
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.plan_queries import visible_branch, visible_plan
from emporion.records.customers.queries import today


class BranchPage(FormPage):
    """A page about a branch, for those whose it is to shape."""

    template_name = "plans/branch.html"
    what: Any = ""
    branch: Branch

    def begin(self) -> None:
        """The branch; refuses one out of sight like one that is not there."""
        query = self.request.GET
        self.plan = visible_plan(self.viewer, self.kwargs["pk"])
        found = visible_branch(self.viewer, number_in(query.get("branch")) or 0)
        if found.plan_id != self.plan.pk:
            raise Refusal("no_such_branch", "this plan has no such branch that you may see")
        self.branch = Branch.objects.select_related("member", "team", "plan").get(pk=found.pk)
        self.metric = chosen_metric(self.plan, self.viewer, query.get("metric", ""))
        if not Shaping(self.viewer, self.plan).may(self.branch):
            raise Refusal("not_yours", f"{self.viewer.name} may plan only for people below them")

    @property
    def title(self) -> str:  # type: ignore[override]  # said anew for each branch
        """What, and of which branch."""
        return f"{self.what}: {branch_name(self.branch)}"

    def onward(self) -> str:
        """The branch in its plan."""
        query = {"branch": self.branch.pk, "metric": self.metric, "by": self.request.GET.get("by", "")}
        return address_with(reverse("plans:plan", args=[self.plan.pk]), query)

    def more(self) -> dict[str, Any]:
        """The plan, and of which metric."""
        return {"plan": self.plan, "label": label_of(self.metric)}


class Weigh(BranchPage):
    """How much a branch weighs among its neighbours."""

    what = gettext_lazy("Weight")

    def form(self, data: QueryDict | None) -> WeightForm:
        """Filled with what it weighs."""
        return WeightForm(data, initial={"weight": self._weights().get(self.branch.pk, 0)})

    def do(self, form: WeightForm) -> str:
        """Weighs it anew; the neighbours take up the difference."""
        weigh_branch(
            branch_id=self.branch.pk, metric=self.metric, **form.cleaned_data, by=self.viewer, at=now()
        )
        return _("%(name)s weighs differently; its neighbours took up the difference.") % {
            "name": branch_name(self.branch)
        }

    def _weights(self) -> dict[int, int]:
        rows = Weight.objects.filter(
            branch__parent_id=self.branch.parent_id, branch__plan=self.plan, metric=self.metric, span=None
        )
        return dict(rows.values_list("branch_id", "weight"))

    def more(self) -> dict[str, Any]:
        """What its share is now."""
        weights = self._weights()
        whole = sum(weights.values())
        part = Decimal(weights.get(self.branch.pk, 0)) / whole if whole else None
        return {**super().more(), "part": part, "of_many": len(weights)}


class AssignOver(BranchPage):
    """By how much the sum of the parts is above the branch."""

    what = gettext_lazy("Reserve above the plan")

    def form(self, data: QueryDict | None) -> OverForm:
        """Filled with what it is."""
        return OverForm(data, initial={"over": plainly(self.branch.over * HUNDRED)})

    def do(self, form: OverForm) -> str:
        """Keeps the reserve."""
        assign_over(branch_id=self.branch.pk, over=form.cleaned_data["over"], by=self.viewer, at=now())
        return _("The reserve is kept; the plans of the parts follow.")


class Presence(BranchPage):
    """From and to which day a person is in the plan."""

    what = gettext_lazy("Joins and leaves")

    def form(self, data: QueryDict | None) -> PresenceForm:
        """Filled with what is known."""
        branch = self.branch
        known = {"joins_on": branch.joins_on, "leaves_on": branch.leaves_on, "ramp": percents(branch.ramp)}
        return PresenceForm(data, initial=known)

    def do(self, form: PresenceForm) -> str:
        """Says it; the others of the team take up the difference."""
        set_presence(branch_id=self.branch.pk, **form.cleaned_data, by=self.viewer, at=now())
        return _("%(name)s is there on other days; the team took up the difference.") % {
            "name": branch_name(self.branch)
        }


class Move(BranchPage):
    """To which team a person moves, and when."""

    what = gettext_lazy("To another team")

    def begin(self) -> None:
        """A person, for who may plan the whole."""
        refuse_stranger(self.viewer)
        super().begin()
        if self.branch.kind != MEMBER:
            raise Refusal("not_a_person", "only a person joins and leaves")

    def form(self, data: QueryDict | None) -> MoveForm:
        """Offers the other teams of the plan, each with its channel."""
        teams = Branch.objects.filter(plan=self.plan, kind=TEAM).exclude(pk=self.branch.parent_id or 0)
        rows = teams.select_related("team", "member", "parent__team", "parent__member").order_by("id")
        named = [(one.pk, name_in_channel(one)) for one in rows]
        return MoveForm(data, teams=named, initial={"from_day": first_of_month(today())})

    def do(self, form: MoveForm) -> str:
        """Moves the person."""
        said = form.cleaned_data
        moved = move_person(
            branch_id=self.branch.pk,
            team_branch_id=said["team_branch"],
            from_day=said["from_day"],
            by=self.viewer,
            at=now(),
        )
        self.branch = Branch.objects.select_related("member", "team", "plan").get(pk=moved.pk)
        return _("%(name)s moved.") % {"name": branch_name(self.branch)}
