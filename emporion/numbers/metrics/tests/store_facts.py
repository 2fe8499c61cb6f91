"""Facts in a real ledger and a store of their own, for tests of the store."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from django.db import transaction

from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.posting import post_many
from emporion.numbers.metrics.store.reading import FactReader, View, open_facts

AT = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=UTC)
Totals = dict[tuple[str, int | None, str], tuple[int, int, int]]


def a_call(day: str, member: int | None = 1, quantity: int = 1_000_000, amount: int = 0) -> Fact:
    """A call by a member, told apart by its amount."""
    return Fact(
        "call.made",
        date.fromisoformat(day),
        occurred_at=AT,
        member_id=member,
        quantity=quantity,
        amount=amount,
    )


def some_calls(count: int, first: int = 0) -> list[Fact]:
    """Calls of five people (one call of nobody) over three months, each with an amount of its own."""
    return [
        a_call(f"2026-{1 + n % 3:02d}-{1 + n % 28:02d}", member=n % 5 or None, amount=n + 1)
        for n in range(first, first + count)
    ]


def post_calls(facts: Iterable[Fact], first_subject: int = 1) -> None:
    """Each fact as a record of its own, committed together."""
    by_subject = {first_subject + place: [fact] for place, fact in enumerate(facts)}
    with transaction.atomic():
        post_many("activity", by_subject, at=AT)


def totals(
    reader: FactReader, start: date | None = None, end: date | None = None, member_id: int | None = None
) -> Totals:
    """By kind, member and month: how many rows, the sum of quantities and of amounts."""
    facts = reader.read(start, end, member_id=member_id)
    if member_id is not None:
        facts = facts.filter(facts.member_id == member_id)
    grouped = facts.group_by(["kind", "member_id", "month"]).aggregate(
        rows=facts.count(), quantity=facts.quantity.sum(), amount=facts.amount.sum()
    )
    return {
        (row["kind"], row["member_id"], row["month"]): (row["rows"], row["quantity"], row["amount"])
        for row in reader.fetch(grouped).to_pylist()
    }


def seen(view: View = "closed", as_of: int | None = None) -> Totals:
    """The totals that a question asked now would see."""
    return totals(open_facts(as_of=as_of, view=view))


def rows_of(reader: FactReader, columns: Sequence[str]) -> list[tuple[object, ...]]:
    """Those columns of all rows, by id."""
    table = reader.fetch(reader.read(None, None).order_by("id"))
    return [tuple(row[column] for column in columns) for row in table.to_pylist()]
