"""The arithmetic of plan and fact. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

DIGITS = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A person's target for one span, beside what was reached in it; `fact` is empty where the metric has none."""

    plan: Decimal
    fact: Decimal | None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the cells of one row come to; a share is not rounded yet."""

    plan: Decimal | None
    plan_fact: Decimal | None
    attainment: Decimal | None
    mean_attainment: Decimal | None
    mean_attainment_people: Decimal | None


def outcome(cells: Sequence[Cell], *, adds: bool) -> Outcome:
    """Sums, their ratio, and the means over cells and over people. A cell without a plan or a fact has no attainment
    and is in no mean. Values of a metric that does not add up are not summed: only a single cell has them."""
    summed = adds or len(cells) == 1
    plan = sum((cell.plan for cell in cells), Decimal(0)) if summed else None
    fact = _sum_of_facts(cells) if summed else None
    return Outcome(
        plan, fact, _share(fact, plan), mean_attainment(cells), _mean_over_people(cells) if adds else None
    )


def mean_attainment(cells: Iterable[Cell]) -> Decimal | None:
    """The mean of fact ÷ plan over cells; each cell weighs the same, however large its plan."""
    return _mean([_share(cell.fact, cell.plan) for cell in cells])


def _mean_over_people(cells: Iterable[Cell]) -> Decimal | None:
    plans: dict[str | None, Decimal] = {}
    facts: dict[str | None, Decimal] = {}
    for cell in cells:
        plans[cell.member] = plans.get(cell.member, Decimal(0)) + cell.plan
        facts[cell.member] = facts.get(cell.member, Decimal(0)) + (cell.fact or 0)
    return _mean([_share(facts[member], plan) for member, plan in plans.items()])


def _sum_of_facts(cells: Sequence[Cell]) -> Decimal | None:
    known = [cell.fact for cell in cells if cell.fact is not None]
    return sum(known, Decimal(0)) if known else None


def _share(fact: Decimal | None, plan: Decimal | None) -> Decimal | None:
    if fact is None or not plan:
        return None
    with localcontext(prec=DIGITS):
        return fact / plan


def _mean(shares: Iterable[Decimal | None]) -> Decimal | None:
    known = [share for share in shares if share is not None]
    if not known:
        return None
    with localcontext(prec=DIGITS):
        return sum(known, Decimal(0)) / len(known)


Span = tuple[date, date]


def overlapping(span: Span, others: Iterable[Span]) -> Span | None:
    """The first of `others` that shares a day with `span`; spans are half-open and one with the same start is it
    itself, being replaced."""
    return next(
        (other for other in others if other[0] != span[0] and other[0] < span[1] and span[0] < other[1]), None
    )


def covering(spans: Iterable[Span]) -> Span | None:
    """The span that others cover together, from the first day of the earliest on; None where a day between is left
    out."""
    ordered = sorted(spans)
    first, end = ordered[0]
    for start, other_end in ordered[1:]:
        if start > end:
            return None
        end = max(end, other_end)
    return first, end


# From so much on a person is named to their head.
ATTENTION: Mapping[str, Decimal] = {
    "saturation": Decimal(1),
    "busy_work": Decimal("0.5"),
    "fading_customers": Decimal(10),
    "deals_without_next_step": Decimal(10),
}


def needs_attention(numbers: Mapping[str, object]) -> list[str]:
    """Of a person's numbers by metric, those that have reached the level from which their head should look."""
    return [
        name
        for name, level in ATTENTION.items()
        if isinstance(value := numbers.get(name), Decimal) and value >= level
    ]
