"""Which ledger rows count on which day: all, those up to a watermark, or what was known when the day was closed.

Pure: days and ids in, SQL conditions out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from emporion.kernel.ledger.closing import ClosedSpan


class Piece(Protocol):
    """Rows whose ids and days are known to lie between these."""

    @property
    def highest_id(self) -> int: ...
    @property
    def least_id(self) -> int: ...
    @property
    def first_day(self) -> date: ...
    @property
    def last_day(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Visibility:
    """`closed` are spans of days, earliest first and without a gap, each with its own watermark."""

    as_of: int | None = None
    closed: tuple[ClosedSpan, ...] = ()

    def least_limit(self, piece: Piece) -> int | None:
        """The lowest watermark that counts on any of the piece's days; None without one."""
        limits = [span.watermark for span in self._touching(piece)]
        if self.as_of is not None:
            limits.append(self.as_of)
        return min(limits, default=None)

    def is_whole(self, piece: Piece) -> bool:
        """Whether no row of the piece is hidden."""
        limit = self.least_limit(piece)
        return limit is None or piece.highest_id <= limit

    def is_nothing(self, piece: Piece) -> bool:
        """Whether every row of the piece came later than the watermark asked for."""
        return self.as_of is not None and piece.least_id > self.as_of

    def condition(self) -> str:
        """The rows that count, as SQL over `id` and `day`."""
        parts = [] if self.as_of is None else [f"id <= {self.as_of}"]
        if self.closed:
            cases = " ".join(f"WHEN day < DATE '{s.end}' THEN id <= {s.watermark}" for s in self.closed)
            parts.append(f"CASE {cases} ELSE true END")
        return " AND ".join(parts)

    def _touching(self, piece: Piece) -> Sequence[ClosedSpan]:
        return [
            span
            for span in self.closed
            if piece.first_day < span.end and (span.start is None or piece.last_day >= span.start)
        ]


def within(piece: Piece, start: date | None, end: date | None) -> bool:
    """Whether all of the piece's days lie in start <= day < end."""
    return (start is None or piece.first_day >= start) and (end is None or piece.last_day < end)


def touches(piece: Piece, start: date | None, end: date | None) -> bool:
    """Whether some of the piece's days may lie in start <= day < end."""
    return (start is None or piece.last_day >= start) and (end is None or piece.first_day < end)


def day_condition(start: date | None, end: date | None) -> str:
    """start <= day < end, as SQL."""
    parts = [] if start is None else [f"day >= DATE '{start}'"]
    parts += [] if end is None else [f"day < DATE '{end}'"]
    return " AND ".join(parts)
