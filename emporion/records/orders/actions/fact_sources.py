"""How orders and what follows them turn into facts: read for many at once, for posting and for verifying."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many
from emporion.kernel.ledger.registry import FactSource, sources
from emporion.kernel.money import amount_units, quantity_units
from emporion.records.orders import facts
from emporion.records.orders.facts import Line, OrderFigures, Share
from emporion.records.orders.models import (
    Allocation,
    AllocationPart,
    Contract,
    GoodsReturn,
    Invoice,
    Order,
    OrderCredit,
    Payment,
)
from emporion.records.orders.queries import Launches, is_new, launches, lines_of
from emporion.records.orders.rules.amounts import in_base, lines_in_base
from emporion.records.orders.rules.documents import LineRow
from emporion.records.team.queries import Places


def order_figures(ids: Sequence[int]) -> dict[int, OrderFigures]:
    """What the facts of these orders depend on. Four queries, whatever their number."""
    lines = lines_of(ids)
    shares: dict[int, list[Share]] = defaultdict(list)
    credited = OrderCredit.objects.filter(order_id__in=ids).order_by("order_id", "id")
    for order_id, member_id, weight, credit in credited.values_list(
        "order_id", "member_id", "weight", "credit"
    ):
        shares[order_id].append(Share(member_id, weight, credit))
    launched = launches({line.product_id for of_order in lines.values() for line in of_order})
    found = {}
    for order in Order.objects.filter(id__in=ids):
        of_order = lines.get(order.id, [])
        found[order.id] = figures(order, of_order, shares[order.id], launched)
    return found


def figures(
    order: Order, lines: Sequence[LineRow], shares: Sequence[Share], launched: Launches
) -> OrderFigures:
    """An order as its facts see it, amounts in the base currency."""
    base = _in_base(order, lines)
    return OrderFigures(
        order.id,
        order.placed_on,
        order.placed_at,
        order.cancelled_on,
        order.customer_id,
        order.territory_id,
        order.deal_id,
        order.channel,
        order.source,
        order.currency,
        order.opening,
        [
            Line(
                line.product_id,
                quantity_units(line.quantity),
                amount_units(amount),
                amount_units(line.cost),
                amount_units(line.amount),
                is_new(launched, line.product_id, order.placed_on),
            )
            for line, amount in zip(lines, base, strict=True)
        ],
        shares,
        order.removed_at is not None,
    )


def _in_base(order: Order, lines: Sequence[LineRow]) -> list[Decimal]:
    """An order whose total was changed behind its back into one that its lines cannot share still has facts, so that
    `verify` can say what is wrong instead of failing."""
    amounts = [line.amount for line in lines]
    try:
        return lines_in_base(order.total, order.rate, amounts) if lines else []
    except Refusal:
        return amounts


def _order_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    places = Places.load()
    return {order_id: facts.order_facts(found, places.on) for order_id, found in order_figures(ids).items()}


def _return_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    returns = list(GoodsReturn.objects.filter(id__in=ids))
    orders = order_figures([found.order_id for found in returns])
    rates = dict(Order.objects.filter(id__in=orders).values_list("id", "rate"))
    lines = lines_of(list(orders))
    places = Places.load()
    found = {}
    for goods in returns:
        order = orders[goods.order_id]
        sold = next(line for line in lines[goods.order_id] if line.number == goods.line_number)
        line = Line(
            sold.product_id,
            quantity_units(goods.quantity),
            amount_units(in_base(goods.amount, rates[goods.order_id])),
            amount_units(goods.cost),
            amount_units(goods.amount),
            any(one.product_id == sold.product_id and one.new_product for one in order.lines),
        )
        found[goods.id] = facts.return_facts(order, goods.returned_on, line, places.on)
    return found


def _payment_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    parts: dict[int, dict[int, list[tuple[int | None, int]]]] = defaultdict(lambda: defaultdict(list))
    used: dict[int, Decimal] = defaultdict(Decimal)
    rows = AllocationPart.objects.filter(allocation__payment_id__in=ids).order_by(
        "allocation_id", "line_number"
    )
    for payment_id, order_id, product_id, amount in rows.values_list(
        "allocation__payment_id", "allocation__order_id", "product_id", "amount"
    ):
        parts[payment_id][order_id].append((product_id, amount_units(amount)))
    for payment_id, amount in Payment.objects.filter(id__in=ids).values_list("id", "allocations__amount"):
        used[payment_id] += amount or 0
    orders = order_figures([order_id for of_payment in parts.values() for order_id in of_payment])
    places = Places.load()
    found: dict[int, list[Fact]] = {}
    for payment in Payment.objects.filter(id__in=ids):
        if payment.removed_at is not None:
            found[payment.id] = []
            continue
        made = [
            fact
            for order_id, of_order in parts[payment.id].items()
            for fact in facts.allocation_facts(orders[order_id], payment.received_on, of_order, places.on)
        ]
        rest = amount_units(in_base(payment.amount - used[payment.id], payment.rate))
        made += facts.unallocated_facts(payment.received_on, payment.customer_id, rest, payment.currency)
        found[payment.id] = made
    return found


def _invoice_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    invoices = list(Invoice.objects.filter(id__in=ids).select_related("order"))
    orders = order_figures([invoice.order_id for invoice in invoices])
    places = Places.load()
    return {
        invoice.id: facts.single_facts(
            "invoice.issued",
            invoice.issued_on,
            orders[invoice.order_id],
            amount_units(in_base(invoice.amount, invoice.order.rate)),
            places.on,
        )
        for invoice in invoices
    }


def _contract_facts(ids: Sequence[int]) -> dict[int, list[Fact]]:
    places = Places.load()
    found = {}
    for contract in Contract.objects.filter(id__in=ids):
        shares = [Share(contract.member_id, 1, "direct")] if contract.member_id else []
        seen = OrderFigures(
            None,
            contract.signed_on,
            None,
            None,
            contract.customer_id,
            None,
            contract.deal_id,
            None,
            None,
            "",
            False,
            [],
            shares,
        )
        amount = amount_units(contract.amount)
        found[contract.id] = facts.single_facts(
            "contract.signed", contract.signed_on, seen, amount, places.on
        )
    return found


def post_for(kind: str, ids: Sequence[int], *, at: datetime) -> None:
    """Post what these records stand for now."""
    if ids:
        source = sources()[kind]
        post_many(kind, source.facts_for(ids), at=at, rule_version=source.rule_version)


def post_what_hangs_on(order_ids: Sequence[int], *, at: datetime) -> None:
    """Post anew the returns, invoices and payments of these orders: their facts name the order's customer, zone,
    sellers and channel."""
    hanging = {
        "return": GoodsReturn.objects.filter(order_id__in=order_ids).values_list("id", flat=True),
        "invoice": Invoice.objects.filter(order_id__in=order_ids).values_list("id", flat=True),
        "payment": Allocation.objects.filter(order_id__in=order_ids).values_list("payment_id", flat=True),
    }
    for kind, ids in hanging.items():
        post_for(kind, sorted(set(ids)), at=at)


def fact_sources() -> list[FactSource]:
    """How each kind of record of this part turns into facts."""
    return [
        _source("order", Order, _order_facts),
        _source("return", GoodsReturn, _return_facts),
        _source("payment", Payment, _payment_facts),
        _source("invoice", Invoice, _invoice_facts),
        _source("contract", Contract, _contract_facts),
    ]


def _source(
    kind: str, model: type[Any], facts_for: Callable[[Sequence[int]], Mapping[int, list[Fact]]]
) -> FactSource:
    def ids() -> Iterable[int]:
        found: Iterable[int] = (
            model.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=10_000)
        )
        return found

    def codes(wanted: Sequence[int]) -> dict[int, str]:
        return dict(model.objects.filter(id__in=wanted).values_list("id", "code"))

    return FactSource(kind, ids, facts_for, codes, facts.RULE_VERSION)
