"""Facts of deals: how the ledger asks for them, and how every write here posts them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import F

from emporion.kernel.batches import batched
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many, post_new
from emporion.kernel.ledger.registry import FactSource
from emporion.kernel.record_undoing import fields_of
from emporion.records.pipeline import queries
from emporion.records.pipeline.facts import RULE_VERSION, deal_facts
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.rules import DealFigures, closing, known_history
from emporion.records.team.queries import Places

SUBJECT = "deal"
_AT_ONCE = 2_000


def move_days(places: Places) -> Callable[[int], list[date]]:
    """By member, the days on which their place becomes another."""
    return lambda member_id: [day for day, _ in places.timeline.changes(member_id)]


def _facts(figures: Mapping[int, DealFigures]) -> dict[int, list[Fact]]:
    places = Places.load()
    moves = move_days(places)
    return {deal_id: deal_facts(deal, places.on, moves) for deal_id, deal in figures.items()}


def facts_for(ids: Sequence[int]) -> dict[int, list[Fact]]:
    """The facts these deals stand for. Six queries, whatever their number."""
    return _facts(queries.deal_figures(ids))


def restate(ids: Sequence[int], *, at: datetime, new: frozenset[int] = frozenset()) -> None:
    """After a change of these deals or their histories: set where they stand, and post their facts anew. `new` are
    those created in this transaction, for which no fact can stand yet."""
    for some in batched(sorted(ids), _AT_ONCE):
        figures = queries.deal_figures(some)
        _set_standing(figures, at)
        facts = _facts(figures)
        post_new(SUBJECT, ((one, facts[one]) for one in some if one in new), at=at, rule_version=RULE_VERSION)
        changed = {one: facts[one] for one in some if one not in new}
        if changed:
            post_many(SUBJECT, changed, at=at, rule_version=RULE_VERSION)


def _set_standing(figures: Mapping[int, DealFigures], at: datetime) -> None:
    """Deals whose stage or closing day is another than their histories say. One statement, run for each of them: a
    batch has as many closing days as deals."""
    stored = Deal.objects.filter(id__in=figures).values_list("id", "stage_id", "closed_on")
    wanted = [
        (*now, at, deal_id)
        for deal_id, *before in stored
        if (now := _standing(figures[deal_id])) != tuple(before)
    ]
    if not wanted:
        return
    fields = fields_of(Deal)
    columns = [fields[name] for name in ("stage_id", "closed_on", "updated_at", "id")]
    rows = [
        [
            column.get_db_prep_save(value, connection=connection)
            for column, value in zip(columns, row, strict=True)
        ]
        for row in wanted
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE pipeline_deal SET stage_id = %s, closed_on = %s, updated_at = %s WHERE id = %s", rows
        )


def _standing(deal: DealFigures) -> tuple[int | None, date | None]:
    history = known_history(deal.entries)
    end = closing(history)
    return (history[-1].stage.id if history else None, end.day if end else None)


def mark_changed(ids: Sequence[int], *, at: datetime) -> None:
    """Tell whoever keeps copies of these deals that something beside their row has changed. Not by hand."""
    for some in batched(ids, _AT_ONCE):
        Deal.objects.filter(id__in=some).update(updated_at=at, version=F("version") + 1)


FACT_SOURCE = FactSource(SUBJECT, queries.deal_ids, facts_for, queries.codes_of, RULE_VERSION)
