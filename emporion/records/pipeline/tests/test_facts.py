"""What deals stand for, in tables that can be checked by hand."""

import pytest

from emporion.kernel.ledger.fact import Fact
from emporion.records.pipeline.facts import ONE
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.told import (
    ANNA,
    BLUE,
    BORIS,
    CALL,
    HEAD,
    LOST,
    OFFER,
    RED,
    VISIT,
    WAIT,
    WON,
    day,
    deal,
    entry,
    facts,
    moves,
    running,
    state,
    worth,
)


def of_kind(made: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in made if fact.kind == kind]


@pytest.mark.spec("PIPE-4")
def test_forward_and_back_is_one_net_change_a_day_and_stage() -> None:
    told = deal(entry(1, CALL), entry(5, VISIT), entry(9, CALL), values=[worth(1, 100)])
    assert state(told) == [
        (1, "call", 1, 100),
        (5, "call", -1, -100),
        (5, "visit", 1, 100),
        (9, "visit", -1, -100),
        (9, "call", 1, 100),
    ]
    assert moves(told) == [
        (1, "entered", "call", ""),
        (5, "left", "call", "forward"),
        (5, "entered", "visit", ""),
        (9, "left", "visit", ""),
        (9, "entered", "call", "reopened"),
    ]


@pytest.mark.spec("PIPE-4")
def test_a_new_value_on_the_day_of_a_move_leaves_with_the_old_and_enters_with_the_new() -> None:
    told = deal(entry(1, CALL), entry(5, VISIT), values=[worth(1, 100), worth(5, 250)])
    assert state(told) == [(1, "call", 1, 100), (5, "call", -1, -100), (5, "visit", 1, 250)]


@pytest.mark.spec("PIPE-4")
def test_a_new_value_alone_changes_no_number() -> None:
    assert state(deal(entry(1, CALL), values=[worth(1, 100), worth(7, 80)])) == [
        (1, "call", 1, 100),
        (7, "call", 0, -20),
    ]


@pytest.mark.spec("PIPE-4")
def test_there_and_back_on_one_day_changes_nothing_but_is_told() -> None:
    """The trap: stage changes posted one by one would leave four rows of one day."""
    told = deal(entry(1, CALL), entry(5, VISIT, 1), entry(5, CALL, 2), values=[worth(1, 100)])
    assert state(told) == [(1, "call", 1, 100)]
    assert [row[1:3] for row in moves(told) if row[0] == 5] == [
        ("left", "call"),
        ("entered", "visit"),
        ("left", "visit"),
        ("entered", "call"),
    ]


@pytest.mark.spec("PIPE-3", "PIPE-4")
def test_won() -> None:
    told = deal(entry(1, CALL), entry(4, OFFER), entry(8, WAIT), entry(11, WON), values=[worth(1, 100)])
    assert state(told)[-1] == (11, "wait", -1, -100)
    assert running(facts(told), day(11), "member_id") == {}
    [won] = of_kind(facts(told), "deal.won")
    assert (won.day, won.amount, won.minutes, won.quantity) == (day(11), 1_000_000, 10 * 1_440, ONE)
    assert (4, "entered", "offer", "key_stage") in moves(told)
    assert (11, "left", "wait", "forward") in moves(told)


@pytest.mark.spec("PIPE-4")
def test_lost_is_not_moving_on() -> None:
    """The trap: the lost stage stands last, so its position is later than any."""
    told = deal(entry(1, CALL), entry(6, LOST), values=[worth(1, 100)])
    assert moves(told)[1] == (6, "left", "call", "lost")
    assert state(told) == [(1, "call", 1, 100), (6, "call", -1, -100)]
    [lost] = of_kind(facts(told), "deal.lost")
    assert lost.amount == 1_000_000
    assert of_kind(facts(told), "deal.won") == []


@pytest.mark.spec("PIPE-4")
def test_a_reopened_deal_is_won_once() -> None:
    """The trap: won, opened again by mistake, won again would be two deals won."""
    history = [entry(1, CALL), entry(5, WON), entry(8, CALL), entry(12, WON)]
    values = [worth(1, 100)]
    assert of_kind(facts(deal(*history[:3], values=values)), "deal.won") == []
    [won] = of_kind(facts(deal(*history, values=values)), "deal.won")
    assert won.day == day(12)
    assert state(deal(*history, values=values)) == [
        (1, "call", 1, 100),
        (5, "call", -1, -100),
        (8, "call", 1, 100),
        (12, "call", -1, -100),
    ]


