"""What files may carry about targets, and how batches of them are written."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import EmporionError, Refusal
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.numbers.planning.actions import refuse_impossible, target_code
from emporion.numbers.planning.models import Target
from emporion.numbers.planning.queries import plannable

K = ColumnKind
COLUMNS = (
    Column("metric", K.TEXT, required=True, longest=60, doc="name of the metric", example="revenue"),
    Column(
        "member", K.REFERENCE, refers_to="member", doc="whose target; empty: the department's", example="M-3"
    ),
    Column("starts_on", K.DAY, required=True, doc="first day", example="2026-01-01"),
    Column("ends_on", K.DAY, required=True, doc="the day after the last", example="2026-04-01"),
    Column(
        "value",
        K.EXACT,
        required=True,
        places=6,
        doc="what is to be reached; a share as a fraction",
        example="90000",
    ),
)
_Owner = tuple[str, int | None]


def _require_importer(by: Viewer) -> None:
    """A batch names anyone, so it is for those who see everyone."""
    by.require(Permission.IMPORT)
    if not by.sees_all:
        raise Refusal("not_permitted", f"{by.name} may not do this: imports are for those who see everything")


def write_targets(batch: ImportBatch) -> list[RowFate]:
    """Targets, many at once: created, changed or left unchanged. Five queries a batch."""
    _require_importer(batch.by)
    with transaction.atomic():
        work = _Work(batch)
        settled = [work.take(row) for row in batch.rows]
        Target.objects.bulk_create(work.new)
        Target.objects.bulk_update(work.changed, ["ends_on", "value", "updated_at", "version"])
        if work.new or work.changed:
            counts = {"created": len(work.new), "changed": len(work.changed)}
            record("targets.imported", by=batch.by, at=batch.at, subject="targets", new=counts)
    return [fate if target is None else replace(fate, record_id=target.pk) for fate, target in settled]


_Settled = tuple[RowFate, Target | None]


class _Work:
    """One batch being sorted into new, changed, unchanged and refused targets."""

    def __init__(self, batch: ImportBatch) -> None:
        self.at = batch.at
        self.new: list[Target] = []
        self.changed: list[Target] = []
        self.taken: set[tuple[str, int | None, date]] = set()
        self.stored: dict[_Owner, dict[date, Target]] = defaultdict(dict)
        metrics = {row.values["metric"] for row in batch.rows}
        people = {row.values["member"] for row in batch.rows if row.values.get("member")}
        whose = Q(member_id__in=people) | Q(member__isnull=True)
        for target in Target.objects.filter(whose, metric__in=metrics):
            self.stored[target.metric, target.member_id][target.starts_on] = target

    def take(self, row: ImportRow) -> _Settled:
        """What becomes of a row, and its target; a new one gets its id when it is written."""
        column = "metric"
        try:
            metric = plannable(row.values["metric"]).name
            column = "ends_on"
            theirs = self.stored[metric, row.values.get("member")]
            span = (row.values["starts_on"], row.values["ends_on"])
            refuse_impossible(span, theirs)
        except EmporionError as refusal:
            return RowFate(row.number, Fate.REJECTED, column, str(refusal)), None
        if (metric, row.values.get("member"), span[0]) in self.taken:
            return RowFate(
                row.number, Fate.REJECTED, "starts_on", "this target stands in the file twice"
            ), None
        self.taken.add((metric, row.values.get("member"), span[0]))
        known = theirs.get(span[0])
        return self._create(row, metric, theirs) if known is None else self._change(row, known)

    def _create(self, row: ImportRow, metric: str, theirs: dict[date, Target]) -> _Settled:
        values = row.values
        made = Target(
            code=target_code(metric, values.get("member"), values["starts_on"]),
            metric=metric,
            member_id=values.get("member"),
            created_at=self.at,
            updated_at=self.at,
            **{name: values[name] for name in ("starts_on", "ends_on", "value")},
        )
        theirs[made.starts_on] = made
        self.new.append(made)
        return RowFate(row.number, Fate.CREATED), made

    def _change(self, row: ImportRow, known: Target) -> _Settled:
        wanted: tuple[date, Decimal] = (row.values["ends_on"], row.values["value"])
        if (known.ends_on, known.value) == wanted:
            return RowFate(row.number, Fate.UNCHANGED), known
        if known.touched_at is not None:
            return RowFate(row.number, Fate.KEPT), known
        previous = {name: row.values.get(name) for name in ("metric", "member", "starts_on")}
        previous |= {"ends_on": known.ends_on, "value": known.value}
        known.ends_on, known.value = wanted
        known.updated_at = self.at
        known.version += 1
        self.changed.append(known)
        return RowFate(row.number, Fate.CHANGED, previous=previous), known


def undo_targets(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    """Remove imported targets that nobody touched since; the ids of those kept. Three queries."""
    _require_importer(by)
    with transaction.atomic():
        kept = list(Target.objects.filter(id__in=ids, touched_at__isnull=False).values_list("id", flat=True))
        count, _ = Target.objects.filter(id__in=ids, touched_at__isnull=True).delete()
        if count:
            record("targets.import_undone", by=by, at=at, subject="targets", old={"count": count})
    return kept


TARGETS = Importable(
    name="targets",
    record="target",
    columns=COLUMNS,
    key=("metric", "member", "starts_on"),
    after=("members",),
    doc="What a metric should reach for a person in a span of days.",
    write=write_targets,
    undo=undo_targets,
)
