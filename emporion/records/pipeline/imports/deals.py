"""Deals from files. A file that knows only where a deal stands gets the history that this implies: see
`rules.assumed_history`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from emporion.kernel.importable import Column, ColumnKind, Fate, ImportBatch, ImportRow, RowFate
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as, write_records
from emporion.records.customers.queries import Held
from emporion.records.pipeline.actions.posting import restate
from emporion.records.pipeline.actions.setting_up import ensure_default_pipeline
from emporion.records.pipeline.imports.crediting import CREDITS_OF_DEALS
from emporion.records.pipeline.imports.histories import ENTRIES_OF_DEALS, VALUES_OF_DEALS, day_of
from emporion.records.pipeline.models import Deal, DealStage
from emporion.records.pipeline.queries import stage_kinds
from emporion.records.pipeline.rules import (
    CLOSED,
    OPEN,
    Entry,
    Misfit,
    StageKind,
    assumed_history,
    stated_columns,
)

K = ColumnKind
COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, example="D-1"),
    Column("name", longest=255, example="Fleet for Acme"),
    Column("customer", K.REFERENCE, refers_to="customer", example="C-17"),
    Column("pipeline", K.REFERENCE, refers_to="pipeline", doc="without it the stage's, or the default one"),
    Column(
        "stage",
        K.REFERENCE,
        refers_to="stage",
        doc="where it stands now; without it the first",
        example="nb-offer",
    ),
    Column(
        "outcome",
        K.CHOICE,
        choices=(OPEN, "won", "lost"),
        doc="when the stage does not say it",
        example="open",
    ),
    Column("opened_on", K.DAY, doc="may be left out when opened_at is given", example="2026-03-02"),
    Column("opened_at", K.INSTANT, doc="moment, when it is known"),
    Column("closed_on", K.DAY, doc="day it was won or lost; of an open deal: when that is expected"),
    Column("expected_on", K.DAY, doc="day on which it is expected to close"),
    Column("lost_reason", longest=255, doc="why it was lost"),
    Column("owner", K.REFERENCE, refers_to="member", doc="whose it is; several: deal_credits", example="M-3"),
    Column("value", K.EXACT, minimum=0, doc="in its own currency; over time: deal_values", example="12000"),
    Column("value_on", K.DAY, doc="day from which it was worth that; without it the day it was opened"),
    Column("currency", longest=3, doc="ISO code; without it the base currency", example="EUR"),
    Column("rate", K.EXACT, places=9, doc="base currency for one unit of it; without it 1"),
    Column("territory", K.REFERENCE, refers_to="territory", doc="without it the customer's of the day"),
    Column("source", K.REFERENCE, refers_to="lead_source", doc="where it came from", example="exhibition"),
    Column("channel", longest=40, doc="how it is sold", example="seller"),
    Column("product", K.REFERENCE, refers_to="product", doc="the main product"),
    Column("contract_signed_on", K.DAY, doc="day the contract was signed"),
    Column("contract_amount", K.EXACT, minimum=0, doc="without it the deal's value of that day"),
)
_HISTORY = ("stage", "outcome", "closed_on")
_BESIDE = dict.fromkeys((*_HISTORY, "owner", "value", "value_on"), "")
# Empty cells of these leave what the deal has.
_KEEPING = ("pipeline", "opened_on", "currency", "rate", "territory")


# Before anything is read: what the file leaves out


def write_deals(batch: ImportBatch) -> list[RowFate]:
    """Deals with what their rows say of stage, value and owner. About twenty queries a batch."""
    known = set(
        Deal.objects.filter(code__in=[row.values["code"] for row in batch.rows]).values_list(
            "code", flat=True
        )
    )
    zone = str(preference("zone"))
    rows = [day_of(row.values, "opened_on", "opened_at", zone) for row in batch.rows]
    kinds = stage_kinds()
    for values in rows:
        _complete(values, kinds)
    new = [values for values in rows if values["code"] not in known]
    _fill_new(new, batch)
    for values in rows:
        if values["code"] in known:
            for column in [c for c in _KEEPING if c in values and values[c] is None]:
                del values[column]
    completed = [ImportRow(row.number, values) for row, values in zip(batch.rows, rows, strict=True)]
    return write_records(_SHAPE, replace(batch, rows=completed))


def _complete(values: dict[str, Any], kinds: Mapping[int, StageKind]) -> None:
    """The pipeline is the stage's; the closing day of a deal that is open is when that is expected."""
    stage = kinds.get(values.get("stage") or 0)
    if values.get("pipeline") is None and stage is not None:
        values["pipeline"] = stage.pipeline_id
    ends = values.get("outcome") in CLOSED or (stage is not None and stage.closes)
    if values.get("closed_on") is not None and not ends and values.get("expected_on") is None:
        values["expected_on"] = values["closed_on"]


