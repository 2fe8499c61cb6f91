"""The cases: what was done, and what the numbers then are. Every line can be reckoned by hand."""

from dataclasses import dataclass
from typing import Final

from tests.ledger.world import (
    Step,
    cancel,
    close_before,
    credit,
    edit,
    give_back,
    imported,
    mark,
    move,
    order,
    pay,
    undo,
    use,
)


@dataclass(frozen=True)
class Case:
    """What happens, and the numbers afterwards; None is an empty ratio or a cell with nothing in it."""

    title: str
    steps: tuple[Step, ...]
    numbers: dict[str, str | None]


JAN, FEB, MAR = "2026-01", "2026-02", "2026-03"
YEAR: Final = "2026"

ORDERS = (
    Case(
        "an order counts on its own day",
        (order("o1", "2026-01-31", "p1*2@50", ann=1),),
        {"revenue 2026-01": "100", "revenue 2026-02": "0", "orders 2026-01": "1", "units 2026-01": "2"},
    ),
    Case(
        "margin is the amount less the line's cost of that day",
        (order("o1", "2026-01-10", "p1*2@50 p2*1@30", ann=1),),
        {"revenue 2026-01": "130", "margin 2026-01": "108", "new_product_revenue 2026-01": "30"},
    ),
    Case(
        "lines of six places sum to the document rounded once",
        (order("o1", "2026-01-10", "p1*1@1.000050 p1*1@1.000050 p2*1@1", ann=1),),
        {
            "revenue 2026-01": "3.0001",
            "revenue 2026-01 product=p1": "2.0001",
            "revenue 2026-01 product=p2": "1",
        },
    ),
    Case(
        "a discount on the document is spread over its lines",
        (order("o1", "2026-01-10", "p1*1@60 p2*1@40", total="90", ann=1),),
        {"revenue 2026-01": "90", "revenue 2026-01 product=p1": "54", "revenue 2026-01 product=p2": "36"},
    ),
    Case(
        "a correction leaves only what is right",
        (order("o1", "2026-01-10", "p1*2@50", ann=1), edit("o1", "2026-01-10", "p1*3@50", ann=1)),
        {"revenue 2026-01": "150", "orders 2026-01": "1", "units 2026-01": "3"},
    ),
    Case(
        "a correction of the day moves the order between months",
        (order("o1", "2026-01-10", "p1*2@50", ann=1), edit("o1", "2026-02-10", "p1*2@50", ann=1)),
        {"revenue 2026-01": "0", "orders 2026-01": "0", "revenue 2026-02": "100", "orders 2026-02": "1"},
    ),
    Case(
        "correcting there and back again changes nothing",
        (
            order("o1", "2026-01-10", "p1*2@50", ann=1),
            edit("o1", "2026-01-10", "p1*9@50", ann=1),
            edit("o1", "2026-01-10", "p1*2@50", ann=1),
        ),
        {"revenue 2026-01": "100", "orders 2026-01": "1"},
    ),
    Case(
        "another currency counts at the rate of its document, rounded once",
        (order("o1", "2026-01-10", "p1*1@10.01 p2*1@10.01", currency="USD", rate="0.333333", ann=1),),
        {
            "revenue 2026-01": "6.6733",
            "revenue 2026-01 product=p1": "3.3367",
            "revenue 2026-01 product=p2": "3.3366",
        },
    ),
    Case(
        "what nobody sold is the company's",
        (order("o1", "2026-01-10", "p1*1@70"), order("o2", "2026-01-10", "p1*1@30", ann=1)),
        {"revenue 2026-01": "100", "revenue 2026-01 member=ann": "30", "orders 2026-01": "2"},
    ),
    Case(
        "an opening balance is history, never revenue",
        (order("o1", "2025-12-01", "p1*1@500", opening=True), order("o2", "2026-01-10", "p1*1@10", ann=1)),
        {
            "revenue 2025": "0",
            "new_customers 2026-01": "0",
            "new_customer_revenue 2026-01": "0",
            "revenue 2026": "10",
        },
    ),
)

