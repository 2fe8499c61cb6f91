"""From cells to an answer: ids become names and codes, units become decimals, rows get their order."""

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from emporion.kernel.ledger.fact import Subject
from emporion.numbers.metrics.engine.arithmetic import PRECISION, metric_column
from emporion.numbers.metrics.engine.dimensions import Dimension
from emporion.numbers.metrics.engine.directory import Directory, Label
from emporion.numbers.metrics.engine.resolving import Resolved
from emporion.numbers.metrics.engine.rows import key_names
from emporion.numbers.metrics.engine.spans import span_label
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.shape import Evaluated

UNIT = "unit"
LATER = "_later"


def answer(
    cells: pa.Table, question: Resolved, directory: Directory, around: tuple[pa.Table, pa.Table] | None = None
) -> pa.Table:
    """By dimension its label and its code, then a decimal column per metric, in the order of the labels, empty last.

    `around` are the closed and the present cells, row by row those of `cells`: then each metric is followed by
    `<metric>_later`, now − closed, empty where either is. Each metric's field names its unit in its metadata.
    Queries: one per dimension that is a kind of record, for up to 10,000 of them.
    """
    columns = _dimension_columns(cells, question, directory)
    fields = [pa.field(name, pa.string()) for name in columns]
    for asked in question.metrics:
        fields.append(_field(asked, asked.name))
        columns[asked.name] = metric_values(asked, cells, question)
        if around:
            before, after = (metric_values(asked, table, question) for table in around)
            fields.append(_field(asked, asked.name + LATER))
            columns[asked.name + LATER] = pc.subtract(after, before).cast(before.type)
    table = pa.table(list(columns.values()), schema=pa.schema(fields))
    return table.take(_order(table, question)) if question.by else table


def metric_values(asked: Metric, cells: pa.Table, question: Resolved) -> pa.Array:
    """A metric's values, row by row."""
    if isinstance(asked.shape, Evaluated):
        return cells[asked.name]
    return metric_column(asked, {leaf: cells[f"c{number}"] for number, leaf in enumerate(question.leaves)})


def _field(asked: Metric, name: str) -> pa.Field:
    return pa.field(name, pa.decimal128(PRECISION, asked.places), metadata={UNIT: asked.unit})


def _dimension_columns(cells: pa.Table, question: Resolved, directory: Directory) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    for name, asked in zip(key_names(question), question.by, strict=True):
        labels = labels_of(asked, cells[name].to_pylist(), directory)
        columns[asked.name] = pa.array([label and label.name for label in labels], pa.string())
        columns[f"{asked.name}_id"] = pa.array([label and label.code for label in labels], pa.string())
    return columns


def labels_of(asked: Dimension, values: Sequence[object], directory: Directory) -> list[Label | None]:
    """The labels of a dimension's values in their order; a record that facts name and that is gone has a number."""
    known: dict[object, Label] = dict(
        _known(asked, {value for value in values if value is not None}, directory)
    )
    return [
        None if value is None else known.get(value) or Label(f"#{value}", f"#{value}") for value in values
    ]


def _known(asked: Dimension, values: set[object], directory: Directory) -> Iterator[tuple[object, Label]]:
    if asked.span:
        spans = [(day, span_label(asked.span, day)) for day in values if isinstance(day, date)]
        return iter([(day, Label(text, text)) for day, text in spans])
    if asked.record is None:
        return iter([(word, Label(str(word), str(word))) for word in values])
    if asked.record == "subject":
        subjects = {str(value): Subject(*_parted(str(value))) for value in values}
        codes = directory.subject_codes(subjects.values())
        return iter([(value, Label(codes[subject], codes[subject])) for value, subject in subjects.items()])
    return iter(directory.labels(asked.record, [value for value in values if isinstance(value, int)]).items())


def _parted(subject: str) -> tuple[str, int]:
    kind, row_id = subject.split(":", maxsplit=1)
    return kind, int(row_id)


def _order(table: pa.Table, question: Resolved) -> pa.Array:
    """By labels, then codes; Arrow puts empty ones last."""
    names = [name for asked in question.by for name in (asked.name, f"{asked.name}_id")]
    return pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names])
