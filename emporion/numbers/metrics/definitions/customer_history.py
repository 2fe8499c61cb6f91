"""What customers did over time: their orders, the days they ordered on, when they were lost, who had them.

Everything is the whole company's history: whoever sold, a customer is new to the company once. A state is that of the
period's last day; whether an order was the first one also heeds what was cancelled since. An order is cancelled when
its quantity, placed less cancelled, nets to nothing; it then counts for no day. A return is not a cancellation: that
order took place.
"""

import ibis
from ibis.expr.types import IntegerValue, NumericValue

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.definitions.standing import all_until, has_trait, standing
from emporion.numbers.metrics.scan import Scan, narrowed

PLACED_OR_CANCELLED = ("order.placed", "order.cancelled")
REVENUE_KINDS = (*PLACED_OR_CANCELLED, "order.returned")
OWNER_COLUMNS = ("team_id", "role", "member_zone_id", "source")


def order_key(facts: ibis.Table) -> IntegerValue:
    """The order a fact belongs to; one without a number is its own subject."""
    return ibis.coalesce(facts.order_id, -facts.subject_id)


def orders_of(sales: ibis.Table) -> ibis.Table:
    """By customer and order: the `day` it was placed, whether it `lives`, that is, was not wholly cancelled, and
    whether it is an `opening` balance."""
    facts = standing(sales.filter(sales.customer_id.notnull()))
    facts = facts.select("customer_id", "day", "quantity", "kind", "traits", order_key=order_key(facts))
    was_placed = (facts.kind == "order.placed") & (facts.quantity > 0)
    orders = facts.group_by("customer_id", "order_key").agg(
        day=facts.day.min(where=was_placed),
        lives=facts.quantity.sum() > 0,
        opening=has_trait(facts, Trait.OPENING).any(),
    )
    return orders.filter(orders.day.notnull())


def order_days(orders: ibis.Table) -> ibis.Table:
    """By customer, the different days on which they placed an order that lives, with the `gap` in days since the one
    before, empty for the first."""
    by_day = ibis.window(group_by="customer_id", order_by="day")
    living = orders.filter(orders.lives)
    days = living.select(
        "customer_id", "day", gap=living.day.delta(living.day.lag().over(by_day), unit="day")
    )
    return days.filter(days.gap.isnull() | (days.gap > 0))


def first_days(orders: ibis.Table) -> ibis.Table:
    """By customer, the day of their first order, for those who were not customers before the books were opened."""
    firsts = orders.group_by("customer_id").agg(
        first_day=orders.day.min(where=orders.lives),
        opening_day=orders.day.min(where=orders.lives & orders.opening),
    )
    known = firsts.opening_day.isnull() | (firsts.opening_day > firsts.first_day)
    return firsts.filter(known).select("customer_id", "first_day")


def rhythm(days: ibis.Table) -> ibis.Table:
    """By customer: the `last_day` they ordered, on how many days they did (`orders`) and the `median_gap` in days."""
    return days.group_by("customer_id").agg(
        last_day=days.day.max(), orders=days.count(), median_gap=days.gap.median()
    )


def rhythm_before(days: ibis.Table, moments: ibis.Table) -> ibis.Table:
    """By customer and day of `moments`: the same, of their order days before that day.

    The few moments asked for are joined with the days before them: a running median over every day that anybody ever
    ordered on takes several times as long.
    """
    past = days.select("gap", past_id="customer_id", past_day="day")
    seen = moments.inner_join(past, [moments.customer_id == past.past_id, past.past_day < moments.day])
    return seen.group_by("customer_id", "day").agg(
        last_day=seen.past_day.max(), orders=seen.count(), median_gap=seen.gap.median()
    )


def patience(scan: Scan, orders: IntegerValue, median_gap: NumericValue) -> NumericValue:
    """How many days of silence are not yet a loss (spec appendix A: lost)."""
    own = median_gap * scan.number("lost_gap_factor")
    at_least = ibis.greatest(own, scan.number("lost_least_days"))
    usual = ibis.least(at_least, scan.number("lost_most_days"))
    return ibis.ifelse(orders < scan.number("lost_few_orders"), scan.number("lost_few_orders_days"), usual)


def lost_when_ordered(scan: Scan, orders: ibis.Table, counted: ibis.Table) -> ibis.Table:
    """Of the orders to which counted facts belong, those placed by customers who were lost on the day before.

    A cancelled one is among them: where its amounts belong is settled by its day, though it ends no silence.
    """
    asked = orders.semi_join(
        counted, [orders.customer_id == counted.customer_id, orders.order_key == order_key(counted)]
    )
    seen = rhythm_before(order_days(orders), asked.select("customer_id", "day").distinct())
    silence = seen.day.delta(seen.last_day, unit="day") - 1
    lost = seen.filter(silence > patience(scan, seen.orders, seen.median_gap))
    return asked.semi_join(lost, ["customer_id", "day"])


def owners(scan: Scan) -> ibis.Table:
    """By customer in the base on the period's last day: under whom and in which zone, with that member's place when
    they got the customer."""
    # Whoever is asked for by name is never among those without an owner; only then may the facts be limited early.
    keys = [key for key in ("member_id", "territory_id") if None not in scan.only.get(key, ())]
    facts = all_until(scan, ("base.changed",), "customer_id", *keys)
    place = ibis.struct({name: facts[name] for name in OWNER_COLUMNS})
    nets = facts.group_by("customer_id", "member_id", "territory_id").agg(
        net=facts.quantity.sum(), place=place.argmax(facts.day, where=facts.quantity > 0)
    )
    held = nets.filter(nets.net > 0)
    return held.select(
        "customer_id", "member_id", "territory_id", **{n: held.place[n] for n in OWNER_COLUMNS}
    )


def of_asked_owners(scan: Scan, facts: ibis.Table) -> ibis.Table:
    """Facts of the customers that can be in the answer: when it is asked for certain owners, those they have."""
    limited = narrowed(facts, {key: scan.only[key] for key in ("customer_id",) if key in scan.only})
    held = owners(scan)
    named = [
        key
        for key in scan.only
        if key in held.columns and key != "customer_id" and None not in scan.only[key]
    ]
    return limited.semi_join(narrowed(held, scan.only), "customer_id") if named else limited
