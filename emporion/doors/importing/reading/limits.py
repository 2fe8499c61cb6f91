"""How much of somebody else's file is let in: what is longer or larger is refused before it fills the memory."""

from django.conf import settings

LONGEST_LINE = 1_000_000
"""Characters of one line of text, and of one cell."""

MOST_COLUMNS = 2_000

MOST_SHEET_CELLS = 20_000_000
"""Rows times columns up to the furthest cell of a sheet: the reader makes room for all of them."""


def largest_workbook() -> int:
    """Bytes that an Excel file may unpack to (setting `IMPORT_WORKBOOK_BYTES`): it is read as a whole."""
    return int(getattr(settings, "IMPORT_WORKBOOK_BYTES", 256 * 1024 * 1024))
