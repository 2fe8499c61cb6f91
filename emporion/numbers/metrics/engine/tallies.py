"""Everything that is a plain sum over the facts of the period, in one pass over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ibis

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.shape import NO_TRAIT, Measure, Subjects, Total

# From so many sums on it is faster to sum by kind and traits first and to pick from the few sums that gives.
PICKED_FROM = 4


@dataclass(frozen=True, slots=True)
class Tally:
    """One conditional sum. `net` counts facts, those that take back as less. `alone` keeps to those whose credit
    nobody shares."""

    column: Measure | Literal["net"]
    kinds: tuple[str, ...]
    all_of: Trait = NO_TRAIT
    none_of: Trait = NO_TRAIT
    alone: bool = False


def total_tally(total: Total) -> Tally:
    """The sum that a total is."""
    return Tally(total.column, total.kinds, total.all_of, total.none_of)


def subjects_tally(subjects: Subjects, *, alone: bool) -> Tally:
    """The count of records as a sum, for where one record has one fact that stands."""
    return Tally(subjects.sums or "net", subjects.kinds, subjects.all_of, subjects.none_of, alone)


def tallied(rows: ibis.Table, keys: Sequence[str], tallies: Mapping[str, Tally]) -> ibis.Table:
    """`rows` grouped by `keys`, with one column per tally; empty where nothing was there to sum."""
    if len(tallies) < PICKED_FROM:
        sources = {tally.column: _measure(rows, tally.column) for tally in tallies.values()}
        sums = {
            name: sources[tally.column].sum(where=_counts(rows, tally, rows.weight_total == 1))
            for name, tally in tallies.items()
        }
        return rows.group_by(keys).aggregate(**sums) if keys else rows.aggregate(**sums)
    return _picked(rows, keys, tallies)


def _picked(rows: ibis.Table, keys: Sequence[str], tallies: Mapping[str, Tally]) -> ibis.Table:
    measures = sorted({tally.column for tally in tallies.values()})
    marked = rows.mutate(is_alone=rows.weight_total == 1)
    groups = [
        *keys,
        "kind",
        "traits",
        *(["is_alone"] if any(tally.alone for tally in tallies.values()) else []),
    ]
    few = marked.group_by(groups).aggregate(
        **{f"sum_{name}": _measure(marked, name).sum() for name in measures}
    )
    sums = {
        name: few[f"sum_{tally.column}"].sum(where=_counts(few, tally, few.is_alone if tally.alone else None))
        for name, tally in tallies.items()
    }
    return few.group_by(keys).aggregate(**sums) if keys else few.aggregate(**sums)


def _measure(rows: ibis.Table, column: str) -> ibis.Value:
    return rows.quantity.sign() if column == "net" else rows[column]


def _counts(rows: ibis.Table, tally: Tally, alone: ibis.Value | None) -> ibis.Value:
    conditions = [of_kinds(rows, tally.kinds), *has_traits(rows, tally.all_of, tally.none_of)]
    return ibis.and_(*conditions, *([alone] if tally.alone and alone is not None else []))


def of_kinds(rows: ibis.Table, kinds: Sequence[str]) -> ibis.Value:
    """Whether a fact is of one of the kinds."""
    return rows.kind == kinds[0] if len(kinds) == 1 else rows.kind.isin(kinds)


def has_traits(rows: ibis.Table, all_of: Trait, none_of: Trait) -> list[ibis.Value]:
    """The conditions that a fact has all of some traits and none of others."""
    conditions = []
    if all_of:
        conditions.append((rows.traits & int(all_of)) == int(all_of))
    if none_of:
        conditions.append((rows.traits & int(none_of)) == 0)
    return conditions
