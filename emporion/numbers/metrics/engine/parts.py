"""The parts of an answer: each a table of keys and of the parts of metrics that could be computed together."""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis

from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.engine.resolving import Resolved
from emporion.numbers.metrics.engine.rows import key_names, keyed
from emporion.numbers.metrics.engine.tallies import (
    Tally,
    has_traits,
    subjects_tally,
    tallied,
    total_tally,
)
from emporion.numbers.metrics.scan import Scan
from emporion.numbers.metrics.shape import Derived, Distinct, Leaf, Subjects, Total, leaves

# One record has at most one fact of these that stands, for each person who shares in it.
ONE_PER_PERSON = frozenset(
    {
        *("call.made", "meeting.held", "message.sent", "visit.made", "presentation.given"),
        *("deal.won", "deal.lost", "contract.signed"),
    }
)

QUANTITY_OF_ONE = 1_000_000
SCOPED_BY = frozenset({"member_id", "territory_id", "customer_id"})


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the keys and some columns, named after the places of the leaves they add to."""

    table: ibis.Table
    columns: tuple[str, ...]


def column_of(question: Resolved, leaf: Leaf) -> str:
    """The column that holds a leaf's numbers."""
    return f"c{question.leaves.index(leaf)}"


def parts(question: Resolved, scan: Scan) -> Iterator[Part]:
    """One part with all plain sums, then one per leaf that needs more. Numbers of one column from several parts
    add up."""
    sums = dict(_sums(question))
    if sums:
        kinds = dict.fromkeys(kind for tally in sums.values() for kind in tally.kinds)
        rows = keyed(scan.flow(*kinds), question, scan)
        yield Part(tallied(rows, key_names(question), sums), tuple(sums))
    for leaf in question.leaves:
        table = _counted(leaf, question, scan)
        if table is not None:
            yield Part(table, (column_of(question, leaf),))


def _sums(question: Resolved) -> Iterator[tuple[str, Tally]]:
    for leaf in question.leaves:
        if isinstance(leaf, Total):
            yield column_of(question, leaf), total_tally(leaf)
        elif isinstance(leaf, Subjects) and _sums_up(leaf, question):
            yield column_of(question, leaf), subjects_tally(leaf, alone=not _by_person(question))


def _counted(leaf: Leaf, question: Resolved, scan: Scan) -> ibis.Table | None:
    if isinstance(leaf, Subjects):
        return _subjects(leaf, question, scan)
    if isinstance(leaf, Distinct):
        rows = keyed(chosen(leaf, scan), question, scan)
        nets = _nets(rows.filter(rows[leaf.key].notnull()), question, [leaf.key])
        return _aggregated(nets, question, leaf, nets.count())
    return _derived(leaf, question, scan) if isinstance(leaf, Derived) else None


def _subjects(leaf: Subjects, question: Resolved, scan: Scan) -> ibis.Table | None:
    facts = chosen(leaf, scan)
    if _sums_up(leaf, question):
        if _by_person(question):
            return None
        facts = facts.filter(facts.weight_total > 1)
    nets = _nets(keyed(facts, question, scan), question, ["subject_kind", "subject_id"])
    # Everyone's fact of a shared record has all its minutes.
    once = nets.minutes * QUANTITY_OF_ONE // nets.net if leaf.sums else None
    return _aggregated(nets, question, leaf, nets.count() if once is None else once.sum())


def _nets(rows: ibis.Table, question: Resolved, identity: list[str]) -> ibis.Table:
    """By key and identity, the quantities and minutes of those that net to more than nothing."""
    groups = [*key_names(question), *identity]
    nets = rows.group_by(groups).aggregate(net=rows.quantity.sum(), minutes=rows.minutes.sum())
    return nets.filter(nets.net > 0)


def _aggregated(rows: ibis.Table, question: Resolved, leaf: Leaf, number: ibis.Value) -> ibis.Table:
    keys, numbers = key_names(question), {column_of(question, leaf): number}
    return rows.group_by(keys).aggregate(**numbers) if keys else rows.aggregate(**numbers)


def _sums_up(leaf: Subjects, question: Resolved) -> bool:
    """Whether records can be counted by adding up their facts: nobody is credited twice in two ways."""
    return ONE_PER_PERSON.issuperset(leaf.kinds) and len(question.credit_kinds) == 1


def _by_person(question: Resolved) -> bool:
    """Whether every cell is one person's, so that a shared record has one fact in it."""
    return (
        any(asked.name == "member" for asked in question.by) or len(question.only.get("member_id", ())) == 1
    )


def chosen(leaf: Total | Subjects | Distinct, scan: Scan) -> ibis.Table:
    """The facts of the period that a leaf counts."""
    facts = scan.flow(*leaf.kinds)
    conditions = has_traits(facts, leaf.all_of, leaf.none_of)
    return facts.filter(conditions) if conditions else facts


def _derived(leaf: Derived, question: Resolved, scan: Scan) -> ibis.Table | None:
    made = leaf.rows(scan)
    if made is None:
        return None
    refuse_unanswerable(leaf, question, set(made.columns))
    rows = keyed(made, question, scan)
    return _aggregated(rows, question, leaf, rows[leaf.counts].nunique() if leaf.counts else rows.value.sum())


def refuse_unanswerable(leaf: Derived, question: Resolved, columns: set[str]) -> None:
    """Refuses a dimension, a condition or a scope that the rows of a metric have no column for."""
    name = next(asked.name for asked in question.metrics if leaf in leaves(asked.shape))
    for asked in [*question.by, *(condition.dimension for condition in question.conditions)]:
        if asked.column not in columns:
            raise Refusal(
                "dimension_not_offered", f"{name} cannot be taken by {asked.name}: its rows have none"
            )
    if not question.viewer.sees_all and not SCOPED_BY & columns:
        raise Refusal("not_permitted", f"{name} cannot be limited to what {question.viewer.name} may see")
