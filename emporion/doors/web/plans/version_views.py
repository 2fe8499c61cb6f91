"""Versions of a plan: signed, published as targets, made anew."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emporion.doors.web.plans.cell_forms import ReplanForm
from emporion.doors.web.plans.proposal_forms import DespiteForm
from emporion.doors.web.plans.publish_progress import WAITING, last_job
from emporion.doors.web.plans.tasks import publish as publish_job
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.planning.models import Plan
from emporion.numbers.planning.models.plans import DRAFT, SIGNED
from emporion.numbers.planning.plan_actions import refuse_stranger
from emporion.numbers.planning.plan_queries import visible_plan
from emporion.numbers.planning.proposal_queries import open_rounds
from emporion.numbers.planning.version_actions import replan, sign_plan
from emporion.records.customers.queries import today


class VersionPage(FormPage):
    """A page about a plan as a whole, for who may plan the whole."""

    plan: Plan

    def begin(self) -> None:
        """The plan."""
        refuse_stranger(self.viewer)
        self.plan = visible_plan(self.viewer, self.kwargs["pk"])

    def onward(self) -> str:
        """The plan."""
        return reverse("plans:plan", args=[self.plan.pk])


class Sign(VersionPage):
    """Asks before a plan is signed, for this cannot be undone."""

    template_name = "plans/sign.html"
    title = gettext_lazy("Sign the plan")
    submit_label = gettext_lazy("Sign")

    def form(self, data: QueryDict | None) -> PageForm:
        """Nothing to fill in; where a round is open, why it is signed nevertheless."""
        return DespiteForm(data) if open_rounds(self.plan) else PageForm(data)

    def do(self, form: Any) -> str:
        """Signs it."""
        despite = form.cleaned_data.get("despite", "")
        sign_plan(plan=self.plan, despite=despite, by=self.viewer, at=now())
        return _("%(name)s is signed. Publish it, and plan and fact stand on it.") % {"name": self.plan.name}

    def more(self) -> dict[str, Any]:
        """The plan."""
        return {"plan": self.plan, "is_draft": self.plan.state == DRAFT}


class Replan(VersionPage):
    """A new version in place of a signed one, what is past frozen."""

    title = gettext_lazy("Re-plan")
    submit_label = gettext_lazy("Make the new version")

    def form(self, data: QueryDict | None) -> ReplanForm:
        """Proposes the next name, and the first day of this month where it lies in the plan."""
        day = today().replace(day=1)
        in_it = self.plan.starts_on <= day < self.plan.ends_on
        proposed = {
            "name": _("%(name)s, new version") % {"name": self.plan.name},
            "code": f"{self.plan.code}-{day:%m}",
            "frozen_until": day if in_it else self.plan.starts_on,
        }
        return ReplanForm(data, initial=proposed)

    def do(self, form: ReplanForm) -> str:
        """Makes the new version."""
        self.plan = replan(plan=self.plan, **form.cleaned_data, by=self.viewer, at=now())
        return _("The new version is a draft: change what is free, then sign it.")


@require_POST
@needs(Permission.WRITE)
def publish(request: PageRequest, pk: int) -> HttpResponse:
    """Has a job write the signed plan as targets; begun again it goes on where it stood."""
    refuse_stranger(request.viewer)
    plan = visible_plan(request.viewer, pk)
    if plan.state != SIGNED:
        raise Refusal("plan_not_to_publish", "only a signed plan is published, and only once")
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        job = last_job(plan.pk)
        if job is None or job.status not in WAITING:
            publish_job.enqueue(plan_id=plan.pk, user_id=request.user.pk)
    messages.success(request, _("The plan is being published."))
    return redirect("plans:plan", pk=plan.pk)
