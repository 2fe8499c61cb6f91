"""Orders into the database, many at once: new ones inserted, changed ones rewritten, their facts posted.

Actions write one order with it, imports thousands; there is no second way to write an order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from emporion.kernel.bulk import insert_models, reserve_ids
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many, post_new
from emporion.records.catalog.queries import CostBook
from emporion.records.customers.queries import Held
from emporion.records.orders import facts
from emporion.records.orders.actions.fact_sources import figures, post_what_hangs_on
from emporion.records.orders.facts import Share
from emporion.records.orders.models import GoodsReturn, Order, OrderCredit, OrderLine
from emporion.records.orders.queries import Launches, launches, lines_of
from emporion.records.orders.rules.amounts import line_cost
from emporion.records.orders.rules.documents import LineRow, OrderEntry
from emporion.records.team.queries import Places

ORDER_FIELDS = (
    "customer_id",
    "territory_id",
    "deal_id",
    "contract_id",
    "placed_on",
    "placed_at",
    "channel",
    "source",
    "currency",
    "rate",
    "total",
    "cancelled_on",
    "opening",
)


@dataclass(slots=True)
class Books:
    """What writing needs to look up, read once for many orders."""

    places: Places
    costs: CostBook
    launches: Launches
    zones: Held

    @classmethod
    def load(cls, entries: Sequence[OrderEntry]) -> "Books":
        """What these orders need. Four queries."""
        customers = {entry.customer_id for entry in entries if entry.customer_id is not None}
        products = {
            line.product_id for entry in entries for line in entry.lines if line.product_id is not None
        }
        return cls(Places.load(), CostBook.load(products), launches(products), Held.zones(list(customers)))


@dataclass(slots=True)
class Draft:
    """An order's rows, ready to be written or compared."""

    order: Order
    lines: list[LineRow]
    shares: list[Share]


def draft(entry: OrderEntry, books: Books) -> Draft:
    """The rows that an entry comes to; raises Refusal for one that cannot be."""
    total, amounts = entry.totalled()
    fields = {name: getattr(entry, name) for name in ORDER_FIELDS if name != "total"}
    if entry.territory_id is None:
        fields["territory_id"] = books.zones.on(entry.customer_id, entry.placed_on)
    order = Order(code=entry.code, total=total, **fields)
    lines = [
        LineRow(
            line.number,
            line.code,
            line.product_id,
            line.quantity,
            line.unit_price,
            line.discount,
            exact,
            amount,
            _cost(entry, line.product_id, line.quantity, line.unit_cost, books),
        )
        for line, (exact, amount) in zip(entry.lines, amounts, strict=True)
    ]
    return Draft(order, lines, [Share(c.member_id, c.weight, c.credit) for c in entry.credits])


def _cost(
    entry: OrderEntry, product_id: int | None, quantity: Decimal, unit_cost: Decimal | None, books: Books
) -> Decimal:
    if unit_cost is None and product_id is not None:
        unit_cost = books.costs.cost(product_id, entry.placed_on)
    return Decimal(0) if unit_cost is None else line_cost(quantity, unit_cost)


def write_new(drafts: Sequence[Draft], books: Books, *, at: datetime) -> None:
    """Insert orders that do not exist, with their facts; sets their ids."""
    for found, new_id in zip(drafts, reserve_ids(Order._meta.db_table, len(drafts)), strict=True):
        found.order.pk = new_id
    insert_models(
        Order,
        ("id", "code", "created_at", "updated_at", "touched_at", "version", *ORDER_FIELDS),
        [
            (
                d.order.pk,
                d.order.code,
                at,
                at,
                d.order.touched_at,
                1,
                *(getattr(d.order, name) for name in ORDER_FIELDS),
            )
            for d in drafts
        ],
    )
    _insert_parts(drafts)
    post_new(
        "order", ((d.order.pk, _facts(d, books)) for d in drafts), at=at, rule_version=facts.RULE_VERSION
    )


