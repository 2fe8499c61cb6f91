"""Facts that stand: what was taken back is out, and so is the taking back."""

from collections.abc import Callable

import ibis

from emporion.numbers.metrics.scan import Scan, narrowed

Rows = Callable[[Scan], ibis.Table]


def standing(facts: ibis.Table) -> ibis.Table:
    """Facts neither reversed nor reversals. A reversal copies the day and every dimension, so both are in the read."""
    taken = facts.filter(facts.reverses_id.notnull()).select(taken_id="reverses_id")
    kept = facts.filter(facts.reverses_id.isnull())
    return kept.anti_join(taken, kept.id == taken.taken_id)


def all_until(scan: Scan, kinds: tuple[str, ...], *keys: str) -> ibis.Table:
    """Standing facts up to the period's last day, for running sums.

    Limited to what was asked only in `keys`, by which the caller sums up: a member's team may change between a
    state's +1 and its -1, and limited to one team the sum would not come back to nothing.
    """
    facts = narrowed(scan.read(None, scan.period.end), {"kind": kinds, "credit": scan.credit_kinds})
    return standing(narrowed(facts, {key: scan.only[key] for key in keys if key in scan.only}))


def has_trait(facts: ibis.Table, trait: int) -> ibis.expr.types.BooleanValue:
    """Whether a fact has the trait."""
    return (facts.traits & trait) == trait


def each_one(rows: Rows) -> Rows:
    """The same rows, each worth 1: what is only counted."""

    def valued(scan: Scan) -> ibis.Table:
        return rows(scan).mutate(value=ibis.literal(1, "int64"))

    return valued


def shown_as(facts: ibis.Table, rows: ibis.Table, *keys: str) -> ibis.Table:
    """The facts behind rows of a state, under the owner, team and zone under which they are counted there: whoever
    opens a number by its owner finds all of it, whoever did the single things. `rows` are one per `keys`."""
    changed = [name for name in rows.columns if name in facts.columns and name not in keys]
    side = rows.select(*changed, **{f"counted_{key}": rows[key] for key in keys})
    kept = facts.drop(*changed)
    same = [kept[key].identical_to(side[f"counted_{key}"]) for key in keys]
    return kept.inner_join(side, same).select(*facts.columns)
