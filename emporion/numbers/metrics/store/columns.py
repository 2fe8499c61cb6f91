"""The columns of a stored fact, taken from the ledger's table so that the two cannot differ."""

from functools import cache

import ibis
import pyarrow as pa
from django.db import models

from emporion.kernel.ledger.models import LedgerFact

MONTH = "month"
# Delta leaves the column it partitions by out of the files, and `month` has to be inside them.
PARTITION = "fact_month"
INSTANT = pa.timestamp("us", "UTC")
# DuckDB gives zoned instants to Python only where pytz is installed; in the store they are all UTC.
PLAIN_INSTANT = pa.timestamp("us")
# What files are left out by; statistics of more columns would only make the log longer.
STATISTICS = ("id", "day", "member_id")
CLUSTERED_BY = ("member_id", "customer_id", "id")


@cache
def stored_schema() -> pa.Schema:
    """The columns inside the files: those of the ledger, and `month` as YYYY-MM."""
    return pa.schema(
        [*((str(field.column), _arrow_type(field)) for field in _ledger_fields()), (MONTH, pa.string())]
    )


@cache
def read_schema() -> ibis.Schema:
    """The columns a question sees: as stored, instants as plain UTC timestamps."""
    plain = [
        (field.name, PLAIN_INSTANT if field.type == INSTANT else field.type) for field in stored_schema()
    ]
    return ibis.Schema.from_pyarrow(pa.schema(plain))


@cache
def ledger_columns() -> tuple[str, ...]:
    """The ledger's columns in its order."""
    return tuple(str(field.column) for field in _ledger_fields())


def _ledger_fields() -> list["models.Field[object, object]"]:
    return [field for field in LedgerFact._meta.concrete_fields if field.column]


def _arrow_type(field: "models.Field[object, object]") -> pa.DataType:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    for classes, arrow in _TYPES:
        if isinstance(kind, classes):
            return arrow
    raise TypeError(f"the store has no type for the ledger's column {field.column}")


# An instant is a day to isinstance, and a big integer an integer: the narrower ones first.
_TYPES: tuple[tuple[tuple[type, ...], pa.DataType], ...] = (
    ((models.DateTimeField,), INSTANT),
    ((models.DateField,), pa.date32()),
    ((models.BigAutoField, models.BigIntegerField), pa.int64()),
    ((models.IntegerField,), pa.int32()),
    ((models.CharField,), pa.string()),
)
