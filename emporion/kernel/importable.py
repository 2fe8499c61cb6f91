"""What a part declares about the rows a file may carry into it. The doors read files; parts know records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from emporion.kernel.access.viewer import Viewer


class ColumnKind(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    CODE = "code"
    DAY = "day"
    INSTANT = "instant"
    WHOLE = "whole"
    EXACT = "exact"
    YES_NO = "yes_no"
    CHOICE = "choice"
    REFERENCE = "reference"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `refers_to` names the record kind a reference is looked up in (by code); `places` the decimals an
    exact number may have; `minimum` its least value."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    default: Any = None
    places: int = 4
    minimum: int | None = None
    longest: int = 255
    doc: str = ""
    example: str = ""


class Fate(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    KEPT = "kept"  # left alone, because people have changed the record since it was imported


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A converted row: `number` is its line in the source, `values` by column name, references as ids."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowFate:
    """What became of a row, for a reject in which column and why, and for a change the values there were before (by
    column name, references as ids), with which undo writes the row again. `importable` names a nested importable
    when the row is one of a parent's children; empty for the batch's own rows."""

    number: int
    fate: Fate
    column: str = ""
    reason: str = ""
    record_id: int | None = None
    previous: Mapping[str, Any] | None = None
    importable: str = ""


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Rows written in one transaction of under a second. `children` are rows of nested importables (order lines) by
    the parent's key value."""

    rows: Sequence[ImportRow]
    by: Viewer
    at: datetime
    children: Mapping[str, Mapping[str, Sequence[ImportRow]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Importable:
    """Something a file may carry. `key` are the columns that identify a row. `after` names importables that must be
    loaded before. `nested_in` names the importable whose rows these belong to (lines in orders); such rows are handed
    over as children of their parent. `references` gives {code: id} for other importables to look up.

    `undo` deletes the created records of those ids that nobody touched since, takes back their facts, and returns the
    ids it kept."""

    name: str
    record: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("code",)
    after: tuple[str, ...] = ()
    nested_in: str = ""
    doc: str = ""
    write: Callable[[ImportBatch], list[RowFate]] | None = None
    references: Callable[[], Mapping[str, int]] | None = None
    undo: Callable[[Sequence[int], Viewer, datetime], list[int]] | None = None

    def column(self, name: str) -> Column | None:
        """The column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


_importables: dict[str, Importable] = {}


def register_importable(importable: Importable) -> None:
    """Called by a part's AppConfig.ready."""
    _importables[importable.name] = importable


def importables() -> dict[str, Importable]:
    """Everything a file may carry, by name, in the order in which it must be loaded."""
    ordered: dict[str, Importable] = {}

    def place(name: str) -> None:
        if name in ordered or name not in _importables:
            return
        for before in _importables[name].after:
            place(before)
        ordered[name] = _importables[name]

    for name in _importables:
        place(name)
    return ordered
