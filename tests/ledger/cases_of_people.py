"""Cases of meetings, deals and tasks: counts of whole things, and states that are running sums."""

from tests.ledger.case import Case
from tests.ledger.people import advance, deal, done, meeting, revalue, task
from tests.ledger.world import close_before, move

PEOPLE = (
    Case(
        "a meeting of two people is one for the company and one for each",
        (meeting("2026-01-10", "ann", "bob"), meeting("2026-01-11", "ann", first="existing")),
        {
            "meetings 2026-01": "2",
            "meetings 2026-01 member=ann": "2",
            "meetings 2026-01 member=bob": "1",
            "meetings_new 2026-01": "1",
            "meetings_existing 2026-01": "1",
        },
    ),
    Case(
        "a meeting of two teams is one for each of them and one in sum",
        (meeting("2026-01-10", "ann", "cy"),),
        {"meetings 2026-01": "1", "meetings 2026-01 team=north": "1", "meetings 2026-01 team=south": "1"},
    ),
    Case(
        "open deals are what stands at the end of the period",
        (
            deal("d1", "2026-01-10", "100", "ann"),
            deal("d2", "2026-01-20", "40", "ann"),
            advance("d1", "2026-02-05", "won"),
        ),
        {
            "open_deals 2026-01": "2",
            "open_deal_value 2026-01": "140",
            "open_deals 2026-02": "1",
            "open_deal_value 2026-02": "40",
            "deals_won 2026-02": "1",
            "deals_won_value 2026-02": "100",
        },
    ),
    Case(
        "a deal's value of a day is the one it had then",
        (deal("d1", "2026-01-10", "100", "ann"), revalue("d1", "2026-02-10", "70")),
        {"open_deal_value 2026-01": "100", "open_deal_value 2026-02": "70"},
    ),
    Case(
        "a deal of two people is one deal, and its value is shared",
        (deal("d1", "2026-01-10", "100", "ann", "bob"),),
        {
            "open_deals 2026-01": "1",
            "open_deals 2026-01 member=bob": "1",
            "open_deal_value 2026-01 member=bob": "50",
        },
    ),
    Case(
        "a seller who changes teams takes their open deals along",
        (deal("d1", "2026-01-10", "100", "ann"), move("ann", "2026-02-01", "south", "S")),
        {
            "open_deal_value 2026-01 team=north": "100",
            "open_deal_value 2026-02 team=north": "0",
            "open_deal_value 2026-02 team=south": "100",
        },
    ),
    Case(
        "a deal that comes back to a stage counts there once; lost is not moving on",
        (
            deal("d1", "2026-01-05", "1", "ann"),
            advance("d1", "2026-01-06", "visit"),
            advance("d1", "2026-01-07", "call"),
            advance("d1", "2026-01-08", "visit"),
            deal("d2", "2026-01-05", "1", "ann"),
            advance("d2", "2026-01-09", "lost"),
        ),
        {"stage_conversion 2026-01 stage=call": "0.5", "stage_conversion 2026-01 stage=visit": "0"},
    ),
    Case(
        "an open deal without an open task has no next step",
        (
            deal("d1", "2026-01-05", "1", "ann"),
            deal("d2", "2026-01-05", "1", "ann"),
            task("t1", "2026-01-06", "2026-01-20", of="d1"),
            done("t1", "2026-02-02"),
        ),
        {"deals_without_next_step 2026-01": "1", "deals_without_next_step 2026-02": "2"},
    ),
    Case(
        "a task is overdue by time alone, from the day after its due day until it is done",
        (task("t1", "2026-01-06", "2026-01-31"), done("t1", "2026-02-10")),
        {"overdue_tasks 2026-01": "0", "overdue_tasks 2026-02-01": "1", "overdue_tasks 2026-02": "0"},
    ),
    Case(
        "a deal won after the close leaves the closed month's pipeline",
        (
            deal("d1", "2026-01-05", "100", "ann"),
            close_before("2026-02-01"),
            advance("d1", "2026-01-20", "won"),
        ),
        {
            "open_deals 2026-01": "1",
            "open_deals 2026-01 now": "0",
            "deals_won 2026-01": "0",
            "deals_won 2026-01 now": "1",
        },
    ),
)
