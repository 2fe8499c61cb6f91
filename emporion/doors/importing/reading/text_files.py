"""Tables written as text: CSV and its relatives."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from emporion.doors.importing.reading.encodings import Encoding, digest_of, encoding_of, line_of_damage
from emporion.doors.importing.reading.limits import LONGEST_LINE
from emporion.doors.importing.reading.tables import (
    ROWS_AT_ONCE,
    BrokenRow,
    Chunk,
    FileOptions,
    add_row,
    checked_header,
)
from emporion.kernel.errors import Refusal

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
LINES_TO_GUESS_FROM = 50
_TOO_LONG = f"is longer than {LONGEST_LINE:,} characters"
_ZERO_BYTE = "holds a zero byte, which no text has"


class TextTable:
    """A text file as a table. Opening it reads it once as a whole: what is broken as a file is refused before
    anything is written, and its rows are counted."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        csv.field_size_limit(LONGEST_LINE)  # the module's own limit is 131,072
        self.path = path
        self.options = options
        self.encoding = Encoding(options.encoding) if options.encoding else encoding_of(path)
        self.delimiter = options.delimiter or self._guess_delimiter()
        self.digest = digest_of(path)
        self.header, self.row_count = self._survey()

    def chunks(self) -> Iterator[Chunk]:
        """The rows, ROWS_AT_ONCE at a time. A line that cannot be a row is among the broken, with the reason."""
        width = len(self.header)
        with self._lines() as lines:
            reader = self._reader(lines)
            self._read_header(reader)
            chunk, began = Chunk(), reader.line_num
            for cells in reader:
                ended = reader.line_num
                if lines.faults:
                    self._add_faulty(chunk, lines, began + 1, cells, width)
                elif len(cells) == width and cells[0]:
                    chunk.numbers.append(began + 1 + lines.skipped)
                    chunk.rows.append(cells)
                else:
                    add_row(chunk, began + 1 + lines.skipped, cells, width)
                began = ended
                if len(chunk) >= ROWS_AT_ONCE:
                    yield chunk
                    chunk = Chunk()
            if len(chunk):
                yield chunk

    def _add_faulty(
        self, chunk: Chunk, lines: "BoundedLines", first: int, cells: list[str], width: int
    ) -> None:
        reason = next(iter(lines.faults.values()))
        lines.faults.clear()
        chunk.broken.append(BrokenRow(first + lines.skipped, reason, [cell[:200] for cell in cells[:width]]))

    def _survey(self) -> tuple[tuple[str, ...], int]:
        with self._lines(keep=True) as lines:
            reader = self._reader(lines)
            header = self._read_header(reader)
            count, last, began = 0, "", reader.line_num
            for cells in reader:
                count += bool(lines.faults) or any(cells)
                lines.faults.clear()
                if lines.kept:
                    last, started = "".join(lines.kept), began + 1 + lines.skipped
                    lines.kept.clear()
                began = reader.line_num
            if last and self._is_cut_off(last):
                raise Refusal(
                    "cut_off", f"{self.path.name}, line {started}: a quote opens here and never closes"
                )
        return header, count

    def _is_cut_off(self, record: str) -> bool:
        try:
            list(csv.reader([record], delimiter=self.delimiter, strict=True))
        except csv.Error as problem:
            return "unexpected end of data" in str(problem)
        return False

    def _read_header(self, reader: "Reader") -> tuple[str, ...]:
        if self.options.header:
            return self.options.header
        cells = next((cells for cells in reader if any(map(str.strip, cells))), [])
        return checked_header(self.path.name, cells)

    def _reader(self, lines: "BoundedLines") -> "Reader":
        return csv.reader(lines.read(), delimiter=self.delimiter)

    @contextmanager
    def _lines(self, keep: bool = False) -> Iterator["BoundedLines"]:
        """The file's lines; what goes wrong while reading them becomes one message."""
        with self.path.open("rb") as raw:
            raw.seek(self.encoding.mark)
            text = io.TextIOWrapper(raw, encoding=self.encoding.name, newline=None)
            lines = BoundedLines(text, self.path.name, self.options.skip_lines, keep=keep)
            try:
                yield lines
            except UnicodeError:
                line = line_of_damage(self.path, self.encoding)
                message = f"{self.path.name}, line {line}: bytes that are not {self.encoding.name.upper()}"
                raise Refusal("damaged_text", f"{message}; name the right encoding in the mapping") from None
            except csv.Error:
                at = f"{self.path.name}, before line {lines.number + 1}"
                text_of = (
                    f"{at}: a cell longer than {LONGEST_LINE:,} characters, or a quote that never closes"
                )
                raise Refusal("endless_cell", text_of) from None

    def _guess_delimiter(self) -> str:
        """The one that cuts the first lines into the most columns, alike in each."""
        with self._lines() as lines:
            sample = [line for line, _ in zip(lines.read(), range(LINES_TO_GUESS_FROM), strict=False)]
        best, best_score = ",", (0, 0)
        for delimiter in DELIMITERS:
            widths = _widths(sample, delimiter)
            if widths and widths[0] > 1:
                score = (sum(width == widths[0] for width in widths), widths[0])
                best, best_score = max((best, best_score), (delimiter, score), key=lambda found: found[1])
        return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    """How many cells each row has, up to one that cannot be read so."""
    widths: list[int] = []
    with suppress(csv.Error):
        widths.extend(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    return widths


class BoundedLines:
    """Lines of at most LONGEST_LINE characters. A longer one is passed over without being kept, and counted among
    the `faults` of the row that is being read."""

    def __init__(self, text: io.TextIOWrapper, name: str, skip: int, *, keep: bool) -> None:
        self.text = text
        self.name = name
        self.skipped = skip
        self.keep = keep
        self.kept: list[str] = []
        self.faults: dict[int, str] = {}
        self.number = 0

    def read(self) -> Iterator[str]:
        """Each line with its end, as the csv module wants it."""
        readline, keep, kept = self.text.readline, self.keep, self.kept
        for _ in range(self.skipped):
            self._pass_over(readline(LONGEST_LINE))
        while line := readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE and line[-1] != "\n":
                self._pass_over(line)
                self._fault(_TOO_LONG)
                line = "\n"
            elif "\0" in line:
                self._fault(_ZERO_BYTE)
                line = line.replace("\0", "")
            if keep:
                kept.append(line)
            yield line

    def _pass_over(self, line: str) -> None:
        while line and line[-1] != "\n":
            line = self.text.readline(LONGEST_LINE)

    def _fault(self, reason: str) -> None:
        if self.number == 1:
            raise Refusal("not_a_table", f"{self.name} is not a table: its first line {reason}")
        self.faults[self.number] = reason
