"""Cases of orders, of what happens to them, and of whose they are. Every line can be reckoned by hand."""

from tests.ledger.case import Case
from tests.ledger.world import cancel, credit, edit, give_back, move, order, pay

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
