"""Posting: what a record stands for now is compared with what stands, and only the difference is appended."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter

from django.db import connection, transaction

from emporion.kernel.batches import batched
from emporion.kernel.bulk import insert_rows
from emporion.kernel.ledger.fact import FACT_COLUMNS, Fact, Subject
from emporion.kernel.ledger.locks import lock_subject, share_posting
from emporion.kernel.ledger.models import LedgerFact

SUBJECTS_AT_ONCE = 500
_STORED = (*FACT_COLUMNS, "recorded_at", "subject_kind", "subject_id", "reverses_id", "rule_version")
_RECORDED = _STORED.index("recorded_at")


@dataclass(frozen=True, slots=True)
class Posted:
    """How many facts were added and how many taken back."""

    added: int = 0
    reversed: int = 0

    def __add__(self, other: "Posted") -> "Posted":
        return Posted(self.added + other.added, self.reversed + other.reversed)


def post(subject: Subject, facts: Iterable[Fact], *, at: datetime, rule_version: int = 1) -> Posted:
    """Make `facts` what stands for `subject`. Call it in the transaction that changes the record.

    Cost: one query when nothing changes, two otherwise.
    """
    _refuse_outside_transaction()
    lock_subject(subject.kind, subject.id)
    return post_many(subject.kind, {subject.id: list(facts)}, at=at, rule_version=rule_version)


def post_many(
    subject_kind: str, facts: Mapping[int, Sequence[Fact]], *, at: datetime, rule_version: int = 1
) -> Posted:
    """`post` for many records of one kind, read and written together."""
    _refuse_outside_transaction()
    share_posting()
    posted = Posted()
    for ids in batched(sorted(facts), SUBJECTS_AT_ONCE):
        stand = standing(subject_kind, ids)
        rows: list[tuple[object, ...]] = []
        for subject_id in ids:
            gone, new = _difference(stand.get(subject_id, []), facts[subject_id])
            rows += [
                _row(f.taken_back(), at, (subject_kind, subject_id), row_id, rule_version)
                for row_id, f in gone
            ]
            rows += [_row(fact, at, (subject_kind, subject_id), None, rule_version) for fact in new]
            posted += Posted(len(new), len(gone))
        _insert(rows)
    return posted


def post_new(
    subject_kind: str, facts: Iterable[tuple[int, Sequence[Fact]]], *, at: datetime, rule_version: int = 1
) -> Posted:
    """Facts of records created in this very transaction, for which nothing can stand yet: no reading."""
    _refuse_outside_transaction()
    share_posting()
    count = _insert(
        _row(fact, at, (subject_kind, subject_id), None, rule_version)
        for subject_id, of_subject in facts
        for fact in of_subject
    )
    return Posted(count, 0)


def standing(subject_kind: str, ids: Sequence[int]) -> dict[int, list[tuple[int, Fact]]]:
    """By subject, the facts that stand (not reversed, no reversal) with their row ids. One query."""
    rows = LedgerFact.objects.filter(subject_kind=subject_kind, subject_id__in=ids).order_by("id")
    live: dict[int, tuple[int, Fact]] = {}
    for row_id, subject_id, reverses_id, *values in rows.values_list(
        "id", "subject_id", "reverses_id", *FACT_COLUMNS
    ).iterator():
        if reverses_id is not None:
            live.pop(reverses_id, None)
        else:
            live[row_id] = (subject_id, Fact(*values))
    found: dict[int, list[tuple[int, Fact]]] = defaultdict(list)
    for row_id, (subject_id, fact) in live.items():
        found[subject_id].append((row_id, fact))
    return found


def _difference(
    stand: Sequence[tuple[int, Fact]], wanted: Sequence[Fact]
) -> tuple[list[tuple[int, Fact]], list[Fact]]:
    """Which standing rows must be taken back and which facts are new."""
    missing = Counter(wanted)
    gone = []
    for row_id, fact in stand:
        if missing[fact] > 0:
            missing[fact] -= 1
        else:
            gone.append((row_id, fact))
    return gone, list(missing.elements())


_values_of = attrgetter(*FACT_COLUMNS)
_MOMENTS = tuple(FACT_COLUMNS.index(column) for column in ("day", "occurred_at", "due_day"))


def _row(
    fact: Fact, at: datetime, subject: tuple[str, int], reverses: int | None, rule_version: int
) -> tuple[object, ...]:
    return (*_values_of(fact), at, *subject, reverses, rule_version)


def _insert(rows: Iterable[tuple[object, ...]]) -> int:
    as_text = connection.vendor == "sqlite"
    return insert_rows(LedgerFact._meta.db_table, _STORED, map(_as_text, rows) if as_text else rows)


def _as_text(row: tuple[object, ...]) -> list[object]:
    """SQLite keeps days and instants as text; by position, because this runs a million times in an import."""
    values = list(row)
    for place in (*_MOMENTS, _RECORDED):
        value = values[place]
        if isinstance(value, date):
            values[place] = _text(value)
    return values


def _text(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value.isoformat()


def _refuse_outside_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("facts are posted in the transaction of their record")
