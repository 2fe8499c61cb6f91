"""Dividing a whole among parts, some settled; a table between its sums (PLAN-3)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emporion.kernel.errors import Refusal
from emporion.numbers.planning.division import divide, spread
from emporion.numbers.planning.fitting import fit

pytestmark = pytest.mark.spec("PLAN-3")


@pytest.mark.parametrize(
    ("total", "weights", "settled", "unit", "parts"),
    [
        (100, [1, 1, 1], None, 1, [34, 33, 33]),
        (100, [1, 1, 1], [None, 40, None], 1, [30, 40, 30]),
        (100, [1, 1, 1], None, 10, [40, 30, 30]),
        (105, [1, 1, 1], None, 10, [40, 35, 30]),
        (100, [0, 0], None, 1, [50, 50]),
        (100, [3, 1], [0, None], 1, [0, 100]),
        (0, [1, 2], None, 1, [0, 0]),
        (7, [], [], 1, None),
        (100, [1, 1], [60, 50], 1, None),
        (100, [1, 1], [60, 30], 1, None),
    ],
)
def test_parts_by_largest_remainder(
    total: int, weights: list[int], settled: list[int | None] | None, unit: int, parts: list[int] | None
) -> None:
    """The table a seller can check by hand; no parts: refused. A settled 0 is a value, not a gap to be filled."""
    if parts is None:
        with pytest.raises(Refusal):
            divide(total, weights, settled=settled, unit=unit)
    else:
        assert divide(total, weights, settled=settled, unit=unit) == parts


def test_a_free_part_gets_at_least_what_is_settled_within_it() -> None:
    """Trap: a person whose March is settled at 90 would get 50 of the year, and the rest of their year −40."""
    assert divide(100, [1, 1, 2], least=[0, 90, 0]) == [3, 90, 7]


@given(
    total=st.integers(0, 10**15),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12),
    unit=st.sampled_from([1, 7, 100, 10**6]),
    marks=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_parts_always_sum_to_the_total_and_settled_ones_stay(
    total: int, weights: list[int], unit: int, marks: list[bool]
) -> None:
    first = divide(total, weights, unit=unit)
    assert sum(first) == total
    settled = [value if mark else None for value, mark in zip(first, marks, strict=False)]
    again = divide(total, weights, settled=settled, unit=unit)
    assert sum(again) == total
    assert all(kept is None or kept == value for kept, value in zip(settled, again, strict=True))
    assert divide(total, weights, settled=list(again), unit=unit) == again


def test_spreading_is_off_by_less_than_a_unit() -> None:
    assert spread(10, [1, 2, 4], 1) == [1, 3, 6]
    assert all(
        abs(part - 1000 * weight / 7) < 10
        for part, weight in zip(spread(1000, [1, 2, 4], 10), [1, 2, 4], strict=True)
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]], dict[tuple[int, int], int], int]:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    cell = st.one_of(st.just(0), st.integers(0, 10**7))
    table = [[draw(cell) for _ in range(columns)] for _ in range(rows)]
    weights = [[draw(st.integers(0, 50)) for _ in range(columns)] for _ in range(rows)]
    settled = {
        (row, column): table[row][column]
        for row in range(rows)
        for column in range(columns)
        if draw(st.integers(0, 4)) == 0
    }
    return table, weights, settled, draw(st.sampled_from([1, 10, 1000]))


@settings(max_examples=150)
@given(tables())
def test_a_table_that_is_possible_is_found_with_both_sums_exact(
    given_table: tuple[list[list[int]], list[list[int]], dict[tuple[int, int], int], int],
) -> None:
    """Whatever cells are settled and whatever weighs nothing: there is such a table, so one is found, none of its cells
    negative, and with all of it settled it is itself."""
    table, weights, settled, unit = given_table
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    found = fit(rows, columns, weights, settled=settled, unit=unit)
    assert [sum(row) for row in found] == rows
    assert [sum(column) for column in zip(*found, strict=True)] == columns
    assert min(value for row in found for value in row) >= 0
    assert all(found[row][column] == value for (row, column), value in settled.items())
    everything = {(r, c): value for r, row in enumerate(found) for c, value in enumerate(row)}
    assert fit(rows, columns, weights, settled=everything, unit=unit) == found


def test_a_newcomer_shifts_the_others_within_the_team() -> None:
    """Team months of 100; of two alike, one comes in July: in the first half the other carries all of it."""
    found = fit([900, 300], [100] * 12, [[1] * 12, [0] * 6 + [1] * 6])
    assert found[1] == [0] * 6 + [50] * 6
    assert found[0] == [100] * 6 + [50] * 6


@pytest.mark.parametrize(
    ("rows", "columns", "settled", "name"),
    [
        ([10, 10], [10, 10], {(0, 0): 11}, "settled_above_total"),
        ([10, 10], [10, 10], {(0, 0): 5, (0, 1): 4}, "no_such_table"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    rows: list[int], columns: list[int], settled: dict[tuple[int, int], int], name: str
) -> None:
    with pytest.raises(Refusal) as refused:
        fit(rows, columns, [[1, 1], [1, 1]], settled=settled)
    assert refused.value.name == name
