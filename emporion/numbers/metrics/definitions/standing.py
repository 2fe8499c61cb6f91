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


def behind(rows: ibis.Table, facts: ibis.Table, scan: Scan, *keys: str) -> ibis.Table:
    """The facts of a state that has rows with these keys, limited to the rows asked for. The facts stay as they are:
    a customer counts under their owner, whoever sold to them."""
    counted = narrowed(rows, scan.only)
    counted = counted.select(**{f"counted_{key}": counted[key] for key in keys}).distinct()
    return facts.semi_join(counted, [facts[key].identical_to(counted[f"counted_{key}"]) for key in keys])
