"""What of the pipeline can be removed, and how changes of deals are undone."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import Changed, register_inverse, register_inverse_of_many
from emporion.kernel.record_removing import Removable, register_need, register_removable
from emporion.records.pipeline.actions.taking_back import take_back, take_back_move
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import credited, deals_in_reach


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable("deal", deals_in_reach, people=_people))
    register_need("customer", "deals", _of_customer)
    for action in (
        "deal.changed",
        "deal.revalued",
        "deal.credited",
        "deal.contract_signed",
        "deal.taken_back",
    ):
        register_inverse(action, take_back)
    register_inverse("deal.moved", take_back_move)
    register_inverse_of_many("deal.reassigned", _take_back_each)


def _people(deal_id: int) -> Iterable[int]:
    return (share.member_id for share in credited(deal_id))


def _of_customer(customer_id: int) -> bool:
    return Deal.objects.filter(customer_id=customer_id, removed_at=None).exists()


def _take_back_each(changed: Mapping[int, Changed], by: Viewer, at: datetime) -> None:
    for deal_id, values in changed.items():
        take_back(deal_id, values, by, at)
