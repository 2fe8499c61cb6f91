"""Tables in Excel workbooks (.xlsx). A workbook is read as a whole, so it is weighed before it is opened."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from emporion.doors.importing.reading.encodings import digest_of
from emporion.doors.importing.reading.extents import Extent
from emporion.doors.importing.reading.limits import LONGEST_LINE, largest_workbook
from emporion.doors.importing.reading.tables import (
    ROWS_AT_ONCE,
    BrokenRow,
    Chunk,
    FileOptions,
    add_row,
    checked_header,
)
from emporion.kernel.errors import Refusal, UnknownName

if TYPE_CHECKING:
    import polars as pl

MOST_ENTRIES = 10_000
WORKBOOK_MARK = "[Content_Types].xml"
_PIECE = 1 << 20
_MIDNIGHT = " 00:00:00"
# A spreadsheet keeps 15 digits of a number; what follows is the noise of its binary fraction.
_NOISY = re.compile(r"-?\d+\.\d+")
_DIGITS = 15


def is_zip(path: Path) -> bool:
    """Whether the file begins as a zip archive does, which every .xlsx is."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


class WorkbookTable:
    """A sheet of a workbook as a table."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        refuse_bomb(path)
        self.path = path
        self.options = options
        self.digest = digest_of(path)
        self._sheet = _load(path, options.sheet)
        self.header, self._first = self._find_header()
        self.row_count = max(self._sheet.height - self._first, 0)

    def chunks(self) -> Iterator[Chunk]:
        """The rows, ROWS_AT_ONCE at a time, numbered as the spreadsheet numbers them."""
        width = len(self.header)
        for start in range(self._first, self._sheet.height, ROWS_AT_ONCE):
            chunk = Chunk()
            for offset, row in enumerate(self._sheet.slice(start, ROWS_AT_ONCE).iter_rows()):
                cells = [_text(cell) for cell in row[:width]]
                number = start + offset + 1
                if fault := _fault(cells):
                    chunk.broken.append(BrokenRow(number, fault, [cell[:200] for cell in cells]))
                else:
                    add_row(chunk, number, cells, width)
            if len(chunk):
                yield chunk

    def _find_header(self) -> tuple[tuple[str, ...], int]:
        if self.options.header:
            return self.options.header, self.options.skip_lines
        for number, row in enumerate(self._sheet.iter_rows()):
            if number < self.options.skip_lines or not any(row):
                continue
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1].strip():
                cells.pop()
            return checked_header(self.path.name, cells), number + 1
        raise Refusal("empty_file", f"{self.path.name} is empty")


def refuse_bomb(path: Path) -> None:
    """Refuses an archive that unpacks to more than the setting allows, whatever its directory claims, that has
    a sheet of too many cells, that is damaged, or that is no workbook. Unpacks it piece by piece and keeps nothing."""
    limit = largest_workbook()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise Refusal(
                    "zip_bomb", f"{path.name} holds {len(entries)} files; a workbook holds a few dozen"
                )
            if WORKBOOK_MARK not in archive.namelist():
                raise Refusal("not_a_table", f"{path.name} is a zip archive, not a workbook; unpack it first")
            _weigh(archive, entries, limit, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as problem:
        raise Refusal("damaged_workbook", f"{path.name} is a damaged workbook: {problem}") from None


def _weigh(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limit: int, name: str) -> None:
    too_large = f"{name} unpacks to more than {limit // 1024 // 1024} MB; save it as CSV"
    if sum(entry.file_size for entry in entries) > limit:
        raise Refusal("zip_bomb", too_large)
    weight = 0
    for entry in entries:
        entry.file_size = (
            limit + 2 * _PIECE
        )  # a bomb lies about its size: read to its real end, or past the limit
        extent = Extent(name)
        with archive.open(entry) as file:
            while piece := file.read(_PIECE):
                weight += len(piece)
                if weight > limit:
                    raise Refusal("zip_bomb", too_large)
                extent.feed(piece)


def _load(path: Path, sheet: str) -> "pl.DataFrame":
    import fastexcel

    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if sheet and sheet not in names:
            raise UnknownName(f"sheet of {path.name}", sheet, get_close_matches(sheet, names) or names[:5])
        loaded = workbook.load_sheet(sheet or 0, header_row=None, skip_rows=0, dtypes="string")
        return loaded.to_polars()
    except fastexcel.FastExcelError as problem:
        reason = str(problem).splitlines()[0]
        raise Refusal("damaged_workbook", f"{path.name} cannot be read as a workbook: {reason}") from None


def _text(cell: str | None) -> str:
    """A cell as people see it: a day without its midnight, a number without the noise after its 15 digits."""
    if cell is None:
        return ""
    if cell.endswith(_MIDNIGHT):
        return cell[: -len(_MIDNIGHT)]
    if len(cell) > _DIGITS and _NOISY.fullmatch(cell):
        return _without_noise(cell)
    return cell


def _without_noise(cell: str) -> str:
    whole, _, _ = cell.partition(".")
    places = max(_DIGITS - len(whole.lstrip("-").lstrip("0")), 0)
    with localcontext(prec=60):
        rounded = Decimal(cell).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fault(cells: list[str]) -> str:
    if any("\0" in cell for cell in cells):
        return "holds a zero byte, which no text has"
    if any(len(cell) > LONGEST_LINE for cell in cells):
        return f"has a cell longer than {LONGEST_LINE:,} characters"
    return ""
