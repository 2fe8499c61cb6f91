"""A branch's columns dealt out to its parts. Pure (PLAN-3)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from emporion.kernel.errors import Refusal
from emporion.numbers.planning.division import divide
from emporion.numbers.planning.fitting import fit
from emporion.numbers.planning.sheets import USUAL, Part, Sheet, Terms

FINE = 1_000  # how much finer than the smallest step proportions are kept


class Dealt:
    """The columns of a branch and what its parts weigh in each; which cells are settled, and the least of others."""

    def __init__(self, columns: Sequence[int], parts: Sequence[Part], terms: Terms) -> None:
        self.columns, self.parts, self.terms = columns, parts, terms
        self.coming = [span for span in range(len(columns)) if span not in terms.past]
        self.weights = self._weights()
        self.settled = {
            (row, span): value
            for row, part in enumerate(parts)
            for span, value in (dict.fromkeys(terms.past, 0) | dict(part.spans)).items()
        }
        self.least = {
            (row, span): value
            for row, part in enumerate(parts)
            for span, value in part.least.items()
            if span is not None and span in self.coming
        }

    def _weights(self) -> list[list[int]]:
        """What each part would have of each column if nothing were settled, FINE times as fine."""
        weighed = sum(part.weight for part in self.parts) or 1
        rows = [
            [self._weight(part, span, weighed) for span in range(len(self.columns))] for part in self.parts
        ]
        sums = [sum(column) for column in zip(*rows, strict=True)]
        return [
            [
                column * FINE * value // whole if whole else 0
                for column, value, whole in zip(self.columns, row, sums, strict=True)
            ]
            for row in rows
        ]

    def _weight(self, part: Part, span: int, weighed: int) -> int:
        if part.usual:
            return part.usual[span] * FINE
        return self.columns[span] * FINE * part.weight * part.share_of(span) // (weighed * USUAL)

    def wholes(self) -> list[int]:
        """What each part has in all: what is past, and its share of what is coming."""
        past = [sum(part.spans.get(span, 0) for span in self.terms.past) for part in self.parts]
        settled = [
            None if part.whole is None else part.whole - gone
            for part, gone in zip(self.parts, past, strict=True)
        ]
        shares = divide(
            sum(self.columns[span] for span in self.coming),
            [sum(row[span] for span in self.coming) for row in self.weights],
            settled=settled,
            least=[self._least(part, gone) for part, gone in zip(self.parts, past, strict=True)],
            unit=self.terms.unit,
        )
        return [gone + share for gone, share in zip(past, shares, strict=True)]

    def _least(self, part: Part, gone: int) -> int:
        """What the coming spans of a part hold at least."""
        of_spans = sum(part.spans.get(span, part.least.get(span, 0)) for span in self.coming)
        return max(of_spans, part.least.get(None, 0) - gone)

    def strays(self, sheets: Sequence[Sheet]) -> bool:
        """Whether somebody whose whole is free has something in a span in which they are not there."""
        return any(
            value and not self.weights[row][span] and self.columns[span] and (row, span) not in self.settled
            for row, (sheet, part) in enumerate(zip(sheets, self.parts, strict=True))
            if part.whole is None
            for span, value in enumerate(sheet.spans)
        )

    def loose(self) -> list[Sheet]:
        """Where settled cells leave no way to keep every part's share of the whole, the shares give way: columns hold,
        and so does every whole that somebody settled. Raises Refusal where not even that is possible."""
        held = {row: part.whole for row, part in enumerate(self.parts) if part.whole is not None}
        while True:
            table = self._with(held)
            short = {
                row: part.least[None]
                for row, part in enumerate(self.parts)
                if row not in held and sum(table[row]) < part.least.get(None, 0)
            }
            if not short:
                return [Sheet(sum(row), tuple(row)) for row in table]
            held |= short

    def _with(self, held: Mapping[int, int]) -> list[list[int]]:
        """A table in which these rows have their sums: the others are first one row together, then dealt out column by
        column."""
        free = [row for row in range(len(self.parts)) if row not in held]
        if not free:
            raise Refusal("nothing_free", "every part is settled, and what is left none may take")
        rows = list(held)
        together = self._together(free)
        sums = [*held.values(), sum(self.columns) - sum(held.values())]
        weights = [*(self.weights[row] for row in rows), together.weights]
        settled = {
            (rows.index(row), span): value for (row, span), value in self.settled.items() if row in held
        }
        settled |= {(len(rows), span): value for span, value in together.settled.items()}
        least = {(rows.index(row), span): value for (row, span), value in self.least.items() if row in held}
        least |= {(len(rows), span): value for span, value in together.least.items()}
        table = fit(sums, self.columns, weights, settled=settled, least=least, unit=self.terms.unit)
        found = dict(zip(rows, table, strict=False)) | self._apart(free, table[-1])
        return [found[row] for row in range(len(self.parts))]

    def _together(self, free: Sequence[int]) -> "_Together":
        settled, least, weights = {}, {}, []
        for span in range(len(self.columns)):
            cells = [self.settled.get((row, span), self.least.get((row, span), 0)) for row in free]
            weights.append(sum(self.weights[row][span] for row in free))
            if all((row, span) in self.settled for row in free):
                settled[span] = sum(cells)
            elif sum(cells):
                least[span] = sum(cells)
        return _Together(weights, settled, least)

    def _apart(self, free: Sequence[int], columns: Sequence[int]) -> dict[int, list[int]]:
        cells = [
            divide(
                column,
                [self.weights[row][span] for row in free],
                settled=[self.settled.get((row, span)) for row in free],
                least=[self.least.get((row, span), 0) for row in free],
                unit=self.terms.unit,
            )
            for span, column in enumerate(columns)
        ]
        return {row: list(cells) for row, cells in zip(free, zip(*cells, strict=True), strict=True)}


class _Together(NamedTuple):
    """Several parts as one: what they weigh in each column, the cells settled in all of them, the least of others."""

    weights: list[int]
    settled: dict[int, int]
    least: dict[int, int]
