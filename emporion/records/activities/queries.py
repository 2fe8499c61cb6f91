"""Reading activities and tasks: what a viewer may see, and what facts depend on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from emporion.kernel.access.viewer import Viewer
from emporion.records.activities.models import Activity, ActivityMember, Task
from emporion.records.activities.rules import ActivityFigures, TaskFigures
from emporion.records.customers.queries import Held, member_among, owned_now, owner_is
from emporion.records.customers.reach import is_wide
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import open_deals
from emporion.records.pipeline.rules import Share

_IDS_AT_ONCE = 10_000


def visible_activities(viewer: Viewer) -> models.QuerySet[Activity]:
    """Activities the viewer may open: their members' own, their zones', and all of customers they own now."""
    return activities_in_reach(viewer).filter(removed_at=None)


def activities_in_reach(viewer: Viewer) -> models.QuerySet[Activity]:
    """The same, with those in the recycle bin."""
    activities = Activity.objects.all()
    if viewer.sees_all:
        return activities
    if is_wide(viewer, Activity):
        own_row = _taking_part().filter(member_among(viewer.member_ids), activity_id=OuterRef("pk"))
        return activities.filter(Q(Exists(own_row)) | _of_account_or_zone(viewer))
    own = _taking_part().filter(member_id__in=viewer.member_ids).values("activity_id")
    return activities.filter(id__in=own.union(*_of_accounts_and_zones(activities, viewer), all=True))


def _taking_part() -> models.QuerySet[ActivityMember]:
    real = ActivityMember.objects.filter(activity_id=OuterRef("activity_id"), assumed=False)
    return ActivityMember.objects.filter(Q(assumed=False) | ~Exists(real))


def visible_tasks(viewer: Viewer) -> models.QuerySet[Task]:
    """Tasks the viewer may open: their members' own, their zones', and all of customers they own now."""
    return tasks_in_reach(viewer).filter(removed_at=None)


def tasks_in_reach(viewer: Viewer) -> models.QuerySet[Task]:
    """The same, with those in the recycle bin."""
    tasks = Task.objects.all()
    if viewer.sees_all:
        return tasks
    if is_wide(viewer, Task):
        return tasks.filter(Q(member_among(viewer.member_ids)) | _of_account_or_zone(viewer))
    own = tasks.filter(member_id__in=viewer.member_ids).values("id")
    return tasks.filter(id__in=own.union(*_of_accounts_and_zones(tasks, viewer), all=True))


def _of_accounts_and_zones(
    rows: models.QuerySet[Any], viewer: Viewer
) -> tuple[models.QuerySet[Any, Any], models.QuerySet[Any, Any]]:
    """The ids of what belongs to customers they own now, and of what is in their zones."""
    owned = owned_now(viewer.member_ids, viewer.on)
    return (
        rows.filter(customer_id__in=owned).values("id"),
        rows.filter(territory_id__in=viewer.territory_ids).values("id"),
    )


def _of_account_or_zone(viewer: Viewer) -> Q:
    """The same two, asked of each row: for who reaches much."""
    owned = owner_is(viewer.member_ids, "customer_id", viewer.on)
    return Q(owned) | Q(territory_id__in=viewer.territory_ids)


def open_tasks(viewer: Viewer) -> models.QuerySet[Task]:
    """Tasks the viewer may open that are neither done nor dropped, the first due first."""
    return visible_tasks(viewer).filter(done_on=None).order_by("due_on", "id")


def overdue_tasks(viewer: Viewer, on: date) -> models.QuerySet[Task]:
    """Open tasks whose due day was before that day. Source: ACT-1."""
    return open_tasks(viewer).filter(due_on__lt=on)


def deals_without_next_task(viewer: Viewer) -> models.QuerySet[Deal]:
    """Open deals the viewer may open for which nothing is to be done: there should be none. Source: PIPE-5."""
    waiting = Task.objects.filter(deal_id=OuterRef("id"), done_on=None, removed_at=None)
    return open_deals(viewer).filter(~Exists(waiting)).order_by("id")


# What facts depend on

_REMOVED = models.ExpressionWrapper(Q(removed_at__isnull=False), models.BooleanField())
_ACTIVITY_COLUMNS = (
    "id",
    "kind",
    "day",
    "started_at",
    "minutes",
    "customer_id",
    "deal_id",
    "territory_id",
    "first",
    "decision_maker",
    "own_initiative",
    "channel",
    "source",
    "removed",
)
_TASK_COLUMNS = (
    "id",
    "opened_on",
    "due_on",
    "done_on",
    "member_id",
    "customer_id",
    "deal_id",
    "territory_id",
    "is_next_step",
    "removed",
)


def activity_figures(ids: Sequence[int]) -> dict[int, ActivityFigures]:
    """What the facts of these activities depend on. Two queries."""
    shares: dict[int, list[Share]] = defaultdict(list)
    taking_part = ActivityMember.objects.filter(activity_id__in=ids).order_by("activity_id", "id")
    for activity_id, member_id, weight, credit, assumed in taking_part.values_list(
        "activity_id", "member_id", "weight", "credit", "assumed"
    ):
        shares[activity_id].append(Share(member_id, weight, credit, assumed))
    rows = Activity.objects.filter(id__in=ids).annotate(removed=_REMOVED).values_list(*_ACTIVITY_COLUMNS)
    return {row[0]: ActivityFigures(*(*row, shares.get(row[0], ()))) for row in rows.iterator()}


def task_figures(ids: Sequence[int]) -> dict[int, TaskFigures]:
    """What the facts of these tasks depend on. One query."""
    rows = Task.objects.filter(id__in=ids).annotate(removed=_REMOVED).values_list(*_TASK_COLUMNS)
    return {row[0]: TaskFigures(*row) for row in rows.iterator()}


class Whereabouts:
    """Customer and territory of what belongs to a deal or a customer: read once for many."""

    def __init__(self, deals: Mapping[int, tuple[int | None, int | None]], zones: Held) -> None:
        self._deals = deals
        self._zones = zones

    @classmethod
    def load(cls, deal_ids: Iterable[int], customer_ids: Iterable[int | None]) -> "Whereabouts":
        """Two queries."""
        rows = Deal.objects.filter(id__in=set(deal_ids)).values("id", "customer_id", "territory_id")
        deals: dict[int, tuple[int | None, int | None]] = {
            row["id"]: (row["customer_id"], row["territory_id"]) for row in rows
        }
        of_deals = (customer_id for customer_id, _ in deals.values())
        return cls(deals, Held.zones(sorted({one for one in (*customer_ids, *of_deals) if one is not None})))

    def customer(self, deal_id: int | None) -> int | None:
        """The deal's customer."""
        return self._deals.get(deal_id or 0, (None, None))[0]

    def territory(self, deal_id: int | None, customer_id: int | None, day: date) -> int | None:
        """The deal's territory, or else the customer's on that day."""
        own = self._deals.get(deal_id or 0, (None, None))[1]
        return self._zones.on(customer_id, day) if own is None else own


def activities_of_member(member_id: int, start: date, end: date) -> Iterable[int]:
    """Activities of that person in the span."""
    found = Activity.objects.filter(day__gte=start, day__lt=end, members__member_id=member_id)
    return found.order_by("id").values_list("id", flat=True).distinct()


def tasks_of_member(member_id: int, start: date, end: date) -> Iterable[int]:
    """Tasks of that person that were opened in the span."""
    found = Task.objects.filter(opened_on__gte=start, opened_on__lt=end, member_id=member_id)
    return found.order_by("id").values_list("id", flat=True)


def ids_of(model: type[Any]) -> Iterable[int]:
    """All ids of activities or of tasks, rising."""
    found: Iterable[int] = (
        model.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=_IDS_AT_ONCE)
    )
    return found


def codes_of(model: type[Any], ids: Sequence[int]) -> dict[int, str]:
    """The codes of these activities or tasks. One query."""
    return dict(model.objects.filter(id__in=ids).values_list("id", "code"))
