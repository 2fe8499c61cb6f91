"""The year first: last year × growth of the market × own growth, and its channels (PLAN-1, PLAN-2). Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from emporion.kernel.errors import Refusal
from emporion.kernel.money import AMOUNT_UNIT

DIGITS = 50
OTHER = "other"


def year_total(base: Decimal, market: Decimal, own: Decimal, unit: Decimal = AMOUNT_UNIT) -> Decimal:
    """Last year's fact × (1 + market growth) × (1 + own growth), rounded once, half to even, to whole units; growths as
    fractions. Refuses a shrinking below nothing."""
    if market < -1 or own < -1:
        raise Refusal("bad_growth", "growth is a fraction from -1 on: 0.1 is ten percent more")
    if base < 0:
        raise Refusal("bad_base", f"last year cannot have been {base}")
    with localcontext(prec=DIGITS):
        return (base * (1 + market) * (1 + own)).quantize(unit, ROUND_HALF_EVEN)


def by_channel(
    total: Decimal, shares: Mapping[str, Decimal], unit: Decimal = Decimal(1)
) -> dict[str, Decimal]:
    """Each channel's share of the total rounded down to whole units, and what is left as the channel `other`: the sum
    is the total exactly. Shares are fractions that sum to no more than 1."""
    _refuse_impossible(shares, unit)
    with localcontext(prec=DIGITS):
        parts = {name: total * share // unit * unit for name, share in shares.items()}
        return {**parts, OTHER: total - sum(parts.values())}


def _refuse_impossible(shares: Mapping[str, Decimal], unit: Decimal) -> None:
    if unit <= 0:
        raise Refusal("bad_unit", f"parts cannot be rounded to {unit}: the unit must be more than 0")
    if OTHER in shares:
        raise Refusal("channel_is_the_rest", f"the channel {OTHER} is what the others leave; it has no share")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise Refusal("bad_share", f"the share of {name} must be a fraction from 0 to 1, not {share}")
    if sum(shares.values()) > 1:
        raise Refusal(
            "shares_above_whole", f"the shares sum to {sum(shares.values())}, more than the whole of 1"
        )
