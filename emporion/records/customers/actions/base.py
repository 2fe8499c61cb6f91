"""Facts of customers: how the ledger asks for them, and how every write here posts them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db.models import F

from emporion.kernel.batches import batched
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import Posted, post_many
from emporion.kernel.ledger.registry import FactSource
from emporion.records.customers.facts import RULE_VERSION, base_facts
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import base_histories, codes_of, customer_ids
from emporion.records.customers.rules import BaseHistory
from emporion.records.team.queries import Places

SUBJECT = "customer"
_POSTED_AT_ONCE = 2_000


def reader() -> Callable[[BaseHistory], list[Fact]]:
    """What turns a customer's history into facts, with people's places as they are known now. One query."""
    places = Places.load()

    def move_days(member_id: int) -> list[date]:
        return [day for day, _ in places.timeline.changes(member_id)]

    return lambda history: base_facts(history, places.on, move_days)


def facts_for(ids: Sequence[int]) -> dict[int, list[Fact]]:
    """The facts these customers stand for. Four queries, whatever their number."""
    facts_of = reader()
    return {history.customer_id: facts_of(history) for history in base_histories(ids)}


def post_base(ids: Sequence[int], *, at: datetime) -> Posted:
    """Post what these customers stand for now; only the difference is added."""
    posted = Posted()
    for some in batched(ids, _POSTED_AT_ONCE):
        posted += post_many(SUBJECT, facts_for(some), at=at, rule_version=RULE_VERSION)
    return posted


def mark_changed(ids: Sequence[int], *, at: datetime) -> None:
    """Tell whoever keeps copies of these customers that something beside their row has changed. Not by hand."""
    for some in batched(ids, _POSTED_AT_ONCE):
        Customer.objects.filter(id__in=some).update(updated_at=at, version=F("version") + 1)


FACT_SOURCE = FactSource(SUBJECT, customer_ids, facts_for, codes_of, RULE_VERSION)
