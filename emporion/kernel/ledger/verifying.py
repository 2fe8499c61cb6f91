"""Does every fact follow from its record, and every record have its facts? Are the chains whole?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from emporion.kernel.batches import batched
from emporion.kernel.ledger.fact import FACT_COLUMNS, Fact
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.posting import standing
from emporion.kernel.ledger.registry import FactSource, sources

SUBJECTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Where records and ledger disagree, in words that name the row."""

    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"


def discrepancies() -> Iterator[Discrepancy]:
    """All facts recomputed from all records and compared; empty when the ledger is true."""
    known = sources()
    for source in known.values():
        yield from _of_source(source)
    yield from _unknown_kinds(set(known))
    yield from _broken_reversals()


def _of_source(source: FactSource) -> Iterator[Discrepancy]:
    seen: set[int] = set()
    for ids in batched(source.ids(), SUBJECTS_AT_ONCE):
        seen.update(ids)
        stand = standing(source.subject_kind, ids)
        wanted = source.facts_for(ids)
        codes = source.codes(ids)
        for subject_id in ids:
            facts = [fact for _, fact in stand.get(subject_id, [])]
            name = f"{source.subject_kind} {codes.get(subject_id, subject_id)}"
            yield from _compare(name, facts, wanted.get(subject_id, []))
    yield from _without_record(source.subject_kind, seen)


def _compare(name: str, stand: list[Fact], wanted: list[Fact]) -> Iterator[Discrepancy]:
    extra, missing = Counter(stand), Counter(wanted)
    extra.subtract(missing)
    surplus = sorted((+extra).elements(), key=repr)
    lacking = sorted((-extra).elements(), key=repr)
    for in_ledger, in_record in zip(surplus, lacking, strict=False):
        yield Discrepancy(name, _how_they_differ(in_ledger, in_record))
    for fact in surplus[len(lacking) :]:
        yield Discrepancy(name, f"the ledger has {fact.kind} of {fact.day}, the record does not stand for it")
    for fact in lacking[len(surplus) :]:
        yield Discrepancy(
            name, f"the record stands for {fact.kind} of {fact.day}, the ledger does not have it"
        )


def _how_they_differ(in_ledger: Fact, in_record: Fact) -> str:
    differing = [
        f"{name} is {getattr(in_ledger, name)} in the ledger, {getattr(in_record, name)} by the record"
        for name in FACT_COLUMNS
        if getattr(in_ledger, name) != getattr(in_record, name)
    ]
    return f"{in_ledger.kind} of {in_ledger.day}: " + "; ".join(differing)


def _without_record(kind: str, seen: set[int]) -> Iterator[Discrepancy]:
    posted = LedgerFact.objects.filter(subject_kind=kind).values_list("subject_id", flat=True).distinct()
    for ids in batched(sorted(set(posted.iterator()) - seen), SUBJECTS_AT_ONCE):
        for subject_id, facts in standing(kind, ids).items():
            yield Discrepancy(
                f"{kind} #{subject_id}", f"{len(facts)} facts stand, but there is no such record"
            )


def _unknown_kinds(known: set[str]) -> Iterator[Discrepancy]:
    for kind in (
        LedgerFact.objects.exclude(subject_kind__in=known).values_list("subject_kind", flat=True).distinct()
    ):
        yield Discrepancy(kind, "facts stand for a kind of record that does not exist")


_MIRRORED = (
    "day",
    "member_id",
    "team_id",
    "territory_id",
    "customer_id",
    "deal_id",
    "order_id",
    "product_id",
)
_NEGATED = ("quantity", "amount", "cost", "minutes")


def _broken_reversals() -> Iterator[Discrepancy]:
    """A reversal copies every dimension of what it takes back, and every measure with the other sign."""
    columns = [*_MIRRORED, *_NEGATED]
    rows = LedgerFact.objects.exclude(reverses=None).values_list(
        "id", "reverses_id", *columns, *(f"reverses__{column}" for column in columns)
    )
    for row_id, reversed_id, *values in rows.iterator(chunk_size=SUBJECTS_AT_ONCE):
        mine, theirs = values[: len(columns)], values[len(columns) :]
        split = len(_MIRRORED)
        if mine[:split] != theirs[:split] or mine[split:] != [-value for value in theirs[split:]]:
            yield Discrepancy(f"ledger row {row_id}", f"does not mirror row {reversed_id} that it takes back")
