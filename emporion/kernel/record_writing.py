"""Rows of files into tables, many at once: what exists is read in one query, compared, and only what differs written.

A part says with a `RecordShape` where its columns go; `RecordShape.importable` makes the declaration for the doors.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import NOT_PROVIDED

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.batches import batched
from emporion.kernel.bulk import insert_models, reserve_ids
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.models import RemovableRecord
from emporion.kernel.record_undoing import fields_of, rows_of, undo_created

_READ_AT_ONCE = 5_000
_KEPT_BY_WRITING = ("id", "created_at", "updated_at", "version", "touched_at", "removed_at", "removed_by")


@dataclass(slots=True)
class PlannedRow:
    """What is to become of a row, and then what became of it: handed to a shape's `check` and `after`.

    `values` are by column, self references resolved to ids. A new row has its id already, before it is inserted.
    `touched` says that people have changed the record by hand. `stored` holds what the table had, by attribute.
    """

    row: ImportRow
    values: dict[str, Any]
    fate: Fate = Fate.CREATED
    record_id: int = 0
    touched: bool = False
    stored: Mapping[str, Any] = field(default_factory=dict)
    previous: dict[str, Any] = field(default_factory=dict)
    column: str = ""
    reason: str = ""
    beside: bool = False

    @property
    def stands(self) -> bool:
        """Whether the row's values are in the table after writing."""
        return self.fate in {Fate.CREATED, Fate.CHANGED, Fate.UNCHANGED}

    def reject(self, column: str, reason: str) -> None:
        """Leave the row out: for `check` only, after that it is written already."""
        self.fate, self.column, self.reason = Fate.REJECTED, column, reason

    def changed_beside(self, previous: Mapping[str, Any]) -> None:
        """For `after`: something beside the record's own columns was changed; `previous` are those columns' values
        before, with which undo writes the row again."""
        self.previous.update(previous)
        if self.fate is Fate.UNCHANGED:
            self.fate, self.beside = Fate.CHANGED, True

    def keep(self) -> None:
        """For `after`: what it would have changed beside was left alone, because people have changed it."""
        if self.fate is Fate.UNCHANGED:
            self.fate = Fate.KEPT


@dataclass(frozen=True, slots=True)
class RecordShape:
    """Where the columns of a file go.

    `stored_as` maps a column to the attribute of `model` that keeps it (`team` → `team_id`); columns it leaves out
    are for the hooks. `key` are the columns that identify a row. `own_references` are columns that name, by code, a
    row of this same table, in the same file or earlier; declare them ColumnKind.CODE, the writer looks them up.
    `check` may reject rows before anything is written; `after` writes what hangs on the rows that stand, and posts
    facts, in the same transaction. `fact_kind` is the subject kind whose facts an undo takes back.
    """

    model: type[models.Model]
    subject: str
    stored_as: Mapping[str, str]
    key: tuple[str, ...] = ("code",)
    own_references: tuple[str, ...] = ()
    check: Callable[[Sequence[PlannedRow], ImportBatch], None] | None = None
    after: Callable[[Sequence[PlannedRow], ImportBatch], None] | None = None
    fact_kind: str = ""

    def importable(
        self, name: str, columns: tuple[Column, ...], *, after: tuple[str, ...] = (), doc: str = ""
    ) -> Importable:
        """The declaration for the doors: this shape's writer, undo and, for records with a code, references."""
        return Importable(
            name=name,
            record=self.subject,
            columns=columns,
            key=self.key,
            after=after,
            doc=doc,
            write=partial(write_records, self),
            references=partial(ids_by_code, self.model) if self.key == ("code",) else None,
            undo=partial(_undo, self),
        )


def stored_as(columns: Iterable[Column], **others: str) -> dict[str, str]:
    """Attributes by column: a column's own name, a reference's name with `_id`; `others` are named by hand, and an
    empty name leaves the column to the hooks."""
    names = {c.name: f"{c.name}_id" if c.kind is ColumnKind.REFERENCE else c.name for c in columns} | others
    return {column: attribute for column, attribute in names.items() if attribute}


def ids_by_code(model: type[models.Model]) -> dict[str, int]:
    """The ids of all records of that model but those in the recycle bin, by their codes. One query."""
    rows = rows_of(model)
    if issubclass(model, RemovableRecord):
        rows = rows.filter(removed_at=None)
    return dict(rows.values_list("code", "pk"))


