"""Pareto: how much the largest bring. Pure."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

DIGITS = 40


class Point(NamedTuple):
    """The largest `many` of all bring `share` of the total; they are `part` of all."""

    many: int
    part: Decimal
    share: Decimal


def pareto(values: Sequence[Decimal], steps: int = 10) -> list[Point]:
    """By steps of equal parts of all, what share of the total the largest bring; the last step is all of them. What is
    nothing or less brings nothing and is left out."""
    falling = sorted((value for value in values if value > 0), reverse=True)
    total = sum(falling, Decimal(0))
    if not total:
        return []
    points = []
    for many in dict.fromkeys(-(-len(falling) * step // steps) for step in range(1, steps + 1)):
        with localcontext(prec=DIGITS):
            part, share = Decimal(many) / len(falling), sum(falling[:many], Decimal(0)) / total
        points.append(Point(many, part, share))
    return points


def needed_for(values: Sequence[Decimal], share: Decimal) -> int:
    """How many of the largest bring at least that share of the total; 0 of nothing."""
    falling = sorted((value for value in values if value > 0), reverse=True)
    total, reached = sum(falling, Decimal(0)), Decimal(0)
    for many, value in enumerate(falling, start=1):
        reached += value
        if reached >= total * share:
            return many
    return 0
