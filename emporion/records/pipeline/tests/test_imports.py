"""Deals from files: whole histories, and rows that know only where a deal stands."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import ImportBatch, ImportRow, importables
from emporion.kernel.ledger.digest import net_digest
from emporion.records.pipeline.actions.deals import move_deal
from emporion.records.pipeline.models import Deal, DealStage, Pipeline, Stage
from emporion.records.pipeline.tests.department import (
    AT,
    Department,
    day,
    disagreements,
    fates,
    load,
    loaded,
    net,
    open_on,
    undo,
)

pytestmark = pytest.mark.both_databases


def row(here: Department, **others: Any) -> dict[str, Any]:
    return {
        "code": "D-1",
        "customer": here.acme,
        "pipeline": here.pipeline,
        "opened_on": day(1),
        "owner": here.anna,
        "value": Decimal(100),
        **others,
    }


@pytest.mark.spec("SYS-1", "PIPE-4")
def test_a_row_without_history_is_in_its_stage_from_the_day_it_was_opened(here: Department) -> None:
    loaded("deals", row(here, stage=here.offer))
    deal = Deal.objects.get()
    assert (deal.stage_id, deal.territory_id, deal.currency) == (here.offer, here.north, "EUR")
    assert open_on(day(1)) == {"offer": (1, 100)}
    assert open_on(day(1), "member_id") == {here.anna: (1, 100)}
    assert disagreements() == []


@pytest.mark.spec("SYS-1", "PIPE-4")
@pytest.mark.parametrize("stated", ["outcome", "stage"])
def test_a_closed_row_is_closed_on_its_day(here: Department, stated: str) -> None:
    said = {"outcome": "won"} if stated == "outcome" else {"stage": here.won}
    loaded("deals", row(here, closed_on=day(8), **said))
    assert (open_on(day(7)), open_on(day(8))) == ({"call": (1, 100)}, {})
    assert net("deal.won", "day", "member_id", "amount") == {(day(8), here.anna, 1_000_000): 1}
    assert Deal.objects.get().closed_on == day(8)


def test_a_value_known_only_at_the_end_counts_from_there(here: Department) -> None:
    loaded("deals", row(here, outcome="won", closed_on=day(8), value_on=day(8)))
    assert open_on(day(7)) == {"call": (1, 0)}
    assert net("deal.won", "amount") == {(1_000_000,): 1}


def test_the_closing_day_of_an_open_deal_is_when_that_is_expected(here: Department) -> None:
    loaded("deals", row(here, stage=here.offer, closed_on=day(40)))
    deal = Deal.objects.get()
    assert (deal.closed_on, deal.expected_on) == (None, day(40))


REJECTED: list[tuple[dict[str, Any], str, str]] = [
    ({"outcome": "won", "closed_on": day(0)}, "closed_on", "before it was opened"),
    ({"outcome": "won"}, "closed_on", "needs the day"),
    ({"stage": "won", "outcome": "lost", "closed_on": day(3)}, "outcome", "the stage means won"),
    ({"stage": "other"}, "stage", "another pipeline"),
    ({"pipeline": "empty"}, "stage", "no open stage"),
    ({"opened_on": None}, "opened_on", "empty"),
    ({"rate": Decimal(0)}, "rate", "more than 0"),
    ({"contract_amount": Decimal(5)}, "contract_signed_on", "day"),
    ({"outcome": "won", "closed_on": day(3), "value_on": day(4)}, "value_on", "after the deal was closed"),
]


@pytest.mark.spec("SYS-1")
@pytest.mark.parametrize(("said", "column", "reason"), REJECTED)
def test_what_cannot_be_is_rejected_with_column_and_reason(
    here: Department, said: dict[str, Any], column: str, reason: str
) -> None:
    empty = Pipeline.objects.create(code="empty")
    elsewhere = Stage.objects.create(code="other", pipeline=empty, position=1, outcome="waiting")
    Stage.objects.filter(id=elsewhere.pk).update(outcome="won" if said.get("pipeline") else "open")
    ids = {"won": here.won, "other": elsewhere.pk, "empty": empty.pk}
    said = {
        name: ids.get(value, value) if name in {"stage", "pipeline"} else value
        for name, value in said.items()
    }
    [fate] = load("deals", row(here, **said))
    assert (fate.fate.value, fate.column) == ("rejected", column)
    assert reason in fate.reason
    assert Deal.objects.count() == 0


@pytest.mark.spec("SYS-1")
def test_a_second_run_changes_nothing(here: Department) -> None:
    rows = [
        row(here, code="D-1", stage=here.offer),
        row(here, code="D-2", outcome="lost", closed_on=day(5), lost_reason="price"),
        {"code": "D-3", "opened_on": day(2), "pipeline": None, "owner": None},
    ]
    loaded("deals", *rows)
    digest = net_digest()
    assert fates("deals", *rows) == ["unchanged"] * 3
    assert net_digest() == digest
    assert Deal.objects.get(code="D-3").pipeline.code == "default"


@pytest.mark.spec("SYS-1")
def test_a_changed_row_changes_what_it_says_and_undo_writes_it_again(here: Department) -> None:
    first = row(here, stage=here.call)
    loaded("deals", first)
    digest = net_digest()
    [fate] = load("deals", row(here, outcome="won", closed_on=day(9), value=Decimal(70), owner=here.boris))
    assert fate.fate.value == "changed"
    assert net("deal.won", "member_id", "amount") == {(here.boris, 700_000): 1}
    assert disagreements() == []
    write = importables()["deals"].write
    assert write is not None
    assert fate.previous is not None
    write(ImportBatch([ImportRow(2, fate.previous)], SYSTEM, AT))
    assert net_digest() == digest


@pytest.mark.spec("PIPE-4", "SYS-1")
def test_a_history_may_come_in_any_order(here: Department) -> None:
    [deal] = loaded("deals", row(here, stage=here.won, closed_on=day(20)))
    rows = [
        {"deal": deal, "stage": here.won, "entered_on": day(20)},
        {"deal": deal, "stage": here.call, "entered_on": day(1)},
        {"deal": deal, "stage": here.offer, "entered_on": day(6)},
    ]
    for part in (rows[:1], rows[1:]):
        loaded("deal_stages", *part)
    assert (open_on(day(5)), open_on(day(6))) == ({"call": (1, 100)}, {"offer": (1, 100)})
    assert net("stage.left", "day", "stage_id", "traits") == {
        (day(6), here.call, 512): 1,
        (day(20), here.offer, 512): 1,
    }
    assert disagreements() == []
    assert fates("deal_stages", *rows) == ["unchanged"] * 3
    assert fates("deals", row(here, stage=here.won, closed_on=day(20))) == ["unchanged"]


def test_entries_of_one_moment_and_day_keep_their_order(here: Department) -> None:
    [deal] = loaded("deals", row(here))
    moments = [datetime(2026, 5, 3, hour, tzinfo=UTC) for hour in (9, 15)]
    loaded(
        "deal_stages",
        {"deal": deal, "stage": here.call, "entered_at": moments[1]},
        {"deal": deal, "stage": here.offer, "entered_at": moments[0]},
    )
    assert Deal.objects.get().stage_id == here.call
    assert [
        str(one) for one in DealStage.objects.filter(assumed=False).values_list("entered_on", flat=True)
    ] == ["2026-05-03"] * 2


@pytest.mark.spec("SYS-1")
def test_a_stage_before_the_deal_is_rejected(here: Department) -> None:
    [deal] = loaded("deals", row(here))
    [early] = load("deal_stages", {"deal": deal, "stage": here.call, "entered_on": day(0)})
    [dayless] = load("deal_stages", {"deal": deal, "stage": here.call})
    assert [(one.fate.value, one.column) for one in (early, dayless)] == [("rejected", "entered_on")] * 2


@pytest.mark.spec("SYS-1")
def test_values_and_credits_of_their_own_files_replace_the_row_s(here: Department) -> None:
    [deal] = loaded("deals", row(here))
    values = [{"deal": deal, "starts_on": day(d), "value": Decimal(v)} for d, v in ((4, 60), (2, 40))]
    credits_ = [
        {"deal": deal, "member": here.anna, "weight": 1},
        {"deal": deal, "member": here.boris, "weight": 3},
    ]
    ids = loaded("deal_values", *values)
    assert [open_on(day(d)) for d in (1, 2, 4)] == [{"call": (1, v)} for v in (0, 40, 60)]
    of_people = loaded("deal_credits", *credits_)
    assert open_on(day(4), "member_id") == {here.anna: (1, 15), here.boris: (1, 45)}
    assert fates("deal_values", *values) + fates("deal_credits", *credits_) == ["unchanged"] * 4
    assert disagreements() == []
    assert undo("deal_credits", of_people) + undo("deal_values", ids) == []
    assert open_on(day(1), "member_id") == {here.anna: (1, 100)}
    assert disagreements() == []


@pytest.mark.spec("SYS-1")
def test_undo_takes_deals_back_with_their_facts(here: Department) -> None:
    ids = loaded("deals", row(here, outcome="won", closed_on=day(5)), row(here, code="D-2"))
    assert undo("deals", ids) == []
    assert (Deal.objects.count(), open_on(day(5)), net("deal.won", "id")) == (0, {}, {})
    assert disagreements() == []


@pytest.mark.spec("SYS-1")
def test_what_people_have_moved_is_kept(here: Department) -> None:
    """The trap: the file still says the first stage; importing it again must not take the move back."""
    [deal_id] = loaded("deals", row(here, stage=here.call))
    move_deal(deal_id=deal_id, stage_id=here.offer, entered_on=day(4), version=1, by=SYSTEM, at=AT)
    assert (open_on(day(3)), open_on(day(4))) == ({"call": (1, 100)}, {"offer": (1, 100)})
    assert fates("deals", row(here, stage=here.call)) == ["kept"]
    assert open_on(day(4)) == {"offer": (1, 100)}
    assert undo("deals", [deal_id]) == [deal_id]
    assert disagreements() == []


@pytest.mark.spec("PIPE-3", "SYS-1")
def test_stages_of_a_pipeline(here: Department) -> None:
    stages = [
        {"code": "call", "pipeline": here.pipeline, "position": 2, "is_key": True},
        {"code": "offer", "pipeline": here.pipeline, "position": 1, "is_key": False},
    ]
    assert fates("stages", *stages) == ["changed"] * 2
    assert fates("stages", *stages) == ["unchanged"] * 2
    taken, key = load(
        "stages",
        {"code": "x", "pipeline": here.pipeline, "position": 2},
        {"code": "y", "pipeline": here.pipeline, "position": 9, "is_key": True},
    )
    assert (taken.column, key.column) == ("position", "is_key")


@pytest.mark.spec("PIPE-4")
def test_a_stage_that_comes_to_mean_won_makes_its_deals_won(here: Department) -> None:
    loaded("deals", row(here, stage=here.offer))
    assert fates("stages", {"code": "offer", "outcome": "won", "pipeline": here.pipeline, "position": 2}) == [
        "changed"
    ]
    assert Deal.objects.get().closed_on == day(1)
    assert net("deal.won", "day") == {(day(1),): 1}
    assert disagreements() == []


def test_sources_and_pipelines(here: Department) -> None:
    assert fates("lead_sources", {"code": "expo", "name": "Expo", "channel": "event"}) == ["created"]
    assert fates("pipelines", {"code": "farming", "process": "farmer"}) == ["created"]
    assert fates("pipelines", {"code": "farming", "process": "farmer"}) == ["unchanged"]
