"""Whose a deal is, from files: several people with weights, or one named in the deal's own row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models, transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.bulk import insert_models
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.ledger.vocabulary import CREDITS
from emporion.kernel.record_undoing import fields_of, rows_of, undo_created
from emporion.kernel.record_writing import PlannedRow, RecordShape, write_records
from emporion.records.pipeline.actions.posting import mark_changed, restate
from emporion.records.pipeline.models import Deal, DealCredit

K = ColumnKind
Renew = Callable[[Sequence[int], datetime], None]
Complete = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Belongings:
    """Rows that belong to a record (`owner` is its column, `model.<owner>_id` its attribute) and of which some are
    assumed: made from the record's own row. `renew` posts the facts of the owning records anew."""

    owner: str
    owner_model: type[models.Model]
    model: type[models.Model]
    renew: Renew

    @property
    def attribute(self) -> str:
        """The attribute of the rows that names the owning record."""
        return f"{self.owner}_id"

    def assumed(self, ids: Sequence[int], attributes: Sequence[str]) -> dict[int, list[tuple[Any, ...]]]:
        """By owning record, its assumed rows. One query."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        rows = rows_of(self.model).filter(**{f"{self.attribute}__in": ids}, assumed=True).order_by("id")
        for owner_id, *values in rows.values_list(self.attribute, *attributes):
            found.setdefault(owner_id, []).append(tuple(values))
        return found

    def assume(
        self, wanted: dict[int, list[tuple[Any, ...]]], attributes: Sequence[str], known: Sequence[int]
    ) -> None:
        """Make these the assumed rows of their records; `known` are those which may have some."""
        if known:
            rows_of(self.model).filter(**{f"{self.attribute}__in": known}, assumed=True).delete()
        said = (self.attribute, *attributes, "assumed")
        unsaid = {
            name: column.get_default()
            for name, column in fields_of(self.model).items()
            if name != "id" and name not in said
        }
        insert_models(
            self.model,
            (*said, *unsaid),
            (
                (owner_id, *values, True, *unsaid.values())
                for owner_id, rows in wanted.items()
                for values in rows
            ),
        )

    def importable(
        self,
        name: str,
        shape: RecordShape,
        columns: tuple[Column, ...],
        *,
        after: tuple[str, ...],
        doc: str,
        completing: Callable[[], Complete],
    ) -> Importable:
        """The declaration for the doors: rows as a file has them are real ones, never assumed. `completing` is asked
        once a batch for what completes a row's values."""
        made = shape.importable(name, columns, after=after, doc=doc)

        def write(batch: ImportBatch) -> list[RowFate]:
            complete = completing()
            rows = [ImportRow(row.number, {**complete(row.values), "assumed": False}) for row in batch.rows]
            return write_records(shape, replace(batch, rows=rows))

        key = tuple(column for column in shape.key if column != "assumed")
        return replace(made, key=key, write=write, undo=self.undo)

    def keep_touched(self, rows: Sequence[PlannedRow]) -> None:
        """Rows of records that people have changed by hand since are not overwritten."""
        changed = [row for row in rows if row.fate is Fate.CHANGED]
        touched = self._touched({row.values[self.owner] for row in changed}) if changed else set()
        for row in changed:
            if row.values[self.owner] in touched:
                row.fate, row.previous = Fate.KEPT, {}

    def post(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        """Facts of the records whose rows were written."""
        written = {row.values[self.owner] for row in rows if row.fate is not Fate.UNCHANGED}
        self.renew(sorted(written), batch.at)

    def undo(self, ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
        """Delete rows of records that nobody touched; the facts of those records follow."""
        with transaction.atomic():
            owners = dict(rows_of(self.model).filter(pk__in=ids).values_list("pk", self.attribute))
            touched = self._touched(set(owners.values()))
            free = [row_id for row_id, owner_id in owners.items() if owner_id not in touched]
            kept = undo_created(self.model, free, by, at, subject=self.model._meta.model_name or "")
            self.renew(sorted({owners[row_id] for row_id in free}), at)
        return sorted({*kept, *(set(owners) - set(free))})

    def _touched(self, owner_ids: set[int]) -> set[int]:
        found = rows_of(self.owner_model).filter(id__in=owner_ids).exclude(touched_at=None)
        return set(found.values_list("id", flat=True))


def credit_columns(owner: str, example: str) -> tuple[Column, ...]:
    """The columns of a file that says whose records are."""
    return (
        Column(owner, K.REFERENCE, required=True, refers_to=owner, example=example),
        Column("member", K.REFERENCE, required=True, refers_to="member", doc="whose it is", example="M-3"),
        Column(
            "weight", K.WHOLE, minimum=1, default=1, doc="their share: 1 of the sum of weights", example="1"
        ),
        Column(
            "credit",
            K.CHOICE,
            choices=CREDITS,
            default="direct",
            doc="direct shares one whole; overlay: beside",
        ),
    )


def credit_importable(
    of: Belongings, name: str, columns: tuple[Column, ...], *, after: tuple[str, ...], doc: str
) -> Importable:
    """The importable of a record's credits."""
    shape = RecordShape(
        model=of.model,
        subject=of.model._meta.model_name or "",
        stored_as={
            of.owner: of.attribute,
            "member": "member_id",
            "weight": "weight",
            "credit": "credit",
            "assumed": "assumed",
        },
        key=(of.owner, "assumed", "member", "credit"),
        check=lambda rows, _: of.keep_touched(rows),
        after=of.post,
    )
    return of.importable(name, shape, columns, after=after, doc=doc, completing=lambda: _complete_credit)


def _complete_credit(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "weight": values.get("weight") or 1, "credit": values.get("credit") or "direct"}


def renew_deals(ids: Sequence[int], at: datetime) -> None:
    """After rows of these deals were written by an import."""
    mark_changed(ids, at=at)
    restate(ids, at=at)


CREDITS_OF_DEALS = Belongings("deal", Deal, DealCredit, renew_deals)
DEAL_CREDITS = credit_importable(
    CREDITS_OF_DEALS,
    "deal_credits",
    credit_columns("deal", "D-1"),
    after=("deals", "members", "places"),
    doc="Whose a deal is, when several share it. Where this file names anyone, the deal's own owner counts no more.",
)