def write_records(shape: RecordShape, batch: ImportBatch) -> list[RowFate]:
    """What became of each row of the batch, in its order.

    One transaction and one audit entry. A column the row does not have is left as it is; a record that people have
    touched is kept. Needs the permission to import. Cost: two queries when nothing changes; otherwise one more to
    insert, one to update (and per `own_references` one), beside what the hooks do.
    """
    batch.by.require(Permission.IMPORT)
    with transaction.atomic():
        planned = _plan(shape, batch.rows)
        if shape.check:
            shape.check([row for row in planned if row.fate is not Fate.REJECTED], batch)
        _reject_followers(shape, planned)
        _insert(shape, planned, batch.at)
        _update(shape, [row for row in planned if row.fate is Fate.CHANGED], batch.at)
        if shape.after:
            shape.after([row for row in planned if row.stands], batch)
            _update(shape, [row for row in planned if row.beside], batch.at)
        _audit(shape, planned, batch)
    return [_fate(row) for row in planned]


def _undo(shape: RecordShape, ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    return undo_created(shape.model, ids, by, at, subject=shape.subject, fact_kind=shape.fact_kind)


# Planning


def _plan(shape: RecordShape, rows: Sequence[ImportRow]) -> list[PlannedRow]:
    planned = [PlannedRow(row, dict(row.values)) for row in rows]
    _fill_empty(shape, planned)
    _reject_repeated(shape, planned)
    standing = _stored(shape, planned)
    fresh = []
    for row in planned:
        if row.fate is Fate.REJECTED:
            continue
        if (stored := standing.get(_key(shape, row))) is None:
            fresh.append(row)
        else:
            row.stored, row.record_id, row.touched = stored, stored["pk"], bool(stored.get("touched_at"))
    for row, new_id in zip(fresh, reserve_ids(shape.model._meta.db_table, len(fresh)), strict=True):
        row.record_id = new_id
    _resolve_own_references(shape, planned)
    for row in planned:
        if row.stored and row.fate is not Fate.REJECTED:
            _compare(shape, row)
    _previous_by_code(shape, planned)
    return planned


def _fill_empty(shape: RecordShape, planned: Sequence[PlannedRow]) -> None:
    """An empty cell of a column that cannot be null becomes its default; where there is none the row is rejected."""
    fields = fields_of(shape.model)
    required = {c: fields[a] for c, a in shape.stored_as.items() if not fields[a].null}
    for row in planned:
        for column, model_field in required.items():
            if column in row.values and row.values[column] is None:
                row.values[column] = model_field.get_default()
                if row.values[column] is None:
                    row.reject(column, "may not be empty")


def _key(shape: RecordShape, row: PlannedRow) -> tuple[Any, ...]:
    return tuple(row.values.get(column) for column in shape.key)


def _reject_repeated(shape: RecordShape, planned: Sequence[PlannedRow]) -> None:
    first: dict[tuple[Any, ...], PlannedRow] = {}
    for row in planned:
        before = first.setdefault(_key(shape, row), row)
        if before is not row and row.fate is not Fate.REJECTED:
            row.reject(shape.key[-1], f"line {before.row.number} has the same {', '.join(shape.key)}")


def _stored(shape: RecordShape, planned: Sequence[PlannedRow]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """By key, the records that exist: locked, so that nobody touches them meanwhile."""
    key = [shape.stored_as[column] for column in shape.key]
    wanted = {row.values.get(shape.key[0]) for row in planned} - {None}
    held = fields_of(shape.model)
    names = [
        "pk",
        *dict.fromkeys([*key, *shape.stored_as.values()]),
        *(("touched_at",) if "touched_at" in held else ()),
    ]
    standing = {}
    for some in batched(wanted, _READ_AT_ONCE):
        found = rows_of(shape.model).filter(**{f"{key[0]}__in": some}).select_for_update()
        for values in found.values_list(*names).iterator():
            row = dict(zip(names, values, strict=True))
            standing[tuple(row[name] for name in key)] = row
    return standing


def _compare(shape: RecordShape, row: PlannedRow) -> None:
    before = {
        column: row.stored[attribute] for column, attribute in shape.stored_as.items() if column in row.values
    }
    if all(row.values[column] == value for column, value in before.items()):
        row.fate = Fate.UNCHANGED
    elif row.touched:
        row.fate = Fate.KEPT
    else:
        row.fate, row.previous = Fate.CHANGED, before


# References to rows of the same table


def _resolve_own_references(shape: RecordShape, planned: Sequence[PlannedRow]) -> None:
    if not shape.own_references:
        return
    known = {row.values["code"]: row.record_id for row in planned if row.fate is not Fate.REJECTED}
    named = {value for row in planned for value in _own_references(shape, row) if isinstance(value, str)}
    elsewhere = rows_of(shape.model).filter(code__in=named - set(known))
    known.update(elsewhere.values_list("code", "pk"))
    for row in planned:
        for column in shape.own_references:
            value = row.values.get(column)
            if value == "":
                row.values[column] = None
            elif isinstance(value, str) and value not in known:
                row.reject(column, f"there is no {shape.subject} with the code {value!r}")
            elif isinstance(value, str):
                row.values[column] = known[value]


def _own_references(shape: RecordShape, row: PlannedRow) -> list[Any]:
    return [row.values[column] for column in shape.own_references if row.values.get(column)]


def _reject_followers(shape: RecordShape, planned: Sequence[PlannedRow]) -> None:
    """Rows that refer to a rejected new row cannot be written either."""
    if not shape.own_references:
        return
    lost = {row.record_id for row in planned if row.fate is Fate.REJECTED and not row.stored} - {0}
    while lost:
        following = set()
        for row in planned:
            if row.fate is not Fate.REJECTED and lost.intersection(_own_references(shape, row)):
                row.reject(shape.own_references[0], "refers to a row that was rejected")
                following.add(row.record_id)
        lost = following


def _previous_by_code(shape: RecordShape, planned: Sequence[PlannedRow]) -> None:
    """Undo writes the row again through the same columns, and those name rows of this table by code."""
    if not shape.own_references:
        return
    pairs = [(row, c) for row in planned for c in shape.own_references if row.previous.get(c) is not None]
    ids = {row.previous[column] for row, column in pairs}
    codes = dict(rows_of(shape.model).filter(pk__in=ids).values_list("pk", "code")) if ids else {}
    for row, column in pairs:
        row.previous[column] = codes[row.previous[column]]


# Writing


def _insert(shape: RecordShape, planned: Sequence[PlannedRow], at: datetime) -> None:
    fresh = [row for row in planned if row.fate is Fate.CREATED]
    if not fresh:
        return
    fields = fields_of(shape.model)
    column_of = {attribute: column for column, attribute in shape.stored_as.items()}
    always = {"created_at": at, "updated_at": at, "version": 1}
    fixed = {name: value for name, value in always.items() if name in fields}
    open_to_file = [
        name for name, f in fields.items()
        if name not in _KEPT_BY_WRITING and (name in column_of or f.db_default is NOT_PROVIDED)
    ]  # fmt: skip
    insert_models(
        shape.model,
        ("id", *fixed, *open_to_file),
        (
            (
                row.record_id,
                *fixed.values(),
                *(_new_value(row, column_of.get(n, ""), fields[n]) for n in open_to_file),
            )
            for row in fresh
        ),
    )


def _new_value(row: PlannedRow, column: str, model_field: Any) -> Any:
    return row.values[column] if column in row.values else model_field.get_default()


def _update(shape: RecordShape, changed: Sequence[PlannedRow], at: datetime) -> None:
    """By plain statements, many at once: the CASE of `bulk_update` grows with rows times columns."""
    alike: dict[tuple[str, ...], list[PlannedRow]] = defaultdict(list)
    for row in changed:
        alike[() if row.beside else tuple(c for c in shape.stored_as if c in row.values)].append(row)
    for columns, rows in alike.items():
        _update_columns(shape, columns, rows, at)


def _update_columns(
    shape: RecordShape, columns: tuple[str, ...], rows: Sequence[PlannedRow], at: datetime
) -> None:
    fields = fields_of(shape.model)
    chosen = [fields[shape.stored_as[column]] for column in columns]
    prepare = [partial(f.get_db_prep_save, connection=connection) for f in chosen]
    assigned = [f'"{f.column}" = %s' for f in chosen]
    moment: tuple[Any, ...] = ()
    if "updated_at" in fields:
        assigned.append('"updated_at" = %s')
        moment = (fields["updated_at"].get_db_prep_save(at, connection=connection),)
    if "version" in fields:
        assigned.append('"version" = "version" + 1')
    if not assigned:
        return
    statement = f'UPDATE "{shape.model._meta.db_table}" SET {", ".join(assigned)} WHERE "id" = %s'
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                (
                    *(make(row.values[c]) for make, c in zip(prepare, columns, strict=True)),
                    *moment,
                    row.record_id,
                )
                for row in rows
            ],
        )


def _audit(shape: RecordShape, planned: Sequence[PlannedRow], batch: ImportBatch) -> None:
    created = [row.record_id for row in planned if row.fate is Fate.CREATED]
    changed = [row for row in planned if row.fate is Fate.CHANGED]
    if not created and not changed:
        return
    old = {str(row.record_id): _texts(row.previous) for row in changed}
    new = {str(row.record_id): _texts({c: row.values.get(c) for c in row.previous}) for row in changed}
    record(
        f"{shape.subject}.imported",
        by=batch.by,
        at=batch.at,
        subject=f"{shape.subject}:import",
        old=old,
        new={**new, "created": created},
    )


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | str | None) else str(value) for name, value in values.items()
    }


def _fate(row: PlannedRow) -> RowFate:
    known = row.record_id if row.fate is not Fate.REJECTED or row.stored else None
    return RowFate(row.row.number, row.fate, row.column, row.reason, known, _previous(row))


def _previous(row: PlannedRow) -> Mapping[str, Any] | None:
    return {**row.row.values, **row.previous} if row.fate is Fate.CHANGED else None
