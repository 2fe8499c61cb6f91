"""The arithmetic of orders. Pure: Decimals in documents, integer units in facts."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

from emporion.kernel.errors import Refusal
from emporion.kernel.money.amounts import AMOUNT_PLACES, WIDE, round_amount, spread_units

EXACT_UNIT = Decimal("0.000000001")


def line_exact_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal) -> Decimal:
    """quantity × price × (1 − discount), to nine places half up, before the document is rounded."""
    listed = WIDE.multiply(quantity, unit_price)
    return WIDE.multiply(listed, 1 - discount).quantize(EXACT_UNIT, ROUND_HALF_UP, WIDE)


def document_total(exact_lines: Sequence[Decimal]) -> Decimal:
    """The total of a document: its lines' exact sum rounded once."""
    return round_amount(sum(exact_lines, Decimal(0)))


def spread_total(total: Decimal, exact_lines: Sequence[Decimal]) -> list[Decimal]:
    """`total` over the lines so that they sum to it exactly.

    Where it is the rounded sum of the lines, each line keeps its own amount but for less than one ten-thousandth
    (largest remainder). Where it is not (a discount on the whole document), it is spread in proportion.
    """
    with localcontext(prec=60):
        units = int(total.scaleb(AMOUNT_PLACES))
        scaled = [line.scaleb(AMOUNT_PLACES) for line in exact_lines]
        floors = [int(value.to_integral_value(ROUND_FLOOR)) for value in scaled]
        if floors == scaled and sum(floors) == units:
            return list(exact_lines)
        short = units - sum(floors)
        if 0 <= short <= len(floors) and abs(sum(scaled, Decimal(0)) - units) < 1:
            rest: list[Decimal] = [value - floor for value, floor in zip(scaled, floors, strict=True)]
            for place in sorted(range(len(rest)), key=lambda index: (-rest[index], index))[:short]:
                floors[place] += 1
            return [Decimal(floor).scaleb(-AMOUNT_PLACES) for floor in floors]
        return _in_proportion(units, exact_lines)


def _in_proportion(units: int, exact_lines: Sequence[Decimal]) -> list[Decimal]:
    weights = [int(line.scaleb(9)) for line in exact_lines]
    if sum(weights) <= 0 or min(weights) < 0:
        raise Refusal(
            "total_does_not_fit", "the total differs from its lines and they give no shares to spread it by"
        )
    return [Decimal(part).scaleb(-AMOUNT_PLACES) for part in spread_units(units, weights)]


def in_base(amount: Decimal, rate: Decimal) -> Decimal:
    """A document's amount in the base currency, rounded once."""
    with localcontext(prec=60):
        return round_amount(amount * rate)


def lines_in_base(total: Decimal, rate: Decimal, line_amounts: Sequence[Decimal]) -> list[Decimal]:
    """Every line's amount in the base currency: the total is converted and rounded once, the lines sum to it."""
    if rate == 1 and sum(line_amounts) == total:
        return list(line_amounts)
    with localcontext(prec=60):
        return spread_total(in_base(total, rate), [amount * rate for amount in line_amounts])


def line_cost(quantity: Decimal, unit_cost: Decimal) -> Decimal:
    """What a line costs us, rounded once."""
    return round_amount(WIDE.multiply(quantity, unit_cost))


def signed_spread(total: int, weights: Sequence[int]) -> list[int]:
    """`total` over integer weights, whole units; one weight gets all."""
    return [total] if len(weights) == 1 else spread_units(total, weights)


def next_part(paid: int, already: Sequence[int], line_units: Sequence[int]) -> list[int]:
    """How much of the newest payment goes to each line.

    `paid` is all that was paid for these lines, the newest included; `already` what each line got before. Cumulative:
    allocate(all paid so far) less what was allocated, so that many small payments end where one large one does, and
    what was spread before an order was edited stays as it was.
    """
    weights = [max(units, 0) for units in line_units]
    if sum(weights) == 0:
        weights = [1] * len(line_units)
    return [now - then for now, then in zip(spread_units(paid, weights), already, strict=True)]


def returned_part(
    line_amount: Decimal, line_quantity: Decimal, before: Decimal, quantity: Decimal
) -> Decimal:
    """The amount of a returned quantity, cumulatively: returning everything in pieces gives back exactly the line.

    Raises Refusal when more comes back than was sold.
    """
    if before + quantity > line_quantity:
        raise Refusal(
            "more_than_sold", f"{before + quantity} would have come back of a line of {line_quantity}"
        )
    with localcontext(prec=60):
        upto = round_amount(line_amount * (before + quantity) / line_quantity)
        return upto - round_amount(line_amount * before / line_quantity)
