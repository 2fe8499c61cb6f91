"""Timelines, trees, disorder: pure."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.records.team.rules import Disorder, Sector, Timeline, Tree, days_away, disorders

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))
ROWS = st.lists(st.tuples(st.integers(1, 3), DAYS, st.integers(0, 9)), max_size=25)


@pytest.mark.spec("TEAM-1")
@given(ROWS, st.integers(1, 4), DAYS)
def test_on_any_day_exactly_the_latest_begun_holds(
    rows: list[tuple[int, date, int]], key: int, day: date
) -> None:
    begun = [
        (starts_on, place, value)
        for place, (k, starts_on, value) in enumerate(rows)
        if k == key and starts_on <= day
    ]
    assert Timeline(rows).on(key, day) == (max(begun)[2] if begun else None)


@pytest.mark.spec("TEAM-1")
@given(ROWS, st.integers(1, 3))
def test_spans_of_a_timeline_neither_overlap_nor_leave_a_gap(
    rows: list[tuple[int, date, int]], key: int
) -> None:
    timeline = Timeline(rows)
    changes = timeline.changes(key)
    for (day, value), (after, _) in itertools.pairwise(changes):
        assert day < after == timeline.next_start(key, day)
        assert timeline.on(key, after - timedelta(days=1)) == value
    if changes:
        assert timeline.next_start(key, changes[-1][0]) is None


def test_a_tree_is_read_downwards_and_upwards() -> None:
    tree = Tree({1: None, 2: 1, 3: 2, 4: 1, 5: None})
    assert tree.below([2]) == {2, 3}
    assert tree.below([1]) == {1, 2, 3, 4}
    assert tree.above(3) == [2, 1]
    assert tree.in_circles() == frozenset()


def test_a_circle_of_parents_ends_every_walk_and_is_named() -> None:
    tree = Tree({1: 3, 2: 1, 3: 2, 4: 3})
    assert tree.below([1]) == {1, 2, 3, 4}
    assert tree.in_circles() == {1, 2, 3}


@pytest.mark.spec("TEAM-4")
def test_sectors_without_a_manager_and_twins_are_reported() -> None:
    day = date(2024, 6, 1)
    sectors = [
        Sector(1, "A", "North", "place", "GR", 7, None),
        Sector(2, "B", " north ", "place", "GR", 8, None),
        Sector(3, "C", "North", "size", "GR", None, None),
        Sector(4, "D", "South", "place", "GR", 9, day),
        Sector(5, "E", "West", "place", "GR", 9, day + timedelta(days=1)),
    ]
    assert list(disorders(sectors, day)) == [
        Disorder("overlap", "A", "B"),
        Disorder("unmanaged", "C"),
        Disorder("manager_left", "D"),
    ]


@pytest.mark.spec("TEAM-11")
def test_a_day_named_by_two_absences_is_one_day_away() -> None:
    spans = [(date(2024, 1, 30), date(2024, 2, 3)), (date(2024, 2, 2), date(2024, 2, 4))]
    assert days_away(spans, date(2024, 2, 1), date(2024, 3, 1)) == {date(2024, 2, n) for n in (1, 2, 3)}
