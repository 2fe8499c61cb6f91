"""The customer base and its movement: active, total, new, retained, reactivated, fading, lost, won back."""

from datetime import timedelta

import ibis
from ibis import _

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.money.amounts import AMOUNT_PLACES
from emporion.numbers.metrics.definitions.customer_history import (
    PLACED_OR_CANCELLED,
    REVENUE_KINDS,
    first_days,
    lost_when_ordered,
    of_asked_owners,
    order_days,
    order_key,
    orders_of,
    owners,
    patience,
    rhythm,
)
from emporion.numbers.metrics.definitions.standing import Rows, behind, each_one, has_trait, standing
from emporion.numbers.metrics.definitions.wording import setting
from emporion.numbers.metrics.metric import Direction, Metric
from emporion.numbers.metrics.scan import Scan
from emporion.numbers.metrics.shape import Derived, Ratio

SOURCE = "spec appendix A"
UP: Direction = "more is better"
DOWN: Direction = "less is better"
AS_SEEN = "A cancellation after the period counts too, unless the period was closed before it was known."


# Revenue in three disjoint parts


def _revenue(scan: Scan) -> ibis.Table:
    facts = scan.flow(*REVENUE_KINDS)
    return facts.filter(~has_trait(facts, Trait.OPENING))


def _orders_behind(scan: Scan, counted: ibis.Table) -> ibis.Table:
    """All orders ever of the customers who have counted facts."""
    history = scan.whole_history(*PLACED_OR_CANCELLED)
    return orders_of(history.semi_join(counted.select("customer_id").distinct(), "customer_id"))


def _new_in_period(scan: Scan, orders: ibis.Table) -> ibis.Table:
    firsts = first_days(orders)
    return firsts.filter(firsts.first_day >= scan.period.start, firsts.first_day < scan.period.end)


def _of_orders(facts: ibis.Table, orders: ibis.Table) -> list[ibis.Value]:
    return [facts.customer_id == orders.customer_id, order_key(facts) == orders.order_key]


def _new_revenue(scan: Scan) -> ibis.Table:
    facts = _revenue(scan)
    return facts.semi_join(_new_in_period(scan, _orders_behind(scan, facts)), "customer_id")


def _reactivated_revenue(scan: Scan) -> ibis.Table:
    facts = _revenue(scan)
    orders = _orders_behind(scan, facts)
    back = lost_when_ordered(scan, orders, facts)
    not_new = facts.anti_join(_new_in_period(scan, orders), "customer_id")
    return not_new.semi_join(back, _of_orders(not_new, back))


def _retained_revenue(scan: Scan) -> ibis.Table:
    facts = _revenue(scan)
    orders = _orders_behind(scan, facts)
    back = lost_when_ordered(scan, orders, facts)
    not_new = facts.anti_join(_new_in_period(scan, orders), "customer_id")
    return not_new.anti_join(back, _of_orders(not_new, back))


# Customers counted by what they did in the period


def _sales(scan: Scan) -> ibis.Table:
    """Lines sold in the period as they stand; whether their order lives is asked of the orders."""
    facts = standing(scan.flow("order.placed"))
    return facts.filter(facts.customer_id.notnull(), facts.quantity > 0)


def _first_sales(scan: Scan) -> ibis.Table:
    sales = _sales(scan)
    orders = _orders_behind(scan, sales)
    new = _new_in_period(scan, orders)
    first = orders.filter(orders.lives).semi_join(
        new, [orders.customer_id == new.customer_id, orders.day == new.first_day]
    )
    return sales.semi_join(first, _of_orders(sales, first))


def _sales_that_won_back(scan: Scan) -> ibis.Table:
    sales = _sales(scan)
    orders = _orders_behind(scan, sales)
    back = lost_when_ordered(scan, orders, sales)
    back = back.filter(back.lives)
    return sales.semi_join(back, _of_orders(sales, back))


# Customers counted by their state on the last day


def _under_their_owners(scan: Scan, customers: ibis.Table) -> ibis.Table:
    """One row per customer, with owner and zone; nulls for those who never were in the base."""
    held = owners(scan).rename(held_id="customer_id")
    joined = customers.left_join(held, customers.customer_id == held.held_id)
    return joined.drop("held_id")


def _recent_sales(scan: Scan) -> ibis.Table:
    """What customers bought and gave back in the last days, whoever sold it."""
    start = scan.period.end - timedelta(days=scan.number("active_base_days"))
    facts = scan.read(start, scan.period.end)
    return facts.filter(facts.kind.isin(REVENUE_KINDS), facts.credit == "direct", facts.customer_id.notnull())


def _active(scan: Scan) -> ibis.Table:
    facts = of_asked_owners(scan, _recent_sales(scan))
    net = facts.group_by("customer_id").agg(quantity=facts.quantity.sum())
    return _under_their_owners(scan, net.filter(net.quantity > 0).select("customer_id"))


def _silent(scan: Scan) -> tuple[ibis.Table, ibis.Value]:
    """Every customer's rhythm with their `silence` on the last day, and whether they are lost."""
    now = rhythm(order_days(orders_of(of_asked_owners(scan, scan.history(*PLACED_OR_CANCELLED)))))
    now = now.mutate(silence=ibis.literal(scan.period.last).delta(now.last_day, unit="day"))
    return now, now.silence > patience(scan, now.orders, now.median_gap)


