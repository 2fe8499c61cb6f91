"""What customers did over time: their orders, the days they ordered on, when they were lost, who had them.

Everything is the whole company's history up to the period's last day, so that a closed period keeps its numbers:
whoever sold, a customer is new to the company once. An order is cancelled when its quantity, placed less cancelled,
nets to nothing; it then counts for no day. A return is not a cancellation: that order took place.
"""

import ibis
from ibis.expr.types import IntegerValue, NumericValue

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.definitions.standing import all_until, has_trait, standing
from emporion.numbers.metrics.scan import Scan

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
    """By customer, the different days on which they placed an order that lives."""
    return orders.filter(orders.lives).select("customer_id", "day").distinct()


def first_days(orders: ibis.Table) -> ibis.Table:
    """By customer, the day of their first order, for those who were not customers before the books were opened."""
    firsts = orders.group_by("customer_id").agg(
        first_day=orders.day.min(where=orders.lives),
        opening_day=orders.day.min(where=orders.lives & orders.opening),
    )
    known = firsts.opening_day.isnull() | (firsts.opening_day > firsts.first_day)
    return firsts.filter(known).select("customer_id", "first_day")


def rhythm(days: ibis.Table) -> ibis.Table:
    """Order days with what they looked like from that day: how many (`orders`), the `median_gap` in days between
    them, and the `next_day` on which the customer ordered. One window pass."""
    by_day = ibis.window(group_by="customer_id", order_by="day")
    gaps = days.mutate(
        gap=days.day.delta(days.day.lag().over(by_day), unit="day"),
        next_day=days.day.lead().over(by_day),
        orders=ibis.row_number().over(by_day) + 1,
    )
    until_then = ibis.window(group_by="customer_id", order_by="day", rows=(None, 0))
    return gaps.mutate(median_gap=gaps.gap.median().over(until_then))


def rhythm_now(days: ibis.Table) -> ibis.Table:
    """By customer: the `last_day` they ordered, how many `orders` days and the `median_gap` between them."""
    by_day = ibis.window(group_by="customer_id", order_by="day")
    gaps = days.mutate(gap=days.day.delta(days.day.lag().over(by_day), unit="day"))
    return gaps.group_by("customer_id").agg(
        last_day=gaps.day.max(), orders=gaps.count(), median_gap=gaps.gap.median()
    )


def patience(scan: Scan, orders: IntegerValue, median_gap: NumericValue) -> NumericValue:
    """How many days of silence are not yet a loss (spec appendix A: lost)."""
    own = median_gap * scan.number("lost_gap_factor")
    at_least = ibis.greatest(own, scan.number("lost_least_days"))
    usual = ibis.least(at_least, scan.number("lost_most_days"))
    return ibis.ifelse(orders < scan.number("lost_few_orders"), scan.number("lost_few_orders_days"), usual)


def lapses(scan: Scan, days: ibis.Table) -> ibis.Table:
    """When customers were lost: after `day` they were silent for longer than their `patience` before they ordered on
    `back_on`, empty when they have not."""
    seen = rhythm(days)
    seen = seen.select(
        "customer_id", "day", back_on="next_day", patience=patience(scan, seen.orders, seen.median_gap)
    )
    eve_of_return = seen.back_on.delta(seen.day, unit="day") - 1
    return seen.filter(seen.back_on.isnull() | (eve_of_return > seen.patience))


def lost_when_ordered(scan: Scan, orders: ibis.Table) -> ibis.Table:
    """The orders placed by customers who were lost on the day before. A cancelled one counts too: where its amount
    belongs is settled by its day, though it ends no silence."""
    gone = lapses(scan, order_days(orders)).rename(last_day="day", lapsed_id="customer_id")
    silence = orders.day.delta(gone.last_day, unit="day") - 1
    in_lapse = (orders.day > gone.last_day) & (gone.back_on.isnull() | (orders.day <= gone.back_on))
    return orders.semi_join(gone, [orders.customer_id == gone.lapsed_id, in_lapse, silence > gone.patience])


def owners(scan: Scan) -> ibis.Table:
    """By customer in the base on the period's last day: under whom and in which zone, with that member's place when
    they got the customer."""
    facts = all_until(scan, ("base.changed",), "customer_id")
    place = ibis.struct({name: facts[name] for name in OWNER_COLUMNS})
    nets = facts.group_by("customer_id", "member_id", "territory_id").agg(
        net=facts.quantity.sum(), place=place.argmax(facts.day, where=facts.quantity > 0)
    )
    held = nets.filter(nets.net > 0)
    return held.select(
        "customer_id", "member_id", "territory_id", **{n: held.place[n] for n in OWNER_COLUMNS}
    )
