"""Dividing a whole among parts, some of which are settled: exact, by largest remainder. Pure.

Amounts are whole numbers of the smallest step there is; a `unit` is how many steps a part is rounded to.
"""

from collections.abc import Sequence

from emporion.kernel.errors import Refusal


def divide(
    total: int,
    weights: Sequence[int],
    *,
    settled: Sequence[int | None] | None = None,
    least: Sequence[int] | None = None,
    unit: int = 1,
) -> list[int]:
    """Parts of `total` by weight, in whole units where the total allows it; they sum to it exactly.

    A settled part keeps its value, a free one gets no less than its `least`; parts settled at what they would have
    anyway leave the others as they are. Free parts that all weigh nothing share alike. Raises Refusal where the settled
    parts exceed the total, or leave something that nobody is free to take.
    """
    usual = spread(total, weights, unit)
    if _holds(usual, settled, least):
        return usual
    kept: list[int | None] = list(settled) if settled is not None else [None] * len(weights)
    floors = list(least) if least is not None else [0] * len(weights)
    while True:
        free = [place for place, value in enumerate(kept) if value is None]
        rest = _rest(total, kept, [floors[place] for place in free], any_free=bool(free))
        shares = spread(rest, [weights[place] for place in free], unit)
        short = [place for place, share in zip(free, shares, strict=True) if share < floors[place]]
        if not short:
            for place, share in zip(free, shares, strict=True):
                kept[place] = share
            return [value or 0 for value in kept]
        for place in short:
            kept[place] = floors[place]


def _holds(parts: Sequence[int], settled: Sequence[int | None] | None, least: Sequence[int] | None) -> bool:
    """Whether that is what is asked for already."""
    kept = all(value is None or value == part for part, value in zip(parts, settled or [], strict=False))
    return (
        bool(parts) and kept and all(part >= floor for part, floor in zip(parts, least or [], strict=False))
    )


def _rest(total: int, kept: Sequence[int | None], floors: Sequence[int], *, any_free: bool) -> int:
    rest = total - sum(value for value in kept if value is not None)
    if rest < sum(floors):
        raise Refusal(
            "settled_above_total", f"settled parts are {sum(floors) - rest} more than the whole of {total}"
        )
    if rest and not any_free:
        raise Refusal(
            "nothing_free", f"every part is settled, and {rest} of {total} is left that none may take"
        )
    return rest


def spread(total: int, weights: Sequence[int], unit: int = 1) -> list[int]:
    """`total` over weights in whole units by largest remainder; what is less than a unit goes to the next in turn.

    Ties go to the earlier place. Weights that are all 0 count alike. Without a place there must be nothing to spread.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole // unit * unit for weight in weights]
    left = total - sum(parts)
    ranked = sorted(
        range(len(weights)), key=lambda place: (parts[place] * whole - total * weights[place], place)
    )
    for place in ranked:
        if left <= 0:
            break
        given = min(unit, left)
        parts[place] += given
        left -= given
    return parts
