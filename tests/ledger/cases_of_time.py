"""Cases of money, of time and of imports. Every line can be reckoned by hand."""

from tests.ledger.case import Case
from tests.ledger.world import (
    cancel,
    close_before,
    edit,
    imported,
    mark,
    move,
    order,
    pay,
    undo,
    use,
)

CASH = (
    Case(
        "a part payment is spread over the lines in proportion",
        (order("o1", "2026-01-10", "p1*1@60 p2*1@40", ann=1), pay("m1", "2026-02-01", "50", o1="50")),
        {
            "collected 2026-02": "50",
            "collected 2026-02 product=p1": "30",
            "collected 2026-02 product=p2": "20",
        },
    ),
    Case(
        "thirds paid one by one end where one payment does",
        (
            order("o1", "2026-01-10", "p1*1@0.0001 p2*1@0.0002", ann=1),
            pay("m1", "2026-02-01", "0.0001", o1="0.0001"),
            pay("m2", "2026-02-02", "0.0001", o1="0.0001"),
            pay("m3", "2026-02-03", "0.0001", o1="0.0001"),
        ),
        {"collected 2026-02 product=p1": "0.0001", "collected 2026-02 product=p2": "0.0002"},
    ),
    Case(
        "what is paid over is a prepayment: the customer's, nobody's sale",
        (order("o1", "2026-01-10", "p1*1@60", ann=1), pay("m1", "2026-02-01", "100", o1="60")),
        {
            "collected 2026-02": "100",
            "collected 2026-02 member=ann": "60",
            "collected 2026-02 customer=acme": "100",
        },
    ),
    Case(
        "a prepayment used later is collected on the day the money came",
        (
            pay("m1", "2026-01-05", "100"),
            order("o1", "2026-02-10", "p1*1@100", ann=1),
            use("m1", o1="100"),
        ),
        {"collected 2026-01": "100", "collected 2026-01 member=ann": "100", "collected 2026-02": "0"},
    ),
    Case(
        "one payment for several orders",
        (
            order("o1", "2026-01-10", "p1*1@60", ann=1),
            order("o2", "2026-01-11", "p1*1@40", bob=1),
            pay("m1", "2026-02-01", "100", o1="60", o2="40"),
        ),
        {
            "collected 2026-02": "100",
            "collected 2026-02 member=ann": "60",
            "collected 2026-02 member=bob": "40",
        },
    ),
    Case(
        "editing an order does not spread old payments anew",
        (
            order("o1", "2026-01-10", "p1*1@50 p2*1@50", ann=1),
            pay("m1", "2026-02-01", "50", o1="50"),
            edit("o1", "2026-01-10", "p1*1@90 p2*1@10", ann=1),
        ),
        {"collected 2026-02 product=p1": "25", "collected 2026-02 product=p2": "25"},
    ),
    Case(
        "an order corrected to another customer takes its payment along",
        (
            order("o1", "2026-01-10", "p1*1@50", ann=1),
            pay("m1", "2026-02-01", "50", o1="50"),
            edit("o1", "2026-01-10", "p1*1@50", ann=1, customer="beta"),
        ),
        {"collected 2026-02 customer=acme": "0", "collected 2026-02 customer=beta": "50"},
    ),
    Case(
        "money paid back is collected less",
        (
            order("o1", "2026-01-10", "p1*1@60", ann=1),
            pay("m1", "2026-02-01", "60", o1="60"),
            pay("m2", "2026-03-01", "-20", o1="-20"),
        ),
        {"collected 2026-02": "60", "collected 2026-03": "-20"},
    ),
)