def _fill_new(new: Sequence[dict[str, Any]], batch: ImportBatch) -> None:
    if not new:
        return
    zones = Held.zones([values["customer"] for values in new if values.get("customer") is not None])
    currency = str(preference("base_currency"))
    default = None
    for values in new:
        if values.get("pipeline") is None:
            default = default or ensure_default_pipeline(by=batch.by, at=batch.at)
            values["pipeline"] = default
        values["currency"] = values.get("currency") or currency
        values["rate"] = Decimal(1) if values.get("rate") is None else values["rate"]
        if values.get("territory") is None and values["opened_on"] is not None:
            values["territory"] = zones.on(values.get("customer"), values["opened_on"])


# Before anything is written: what cannot be


def _check(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    stages = _stages()
    first = _first_entries([row.record_id for row in rows if row.fate is Fate.CHANGED])
    for row in rows:
        try:
            _refuse_misfit(row, stages, first)
        except Misfit as misfit:
            row.reject(misfit.column, misfit.reason)


def _refuse_misfit(
    row: PlannedRow, stages: Mapping[int, Sequence[StageKind]], first: Mapping[int, Any]
) -> None:
    wanted = _wanted_history(row, stages, [])
    if (rate := _said(row, "rate")) is not None and rate <= 0:
        raise Misfit("rate", "must be more than 0")
    if _said(row, "contract_amount") is not None and _said(row, "contract_signed_on") is None:
        raise Misfit("contract_signed_on", "a contract with an amount needs the day on which it was signed")
    if wanted[-1].stage.closes and (day := row.values.get("value_on")) is not None and day > wanted[-1].day:
        raise Misfit("value_on", f"the value begins on {day}, after the deal was closed")
    if row.record_id in first and first[row.record_id] < _opened_on(row):
        raise Misfit("opened_on", f"the deal was in a stage on {first[row.record_id]} already")


def _said(row: PlannedRow, column: str) -> Any:
    return row.values[column] if column in row.values else row.stored.get(_SHAPE.stored_as[column])


def _opened_on(row: PlannedRow) -> Any:
    return _said(row, "opened_on")


def _stages() -> dict[int, list[StageKind]]:
    found: dict[int, list[StageKind]] = defaultdict(list)
    for kind in stage_kinds().values():
        found[kind.pipeline_id].append(kind)
    return found


def _first_entries(ids: Sequence[int]) -> dict[int, Any]:
    rows = DealStage.objects.filter(deal_id__in=ids, assumed=False).order_by("-entered_on")
    return dict(rows.values_list("deal_id", "entered_on"))


def _wanted_history(
    row: PlannedRow, stages: Mapping[int, Sequence[StageKind]], stored: Sequence[Entry]
) -> list[Entry]:
    """What the row implies; where it says nothing of its stage, what was implied before, from the opening day on."""
    pipeline: int = _said(row, "pipeline")
    opened_on = _opened_on(row)
    if row.stored and stored and not any(column in row.values for column in _HISTORY):
        begun = stored[0]
        return [begun if begun.stage.closes else Entry(opened_on, begun.stage, assumed=True), *stored[1:]]
    stage = next((kind for kind in stages[pipeline] if kind.id == row.values.get("stage")), None)
    if stage is None and row.values.get("stage") is not None:
        raise Misfit("stage", "the stage belongs to another pipeline")
    values = row.values
    return assumed_history(stages[pipeline], stage, values.get("outcome"), opened_on, values.get("closed_on"))


# Beside the deal's own columns: its assumed stages, value and owner


@dataclass(slots=True)
class _Beside:
    """What hangs on a deal: assumed entries (stage, day, sequence), values (day, value) and owners (member)."""

    entries: list[Entry]
    values: list[tuple[Any, ...]]
    owners: list[tuple[Any, ...]]


_ENTRY = ("stage_id", "entered_on", "sequence")
_VALUE = ("starts_on", "value")
_OWNER = ("member_id",)


def _write_beside(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    """The assumed rows of the deals that stand, then the facts of all that are new or changed."""
    stages = _stages()
    stored = _stored_beside([row.record_id for row in rows if row.stored])
    wanted = {row.record_id: _wanted(row, stages, stored.get(row.record_id)) for row in rows}
    writing = []
    for row in rows:
        before = stored.get(row.record_id)
        if not row.stored:
            writing.append(row)
        elif before is not None and before != wanted[row.record_id]:
            if row.touched:
                row.keep()
                continue
            row.changed_beside(_previous(row, stages, before))
            writing.append(row)
    _assume(writing, wanted)
    new = frozenset(row.record_id for row in rows if not row.stored)
    changed = [row.record_id for row in rows if row.fate is Fate.CHANGED]
    restate([*new, *changed], at=batch.at, new=new)


def _stored_beside(ids: Sequence[int]) -> dict[int, _Beside]:
    if not ids:
        return {}
    kinds = stage_kinds()
    entries = ENTRIES_OF_DEALS.assumed(ids, _ENTRY)
    values = VALUES_OF_DEALS.assumed(ids, _VALUE)
    owners = CREDITS_OF_DEALS.assumed(ids, _OWNER)
    return {
        one: _Beside(
            [
                Entry(day, kinds[stage_id], order, assumed=True)
                for stage_id, day, order in entries.get(one, [])
            ],
            values.get(one, []),
            owners.get(one, []),
        )
        for one in ids
    }


def _wanted(row: PlannedRow, stages: Mapping[int, Sequence[StageKind]], before: _Beside | None) -> _Beside:
    said = row.values
    entries = _wanted_history(row, stages, before.entries if before else [])
    values = before.values if before else []
    if "value" in said or not before:
        day = said.get("value_on") or _opened_on(row)
        values = [] if said.get("value") is None else [(day, said["value"])]
    owners = before.owners if before else []
    if "owner" in said or not before:
        owners = [] if said.get("owner") is None else [(said["owner"],)]
    return _Beside(entries, values, owners)


def _previous(row: PlannedRow, stages: Mapping[int, Sequence[StageKind]], before: _Beside) -> dict[str, Any]:
    pipeline: int = row.stored["pipeline_id"]
    day, value = before.values[0] if before.values else (None, None)
    owner = before.owners[0][0] if before.owners else None
    return {
        **stated_columns(stages[pipeline], before.entries),
        "value": value,
        "value_on": day,
        "owner": owner,
    }


def _assume(rows: Sequence[PlannedRow], wanted: Mapping[int, _Beside]) -> None:
    known = [row.record_id for row in rows if row.stored]
    some = {row.record_id: wanted[row.record_id] for row in rows}
    entries = {
        one: [(entry.stage.id, entry.day, entry.sequence) for entry in beside.entries]
        for one, beside in some.items()
    }
    ENTRIES_OF_DEALS.assume(entries, _ENTRY, known)
    VALUES_OF_DEALS.assume({one: beside.values for one, beside in some.items()}, _VALUE, known)
    CREDITS_OF_DEALS.assume({one: beside.owners for one, beside in some.items()}, _OWNER, known)


_SHAPE = RecordShape(
    model=Deal,
    subject="deal",
    stored_as=stored_as(COLUMNS, **_BESIDE),
    check=_check,
    after=_write_beside,
    fact_kind="deal",
)
DEALS = replace(
    _SHAPE.importable(
        "deals",
        COLUMNS,
        after=(
            "customers",
            "customer_zones",
            "lead_sources",
            "stages",
            "members",
            "places",
            "products",
            "territories",
        ),
        doc="Deals. Their stages, values and owners over time are in deal_stages, deal_values and deal_credits.",
    ),
    write=write_deals,
)
