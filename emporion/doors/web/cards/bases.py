"""What the pages of the team are told of customers, deals and tasks, which lie above it (TEAM-4, TEAM-10)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.clock import now
from emporion.records.activities.actions import reassign_tasks
from emporion.records.activities.queries import open_tasks
from emporion.records.customers.actions.bulk import reassign_customers
from emporion.records.customers.models import CustomerOwner, CustomerZone
from emporion.records.customers.queries import in_base, owned_now, visible_customers, without_owner
from emporion.records.pipeline.actions.changing import reassign_deals
from emporion.records.pipeline.queries import credited_to, open_deals
from emporion.records.team.views.bases import register_bases

COUNTED = 10_000


class _Bases:
    def served(self, member_ids: Sequence[int], day: date) -> dict[int, int]:
        """Owners' rows that hold on that day, counted. One query."""
        later = CustomerOwner.objects.filter(
            customer_id=OuterRef("customer_id"), starts_on__gt=OuterRef("starts_on"), starts_on__lte=day
        )
        rows = CustomerOwner.objects.filter(
            ~Exists(later), member_id__in=member_ids, starts_on__lte=day, customer__removed_at=None
        )
        counted = rows.order_by().values_list("member_id").annotate(Count("customer_id"))
        return {member_id: count for member_id, count in counted if member_id is not None}

    def held(self, viewer: Viewer, territory_ids: Sequence[int], day: date) -> dict[int, int]:
        """Visible customers in the base, by their zone of the day. One query."""
        zone = CustomerZone.objects.filter(customer_id=OuterRef("pk"), starts_on__lte=day).order_by(
            "-starts_on"
        )
        there = in_base(viewer, day).annotate(zone_now=Subquery(zone.values("territory_id")[:1]))
        counted = there.order_by().values_list("zone_now").annotate(Count("pk"))
        wanted = set(territory_ids)
        return {zone_id: count for zone_id, count in counted if zone_id in wanted}

    def unowned(self, viewer: Viewer, day: date) -> int:
        """Counted up to one more than a limit, which says that there are more. One query."""
        return without_owner(viewer, day).order_by()[: COUNTED + 1].count()


def hand_over(member_id: int, heir_id: int, day: date, viewer: Viewer) -> int:
    """All customers, open deals and open tasks of a member become another's: nothing is left orphaned."""
    at = now()
    customers = _ids(visible_customers(viewer).filter(pk__in=owned_now([member_id], day)))
    deals = _ids(open_deals(viewer).filter(pk__in=credited_to([member_id])))
    tasks = _ids(open_tasks(viewer).filter(member_id=member_id))
    count = 0
    if customers:
        count += reassign_customers(
            customer_ids=customers, member_id=heir_id, starts_on=day, by=viewer, at=at
        )
    if deals:
        count += reassign_deals(deal_ids=deals, member_id=heir_id, by=viewer, at=at)
    if tasks:
        count += reassign_tasks(task_ids=tasks, member_id=heir_id, by=viewer, at=at)
    return count


def _ids(records: QuerySet[Any]) -> list[int]:
    return list(records.order_by("pk").values_list("pk", flat=True))


def _unowned_address() -> str:
    return f"{reverse('customers:list')}?state=unowned"


def tell_bases() -> None:
    """Tells the pages of the team where customers are counted."""
    register_bases(_Bases(), hand_over, _unowned_address)
