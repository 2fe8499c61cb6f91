"""Logging what was done, opening what is to be done, and closing it (ACT-1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.bulk import BulkPage, Deed
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.forms import PageForm
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.pages import FormPage
from emporion.kernel.ui.requests import PageRequest
from emporion.kernel.ui.undoing import removed
from emporion.records.activities import queries
from emporion.records.activities.actions import (
    change_activity,
    change_task,
    change_tasks,
    close_task,
    log_activity,
    open_task,
    reassign_tasks,
    reopen_task,
)
from emporion.records.activities.forms.logging import (
    CloseTaskForm,
    DueForm,
    EditActivityForm,
    GiveTasksForm,
    LogForm,
    TaskForm,
    kept,
)
from emporion.records.activities.forms.wording import KIND_NAMES, outcome_name, sort_name
from emporion.records.activities.models import Activity, Task
from emporion.records.activities.rules import KINDS
from emporion.records.activities.views.listing import TaskList
from emporion.records.customers.queries import today, visible_customer, visible_customers
from emporion.records.pipeline.queries import visible_deal

LOG_TITLES = {
    "call": gettext_lazy("Log a call"),
    "meeting": gettext_lazy("Log a meeting"),
    "message": gettext_lazy("Log a message"),
    "visit": gettext_lazy("Log a visit"),
    "presentation": gettext_lazy("Log a presentation"),
}


def named_in_address(request: PageRequest) -> dict[str, Any]:
    """The customer and deal that the address names; refuses what the viewer may not open."""
    found: dict[str, Any] = {}
    for name, read in (("deal", visible_deal), ("customer", visible_customer)):
        wanted = request.GET.get(name, "")
        if wanted.isascii() and wanted.isdecimal():
            found[name] = read(request.viewer, int(wanted))
    if "deal" in found and "customer" not in found and found["deal"].customer is not None:
        customer = found["deal"].customer
        # The action takes the deal's customer; it is shown only to who may open it.
        if visible_customers(request.viewer).filter(pk=customer.pk).exists():
            found["customer"] = customer
    return found


class Log(FormPage):
    """Something that was done: a tap on how it ended, another that logs it."""

    kind: str = ""
    submit_label = gettext_lazy("Log it")
    template_name = "activities/log.html"

    def begin(self) -> None:
        """Which kind it is, and whom it is about."""
        self.asked = not self.kind
        if self.asked:
            wanted = self.request.GET.get("kind", "")
            self.kind = wanted if wanted in KINDS else "visit"
        self.title = LOG_TITLES[self.kind]
        self.about = named_in_address(self.request)

    def form(self, data: QueryDict | None) -> PageForm:
        """Whom, which sort, and what comes next."""
        return LogForm(self.viewer, self.kind, data, initial=self.about)

    def do(self, form: LogForm) -> str:
        """Logs it, and opens the next step that was agreed: both or neither."""
        told = form.cleaned_data
        outcome = told.get("outcome", "")
        with transaction.atomic():
            log_activity(
                kind=self.kind,
                first=told.get("first", ""),
                day=told["day"],
                minutes=told["minutes"] or 0,
                decision_maker=told["decision_maker"],
                outcome=outcome,
                note=told["note"],
                by=self.viewer,
                at=now(),
                **form.about(),
            )
            agree(told, form.about(), self.viewer)
        if outcome:
            return _("Logged: %(outcome)s.") % {"outcome": outcome_name(outcome)}
        return _("Logged.")

    def onward(self) -> str:
        """To what it was about, or to the list."""
        return about_address(self.about, "activities:list")

    def more(self) -> dict[str, Any]:
        """The other kinds."""
        others = [(kind, name) for kind, name in KIND_NAMES.items()] if self.asked else []
        return {"kinds": others, "kind": self.kind}


def about_address(about: Mapping[str, Any], otherwise: str) -> str:
    """The card of the deal or the customer that something was about."""
    for kind in ("deal", "customer"):
        if kind in about and (address := card_address(kind, about[kind].pk)):
            return address
    return reverse(otherwise)


def agree(told: Mapping[str, Any], about: Mapping[str, Any], viewer: Viewer) -> None:
    """Opens the next step, when one was said."""
    if told["step_title"]:
        open_task(
            title=told["step_title"],
            due_on=told["step_due"],
            opened_on=today(),
            is_next_step=True,
            by=viewer,
            at=now(),
            **about,
        )


class EditActivity(FormPage):
    """What is said of an activity, changed."""

    title = gettext_lazy("Change the activity")

    def begin(self) -> None:
        """The activity, which the viewer may open."""
        self.activity = visible_activity(self.viewer, self.kwargs["pk"])

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is said now."""
        return EditActivityForm(self.viewer, data, self.activity, self.stored)

    def stored(self) -> dict[str, Any]:
        """What is said of it now."""
        found = visible_activity(self.viewer, self.activity.pk)
        names = ("kind", "first", "day", "minutes", "decision_maker", "outcome", "note")
        return {name: getattr(found, name) for name in (*names, "customer", "deal", "version")}

    def do(self, form: EditActivityForm) -> str:
        """Changes it."""
        told = form.cleaned_data
        names = ("kind", "first", "day", "minutes", "decision_maker", "outcome", "note")
        change_activity(
            activity_id=self.activity.pk,
            version=version_of(form),
            by=self.viewer,
            at=now(),
            **{name: told[name] for name in names},
            **form.about(),
        )
        return _("The activity was changed.")

    def onward(self) -> str:
        """Back to its card."""
        return card_address("activity", self.activity.pk) or reverse("activities:list")


