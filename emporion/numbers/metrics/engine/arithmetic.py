"""From whole numbers of units to exact decimals: sums, and one division at the end where a metric is a ratio. Pure."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.shape import Evaluated, Leaf, Plus, Ratio, places

# More digits than the ledger can hold, and few enough that two such columns can still be added up.
PRECISION = 30


def metric_column(metric: Metric, units: Mapping[Leaf, pa.ChunkedArray]) -> pa.Array:
    """A metric's values as decimals in its own number of places; empty where a ratio has nothing to divide by."""
    shape = metric.shape
    if isinstance(shape, Evaluated):
        raise TypeError(f"{metric.name} is not computed from facts")
    if not isinstance(shape, Ratio):
        return _at_places(_summed(shape, units), _places(shape), metric.places)
    above, below = (_summed(part, units).to_pylist() for part in (shape.numerator, shape.denominator))
    shift = metric.places + _places(shape.denominator) - _places(shape.numerator)
    return decimals(quotients(above, below, shift, shape.per), metric.places)


def quotients(above: Sequence[int], below: Sequence[int], shift: int, per: int) -> list[int | None]:
    """above × 10^shift ÷ below ÷ per, each rounded once, half away from zero; None where below is 0."""
    up, down = 10 ** max(shift, 0), 10 ** max(-shift, 0) * per
    return [
        _rounded(int(top) * up, int(bottom) * down) if bottom else None
        for top, bottom in zip(above, below, strict=True)
    ]


def _rounded(top: int, bottom: int) -> int:
    size = (2 * abs(top) + abs(bottom)) // (2 * abs(bottom))
    return size if (top < 0) == (bottom < 0) else -size


def decimals(units: Sequence[int | None], places: int) -> pa.Array:
    """Whole units as decimals of so many places."""
    return _shifted(pa.array(units, pa.int64()), places)


def _summed(shape: Leaf | Plus, units: Mapping[Leaf, pa.ChunkedArray]) -> pa.Array:
    if not isinstance(shape, Plus):
        return units[shape]
    result = None
    for leaf in shape.add:
        result = units[leaf] if result is None else pc.add_checked(result, units[leaf])
    for leaf in shape.take:
        result = (
            pc.negate_checked(units[leaf]) if result is None else pc.subtract_checked(result, units[leaf])
        )
    return result


def _places(shape: Leaf | Plus) -> int:
    if isinstance(shape, Plus):
        counted = {places(leaf) for leaf in (*shape.add, *shape.take)}
        if len(counted) > 1:
            raise ValueError("only what is counted in one unit can be added up")
        return counted.pop()
    return places(shape)


def _at_places(units: pa.Array, counted_in: int, wanted: int) -> pa.Array:
    if counted_in == wanted:
        return _shifted(units, wanted)
    return decimals(quotients(units.to_pylist(), [1] * len(units), wanted - counted_in, 1), wanted)


def _shifted(units: pa.Array, places: int) -> pa.Array:
    """The same whole numbers, read as having so many places: no digit changes."""
    whole = units.combine_chunks() if isinstance(units, pa.ChunkedArray) else units
    exact = whole.cast(pa.decimal128(PRECISION, 0))
    return pa.Array.from_buffers(
        pa.decimal128(PRECISION, places), len(exact), exact.buffers(), exact.null_count, exact.offset
    )
