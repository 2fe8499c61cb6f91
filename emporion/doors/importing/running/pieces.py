"""A file's rows cut into pieces, each written in one transaction."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from emporion.doors.importing.reading.tables import Chunk, Table
from emporion.doors.importing.running.batches import Pace


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that follow each other; `last` is the last line of it. `done`: they were written before the import was
    broken off."""

    chunk: Chunk
    last: int
    done: bool


def pieces(table: Table, pace: Pace, done: int) -> Iterator[Piece]:
    """The table in pieces of the pace's size; the lines up to `done` in pieces of their own."""
    for chunk in table.chunks():
        border = bisect_right(chunk.numbers, done)
        broken = [row for row in chunk.broken if row.number <= done]
        if border or broken:
            yield Piece(Chunk(chunk.numbers[:border], chunk.rows[:border], broken), done, done=True)
        start, low = border, done
        while start < len(chunk.rows) or any(row.number > low for row in chunk.broken):
            end = min(start + pace.rows, len(chunk.rows))
            whole = end == len(chunk.rows)
            high = max(_last(chunk), low) if whole else chunk.numbers[end - 1]
            broken = [row for row in chunk.broken if low < row.number <= high]
            yield Piece(Chunk(chunk.numbers[start:end], chunk.rows[start:end], broken), high, done=False)
            start, low = end, high


def _last(chunk: Chunk) -> int:
    return max(chunk.numbers[-1] if chunk.numbers else 0, chunk.broken[-1].number if chunk.broken else 0)
