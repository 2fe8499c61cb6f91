"""Files that importing writes: never through a link, and what people have is never lost."""

import csv
import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from emporion.kernel.errors import Refusal

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has no such flag
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?%?")


def refuse_unwritable(path: Path) -> None:
    """Refuses, before anything is done, a file of rejects that could not be written in the end."""
    if path.is_dir() or not path.parent.is_dir():
        raise Refusal(
            "bad_rejects_file", f"rejects cannot be written to {path}: name a file in a folder that exists"
        )
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise _not_ordinary(path)


def open_over(path: Path) -> TextIO:
    """The file emptied, or made. Refuses a link."""
    return _opened(path, os.O_TRUNC)


def open_new(path: Path) -> TextIO:
    """A file that was not there. Refuses one that is, and a link even where it leads nowhere."""
    return _opened(path, os.O_EXCL)


def _opened(path: Path, how: int) -> TextIO:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | _NO_LINK | how, 0o666)
    except FileExistsError:
        raise Refusal("file_exists", f"{path} is there already and is not overwritten") from None
    except OSError as problem:
        if problem.errno != errno.ELOOP:
            raise
        raise _not_ordinary(path) from None
    return os.fdopen(handle, "w", encoding="utf-8", newline="")


def _not_ordinary(path: Path) -> Refusal:
    return Refusal("bad_rejects_file", f"{path} is not an ordinary file (a link, a pipe or a device)")


def write_row_as_text(file: TextIO, cells: Sequence[object]) -> None:
    """A CSV row that a spreadsheet shows and does not work out."""
    csv.writer(file).writerow([as_text(cell) for cell in cells])


def as_text(cell: object) -> object:
    """A cell that a spreadsheet would take for a formula, with an apostrophe before it; numbers stay as they are."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
