"""Writes about deals, and what the ledger says afterwards."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Conflict, Refusal
from emporion.records.pipeline import queries
from emporion.records.pipeline.actions.deals import (
    move_deal,
    open_deal,
    revalue_deal,
    set_deal_credit,
    sign_contract,
)
from emporion.records.pipeline.actions.posting import facts_for
from emporion.records.pipeline.actions.setting_up import StageEntry, create_lead_source, create_pipeline
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, day, disagreements, net, open_on, rep
from emporion.records.team.models import Place
from emporion.records.team.reposting import ChangedSpan, repost_spans

pytestmark = pytest.mark.both_databases


def opened(here: Department, **others: Any) -> Deal:
    told: dict[str, Any] = {
        "name": "Fleet",
        "opened_on": day(1),
        "pipeline_id": here.pipeline,
        "customer_id": here.acme,
        "value": Decimal(100),
        "shares": [Share(here.anna)],
        **others,
    }
    return open_deal(by=SYSTEM, at=AT, **told)


def moved(deal: Deal, stage_id: int, on: date, **others: Any) -> Deal:
    return move_deal(
        deal_id=deal.pk, stage_id=stage_id, entered_on=on, version=deal.version, by=SYSTEM, at=AT, **others
    )


@pytest.mark.spec("PIPE-3", "PIPE-4")
def test_a_deal_is_opened_moved_revalued_and_won(here: Department) -> None:
    deal = opened(here)
    assert (deal.stage_id, deal.territory_id, deal.currency, deal.closed_on) == (
        here.call,
        here.north,
        "EUR",
        None,
    )
    deal = moved(deal, here.offer, day(5))
    deal = revalue_deal(
        deal_id=deal.pk, starts_on=day(5), value=Decimal(250), version=deal.version, by=SYSTEM, at=AT
    )
    assert (open_on(day(4)), open_on(day(5))) == ({"call": (1, 100)}, {"offer": (1, 250)})
    deal = moved(deal, here.won, day(9))
    assert (deal.stage_id, deal.closed_on) == (here.won, day(9))
    assert open_on(day(9)) == {}
    assert net("deal.won", "member_id", "team_id", "day", "amount", "minutes") == {
        (here.anna, here.red, day(9), 2_500_000, 8 * 1_440): 1
    }
    assert disagreements() == []
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "deal.opened",
        "deal.moved",
        "deal.revalued",
        "deal.moved",
    ]


@pytest.mark.spec("PIPE-4")
def test_a_deal_opened_again_is_open_and_no_longer_won(here: Department) -> None:
    deal = moved(opened(here), here.won, day(3))
    deal = moved(deal, here.call, day(6))
    assert (deal.closed_on, net("deal.won", "id"), open_on(day(6))) == (None, {}, {"call": (1, 100)})
    deal = moved(deal, here.lost, day(8), lost_reason="price")
    assert (deal.closed_on, deal.lost_reason) == (day(8), "price")
    assert net("deal.lost", "day") == {(day(8),): 1}
    assert disagreements() == []


@pytest.mark.spec("PIPE-4")
def test_credit_said_anew_goes_back_to_the_beginning(here: Department) -> None:
    deal = opened(here)
    shares = [Share(here.anna, 1), Share(here.boris, 3)]
    set_deal_credit(deal_id=deal.pk, shares=shares, version=deal.version, by=SYSTEM, at=AT)
    assert open_on(day(1), "member_id") == {here.anna: (1, 25), here.boris: (1, 75)}
    assert disagreements() == []


@pytest.mark.spec("PIPE-4")
def test_a_contract_is_signed(here: Department) -> None:
    deal = opened(here)
    sign_contract(
        deal_id=deal.pk, signed_on=day(4), version=deal.version, by=SYSTEM, at=AT, amount=Decimal(90)
    )
    assert net("contract.signed", "deal_id", "day", "amount") == {(deal.pk, day(4), 900_000): 1}


@pytest.mark.spec("TEAM-1")
def test_a_back_dated_move_of_the_seller_moves_their_open_deals(here: Department) -> None:
    opened(here)
    Place.objects.create(member_id=here.anna, starts_on=day(3), team_id=here.blue, role="closer")
    assert disagreements() != []
    counts = repost_spans([ChangedSpan(here.anna, day(3), date.max)], at=AT)
    assert counts["deal"] == 2
    assert net("pipeline.changed", "day", "team_id", "quantity") == {
        (day(1), here.red, 1_000_000): 1,
        (day(3), here.red, -1_000_000): 1,
        (day(3), here.blue, 1_000_000): 1,
    }
    assert disagreements() == []


def test_without_a_pipeline_the_default_one_is_made(here: Department) -> None:
    deal = opened(here, pipeline_id=None, code="D-1")
    stages = deal.pipeline.stages.order_by("position").values_list("code", "outcome")
    assert list(stages) == [("default.open", "open"), ("default.won", "won"), ("default.lost", "lost")]
    assert opened(here, pipeline_id=None).pipeline_id == deal.pipeline_id


REFUSED: list[tuple[str, Callable[[Department, Deal], object]]] = [
    ("code_taken", lambda here, deal: opened(here, code=deal.code)),
    ("closed_stage", lambda here, _: opened(here, stage_id=here.won)),
    ("negative_value", lambda here, _: opened(here, value=Decimal(-1))),
    ("bad_rate", lambda here, _: opened(here, rate=Decimal(0))),
    ("bad_weight", lambda here, _: opened(here, shares=[Share(here.anna, 0)])),
    ("credited_twice", lambda here, _: opened(here, shares=[Share(here.anna), Share(here.anna, 2)])),
    ("unknown_credit", lambda here, _: opened(here, shares=[Share(here.anna, 1, "half")])),
    ("same_stage", lambda here, deal: moved(deal, here.call, day(2))),
    ("no_such_stage", lambda _, deal: moved(deal, 0, day(2))),
    ("moved_before", lambda here, deal: moved(deal, here.won, day(0))),
    (
        "before_opening",
        lambda _, deal: revalue_deal(
            deal_id=deal.pk, starts_on=day(0), value=Decimal(1), version=deal.version, by=SYSTEM, at=AT
        ),
    ),
    (
        "before_opening",
        lambda _, deal: sign_contract(
            deal_id=deal.pk, signed_on=day(0), version=deal.version, by=SYSTEM, at=AT
        ),
    ),
    (
        "no_such_deal",
        lambda here, deal: move_deal(
            deal_id=deal.pk, stage_id=here.won, entered_on=day(2), version=1, by=rep(here.boris), at=AT
        ),
    ),
    ("not_permitted", lambda _, __: create_lead_source(code="x", name="x", by=Viewer("x", Scope.OWN), at=AT)),
]


@pytest.mark.parametrize(("name", "attempt"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    here: Department, name: str, attempt: Callable[[Department, Deal], object]
) -> None:
    deal = opened(here)
    with pytest.raises(Refusal) as refused:
        attempt(here, deal)
    assert refused.value.name == name


def test_two_people_moving_one_deal_get_told(here: Department) -> None:
    deal = opened(here)
    moved(deal, here.offer, day(2))
    with pytest.raises(Conflict):
        moved(deal, here.won, day(3))


@pytest.mark.spec("PIPE-3")
@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("two_key_stages", [StageEntry("a", is_key=True), StageEntry("b", is_key=True)]),
        ("incomplete_pipeline", [StageEntry("a"), StageEntry("w", outcome="won")]),
        ("incomplete_pipeline", [StageEntry("w", outcome="won"), StageEntry("l", outcome="lost")]),
        ("unknown_outcome", [StageEntry("a", outcome="maybe")]),
        ("code_taken", [StageEntry("call"), StageEntry("w", outcome="won"), StageEntry("l", outcome="lost")]),
    ],
)
def test_a_pipeline_that_cannot_work_is_refused(
    here: Department, name: str, stages: list[StageEntry]
) -> None:
    with pytest.raises(Refusal) as refused:
        create_pipeline(code="farming", stages=stages, process="farmer", by=SYSTEM, at=AT)
    assert refused.value.name == name


@pytest.mark.spec("PIPE-3")
def test_a_pipeline_with_waiting_and_one_key_stage(here: Department) -> None:
    stages = [
        StageEntry("f-call", "Call"),
        StageEntry("f-offer", "Offer", is_key=True),
        StageEntry("f-wait", "Waiting for a decision", "waiting"),
        StageEntry("f-won", "Success", "won"),
        StageEntry("f-lost", "Closed without sale", "lost"),
    ]
    made = create_pipeline(code="farming", stages=stages, process="farmer", by=SYSTEM, at=AT)
    kinds = [kind for kind in queries.stage_kinds().values() if kind.pipeline_id == made.pk]
    assert [kind.position for kind in kinds if kind.is_key] == [2]
    assert {kind.position for kind in kinds if kind.closes} == {4, 5}


def test_who_sees_which_deals(here: Department) -> None:
    """A seller sees their own deals, and all of customers they own now, whosever they are."""
    own = opened(here, customer_id=here.bolt)
    account = opened(here, shares=[Share(here.boris)])
    assert set(queries.visible_deals(rep(here.anna))) == {own, account}
    assert set(queries.visible_deals(rep(here.boris))) == {own, account}
    foreign = opened(here, customer_id=None, shares=[Share(here.boris)], territory_id=here.north)
    assert foreign not in queries.visible_deals(rep(here.anna))
    zone = Viewer("zone", Scope.TERRITORY, territory_ids=frozenset({here.north}))
    assert set(queries.visible_deals(zone)) == {account, foreign}
    moved(foreign, here.won, day(2))
    assert set(queries.open_deals(zone)) == {account}
    assert queries.values_on(zone, [account.pk, own.pk], day(3)) == {account.pk: Decimal(100)}
    assert [entry.stage.id for entry in queries.history_of(zone, foreign.pk)] == [here.call, here.won]


def test_facts_of_many_deals_cost_as_many_queries_as_of_one(
    here: Department, django_assert_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    ids = [opened(here).pk for _ in range(5)]
    with django_assert_num_queries(6):
        facts_for(ids)


@pytest.mark.spec("TEAM-10")
def test_a_deal_names_only_what_its_maker_may_open(here: Department) -> None:
    """Trap: a rep opened deals at foreign customers, credited to other people, and told missing from foreign."""
    anna = rep(here.anna)
    named: list[tuple[str, dict[str, Any]]] = [
        (f"there is no customer {here.bolt} that you may open", {"customer_id": here.bolt}),
        ("there is no customer 99 that you may open", {"customer_id": 99}),
        (f"there is no territory {here.north} that you may open", {"territory_id": here.north}),
        ("there is no territory 99 that you may open", {"territory_id": 99}),
        ("you may only act for yourself and your people", {"shares": [Share(here.boris)]}),
        ("you may only act for yourself and your people", {"shares": [Share(99)]}),
    ]
    for words, told in named:
        with pytest.raises(Refusal, match=words):
            open_deal(name="Fleet", opened_on=day(1), pipeline_id=here.pipeline, by=anna, at=AT, **told)
    assert not Deal.objects.exists()
    mine: dict[str, Any] = {"customer_id": here.acme, "shares": [Share(here.anna)]}
    open_deal(name="Fleet", opened_on=day(1), pipeline_id=here.pipeline, by=anna, at=AT, **mine)


@pytest.mark.spec("TEAM-10")
@pytest.mark.parametrize("stands", ["anna", "boris"])
def test_credit_of_a_deal_is_neither_given_to_nor_taken_from_other_people(
    here: Department, stands: str
) -> None:
    """Trap: who owned the customer could take a deal from whoever is credited with it, or give it to anyone."""
    people = {"anna": here.anna, "boris": here.boris}
    other = {"anna": here.boris, "boris": here.anna}[stands]
    deal = opened(here, shares=[Share(people[stands])])
    with pytest.raises(Refusal) as refused:
        set_deal_credit(
            deal_id=deal.pk, shares=[Share(other)], version=deal.version, by=rep(here.anna), at=AT
        )
    assert refused.value.name == "not_your_people"
    assert open_on(day(1), "member_id") == {people[stands]: (1, 100)}
