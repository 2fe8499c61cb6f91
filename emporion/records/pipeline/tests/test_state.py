"""Hypothesis: the running sum of pipeline.changed is what a slow reading of the histories says, on every day."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.money import spread_units
from emporion.records.pipeline.rules import DealFigures, Entry, Share, Valued
from emporion.records.pipeline.tests.told import (
    ANNA,
    BORIS,
    STAGES,
    day,
    deal,
    entry,
    facts,
    place_on,
    running,
)

DAYS = range(1, 31)


def slow_state(told: DealFigures, on: int) -> dict[tuple[object, ...], tuple[int, int]]:
    """By stage, member and team: walk the histories day by day and keep what was said last."""
    stage, value = None, Decimal(0)
    for number in range(1, on + 1):
        today = [one for one in told.entries if one.day == day(number)]
        for one in sorted(today, key=lambda e: (e.sequence, e.stage.position)):
            stage = one.stage
        for new in told.values:
            if new.day == day(number):
                value = new.value
    if stage is None or stage.outcome in {"won", "lost"}:
        return {}
    parts = spread_units(int(value * 10_000), [share.weight for share in told.shares])
    return {
        (stage.id, share.member_id, place_on(share.member_id, day(on)).team_id): (1, part)
        for share, part in zip(told.shares, parts, strict=True)
    }


entries = st.lists(
    st.builds(entry, st.sampled_from(DAYS), st.sampled_from(STAGES), st.integers(0, 2)),
    unique_by=lambda one: (one.day, one.sequence),
)
values = st.lists(
    st.builds(Valued, st.sampled_from(DAYS).map(day), st.decimals(0, 10_000, places=4), st.just(False)),
    unique_by=lambda one: one.day,
)
shares = st.dictionaries(st.sampled_from([ANNA, BORIS]), st.integers(1, 4), min_size=1).map(
    lambda weights: [Share(member, weight) for member, weight in weights.items()]
)


@pytest.mark.spec("PIPE-4")
@given(entries, values, shares)
def test_the_running_sum_is_the_state_on_every_day(
    of_stages: list[Entry], of_values: list[Valued], of_members: list[Share]
) -> None:
    told = deal(*of_stages, values=of_values, shares=of_members)
    made = facts(told)
    for number in DAYS:
        assert running(made, day(number), "stage_id", "member_id", "team_id") == slow_state(told, number)


@pytest.mark.spec("PIPE-4")
@given(entries, values, shares)
def test_there_is_at_most_one_change_a_day_stage_and_place_and_none_is_empty(
    of_stages: list[Entry], of_values: list[Valued], of_members: list[Share]
) -> None:
    made = [
        f
        for f in facts(deal(*of_stages, values=of_values, shares=of_members))
        if f.kind == "pipeline.changed"
    ]
    assert len({(f.day, f.stage_id, f.member_id, f.team_id) for f in made}) == len(made)
    assert all(f.quantity or f.amount for f in made)


@pytest.mark.spec("PIPE-4")
@given(entries, values, st.randoms())
def test_the_order_of_the_rows_means_nothing(
    of_stages: list[Entry], of_values: list[Valued], chance: object
) -> None:
    mixed = list(of_stages)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert facts(deal(*mixed, values=of_values)) == facts(deal(*of_stages, values=of_values))