def rewrite(drafts: Sequence[Draft], books: Books, *, at: datetime) -> None:
    """Replace orders that exist (their ids set) by these rows, and post the difference of their facts."""
    ids = [d.order.pk for d in drafts]
    for found in drafts:
        found.order.updated_at = at
    Order.objects.bulk_update(
        [d.order for d in drafts],
        [*(name.removesuffix("_id") for name in ORDER_FIELDS), "updated_at", "touched_at", "version"],
    )
    OrderLine.objects.filter(order_id__in=ids).delete()
    OrderCredit.objects.filter(order_id__in=ids).delete()
    _insert_parts(drafts)
    post_many("order", {d.order.pk: _facts(d, books) for d in drafts}, at=at, rule_version=facts.RULE_VERSION)
    post_what_hangs_on(ids, at=at)


def _facts(found: Draft, books: Books) -> list[Fact]:
    seen = figures(found.order, found.lines, found.shares, books.launches)
    return facts.order_facts(seen, books.places.on)


def _insert_parts(drafts: Sequence[Draft]) -> None:
    insert_models(
        OrderLine,
        ("order_id", *LineRow._fields),
        [(d.order.pk, *line) for d in drafts for line in d.lines],
    )
    insert_models(
        OrderCredit,
        ("order_id", "member_id", "weight", "credit"),
        [(d.order.pk, *share) for d in drafts for share in d.shares],
    )


def returned_quantities(order_ids: Sequence[int]) -> dict[int, dict[int, Decimal]]:
    """By order and line number, how much of the goods came back. One query."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    back = GoodsReturn.objects.filter(order_id__in=order_ids).values_list("order_id", "line_number")
    for order_id, number, quantity in back.annotate(sum=Sum("quantity")):
        found[order_id][number] = quantity
    return found


def refuse_lost_returns(made: Draft, stored: Draft, returned: Mapping[int, Decimal]) -> None:
    """Refuses an order that would no longer hold the goods that came back of it: a line gone, of another product, or
    of fewer."""
    kept = {line.number: line for line in made.lines}
    sold = {line.number: line.product_id for line in stored.lines}
    for number, quantity in sorted(returned.items()):
        if number not in kept or kept[number].product_id != sold[number]:
            raise Refusal("line_was_returned", f"goods of line {number} came back; it cannot be removed")
        if kept[number].quantity < quantity:
            raise Refusal(
                "less_than_returned",
                f"of line {number} more came back than would be left: {quantity} of {kept[number].quantity}",
            )


def same(mine: Draft, stored: Draft) -> bool:
    """Whether the stored order already says all that the draft says."""
    return (
        _order_values(mine.order) == _order_values(stored.order)
        and mine.lines == stored.lines
        and sorted(mine.shares) == sorted(stored.shares)
    )


def _order_values(order: Order) -> list[object]:
    return [getattr(order, name) for name in ORDER_FIELDS]


def changed_lines(mine: Draft, stored: Draft) -> dict[int, str]:
    """By line number of the draft: created, changed or unchanged against what is stored."""
    before = {line.number: line for line in stored.lines}
    return {
        line.number: "created"
        if line.number not in before
        else ("unchanged" if before[line.number] == line else "changed")
        for line in mine.lines
    }


def stored_drafts(codes: Sequence[str]) -> dict[str, Draft]:
    """By code, the orders that exist. Three queries."""
    orders = {order.pk: order for order in Order.objects.filter(code__in=codes)}
    lines = lines_of(list(orders))
    shares: Mapping[int, list[Share]] = defaultdict(list)
    for credit in OrderCredit.objects.filter(order_id__in=orders).order_by("order_id", "id"):
        shares[credit.order_id].append(Share(credit.member_id, credit.weight, credit.credit))
    return {order.code: Draft(order, lines.get(pk, []), shares[pk]) for pk, order in orders.items()}
