"""How far the sheets of a workbook reach. A single cell in a far corner makes the reader ask for everything between."""

import re
from xml.parsers import expat

from emporion.doors.importing.reading.limits import MOST_SHEET_CELLS
from emporion.kernel.errors import Refusal

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
_COLUMN = re.compile("[A-Za-z]{1,3}")
_DIGITS = "0123456789"
_LONGEST_ROW = 7  # digits
_VALUES = ("v", "is")
_SHEET = b"sheetData"
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


class Extent:
    """Follows one part of a workbook, piece by piece: the furthest row and column of each sheet in it that hold a
    value. Refuses what reaches too far, and declarations of entities. Parts that are no XML are passed over."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._in_sheet = False
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._locals: dict[str, str] = {}
        self._column_numbers: dict[str, int] = {}
        self._parser: expat.XMLParserType | None = None
        self._begun = False
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """The next bytes of the part."""
        if not self._begun and (start := piece.lstrip(_BEFORE_XML)):
            self._begun = True
            self._parser = self._made() if start.startswith(b"<") else None
        if self._parser:
            self._parse(self._parser, piece)
        # The reader that follows forgives what stands before the first tag.
        if not self._parser and _SHEET in self._tail + piece:
            raise Refusal("damaged_workbook", f"{self._name} is a damaged workbook: a sheet that is no XML")
        self._tail = piece[-len(_SHEET) :]

    def _parse(self, parser: expat.XMLParserType, piece: bytes) -> None:
        """Old drawings of comments (.vml) are seldom whole XML: only a sheet has to be."""
        try:
            parser.Parse(piece, False)
        except expat.ExpatError as problem:
            if self._in_sheet:
                text = f"{self._name} is a damaged workbook: {problem}"
                raise Refusal("damaged_workbook", text) from None
            self._parser = None

    def _made(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._opened
        parser.EntityDeclHandler = self._declared
        return parser

    def _declared(self, *_: object) -> None:
        raise Refusal("damaged_workbook", f"{self._name} declares entities, which no workbook does")

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        local = self._locals.get(tag) or self._locals.setdefault(tag, tag.rpartition(":")[2])
        if local == "sheetData":
            self._in_sheet, self._row, self._column, self._rows, self._columns = True, 0, 0, 0, 0
        elif not self._in_sheet:
            return
        elif local == "c":
            self._move(attributes.get("r"))
        elif local == "row":
            self._row, self._column = self._row_number(attributes.get("r")), 0
        elif local in _VALUES:
            self._reach()

    def _row_number(self, said: str | None) -> int:
        if said is None:
            return self._row + 1
        if said.strip(_DIGITS) or not 0 < len(said) <= _LONGEST_ROW:
            raise self._damaged(said)
        return int(said)

    def _move(self, place: str | None) -> None:
        """To the cell's own place, or, where it names none, to the next column."""
        if place is None:
            self._column += 1
            return
        letters = place.rstrip(_DIGITS)
        digits = place[len(letters) :]
        column = self._column_numbers.get(letters) or self._number_of(letters, place)
        if not 0 < len(digits) <= _LONGEST_ROW:
            raise self._damaged(place)
        self._row, self._column = int(digits), column

    def _number_of(self, letters: str, place: str) -> int:
        if not _COLUMN.fullmatch(letters):
            raise self._damaged(place)
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        self._column_numbers[letters] = number
        return number

    def _reach(self) -> None:
        if self._row <= self._rows and self._column <= self._columns:
            return
        self._rows, self._columns = max(self._row, self._rows), max(self._column, self._columns)
        if (
            self._rows > LAST_ROW
            or self._columns > LAST_COLUMN
            or self._rows * self._columns > MOST_SHEET_CELLS
        ):
            reach = f"{self._rows:,} rows by {self._columns:,} columns"
            text = (
                f"{self._name} reaches over {reach}; {MOST_SHEET_CELLS:,} cells are the most: clear far cells"
            )
            raise Refusal("too_large_sheet", f"{text}, or save it as CSV")

    def _damaged(self, place: str) -> Refusal:
        return Refusal(
            "damaged_workbook", f"{self._name} is a damaged workbook: there is no place {place[:20]!r}"
        )