@pytest.mark.spec("PIPE-4")
def test_a_second_stage_of_the_same_outcome_does_not_close_again() -> None:
    archived = WON._replace(id=6)
    [won] = of_kind(facts(deal(entry(1, CALL), entry(5, WON), entry(30, archived))), "deal.won")
    assert won.day == day(5)


@pytest.mark.spec("PIPE-4")
def test_two_people_share_the_value_and_both_count_the_deal() -> None:
    told = deal(
        entry(1, CALL),
        entry(5, WON),
        values=[worth(1, "100.0001")],
        shares=[Share(ANNA, 1), Share(BORIS, 2), Share(HEAD, 5, "overlay")],
    )
    won = {fact.member_id: fact for fact in of_kind(facts(told), "deal.won")}
    assert {member: fact.amount for member, fact in won.items()} == {
        ANNA: 333_334,
        BORIS: 666_667,
        HEAD: 1_000_001,
    }
    assert {(fact.weight, fact.weight_total) for fact in won.values()} == {(1, 3), (2, 3), (1, 1)}
    assert {fact.quantity for fact in won.values()} == {ONE}
    assert running(facts(told), day(4), "member_id") == {(ANNA,): (1, 333_334), (BORIS,): (1, 666_667)}
    assert running(facts(told), day(5), "member_id") == {}


@pytest.mark.spec("PIPE-4")
def test_nobody_s_deal_has_one_fact_without_a_member() -> None:
    told = deal(entry(1, CALL), values=[worth(1, 100)])._replace(shares=[])
    assert [(fact.kind, fact.member_id) for fact in facts(told)] == [
        ("pipeline.changed", None),
        ("stage.entered", None),
    ]


@pytest.mark.spec("TEAM-1", "PIPE-4")
def test_an_open_deal_follows_its_seller_into_another_team() -> None:
    """The trap: entered in team red and left in team blue, red would keep the deal for ever."""
    told = deal(entry(1, CALL), entry(25, WON), values=[worth(1, 100)], shares=[Share(ANNA)])
    assert running(facts(told), day(19), "team_id") == {(RED,): (1, 1_000_000)}
    assert running(facts(told), day(20), "team_id") == {(BLUE,): (1, 1_000_000)}
    assert running(facts(told), day(25), "team_id", "role", "member_zone_id") == {}


@pytest.mark.spec("PIPE-4")
def test_rows_for_the_stage_the_deal_is_in_are_no_moves() -> None:
    """The trap: exports write a row for every change of value or date, naming the stage again."""
    told = deal(entry(1, CALL), entry(3, CALL), entry(5, VISIT), entry(6, VISIT))
    assert [row[:3] for row in moves(told)] == [
        (1, "entered", "call"),
        (5, "left", "call"),
        (5, "entered", "visit"),
    ]


@pytest.mark.spec("PIPE-4")
def test_a_value_in_another_currency_is_converted_at_the_deal_s_rate_and_kept_beside() -> None:
    told = deal(entry(1, CALL), values=[worth(1, "10.01")], currency="USD", rate=worth(1, "0.91").value)
    [opened] = of_kind(facts(told), "pipeline.changed")
    assert (opened.amount, opened.original_amount, opened.currency) == (91_091, 100_100, "USD")


@pytest.mark.spec("PIPE-4")
def test_a_contract_is_worth_what_it_says_or_else_the_deal() -> None:
    values = [worth(1, 100), worth(9, 70)]
    stated = deal(
        entry(1, CALL), values=values, contract_signed_on=day(9), contract_amount=worth(1, 60).value
    )
    unstated = deal(entry(1, CALL), values=values, contract_signed_on=day(9))
    [first], [second] = (of_kind(facts(told), "contract.signed") for told in (stated, unstated))
    assert (first.day, first.amount, first.quantity) == (day(9), 600_000, ONE)
    assert second.amount == 700_000


def test_assumed_history_counts_until_the_real_one_is_known() -> None:
    assumed = [entry(1, OFFER, assumed=True), entry(20, WON, 1, assumed=True)]
    assert [row[1] for row in state(deal(*assumed))] == ["offer", "offer"]
    real = [entry(2, CALL), entry(6, VISIT)]
    told = deal(*assumed, *real)
    assert [(row[0], row[2]) for row in moves(told) if row[1] == "entered"] == [
        (2, "call"),
        (6, "visit"),
        (20, "won"),
    ]
    complete = deal(*assumed, *real, entry(19, WON))
    assert [fact.day for fact in of_kind(facts(complete), "deal.won")] == [day(19)]


def test_assumed_values_count_until_the_real_ones_are_known() -> None:
    told = deal(entry(1, CALL), values=[worth(1, 500, assumed=True), worth(4, 70)])
    assert state(told) == [(1, "call", 1, 0), (4, "call", 0, 70)]
