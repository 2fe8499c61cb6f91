"""Metrics that parts above compute, brought to the rows of the others."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pyarrow as pa

from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.engine.arithmetic import PRECISION
from emporion.numbers.metrics.engine.cells import Place, aligned, by_place
from emporion.numbers.metrics.engine.dimensions import Dimension
from emporion.numbers.metrics.engine.resolving import Resolved
from emporion.numbers.metrics.engine.spans import span_start
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.scan import Question
from emporion.numbers.metrics.shape import Evaluated

Values = Mapping[Place, Decimal | None]


def with_evaluated(cells: pa.Table, asked: Resolved, question: Question) -> pa.Table:
    """The cells with a column for every evaluated metric, and with the rows that only those have.

    Refuses a condition on what is not a column of the facts: the parts above could not apply it.
    """
    metrics = [metric for metric in asked.metrics if isinstance(metric.shape, Evaluated)]
    if not metrics:
        return cells
    for condition in asked.conditions:
        if not condition.dimension.is_own_column:
            name = condition.dimension.name
            raise Refusal("dimension_not_offered", f"{metrics[0].name} cannot be limited to a {name}")
    values = dict(_evaluated(metrics, asked, question))
    places = list(
        dict.fromkeys([*by_place(cells, asked), *(place for found in values.values() for place in found)])
    )
    table = aligned(cells, asked, places)
    for metric in metrics:
        table = table.append_column(metric.name, _column(metric, values[metric.name], places))
    return table


def _evaluated(
    metrics: list[Metric], asked: Resolved, question: Question
) -> Iterator[tuple[str, dict[Place, Decimal | None]]]:
    by_function: dict[object, tuple[Evaluated, list[str]]] = {}
    for metric in metrics:
        if isinstance(metric.shape, Evaluated):
            by_function.setdefault(metric.shape.compute, (metric.shape, []))[1].append(metric.name)
    for shape, names in by_function.values():
        found = shape.compute(question, tuple(names))
        for name in names:
            yield name, {_place(key, asked.by): value for key, value in found.get(name, {}).items()}


def _place(key: Place, by: tuple[Dimension, ...]) -> Place:
    return tuple(_first_day(value, asked) for value, asked in zip(key, by, strict=True))


def _first_day(value: object, asked: Dimension) -> object:
    is_label = asked.span is not None and isinstance(value, str) and not isinstance(value, date)
    return span_start(asked.span, str(value)) if asked.span and is_label else value


def _column(metric: Metric, values: Values, places: list[Place]) -> pa.Array:
    unit = Decimal(1).scaleb(-metric.places)
    with localcontext(prec=PRECISION):
        found = [values.get(place) for place in places]
        rounded = [None if value is None else value.quantize(unit, ROUND_HALF_UP) for value in found]
    return pa.array(rounded, pa.decimal128(PRECISION, metric.places))