EVENTS = (
    Case(
        "a cancellation in the same month leaves nothing",
        (order("o1", "2026-01-10", "p1*2@50", ann=1), cancel("o1", "2026-01-20")),
        {"revenue 2026-01": "0", "orders 2026-01": "0", "customers_buying 2026-01": "0"},
    ),
    Case(
        "a cancellation in a later month is taken off that month",
        (order("o1", "2026-01-10", "p1*2@50", ann=1), cancel("o1", "2026-02-20")),
        {"revenue 2026-01": "100", "orders 2026-01": "1", "revenue 2026-02": "-100", "revenue 2026": "0"},
    ),
    Case(
        "a return counts on its own day and leaves the month of the order alone",
        (order("o1", "2026-01-10", "p1*4@25", ann=1), give_back("r1", "o1", "2026-02-05", "1")),
        {
            "revenue 2026-01": "100",
            "revenue 2026-02": "-25",
            "returns 2026-02": "25",
            "margin 2026-02": "-19",
        },
    ),
    Case(
        "returning a third three times gives back the whole line",
        (
            order("o1", "2026-01-10", "p1*3@33.3333", total="100", ann=1),
            give_back("r1", "o1", "2026-02-01", "1"),
            give_back("r2", "o1", "2026-02-02", "1"),
            give_back("r3", "o1", "2026-02-03", "1"),
        ),
        {"revenue 2026": "0", "returns 2026-02": "100", "customers_buying 2026": "0"},
    ),
    Case(
        "a correction after a return keeps the return",
        (
            order("o1", "2026-01-10", "p1*4@25", ann=1),
            give_back("r1", "o1", "2026-02-05", "1"),
            edit("o1", "2026-01-10", "p1*4@30", ann=1),
        ),
        {"revenue 2026-01": "120", "revenue 2026-02": "-25"},
    ),
    Case(
        "cancelling the first order makes the next one the first",
        (
            order("o1", "2026-01-10", "p1*1@10", ann=1),
            order("o2", "2026-02-10", "p1*1@20", ann=1),
            cancel("o1", "2026-02-15"),
        ),
        {"new_customers 2026-01": "0", "new_customers 2026-02": "1"},
    ),
    Case(
        "a return belongs to who sold it, in the team of that day",
        (
            order("o1", "2026-01-10", "p1*4@25", ann=1),
            move("ann", "2026-02-01", "south", "S"),
            give_back("r1", "o1", "2026-02-05", "1"),
        ),
        {"revenue 2026 team=north": "100", "revenue 2026 team=south": "-25", "revenue 2026 member=ann": "75"},
    ),
)

CREDIT = (
    Case(
        "credit is split by weight and sums to the whole",
        (order("o1", "2026-01-10", "p1*1@100", ann=2, bob=1),),
        {
            "revenue 2026-01": "100",
            "revenue 2026-01 member=ann": "66.6667",
            "revenue 2026-01 member=bob": "33.3333",
        },
    ),
    Case(
        "an order of two people is one for the company and one for each",
        (order("o1", "2026-01-10", "p1*1@100", ann=1, bob=1),),
        {"orders 2026-01": "1", "orders 2026-01 member=ann": "1", "orders 2026-01 member=bob": "1"},
    ),
    Case(
        "an order of two people of two teams is one for the company",
        (order("o1", "2026-01-10", "p1*1@100", ann=1, cy=1),),
        {"orders 2026-01": "1", "orders 2026-01 team=north": "1", "orders 2026-01 team=south": "1"},
    ),
    Case(
        "an overlay stands beside and is in no total",
        (order("o1", "2026-01-10", "p1*1@100", ann=1, overlay="hal"),),
        {
            "revenue 2026-01": "100",
            "revenue 2026-01 team=south": "0",
            "revenue 2026-01 member=hal credit=overlay": "100",
        },
    ),
    Case(
        "credit corrected later is credit from the start",
        (order("o1", "2026-01-10", "p1*1@100", ann=1), credit("o1", bob=1)),
        {"revenue 2026-01 member=ann": "0", "revenue 2026-01 member=bob": "100", "revenue 2026-01": "100"},
    ),
    Case(
        "credit corrected later takes returns and payments along",
        (
            order("o1", "2026-01-10", "p1*4@25", ann=1),
            give_back("r1", "o1", "2026-02-05", "1"),
            pay("m1", "2026-02-06", "75", o1="75"),
            credit("o1", bob=1),
        ),
        {
            "revenue 2026 member=bob": "75",
            "collected 2026 member=bob": "75",
            "collected 2026 member=ann": "0",
        },
    ),
    Case(
        "a customer with two sellers is one customer buying",
        (order("o1", "2026-01-10", "p1*1@10", ann=1), order("o2", "2026-01-11", "p1*1@10", bob=1)),
        {
            "customers_buying 2026-01": "1",
            "customers_buying 2026-01 member=ann": "1",
            "customers_buying 2026-01 member=bob": "1",
        },
    ),
    Case(
        "an odd cent goes to one of the two and the sum is whole",
        (order("o1", "2026-01-10", "p1*1@0.0001", ann=1, bob=1),),
        {
            "revenue 2026-01": "0.0001",
            "revenue 2026-01 member=ann": "0.0001",
            "revenue 2026-01 member=bob": "0",
        },
    ),
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

CASES = (*ORDERS, *EVENTS, *CREDIT, *CASH, *TIME, *IMPORTS)
