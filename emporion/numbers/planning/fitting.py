"""A table whose rows and columns sum to what is given, some of its cells settled: exact, in whole units. Pure.

The plan of a branch is such a table: its parts are rows, spans of days columns; where each part's year and the branch's
own months are known, only the cells between them move.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from emporion.kernel.errors import Refusal

ROUNDS = 60
SCALE = 1 << 20  # how finely proportions are kept while they are being fitted

Cell = tuple[int, int]
Table = list[list[int]]


def fit(
    rows: Sequence[int],
    columns: Sequence[int],
    weights: Sequence[Sequence[int]],
    *,
    settled: Mapping[Cell, int] | None = None,
    least: Mapping[Cell, int] | None = None,
    unit: int = 1,
) -> Table:
    """Cells in proportion to weights, scaled until rows and columns sum to what is given, then rounded to units.

    Settled cells keep their value, others are no less than their `least`. Rows and columns must sum to the same.
    Cells are never negative where the sums are not. Raises Refusal where settled cells leave no such table. Time
    grows with cells × rounds of scaling, at most 60.
    Source: iterative proportional fitting (Deming and Stephan 1940); rounding keeps both margins (Cox 1987).
    """
    kept = settled or {}
    table = _fit(rows, columns, weights, kept, unit)
    floors = {cell: value for cell, value in (least or {}).items() if cell not in kept and value}
    if all(table[row][column] >= value for (row, column), value in floors.items()):
        return table
    return _above_floors(table, rows, columns, kept, floors)


def _above_floors(
    wanted: Table,
    rows: Sequence[int],
    columns: Sequence[int],
    kept: Mapping[Cell, int],
    floors: Mapping[Cell, int],
) -> Table:
    """The floors first, and what is beyond them in proportion to how far above them cells were meant to be."""
    need_rows, need_columns = _needs(rows, columns, floors)
    beyond = [
        [max(value - floors.get((row, column), 0), 0) for column, value in enumerate(of_row)]
        for row, of_row in enumerate(wanted)
    ]
    table = _fit(need_rows, need_columns, beyond, kept, 1)
    for (row, column), value in floors.items():
        table[row][column] += value
    return table


def _fit(
    rows: Sequence[int],
    columns: Sequence[int],
    weights: Sequence[Sequence[int]],
    kept: Mapping[Cell, int],
    unit: int,
) -> Table:
    need_rows, need_columns = _needs(rows, columns, kept)
    free = [
        [(0 if (row, column) in kept else weight) for column, weight in enumerate(of_row)]
        for row, of_row in enumerate(weights)
    ]
    _open(free, need_rows, need_columns, kept)
    table = _rounded(_scaled(free, need_rows, need_columns), unit)
    _take_back(table, need_columns)
    _Dealing(table, (need_rows, need_columns), free, kept).deal(unit)
    for (row, column), value in kept.items():
        table[row][column] = value
    return table


def _needs(
    rows: Sequence[int], columns: Sequence[int], kept: Mapping[Cell, int]
) -> tuple[list[int], list[int]]:
    """What is left of each row and column once the settled cells are taken off."""
    need_rows, need_columns = list(rows), list(columns)
    for (row, column), value in kept.items():
        need_rows[row] -= value
        need_columns[column] -= value
    for found, name in ((need_rows, "row"), (need_columns, "column")):
        for place, need in enumerate(found):
            if need < 0:
                raise Refusal(
                    "settled_above_total",
                    f"settled cells of {name} {place + 1} are {-need} more than its whole",
                )
    return need_rows, need_columns


def _open(
    free: Table, need_rows: Sequence[int], need_columns: Sequence[int], kept: Mapping[Cell, int]
) -> None:
    """A row or column that must hold something though nothing in it weighs anything gets even weights."""
    for row, of_row in enumerate(free):
        if need_rows[row] and not any(of_row):
            for column, need in enumerate(need_columns):
                if (row, column) not in kept and need:
                    of_row[column] = 1
    for column, need in enumerate(need_columns):
        if need and not any(of_row[column] for of_row in free):
            for row, of_row in enumerate(free):
                if (row, column) not in kept and need_rows[row]:
                    of_row[column] = 1


def _scaled(free: Table, need_rows: Sequence[int], need_columns: Sequence[int]) -> Table:
    """Cells × SCALE whose rows sum to their needs and whose columns nearly do."""
    cells = [list(of_row) for of_row in free]
    for _ in range(ROUNDS):
        for row, of_row in enumerate(cells):
            _rescale_row(of_row, need_rows[row] * SCALE)
        sums = [sum(of_column) for of_column in zip(*cells, strict=True)]
        if all(abs(found - need * SCALE) <= SCALE for found, need in zip(sums, need_columns, strict=True)):
            break
        for column, found in enumerate(sums):
            wanted = need_columns[column] * SCALE
            if found and found != wanted:
                for of_row in cells:
                    of_row[column] = of_row[column] * wanted // found
    else:
        for row, of_row in enumerate(cells):
            _rescale_row(of_row, need_rows[row] * SCALE)
    return cells


def _rescale_row(of_row: list[int], wanted: int) -> None:
    found = sum(of_row)
    if found and found != wanted:
        for column, value in enumerate(of_row):
            of_row[column] = value * wanted // found


def _rounded(cells: Table, unit: int) -> Table:
    step = SCALE * unit
    return [[value // step * unit for value in of_row] for of_row in cells]


def _take_back(table: Table, columns: Sequence[int]) -> None:
    """Cells whose column came out above its sum give back, the largest first."""
    for column, need in enumerate(columns):
        above = sum(of_row[column] for of_row in table) - need
        for row in sorted(range(len(table)), key=lambda row: (-table[row][column], row)):
            if above <= 0:
                break
            given = min(above, table[row][column])
            table[row][column] -= given
            above -= given


class _Dealing:
    """A table whose rows and columns lack something: handing it out until none does."""

    def __init__(
        self, table: Table, needs: tuple[Sequence[int], Sequence[int]], free: Table, kept: Mapping[Cell, int]
    ) -> None:
        rows, columns = needs
        self.table, self.free, self.kept = table, free, kept
        self.rows = [need - sum(of_row) for need, of_row in zip(rows, table, strict=True)]
        self.columns = [
            need - sum(column) for need, column in zip(columns, zip(*table, strict=True), strict=True)
        ]

    def deal(self, unit: int) -> None:
        """First a unit at most to each cell, then whatever is left, then by passing on."""
        for most in (unit, None):
            for row, left in enumerate(self.rows):
                if left > 0:
                    self._give(row, most)
        for row in range(len(self.rows)):
            while self.rows[row] > 0:
                self._pass_on(row)

    def _give(self, row: int, most: int | None) -> None:
        def rank(column: int) -> tuple[int, int, int]:
            return -self.columns[column], -self.free[row][column], column

        for column in sorted(range(len(self.columns)), key=rank):
            if self.free[row][column] and self.columns[column] > 0 and self.rows[row] > 0:
                given = min(self.rows[row], self.columns[column], most or self.rows[row])
                self.table[row][column] += given
                self.rows[row] -= given
                self.columns[column] -= given

    def _pass_on(self, start: int) -> None:
        """One shortest chain: this row puts more into a column that has enough, another takes as much out of it and
        puts it elsewhere, until a column is reached that lacks something."""
        came: dict[
            int, Cell
        ] = {}  # by column, the row that would add to it, and the column that row was freed from
        freed: dict[int, int] = {start: -1}  # by row, the column out of which it takes
        queue = deque([start])
        while queue:
            row = queue.popleft()
            for column, left in enumerate(self.columns):
                if column in came or (row, column) in self.kept:
                    continue
                came[column] = (row, freed[row])
                if left > 0:
                    self._carry_out(column, came, start)
                    return
                for other in self._givers(column, freed):
                    freed[other] = column
                    queue.append(other)
        raise Refusal(
            "no_such_table", f"settled cells leave no room for {self.rows[start]} in row {start + 1}"
        )

    def _givers(self, column: int, freed: Mapping[int, int]) -> list[int]:
        return [
            row
            for row, of_row in enumerate(self.table)
            if row not in freed and of_row[column] > 0 and (row, column) not in self.kept
        ]

    def _carry_out(self, end: int, came: Mapping[int, Cell], start: int) -> None:
        chain: list[Cell] = []
        column = end
        while column != -1:
            row, before = came[column]
            chain.append((row, column))
            column = before
        taken = [(row, came[column][1]) for row, column in chain if came[column][1] != -1]
        amount = min(
            [self.rows[start], self.columns[end], *(self.table[row][column] for row, column in taken)]
        )
        for row, column in chain:
            self.table[row][column] += amount
        for row, column in taken:
            self.table[row][column] -= amount
        self.rows[start] -= amount
        self.columns[end] -= amount
