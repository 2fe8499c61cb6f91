"""What the page proposes for a file: the table it becomes, the column each comes from, how a reference is named."""

from collections.abc import Sequence
from datetime import UTC, datetime

from emporion.doors.importing.running.references import check_named_by
from emporion.doors.web.running.files import Preview
from emporion.doors.web.running.guessing import folded, guessed_columns, guessed_table
from emporion.doors.web.running.import_words import NAMED_BY
from emporion.doors.web.running.known_names import known_names
from emporion.doors.web.running.mappings import DAY_FORMATS
from emporion.kernel.errors import UnknownName
from emporion.kernel.importable import ColumnKind, Importable, importables

_MAIL, _NAME = folded("email"), folded("name")


def proposed_table(preview: Preview) -> str:
    """The table that a file becomes, by its name and its columns; empty where it could be several."""
    return guessed_table(preview.name, preview.header, known_names())


def guessed_rules(target: Importable, preview: Preview) -> dict[str, dict[str, str]]:
    """By column of ours, the rule that can only be meant."""
    found = guessed_columns(known_names()[target.name], preview.header)
    return {name: _rule(target, name, theirs, preview) for name, theirs in found.items()}


def _rule(target: Importable, name: str, theirs: str, preview: Preview) -> dict[str, str]:
    column, cells = target.column(name), _cells(preview, theirs)
    kind = column.kind if column else ColumnKind.TEXT
    if column and kind is ColumnKind.REFERENCE:
        by = _named_by(theirs, cells)
        return (
            {"column": theirs, "by": by}
            if by and by in ways_to_name(column.refers_to)
            else {"column": theirs}
        )
    written = _days_written(cells) if kind in (ColumnKind.DAY, ColumnKind.INSTANT) else ""
    return {"column": theirs, "format": written} if written else {"column": theirs}


def _cells(preview: Preview, theirs: str) -> list[str]:
    place = list(preview.header).index(theirs)
    return [row[place].strip() for row in preview.rows if len(row) > place and row[place].strip()]


def _named_by(theirs: str, cells: Sequence[str]) -> str:
    """By what the first rows name their records: all cells are addresses, or all are words with blanks between, as no
    code is; else what the column's own name says."""
    if cells and all("@" in cell for cell in cells):
        return "email"
    if cells and all(" " in cell for cell in cells):
        return "name"
    called = folded(theirs)
    return "email" if called.endswith(_MAIL) else "name" if called.endswith(_NAME) else ""


def _days_written(cells: Sequence[str]) -> str:
    """The one way in which these can be days; empty where they are as usual, or could be read in two ways."""
    ways = [[way for way in DAY_FORMATS if "%" in way and _reads(way, cell)] for cell in cells]
    fitting = set.intersection(*map(set, ways)) if ways else set()
    return fitting.pop() if len(fitting) == 1 else ""


def _reads(way: str, cell: str) -> bool:
    try:
        datetime.strptime(cell, way).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def ways_to_name(record: str) -> list[str]:
    """By what an import can find records of that kind: always by code, by others where the record has them."""
    target = next((one for one in importables().values() if one.record == record), None)
    return [way for way in NAMED_BY if not way or (target is not None and _can_name(target, way))]


def _can_name(target: Importable, column: str) -> bool:
    try:
        check_named_by(target, column)
    except UnknownName:
        return False
    return True