def version_of(form: PageForm) -> int:
    """The version the form was filled from; none fits where it was taken out."""
    version = form.cleaned_data["version"]
    return -1 if version is None else int(version)


def visible_activity(viewer: Viewer, pk: int) -> Activity:
    """That activity; refuses one that does not exist or that the viewer may not open, in the same words."""
    found = queries.visible_activities(viewer).filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_activity", f"there is no activity {pk} that you may open")
    return found


def visible_task(viewer: Viewer, pk: int) -> Task:
    """That task; refuses one that does not exist or that the viewer may not open, in the same words."""
    found = queries.visible_tasks(viewer).filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_task", f"there is no task {pk} that you may open")
    return found


class NewTask(FormPage):
    """Something to be done."""

    title = gettext_lazy("New task")
    submit_label = gettext_lazy("Open the task")

    def begin(self) -> None:
        """Whom it is about."""
        self.about = named_in_address(self.request)

    def form(self, data: QueryDict | None) -> PageForm:
        """Due today and one's own, unless said otherwise."""
        step = bool(self.request.GET.get("step"))
        initial = {
            **self.about,
            "due_on": today(),
            "member_id": self.viewer.member_id,
            "is_next_step": step,
        }
        return TaskForm(self.viewer, data, None, initial=initial)

    def do(self, form: TaskForm) -> str:
        """Opens it."""
        open_task(opened_on=today(), by=self.viewer, at=now(), **form.said())
        return _("The task is open.")

    def onward(self) -> str:
        """To what it is about, or to the list."""
        return about_address(self.about, "activities:tasks")


class OfTask(FormPage):
    """A form about one task."""

    task: Task

    def begin(self) -> None:
        """The task, which the viewer may open."""
        self.task = visible_task(self.viewer, self.kwargs["pk"])

    def more(self) -> dict[str, Any]:
        """Which task it is."""
        return {"subtitle": self.task.title or self.task.code}

    def onward(self) -> str:
        """Back to its card."""
        return card_address("task", self.task.pk) or reverse("activities:tasks")


class EditTask(OfTask):
    """A task changed."""

    title = gettext_lazy("Change the task")

    def form(self, data: QueryDict | None) -> PageForm:
        """As it is said now."""
        form = TaskForm(self.viewer, data, self.task.member_id, stored=self.stored)
        return keeping(form, self.task)

    def stored(self) -> dict[str, Any]:
        """What is said of it now."""
        found = visible_task(self.viewer, self.task.pk)
        names = ("title", "due_on", "member_id", "is_next_step", "customer", "deal", "version")
        return {name: getattr(found, name) for name in names}

    def do(self, form: TaskForm) -> str:
        """Changes it."""
        change_task(task_id=self.task.pk, version=version_of(form), by=self.viewer, at=now(), **form.said())
        return _("The task was changed.")


