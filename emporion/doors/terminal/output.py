"""Rows on stdout: a table for people, CSV and JSON for programs."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rich.cells import cell_len

NOTHING = "–"
THIN = 2  # blanks between columns
Row = Mapping[str, Any]
# What a terminal obeys instead of showing it: control characters (C0, C1), line separators, marks of direction.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes the beginning of a formula to be
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def print_json(document: object) -> None:
    """One document and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Raw values under their names; nothing is an empty cell. A text that a spreadsheet would compute is led by '."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_raw(row.get(column)) for column in columns] for row in rows)


def print_table(
    columns: Sequence[str], rows: Sequence[Row], *, numbers: frozenset[str] = frozenset()
) -> None:
    """Aligned columns, `numbers` to the right with their thousands apart."""
    cells = [list(columns), *([_shown(row.get(name), name in numbers) for name in columns] for row in rows)]
    widths = [max(cell_len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        padded = [
            _padded(text, width, right=name in numbers)
            for name, text, width in zip(columns, line, widths, strict=True)
        ]
        sys.stdout.write((" " * THIN).join(padded).rstrip() + "\n")


def say(text: str) -> None:
    """A line for people on stdout."""
    sys.stdout.write(plain(text) + "\n")


def hint(text: str) -> None:
    """What to do next, for people: on stderr, so that it is never part of an answer, and only in a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(plain(text) + "\n")


def plain(text: str) -> str:
    """One line in which what a terminal would obey is seen as �: records must not colour, move or hide an answer."""
    return _UNSEEN.sub("�", text)


def grouped(text: str) -> str:
    """A number with its thousands apart: 1,234,567.8900."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:,f}"


def _raw(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _shown(value: object, number: bool) -> str:
    if value is None or value == "":
        return NOTHING
    return grouped(str(value)) if number else plain(str(value))


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks
