"""A table read from a file: its header and its rows, in pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from emporion.doors.importing.reading.limits import MOST_COLUMNS
from emporion.kernel.errors import Refusal

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a mapping may say about a file where detection is not to be trusted.

    `header` names the columns of a file that has no header line; `skip_lines` are lines above the header; `sheet`
    is a sheet of a workbook (the first by default); `empty` are cells that mean nothing (NULL, n/a);
    `repair_letters` undoes UTF-8 that was once read as Western and saved again.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: tuple[str, ...] = ()
    skip_lines: int = 0
    empty: tuple[str, ...] = ()
    repair_letters: bool = False


class BrokenRow(NamedTuple):
    """A row that cannot be read as cells: its line, why, and what there is of it."""

    number: int
    reason: str
    cells: Sequence[str]


@dataclass(slots=True)
class Chunk:
    """Some rows, each as wide as the header, with the lines they begin on; and those that were not."""

    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


class Table(Protocol):
    """What every kind of file gives."""

    path: Path
    header: tuple[str, ...]
    row_count: int
    digest: str

    def chunks(self) -> Iterator[Chunk]:
        """The rows from the first to the last; may be asked for again."""
        ...


def checked_header(name: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The column names, trimmed. Refuses a header without any name and one of absurd width."""
    header = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    if not any(header):
        raise Refusal("no_header", f"{name} has no header: its first line names no column")
    if len(header) > MOST_COLUMNS:
        raise Refusal("too_many_columns", f"{name} has {len(header)} columns; {MOST_COLUMNS} is the most")
    return header


def add_row(chunk: Chunk, number: int, cells: list[str], width: int) -> None:
    """Puts a row where it belongs: blank ones nowhere, ragged ones among the broken."""
    if len(cells) != width:
        if not any(map(str.strip, cells)):
            return
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) != width:
            what = "cell" if len(cells) == 1 else "cells"
            chunk.broken.append(BrokenRow(number, f"has {len(cells)} {what}, the header has {width}", cells))
            return
    elif not any(cells):
        return
    chunk.numbers.append(number)
    chunk.rows.append(cells)