def keeping(form: TaskForm, task: Task) -> TaskForm:
    """The form, in which whom the task is about stays sayable, though the viewer sees the task alone."""
    for name in ("customer", "deal"):
        kept(form, name, getattr(task, f"{name}_id"))
    return form


class CloseTask(OfTask):
    """A task is done, or will not be; with what was done and what comes next."""

    title = gettext_lazy("Close the task")
    template_name = "activities/close.html"

    def form(self, data: QueryDict | None) -> PageForm:
        """Today, unless said otherwise."""
        return CloseTaskForm(data, self.stored)

    def stored(self) -> dict[str, Any]:
        """Its version now."""
        return {"version": visible_task(self.viewer, self.task.pk).version}

    def do(self, form: CloseTaskForm) -> str:
        """Closes it, logs what was done and opens the next step: all or nothing."""
        told, viewer = form.cleaned_data, self.viewer
        dropped = bool(self.request.POST.get("dropped"))
        about: dict[str, Any] = {"customer_id": self.task.customer_id, "deal_id": self.task.deal_id}
        with transaction.atomic():
            close_task(
                task_id=self.task.pk,
                done_on=told["done_on"],
                dropped=dropped,
                version=version_of(form),
                by=viewer,
                at=now(),
            )
            if told["log_kind"]:
                log_activity(
                    kind=told["log_kind"],
                    day=told["done_on"],
                    outcome=told["outcome"],
                    note=told["note"],
                    by=viewer,
                    at=now(),
                    **about,
                )
            agree(told, about, viewer)
        return _("The task will not be done.") if dropped else _("The task is done.")


@require_POST
@needs(Permission.WRITE)
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """An activity into the recycle bin."""
    name = str(sort_name(visible_activity(request.viewer, pk)))
    address = reverse("activities:list")
    return removed(
        request, "activity", pk, name=name, to=address, back=card_address("activity", pk) or address
    )


@require_POST
@needs(Permission.WRITE)
def remove_task(request: PageRequest, pk: int) -> HttpResponse:
    """A task into the recycle bin."""
    task = visible_task(request.viewer, pk)
    name, address = task.title or task.code, reverse("activities:tasks")
    return removed(request, "task", pk, name=name, to=address, back=card_address("task", pk) or address)


@require_POST
@needs(Permission.WRITE)
def reopen(request: PageRequest, pk: int) -> HttpResponse:
    """The task is to be done after all."""
    task = visible_task(request.viewer, pk)
    version = request.POST.get("version", "")
    said = int(version) if version.isascii() and version.isdecimal() else task.version
    reopen_task(task_id=pk, version=said, by=request.viewer, at=now())
    return HttpResponseRedirect(card_address("task", pk) or reverse("activities:tasks"))


def _give(form: PageForm, ids: Sequence[int], viewer: Viewer, at: datetime) -> str:
    count = reassign_tasks(task_ids=ids, member_id=form.cleaned_data["member_id"], by=viewer, at=at)
    said = {"count": number(count)}
    return ngettext("%(count)s task was given over.", "%(count)s tasks were given over.", count) % said


def _due(form: PageForm, ids: Sequence[int], viewer: Viewer, at: datetime) -> str:
    count = change_tasks(task_ids=ids, due_on=form.cleaned_data["due_on"], by=viewer, at=at)
    said = {"count": number(count)}
    return ngettext("%(count)s task is due anew.", "%(count)s tasks are due anew.", count) % said


class TaskBulk(BulkPage):
    """What is done with many tasks."""

    page = TaskList
    back = "activities:tasks"
    deeds: ClassVar[Mapping[str, Deed]] = {
        "reassign": Deed(gettext_lazy("Give to someone else"), GiveTasksForm, _give),
        "due": Deed(gettext_lazy("Set the due day"), DueForm, _due),
    }
