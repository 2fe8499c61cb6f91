"""What was sold."""

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.shape import Distinct, Plus, Ratio, Total

PLACED_OR_CANCELLED = ("order.placed", "order.cancelled")
SALES = (*PLACED_OR_CANCELLED, "order.returned")
REVENUE = Total(SALES, none_of=Trait.OPENING)
ORDERS = Distinct("order_id", PLACED_OR_CANCELLED, none_of=Trait.OPENING)

METRICS: tuple[Metric, ...] = (
    Metric(
        name="revenue",
        label="Revenue",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="Credited amount of orders placed in the period, before tax, less cancellations and returns on the "
        "day those happen. Opening balances are not revenue.",
        source="spec appendix A",
        shape=REVENUE,
    ),
    Metric(
        name="orders",
        label="Orders",
        unit="count",
        direction="more is better",
        adds="never",
        definition="Different orders placed in the period whose quantities, less what was cancelled in it, are more "
        "than nothing. An order by two sellers is one for the company and one for each.",
        source="spec SALE-1",
        shape=ORDERS,
    ),
    Metric(
        name="average_order",
        label="Average order",
        unit="money",
        direction="more is better",
        adds="never",
        definition="Revenue ÷ orders; empty without orders.",
        source="spec SALE-1",
        shape=Ratio(REVENUE, ORDERS),
    ),
    Metric(
        name="units",
        label="Units",
        unit="quantity",
        direction="more is better",
        adds="people and time",
        definition="Quantity of the lines of orders placed in the period, less cancellations and returns on the day "
        "those happen.",
        source="spec SALE-1",
        shape=Total(SALES, "quantity", none_of=Trait.OPENING),
    ),
    Metric(
        name="returns",
        label="Returns",
        unit="money",
        direction="less is better",
        adds="people and time",
        definition="Amount of goods that came back in the period, before tax, as a positive number; it is part of "
        "revenue as a negative one.",
        source="spec SALE-1",
        shape=Plus((), (Total(("order.returned",), none_of=Trait.OPENING),)),
    ),
    Metric(
        name="customers_buying",
        label="Customers buying",
        unit="count",
        direction="more is better",
        adds="never",
        definition="Different customers whose quantities ordered in the period, less cancellations and returns in it, "
        "are more than nothing.",
        source="spec CUST-2",
        shape=Distinct("customer_id", SALES, none_of=Trait.OPENING),
    ),
    Metric(
        name="new_product_revenue",
        label="Revenue from new products",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="The part of revenue from products that were new on the day they were sold.",
        source="spec SALE-1",
        shape=Total(SALES, all_of=Trait.NEW_PRODUCT, none_of=Trait.OPENING),
    ),
)
