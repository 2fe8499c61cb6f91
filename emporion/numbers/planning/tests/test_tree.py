"""A whole tree: exact in every branch, whatever is weighed, settled, rounded or done twice (PLAN-3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emporion.kernel.errors import Refusal
from emporion.numbers.planning.settling import Above, Asked, asked_of
from emporion.numbers.planning.sheets import USUAL, Part, Sheet, Sums, Terms
from emporion.numbers.planning.tree import part_sheets, root_sheet

pytestmark = pytest.mark.spec("PLAN-3")
SPANS = 6


@dataclass
class Tree:
    part: Part
    parts: list["Tree"] = field(default_factory=list)


PARTS = st.builds(
    Part,
    weight=st.integers(0, 1000),
    shape=st.one_of(st.just(()), st.lists(st.sampled_from([0, 500, USUAL]), min_size=SPANS, max_size=SPANS)),
)
TREES = st.recursive(
    st.builds(Tree, PARTS),
    lambda below: st.builds(Tree, PARTS, st.lists(below, min_size=1, max_size=4)),
    max_leaves=10,
)


def above(tree: Tree, parent: object = None) -> dict[object, Above]:
    """By branch, what stands above it."""
    found: dict[object, Above] = {id(tree): Above(parent, len(tree.parts))}
    for one in tree.parts:
        found |= above(one, id(tree))
    return found


def everything(tree: Tree) -> list[Tree]:
    return [tree, *(found for one in tree.parts for found in everything(one))]


def dealt(tree: Tree, sheet: Sheet, terms: Terms) -> list[tuple[Tree, Sheet]]:
    """Every branch with its sheet; asserts on the way that parts sum to their branch."""
    found = [(tree, sheet)]
    below = part_sheets(sheet, [one.part for one in tree.parts], terms)
    if below:
        assert sum(one.whole for one in below) == sheet.whole
        assert tuple(sum(column) for column in zip(*(one.spans for one in below), strict=True)) == sheet.spans
    for one, of_part in zip(tree.parts, below, strict=True):
        assert sum(of_part.spans) == of_part.whole
        found += dealt(one, of_part, terms)
    return found


def settled(tree: Tree, changes: dict[object, dict[int | None, int]]) -> None:
    """The branches of a tree, asked for what people changed in it."""
    asked = asked_of(changes, above(tree), SPANS, Sums())
    for branch in everything(tree):
        found = asked.get(id(branch), Asked())
        branch.part = replace(
            branch.part, whole=found.settled.get(None), spans=found.of_span(), least=found.least
        )


def chosen(
    sheets: list[tuple[Tree, Sheet]], choose: Random, most: int
) -> dict[object, dict[int | None, int]]:
    """Some cells of some branches with what stands in them, up to `most` more or less."""
    changes: dict[object, dict[int | None, int]] = {}
    for branch, sheet in sheets[1:]:
        cells: dict[int | None, int] = dict(enumerate(sheet.spans)) | {None: sheet.whole}
        changed = {
            cell: max(value + choose.randint(-most, most), 0)
            for cell, value in cells.items()
            if choose.random() < 0.15
        }
        if changed:
            changes[id(branch)] = changed
    return changes


YEARS = st.tuples(
    st.integers(0, 10**13),
    st.lists(st.integers(0, 200), min_size=SPANS, max_size=SPANS),
    st.sampled_from([1, 1000]),
)


@pytest.mark.parametrize("most", [0, 3, 10**6])
@settings(max_examples=60, deadline=None)
@given(tree=TREES, year=YEARS, choose=st.randoms(use_true_random=False))
def test_every_branch_sums_and_settled_cells_stay(
    most: int, tree: Tree, year: tuple[int, list[int], int], choose: Random
) -> None:
    """Traps: a cell settled deep in the tree is more than its branch has once the branches beside it are dealt out
    anew; a cell locked at what stands in it moves others by a remainder, until two locks no longer fit together. Locked
    as it stands nothing is ever refused; what is changed may be, by name, and otherwise holds."""
    total, season, unit = year
    terms = Terms(unit=unit)
    first = dealt(tree, root_sheet(total, season, terms), terms)
    changes = chosen(first, choose, most)
    settled(tree, changes)
    try:
        root = root_sheet(total, season, terms, tree.part.spans, tree.part.least)
        again = dealt(tree, root, terms)
    except Refusal:
        assert most, "nothing was changed, only locked"
        return
    if not most:
        assert [sheet for _, sheet in again] == [sheet for _, sheet in first]
    for branch, sheet in again:
        for span, value in changes.get(id(branch), {}).items():
            assert (sheet.whole if span is None else sheet.spans[span]) == value
    assert dealt(tree, root, terms) == again


def _three(*changed: Part) -> list[Part]:
    return [*changed, *[Part(1)] * (3 - len(changed))]


def test_a_changed_month_keeps_the_persons_year_and_the_teams_month() -> None:
    parent = Sheet(1200, (200,) * 6)
    before = part_sheets(parent, _three(), Terms())
    after = part_sheets(parent, _three(Part(1, spans={2: 100})), Terms())
    assert [one.whole for one in before] == [one.whole for one in after] == [400, 400, 400]
    assert after[0].spans[2] == 100
    assert sum(one.spans[2] for one in after) == 200


def test_who_is_not_there_gets_nothing_when_the_rest_is_settled() -> None:
    """Trap: one of three comes in the fourth span, and nothing is possible there: their share of the whole was put into
    spans in which they were not there."""
    shape = (0, 0, 0, USUAL, USUAL, USUAL)
    parent = Sheet(1200, (200,) * 6)
    found = part_sheets(parent, _three(Part(1, shape=shape, spans={3: 0, 4: 0})), Terms())
    assert found[0].spans[:5] == (0,) * 5
    assert all(sum(column) == 200 for column in zip(*(one.spans for one in found), strict=True))


def test_nothing_possible_is_a_value() -> None:
    """Trap: 0 read as 'not said' would be dealt out anew."""
    found = part_sheets(Sheet(600, (100,) * 6), _three(Part(1, whole=0)), Terms())
    assert [one.whole for one in found] == [0, 300, 300]


def test_over_assignment_is_beside_the_branch_not_in_it() -> None:
    found = part_sheets(Sheet(600, (100,) * 6), _three(), Terms(), over=100_000)
    assert sum(one.whole for one in found) == 660
    assert all(sum(column) == 110 for column in zip(*(one.spans for one in found), strict=True))


def test_what_is_past_stays_and_the_rest_follows() -> None:
    """A re-plan in the third span: the total grows from 600 to 1,000, the first two spans stay as they were."""
    terms = Terms(past=frozenset({0, 1}))
    root = root_sheet(1000, [1] * 6, terms, {0: 100, 1: 100})
    assert root.spans == (100, 100, 200, 200, 200, 200)
    found = part_sheets(root, [Part(1, spans={0: 70, 1: 70}), Part(1, spans={0: 30, 1: 30})], terms)
    assert [one.spans for one in found] == [(70, 70, 100, 100, 100, 100), (30, 30, 100, 100, 100, 100)]
    assert [one.whole for one in found] == [540, 460]


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        (Sums(people=True, time=False), [(50, 50, 50), (50, 50, 50)]),
        (Sums(people=False, time=False), [(100, 100, 100), (100, 100, 100)]),
    ],
    ids=["a base: over people, not over time", "a conversion: over neither"],
)
def test_metrics_that_do_not_add_up(sums: Sums, expected: Sequence[tuple[int, ...]]) -> None:
    """Trap: a conversion of 25 % split over ten people is 2.5 % for each; an active base summed over months is twelve
    bases."""
    terms = Terms(sums=sums)
    root = root_sheet(100, [1, 1, 1], terms)
    assert root.whole == 100
    assert [one.spans for one in part_sheets(root, [Part(1), Part(1)], terms)] == expected


def test_what_nobody_can_take_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        part_sheets(Sheet(600, (100,) * 6), [Part(1, whole=100), Part(1, whole=100)], Terms())
    assert refused.value.name == "nothing_free"