def _lost(scan: Scan) -> ibis.Table:
    now, lost = _silent(scan)
    return _under_their_owners(scan, now.filter(lost).select("customer_id"))


def _fading(scan: Scan) -> ibis.Table:
    now, lost = _silent(scan)
    regular = now.orders >= scan.number("lost_few_orders")
    slowing = now.silence * 2 > now.median_gap * scan.number("fading_gap_halves")
    return _under_their_owners(scan, now.filter(regular, slowing, ~lost).select("customer_id"))


# The facts behind a customer who is counted for their state


def _base_facts(scan: Scan) -> ibis.Table:
    return behind(owners(scan), scan.history("base.changed"), scan, "customer_id")


def _active_facts(scan: Scan) -> ibis.Table:
    return behind(_active(scan), _recent_sales(scan), scan, "customer_id")


def _lost_facts(scan: Scan) -> ibis.Table:
    return behind(_lost(scan), scan.history(*PLACED_OR_CANCELLED), scan, "customer_id")


def _fading_facts(scan: Scan) -> ibis.Table:
    return behind(_fading(scan), scan.history(*PLACED_OR_CANCELLED), scan, "customer_id")


# The metrics


def _revenue_part(name: str, label: str, of_whom: str, rows: Rows) -> Metric:
    return Metric(
        name=name,
        label=label,
        unit="money",
        direction=UP,
        adds="people",
        definition=(
            f"Revenue of the period from {of_whom} With the two other parts it sums to revenue. Rows by month or year "
            f"divide it; who is new is judged by the whole period asked. {AS_SEEN}"
        ),
        source=SOURCE,
        shape=Derived(rows=_with_amount(rows), facts=rows, places=AMOUNT_PLACES),
    )


def _with_amount(rows: Rows) -> Rows:
    def valued(scan: Scan) -> ibis.Table:
        return rows(scan).mutate(value=_.amount)

    return valued


def _customers(rows: Rows, facts: Rows) -> Derived:
    return Derived(rows=each_one(rows), facts=facts, counts="customer_id")


def _customer_count(
    name: str, label: str, definition: str, shape: Derived, direction: Direction = UP
) -> Metric:
    return Metric(name, label, "count", direction, "never", definition, SOURCE, shape)


_LOST = (
    f"longer than {setting('lost_gap_factor')} times their own median gap between order days, at least "
    f"{setting('lost_least_days')} and at most {setting('lost_most_days')} days; with fewer than "
    f"{setting('lost_few_orders')} order days, longer than {setting('lost_few_orders_days')} days"
)
_ACTIVE = _customers(_active, _active_facts)
_TOTAL = _customers(owners, _base_facts)
METRICS: tuple[Metric, ...] = (
    _customer_count(
        "active_base",
        "Active base",
        "Customers whose orders less cancellations and returns are more than nothing over the last "
        f"{setting('active_base_days')} days up to and including the last day, whoever sold, counted under their owner "
        "and zone of that day.",
        _ACTIVE,
    ),
    _customer_count(
        "total_base",
        "Total base",
        "Customers and prospects who could buy, on the period's last day, under their owner and zone of that day.",
        _TOTAL,
    ),
    Metric(
        name="base_coverage",
        label="Base coverage",
        unit="share",
        direction=UP,
        adds="never",
        definition="Active base ÷ total base on the period's last day. The aim is 1: everyone who could buy, buys.",
        source="spec CUST-2",
        shape=Ratio(_ACTIVE, _TOTAL),
    ),
    _customer_count(
        "new_customers",
        "New customers",
        "Customers whose first order ever falls in the period, counted where that day's orders were sold. Opening "
        f"balances and imported history are history; a cancelled first order makes the next one the first. {AS_SEEN}",
        _customers(_first_sales, _first_sales),
    ),
    _revenue_part(
        "new_customer_revenue",
        "Revenue from new customers",
        "customers whose first order ever falls in the period: all their orders in it.",
        _new_revenue,
    ),
    _revenue_part(
        "retained_revenue",
        "Retained revenue",
        "customers who are not new and were not lost when they ordered, and from nobody known.",
        _retained_revenue,
    ),
    _revenue_part(
        "reactivated_revenue",
        "Reactivated revenue",
        "customers who were lost on the day before they ordered (cancellations and returns go with their order).",
        _reactivated_revenue,
    ),
    _customer_count(
        "fading_customers",
        "Fading customers",
        f"Customers with at least {setting('lost_few_orders')} order days, silent on the last day for longer than "
        f"{setting('fading_gap_halves')} halves of their own median gap between order days, and not lost; under "
        "their owner and zone of that day.",
        _customers(_fading, _fading_facts),
        DOWN,
    ),
    _customer_count(
        "lost_customers",
        "Lost customers",
        f"Customers silent on the period's last day for {_LOST}. Under their owner and zone of that day.",
        _customers(_lost, _lost_facts),
        DOWN,
    ),
    _customer_count(
        "won_back_customers",
        "Won-back customers",
        "Customers who ordered in the period and had been lost on the day before, counted where that order was "
        f"sold. {AS_SEEN}",
        _customers(_sales_that_won_back, _sales_that_won_back),
    ),
)
