"""Answers as plain rows of text, the same for a table, for CSV and for JSON (design §8)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from emporion.numbers.metrics.engine.labelling import UNIT

Row = dict[str, Any]


def rendered(table: pa.Table) -> list[Row]:
    """One object per row: each dimension by its name, its code as `<name>_id`, each metric as a decimal string.

    Money has four places, a share six, days two; a quantity has as many as it needs; an empty number is None.
    """
    return _rows(table, {field.name: _writer(field) for field in table.schema})


def rendered_facts(table: pa.Table) -> list[Row]:
    """One object per fact: days and instants as ISO text, quantities and amounts as decimal strings."""
    writers = {field.name: _writer(field) for field in table.schema}
    return _rows(table, writers | {"quantity": trimmed})


def _rows(table: pa.Table, writers: dict[str, Callable[[Any], Any]]) -> list[Row]:
    columns = [
        [None if value is None else writers[name](value) for value in table[name].to_pylist()]
        for name in table.column_names
    ]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _writer(field: pa.Field) -> Callable[[Any], Any]:
    if (field.metadata or {}).get(UNIT.encode()) == b"quantity":
        return trimmed
    return _text


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def trimmed(value: Decimal) -> str:
    """A quantity without the zeros behind its last digit."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
