"""How deals went through their stages and what they were worth, from files."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from emporion.kernel.clock import local_day
from emporion.kernel.importable import Column, ColumnKind, ImportBatch
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_writing import PlannedRow, RecordShape
from emporion.records.pipeline.imports.crediting import Belongings, renew_deals
from emporion.records.pipeline.models import Deal, DealStage, DealValue
from emporion.records.pipeline.rules import sequence_of

K = ColumnKind
ENTRIES_OF_DEALS = Belongings("deal", Deal, DealStage, renew_deals)
VALUES_OF_DEALS = Belongings("deal", Deal, DealValue, renew_deals)
_DEAL = Column("deal", K.REFERENCE, required=True, refers_to="deal", example="D-1")


def day_of(values: Mapping[str, Any], day: str, instant: str, zone: str) -> dict[str, Any]:
    """The values with the day that the instant was in the department, when only the instant is given."""
    found = {day: None, **values}
    if found[day] is None and found.get(instant) is not None:
        found[day] = local_day(found[instant], zone)
    return found


# Stages

_STAGE_COLUMNS = (
    _DEAL,
    Column(
        "stage", K.REFERENCE, required=True, refers_to="stage", doc="which it came into", example="nb-offer"
    ),
    Column(
        "entered_on",
        K.DAY,
        doc="on which day; may be left out when entered_at is given",
        example="2026-03-02",
    ),
    Column("entered_at", K.INSTANT, doc="at which moment, when it is known"),
    Column(
        "sequence", K.WHOLE, doc="order within the day; without it by moment, then by the stages' positions"
    ),
)


def _check_entries(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    ENTRIES_OF_DEALS.keep_touched(rows)
    opened = dict(
        Deal.objects.filter(id__in={row.values["deal"] for row in rows}).values_list("id", "opened_on")
    )
    for row in rows:
        day = opened[row.values["deal"]]
        if row.values["entered_on"] < day:
            row.reject("entered_on", f"came into the stage before the deal was opened on {day}")


_ENTRY_SHAPE = RecordShape(
    model=DealStage,
    subject="deal_stage",
    stored_as={
        "deal": "deal_id",
        "stage": "stage_id",
        "entered_on": "entered_on",
        "entered_at": "entered_at",
        "sequence": "sequence",
        "assumed": "assumed",
    },
    key=("deal", "assumed", "stage", "entered_on", "sequence"),
    check=_check_entries,
    after=ENTRIES_OF_DEALS.post,
)


def _complete_entry(values: Mapping[str, Any], zone: str) -> dict[str, Any]:
    found = day_of(values, "entered_on", "entered_at", zone)
    if found.get("sequence") is None:
        day = found["entered_on"]
        found["sequence"] = 0 if day is None else sequence_of(day, found.get("entered_at"))
    return found


DEAL_STAGES = ENTRIES_OF_DEALS.importable(
    "deal_stages",
    _ENTRY_SHAPE,
    _STAGE_COLUMNS,
    after=("deals", "stages", "places"),
    doc="The stages a deal came into, in any order. Where this file has any, what the deal's own row says of its "
    "stage counts no more, except that it was closed later.",
    completing=lambda: partial(_complete_entry, zone=str(preference("zone"))),
)

# Values

_VALUE_COLUMNS = (
    _DEAL,
    Column(
        "starts_on", K.DAY, required=True, doc="first day on which it was worth that", example="2026-03-02"
    ),
    Column("value", K.EXACT, required=True, minimum=0, doc="in the deal's currency", example="12000"),
)
DEAL_VALUES = VALUES_OF_DEALS.importable(
    "deal_values",
    RecordShape(
        model=DealValue,
        subject="deal_value",
        stored_as={"deal": "deal_id", "starts_on": "starts_on", "value": "value", "assumed": "assumed"},
        key=("deal", "assumed", "starts_on"),
        check=lambda rows, _: VALUES_OF_DEALS.keep_touched(rows),
        after=VALUES_OF_DEALS.post,
    ),
    _VALUE_COLUMNS,
    after=("deals", "places"),
    doc="What a deal was worth over time. Where this file has any, the value in the deal's own row counts no more.",
    completing=lambda: dict,
)
