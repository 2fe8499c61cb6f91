"""Rows that stand in the mapping itself, as a table like those of files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emporion.doors.importing.reading.tables import Chunk


class WrittenTable:
    """Rows by column name; what a row leaves out is empty. Its digest is the mapping's, of which it is a part."""

    digest = ""

    def __init__(self, path: Path, rows: Sequence[Mapping[str, str]]) -> None:
        self.path = path
        self.header = tuple(dict.fromkeys(name for row in rows for name in row))
        self.row_count = len(rows)
        self._rows = rows

    def chunks(self) -> Iterator[Chunk]:
        """All rows, numbered from 1."""
        cells = [[row.get(name, "") for name in self.header] for row in self._rows]
        yield Chunk(list(range(1, len(cells) + 1)), cells)
