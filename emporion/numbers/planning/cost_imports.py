"""Which columns a file of costs may carry (PLAN-9, SYS-1)."""

from collections.abc import Sequence

from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, ImportBatch
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as
from emporion.numbers.planning.cost_actions import SUBJECT, refuse_impossible, require_cost_changes
from emporion.numbers.planning.models import CostLine

K = ColumnKind
COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="identifier in the source", example="RENT"),
    Column("name", required=True, longest=200, doc="what it is spent on", example="Rent of the office"),
    Column("product", K.REFERENCE, refers_to="product", doc="cost of this product alone", example=""),
    Column(
        "category", K.REFERENCE, refers_to="category", doc="cost of this category and those in it", example=""
    ),
    Column(
        "channel",
        longest=40,
        default="",
        doc="cost of this channel alone; without all three the firm's",
        example="",
    ),
    Column("amount", K.EXACT, doc="fixed: what it comes to in its days together", example="120000"),
    Column("share", K.EXACT, places=9, doc="variable: share of revenue as a fraction", example=""),
    Column("per_unit", K.EXACT, places=9, doc="variable: amount for each unit sold", example=""),
    Column(
        "replaces_cost",
        K.YES_NO,
        default=False,
        doc="variable: stands instead of the product's cost from the catalogue, not beside it",
        example="no",
    ),
    Column("starts_on", K.DAY, required=True, doc="first day", example="2026-01-01"),
    Column("ends_on", K.DAY, required=True, doc="the day after the last", example="2027-01-01"),
)
_COLUMN_OF = {
    "empty_period": "ends_on",
    "one_place_of_cost": "channel",
    "fixed_replaces_none": "replaces_cost",
}


def _check(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    require_cost_changes(batch.by)
    for row in rows:
        try:
            refuse_impossible(_told(row))
        except Refusal as refusal:
            row.reject(_COLUMN_OF.get(refusal.name, "amount"), refusal.text)


def _told(row: PlannedRow) -> dict[str, object]:
    """All that a row says of its cost; a column that the file lacks stays as it is stored."""
    return {
        COSTS.stored_as[column.name]: row.values.get(
            column.name, row.stored.get(COSTS.stored_as[column.name], column.default)
        )
        for column in COLUMNS
        if column.name != "code"
    }


COSTS = RecordShape(CostLine, SUBJECT, stored_as(COLUMNS), check=_check)
IMPORTABLE = COSTS.importable(
    "costs", COLUMNS, after=("products", "categories"), doc="What the firm spends, fixed and with each sale."
)
