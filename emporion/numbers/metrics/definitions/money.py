"""What sales left, and what came in."""

from emporion.kernel.access.viewer import Permission
from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.definitions.sales import REVENUE, SALES
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.shape import Plus, Ratio, Total

MARGIN = Plus((REVENUE,), (Total(SALES, "cost", none_of=Trait.OPENING),))

METRICS: tuple[Metric, ...] = (
    Metric(
        name="margin",
        label="Margin",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="Revenue less the cost of what was sold, at the cost of the product on the day of the order.",
        source="spec SALE-1",
        shape=MARGIN,
        permission=Permission.SEE_COST,
    ),
    Metric(
        name="margin_share",
        label="Margin share",
        unit="share",
        direction="more is better",
        adds="never",
        definition="Margin ÷ revenue; empty without revenue.",
        source="spec SALE-1",
        shape=Ratio(MARGIN, REVENUE),
        permission=Permission.SEE_COST,
    ),
    Metric(
        name="collected",
        label="Collected",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="Money received in the period for orders, less what was paid back, at the rate of its order.",
        source="spec SALE-1",
        shape=Total(("payment.received",)),
    ),
)
