"""Which facts orders, payments, returns, invoices and contracts stand for. Pure (rule version 1)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT, Trait
from emporion.records.orders.rules.amounts import signed_spread
from emporion.records.team.queries import PlaceOnDay

RULE_VERSION = 1
ONE = 1_000_000
PlaceOn = Callable[[int, date], PlaceOnDay]


class Share(NamedTuple):
    """A credited member and their weight."""

    member_id: int
    weight: int
    credit: str


class Line(NamedTuple):
    """A line's measures in units: quantity in millionths, amounts and cost in ten-thousandths of the base currency."""

    product_id: int | None
    quantity: int
    amount: int
    cost: int
    original_amount: int
    new_product: bool


class OrderFigures(NamedTuple):
    """All that an order's facts depend on; without an id for documents that belong to no order."""

    id: int | None
    placed_on: date
    placed_at: datetime | None
    cancelled_on: date | None
    customer_id: int | None
    territory_id: int | None
    deal_id: int | None
    channel: str | None
    source: str | None
    currency: str
    opening: bool
    lines: Sequence[Line]
    shares: Sequence[Share]
    removed: bool = False


def order_facts(order: OrderFigures, place_on: PlaceOn) -> list[Fact]:
    """order.placed per line and credited member; when it was cancelled, order.cancelled with the same, negative.
    An order in the recycle bin stands for nothing."""
    if order.removed:
        return []
    facts = list(
        _line_facts(("order.placed", order.placed_on, order.placed_at), order, order.lines, place_on)
    )
    if order.cancelled_on is not None:
        negative = [_negative(line) for line in order.lines]
        facts += _line_facts(("order.cancelled", order.cancelled_on, None), order, negative, place_on)
    return facts


def return_facts(order: OrderFigures, returned_on: date, line: Line, place_on: PlaceOn) -> list[Fact]:
    """order.returned: `line` holds what came back, as positive figures."""
    return list(_line_facts(("order.returned", returned_on, None), order, [_negative(line)], place_on))


def allocation_facts(
    order: OrderFigures, received_on: date, parts: Sequence[tuple[int | None, int]], place_on: PlaceOn
) -> list[Fact]:
    """payment.received per part (product, amount in base units) and credited member."""
    lines = [Line(product_id, 0, amount, 0, amount, False) for product_id, amount in parts if amount]
    return list(_line_facts(("payment.received", received_on, None), order, lines, place_on))


def unallocated_facts(received_on: date, customer_id: int | None, amount: int, currency: str) -> list[Fact]:
    """payment.received of what belongs to no order yet: the customer's, nobody's sale."""
    if not amount:
        return []
    return [
        Fact(
            "payment.received",
            received_on,
            customer_id=customer_id,
            amount=amount,
            original_amount=amount,
            currency=currency,
        )
    ]


def single_facts(kind: str, day: date, order: OrderFigures, amount: int, place_on: PlaceOn) -> list[Fact]:
    """One whole for every credited member, its amount split: invoices and contracts."""
    line = Line(None, 0, amount, 0, amount, False)
    facts = _line_facts((kind, day, None), order, [line], place_on)
    return [_with_quantity(fact) for fact in facts]


def _with_quantity(fact: Fact) -> Fact:
    values = {name: getattr(fact, name) for name in fact.__slots__}
    return Fact(**{**values, "quantity": ONE})


def _negative(line: Line) -> Line:
    measures = (-line.quantity, -line.amount, -line.cost, -line.original_amount)
    return Line(line.product_id, *measures, line.new_product)


def _line_facts(
    event: tuple[str, date, datetime | None], order: OrderFigures, lines: Sequence[Line], place_on: PlaceOn
) -> Iterator[Fact]:
    kind, day, instant = event
    common = {
        "kind": kind,
        "day": day,
        "occurred_at": instant,
        "territory_id": order.territory_id,
        "customer_id": order.customer_id,
        "deal_id": order.deal_id,
        "order_id": order.id,
        "channel": order.channel or None,
        "source": order.source or None,
        "currency": order.currency,
    }
    opening = int(Trait.OPENING) if order.opening else 0
    direct = [share for share in order.shares if share.credit == CREDIT_DIRECT]
    who = [_who(share, sum(s.weight for s in direct), day, place_on) for share in direct] or [{}]
    overlays = [
        _who(Share(share.member_id, 1, share.credit), 1, day, place_on)
        for share in order.shares
        if share.credit != CREDIT_DIRECT
    ]
    weights = [share.weight for share in direct] or [1]
    for line in lines:
        traits = opening | (int(Trait.NEW_PRODUCT) if line.new_product else 0)
        yield from _shared(common, line, traits, who, weights)
        for member in overlays:
            yield from _shared(common, line, traits, [member], [1])


def _who(share: Share, weight_total: int, day: date, place_on: PlaceOn) -> dict[str, Any]:
    place = place_on(share.member_id, day)
    return {
        "member_id": share.member_id,
        "team_id": place.team_id,
        "role": place.role,
        "member_zone_id": place.territory_id,
        "weight": share.weight,
        "weight_total": weight_total,
        "credit": share.credit,
    }


def _shared(
    common: dict[str, Any], line: Line, traits: int, who: Sequence[dict[str, Any]], weights: Sequence[int]
) -> Iterator[Fact]:
    quantities = signed_spread(line.quantity, weights)
    amounts = signed_spread(line.amount, weights)
    costs = signed_spread(line.cost, weights)
    originals = signed_spread(line.original_amount, weights)
    for member, quantity, amount, cost, original in zip(
        who, quantities, amounts, costs, originals, strict=True
    ):
        yield Fact(
            **common,
            **member,
            product_id=line.product_id,
            quantity=quantity,
            amount=amount,
            cost=cost,
            original_amount=original,
            traits=traits,
        )
