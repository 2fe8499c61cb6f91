"""Taking back an import: what it created and nobody has touched is removed, what it changed is written back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from emporion.doors.importing.models import ImportedRecord, ImportRun, RunState
from emporion.doors.importing.running.batches import write_rows
from emporion.doors.importing.running.permission import require_importer
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.batches import batched
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import ColumnKind, Fate, Importable, ImportRow, importables

RECORDS_AT_ONCE = 500


@dataclass(slots=True)
class UndoOutcome:
    """Records removed and written back; `kept` lists, by target, the ids left as they are because people have
    touched them or others need them."""

    run_id: int
    removed: int = 0
    restored: int = 0
    kept: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, importable: str, ids: Sequence[int]) -> None:
        """These stay."""
        if ids:
            self.kept.setdefault(importable, []).extend(ids)


def undo_import(run_id: int, *, by: Viewer, at: datetime) -> UndoOutcome:
    """Take back a run, last target first, in transactions of under a second; after a kill the same call goes on.

    Facts are reversed, so in closed periods adjustments appear. Needs the permission to import, and to see all. (SYS-1)
    """
    require_importer(by)
    run = _begin(run_id)
    outcome = UndoOutcome(run.pk)
    for importable in reversed(importables().values()):
        records = ImportedRecord.objects.filter(run=run, importable=importable.name)
        for some in _in_parts(records.filter(fate=Fate.CHANGED).order_by("-id")):
            _restore(importable, some, outcome, by, at)
        for some in _in_parts(records.filter(fate=Fate.CREATED).order_by("-id")):
            _remove(importable, some, outcome, by, at)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.UNDONE, finished_at=at)
    return outcome


def _begin(run_id: int) -> ImportRun:
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Refusal("no_such_import", f"there is no import {run_id}")
    if run.state == RunState.UNDONE:
        raise Refusal("undone_already", f"import {run_id} has been undone already")
    later = ImportedRecord.objects.filter(run_id__gt=run_id, fate=Fate.CHANGED, run__state=RunState.DONE)
    if newer := _overlapping(run, later):
        raise Refusal("changed_later", f"import {newer} changed the same records later; undo that one first")
    ImportRun.objects.filter(pk=run_id).update(state=RunState.UNDOING)
    return run


def _overlapping(run: ImportRun, later: Any) -> int | None:
    """A later import that changed what this one wrote: its earlier values are this one's."""
    for importable in later.values_list("importable", flat=True).distinct():
        own = ImportedRecord.objects.filter(run=run, importable=importable).values("record_id")
        found = later.filter(importable=importable, record_id__in=own).order_by("-run_id")
        if newer := found.values_list("run_id", flat=True).first():
            return int(newer)
    return None


def _in_parts(records: Any) -> Iterator[list[ImportedRecord]]:
    """The list is read once: those kept stay in the table."""
    ids = list(records.values_list("id", flat=True))
    for some in batched(ids, RECORDS_AT_ONCE):
        by_id = ImportedRecord.objects.in_bulk(some)
        yield [by_id[one] for one in some if one in by_id]


def _remove(
    importable: Importable, records: Sequence[ImportedRecord], outcome: UndoOutcome, by: Viewer, at: datetime
) -> None:
    if importable.undo is None:
        outcome.keep(importable.name, [record.record_id for record in records])
        return
    with transaction.atomic():
        kept = set(importable.undo([record.record_id for record in records], by, at))
        gone = [record.pk for record in records if record.record_id not in kept]
        ImportedRecord.objects.filter(pk__in=gone).delete()
    outcome.removed += len(gone)
    outcome.keep(importable.name, sorted(kept))


def _restore(
    importable: Importable, records: Sequence[ImportedRecord], outcome: UndoOutcome, by: Viewer, at: datetime
) -> None:
    rows: list[ImportRow] = []
    children: dict[str, dict[str, list[ImportRow]]] = {}
    for number, record in enumerate(records, start=1):
        own, nested = _as_values(importable, record.previous or {})
        rows.append(ImportRow(number, own))
        for name, of in nested.items():
            children.setdefault(name, {})[str(own[importable.key[0]])] = of
    with transaction.atomic():
        fates = write_rows(importable, rows, children, by, at)
        settled = {fate.number: fate.fate for fate in fates if not fate.importable}
        back = [n for n, fate in settled.items() if fate in (Fate.CHANGED, Fate.UNCHANGED)]
        ImportedRecord.objects.filter(pk__in=[records[number - 1].pk for number in back]).delete()
    outcome.restored += len(back)
    stay = [records[n - 1].record_id for n in sorted(settled) if n not in back]
    outcome.keep(importable.name, stay)


def _as_values(
    importable: Importable, kept: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[ImportRow]]]:
    """A row as the writer wants it, and the rows nested in it, from what was kept as JSON."""
    nested = {n: of for n, of in importables().items() if of.nested_in == importable.name and n in kept}
    own = {name: _value(importable, name, value) for name, value in kept.items() if name not in nested}
    children = {
        name: [
            ImportRow(number, {column: _value(of, column, value) for column, value in row.items()})
            for number, row in enumerate(kept[name], start=1)
        ]
        for name, of in nested.items()
    }
    return own, children


def _value(importable: Importable, name: str, value: Any) -> Any:
    column = importable.column(name)
    if column is None or not isinstance(value, str):
        return value
    match column.kind:
        case ColumnKind.DAY:
            return date.fromisoformat(value)
        case ColumnKind.INSTANT:
            return datetime.fromisoformat(value)
        case ColumnKind.EXACT:
            return Decimal(value)
        case _:
            return value
