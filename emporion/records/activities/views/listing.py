"""The lists of activities and of tasks (ACT-1)."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.search import matching
from emporion.kernel.ui.cells import Badge, Cell
from emporion.kernel.ui.choosing import OncePerViewer
from emporion.kernel.ui.filters import Choice, Days, UsualChoice
from emporion.kernel.ui.links import Openable
from emporion.kernel.ui.lists import Bulk, Column, ListPage
from emporion.records.activities.forms.wording import FIRST_NAMES, KIND_NAMES, outcome_name, sort_name
from emporion.records.activities.models import Activity, ActivityMember, Task
from emporion.records.activities.queries import visible_activities, visible_tasks
from emporion.records.customers.queries import today, visible_customers
from emporion.records.pipeline.queries import visible_deals
from emporion.records.pipeline.rules import Share, known
from emporion.records.team.forms import people
from emporion.records.team.queries import visible_members

members = OncePerViewer(lambda viewer: [(str(pk), name) for pk, name in people(viewer)])


def _of_member(activities: QuerySet[Any], pk: str) -> QuerySet[Any]:
    return activities.filter(pk__in=ActivityMember.objects.filter(member_id=pk).values("activity_id"))


def _links(viewer: Viewer, rows: Sequence[Any]) -> Openable:
    """Links to what these rows name. One query."""
    named: dict[str, Any] = {
        "customer": (visible_customers(viewer), [row.customer_id for row in rows]),
        "deal": (visible_deals(viewer), [row.deal_id for row in rows]),
        "member": (visible_members(viewer), [getattr(row, "member_id", None) for row in rows]),
    }
    return Openable(viewer, named)


class ActivityList(ListPage):
    """Activities the viewer may open."""

    key = "activities"
    subject = "activity"
    title = _("Activities")
    empty = _("Calls, meetings, visits and messages will be here. Log the first one: it takes two taps.")
    create_label = _("Log a call")
    default_sort = "-day"
    template_name = "activities/list.html"
    filters = (
        Choice(
            "kind",
            _("Kind"),
            lambda _viewer: list(KIND_NAMES.items()),
            lambda rows, kind: rows.filter(kind=kind),
        ),
        Choice(
            "first",
            _("Sort"),
            lambda _viewer: list(FIRST_NAMES.items()),
            lambda rows, first: rows.filter(first=first),
        ),
        Choice("member", _("Who"), members, _of_member),
        Days("day", _("Day"), "day"),
    )

    @cached_property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]  # they read what was prepared for these rows
        """The columns."""
        return (
            Column("day", _("Day"), lambda row: row.day, ("day",)),
            Column("kind", _("What"), sort_name, ("kind", "first")),
            Column("customer", _("Customer"), lambda row: self._links.link("customer", row.customer)),
            Column("deal", _("Deal"), lambda row: self._links.link("deal", row.deal)),
            Column("members", _("Who"), self._members),
            Column("minutes", _("Minutes"), lambda row: row.minutes or None, end=True),
            Column("outcome", _("Outcome"), lambda row: outcome_name(row.outcome)),
        )

    def records(self, viewer: Viewer) -> QuerySet[Activity]:
        """The activities."""
        return visible_activities(viewer).select_related("customer", "deal")

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By words of their customer, and by their code."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Activity], viewer: Viewer) -> None:
        """Who took part, and what the viewer may open."""
        self._names = member_names([row.pk for row in rows])
        self._links = _links(viewer, rows)

    def create_address(self, viewer: Viewer) -> str:
        """Where a call is logged."""
        return reverse("activities:log_call") if viewer.may(Permission.WRITE) else ""

    def more(self, viewer: Viewer) -> Mapping[str, Any]:
        """Where a meeting is logged."""
        return {"logs": viewer.may(Permission.WRITE)}

    def _members(self, activity: Activity) -> Cell:
        return self._names.get(activity.pk, "")


def member_names(ids: Sequence[int]) -> dict[int, str]:
    """By activity, the names of those who took part. One query."""
    shares: dict[int, list[Share]] = {}
    names: dict[int, str] = {}
    rows = ActivityMember.objects.filter(activity_id__in=ids).order_by("id")
    for activity_id, member_id, assumed, name, code in rows.values_list(
        "activity_id", "member_id", "assumed", "member__name", "member__code"
    ):
        shares.setdefault(activity_id, []).append(Share(member_id, assumed=assumed))
        names[member_id] = name or code
    return {
        activity_id: ", ".join(dict.fromkeys(names[share.member_id] for share in known(found)))
        for activity_id, found in shares.items()
    }


def _in_state(tasks: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "all":
        return tasks
    if state == "open":
        return tasks.filter(done_on=None)
    if state == "overdue":
        return tasks.filter(done_on=None, due_on__lt=today())
    return tasks.filter(done_on__isnull=False, dropped=state == "dropped")


class TaskList(ListPage):
    """Tasks the viewer may open; those that are open, unless the address asks for others."""

    key = "tasks"
    subject = "task"
    title = _("Tasks")
    empty = _("What is to be done will be here, by the day it is due.")
    create_label = _("New task")
    default_sort = "due"
    filters = (
        UsualChoice(
            "state",
            _("State"),
            lambda _viewer: [
                ("open", _("open")),
                ("overdue", _("overdue")),
                ("done", _("done")),
                ("dropped", _("dropped")),
                ("all", _("all")),
            ],
            _in_state,
            usual="open",
        ),
        Choice("member", _("Who"), members, lambda rows, pk: rows.filter(member_id=pk)),
        Choice(
            "step",
            _("Next step"),
            lambda _viewer: [("yes", _("agreed with the customer"))],
            lambda rows, _yes: rows.filter(is_next_step=True),
        ),
        Days("due", _("Due"), "due_on"),
    )
    bulk = (Bulk("reassign", _("Give to someone else")), Bulk("due", _("Set the due day")))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._today = today()

    @cached_property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]  # they know which day it is
        """The columns."""
        return (
            Column("title", _("What"), lambda row: row.title or row.code, ("title",)),
            Column("due", _("Due"), lambda row: row.due_on, ("due_on",)),
            Column("state", _("State"), self._state),
            Column("customer", _("Whom"), lambda row: self._links.link("customer", row.customer)),
            Column("deal", _("Deal"), lambda row: self._links.link("deal", row.deal)),
            Column("member", _("Who"), lambda row: self._links.link("member", row.member), ("member__name",)),
        )

    def records(self, viewer: Viewer) -> QuerySet[Task]:
        """The tasks."""
        return visible_tasks(viewer).select_related("customer", "deal", "member")

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By words of the task and its customer."""
        return matching(records, text)

    def prepare(self, rows: Sequence[Task], viewer: Viewer) -> None:
        """What the viewer may open."""
        self._links = _links(viewer, rows)

    def create_address(self, viewer: Viewer) -> str:
        """Where a task is opened."""
        return reverse("activities:new_task") if viewer.may(Permission.WRITE) else ""

    def bulk_address(self) -> str:
        """Where the chosen tasks go."""
        return reverse("activities:bulk")

    def _state(self, task: Task) -> Cell:
        if task.done_on is not None:
            return Badge(_("dropped") if task.dropped else _("done"), "quiet" if task.dropped else "good")
        if task.due_on is not None and task.due_on < self._today:
            return Badge(_("overdue"), "bad")
        return gettext("open")
