"""The made-up company as files in the columns of the generic preset: what a stranger would import."""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from emporion.doors.demo.rules.tables import COLUMNS, Cell


class Folder:
    """A folder of one file per table, written row by row; only what is written is ever in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, columns in COLUMNS.items():
            file = (self.path / f"{name}.csv").open("w", encoding="utf-8", newline="")
            self._writers[name] = csv.writer(self._stack.enter_context(file))
            self._writers[name].writerow(columns)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def write(self, table: str, row: Sequence[Cell]) -> None:
        """One row of that table."""
        self._writers[table].writerow(row)