TIME = (
    Case(
        "someone who moves keeps what they sold where they stood",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            move("ann", "2026-02-01", "south", "S"),
            order("o2", "2026-02-10", "p1*1@50", ann=1),
        ),
        {
            "revenue 2026 team=north": "100",
            "revenue 2026 team=south": "50",
            "revenue 2026 member=ann": "150",
        },
    ),
    Case(
        "the day of the move belongs to the new team",
        (move("ann", "2026-02-01", "south", "S"), order("o1", "2026-02-01", "p1*1@100", ann=1)),
        {"revenue 2026 team=north": "0", "revenue 2026 team=south": "100"},
    ),
    Case(
        "a back-dated move takes along what was sold since",
        (order("o1", "2026-02-10", "p1*1@100", ann=1), move("ann", "2026-02-01", "south", "S")),
        {"revenue 2026 team=north": "0", "revenue 2026 team=south": "100"},
    ),
    Case(
        "as known at a watermark, later corrections are not known",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            mark("then"),
            edit("o1", "2026-01-10", "p1*1@70", ann=1),
        ),
        {"revenue 2026-01": "70", "revenue 2026-01 @then": "100"},
    ),
    Case(
        "a closed month shows what it showed; the truth is beside it",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            close_before("2026-02-01"),
            edit("o1", "2026-01-10", "p1*1@70", ann=1),
        ),
        {"revenue 2026-01": "100", "revenue 2026-01 now": "70", "revenue 2026": "100"},
    ),
    Case(
        "an order learnt after the close is not in the closed month",
        (close_before("2026-02-01"), order("o1", "2026-01-10", "p1*1@100", ann=1)),
        {"revenue 2026-01": "0", "revenue 2026-01 now": "100"},
    ),
    Case(
        "a cancellation after the close falls into the open month in any view",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            close_before("2026-02-01"),
            cancel("o1", "2026-02-10"),
        ),
        {"revenue 2026-01": "100", "revenue 2026-01 now": "100", "revenue 2026-02": "-100"},
    ),
    Case(
        "a first order cancelled after the close stays the first one of the closed month",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            close_before("2026-02-01"),
            cancel("o1", "2026-02-10"),
            order("o2", "2026-02-20", "p1*1@40", ann=1),
        ),
        {"new_customers 2026-01": "1", "new_customers 2026-01 now": "0", "new_customers 2026-02": "1"},
    ),
    Case(
        "a back-dated move after the close leaves the closed month's teams",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            close_before("2026-02-01"),
            move("ann", "2026-01-01", "south", "S"),
        ),
        {
            "revenue 2026-01 team=north": "100",
            "revenue 2026-01 team=north now": "0",
            "revenue 2026-01 team=south now": "100",
        },
    ),
    Case(
        "two closes each keep their own knowledge",
        (
            order("o1", "2026-01-10", "p1*1@100", ann=1),
            close_before("2026-02-01"),
            edit("o1", "2026-01-10", "p1*1@70", ann=1),
            order("o2", "2026-02-10", "p1*1@40", ann=1),
            close_before("2026-03-01"),
            edit("o2", "2026-02-10", "p1*1@10", ann=1),
        ),
        {
            "revenue 2026-01": "100",
            "revenue 2026-02": "40",
            "revenue 2026-01 now": "70",
            "revenue 2026-02 now": "10",
        },
    ),
)

IMPORTS = (
    Case(
        "an import and its undo leave nothing",
        (imported("i1", "2026-01-10", "100"), undo("i1")),
        {"revenue 2026-01": "0", "orders 2026-01": "0"},
    ),
    Case(
        "the same file twice changes nothing",
        (imported("i1", "2026-01-10", "100"), imported("i1", "2026-01-10", "100")),
        {"revenue 2026-01": "100", "orders 2026-01": "1"},
    ),
    Case(
        "a corrected file corrects",
        (imported("i1", "2026-01-10", "100"), imported("i1", "2026-01-10", "80", seller="bob")),
        {"revenue 2026-01": "80", "revenue 2026-01 member=ann": "0", "revenue 2026-01 member=bob": "80"},
    ),
    Case(
        "a file does not overwrite what people have changed",
        (
            imported("i1", "2026-01-10", "100"),
            edit("i1", "2026-01-10", "p1*1@70", ann=1),
            imported("i1", "2026-01-10", "100"),
        ),
        {"revenue 2026-01": "70"},
    ),
    Case(
        "an undo keeps what people have changed",
        (
            imported("i1", "2026-01-10", "100"),
            imported("i2", "2026-01-11", "30"),
            edit("i1", "2026-01-10", "p1*1@70", ann=1),
            undo("i1", "i2"),
        ),
        {"revenue 2026-01": "70", "orders 2026-01": "1"},
    ),
    Case(
        "an undo after the close is an adjustment, the closed month stays",
        (imported("i1", "2026-01-10", "100"), close_before("2026-02-01"), undo("i1")),
        {"revenue 2026-01": "100", "revenue 2026-01 now": "0"},
    ),
)
