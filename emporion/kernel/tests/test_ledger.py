"""Posting, refusing, closing, chaining: on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.audit.recording import broken_links
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.closing import chain_discrepancies, close, closed_spans, is_closed
from emporion.kernel.ledger.epoch import begin_epoch, require_epoch
from emporion.kernel.ledger.fact import Fact, Subject
from emporion.kernel.ledger.locks import highest_id, watermark
from emporion.kernel.ledger.models import Closing, LedgerFact
from emporion.kernel.ledger.posting import Posted, post, standing

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBJECT = Subject("thing", 7)


def call(day: int, member: int = 1, **more: Any) -> Fact:
    return Fact("call.made", date(2026, 1, day), member_id=member, quantity=1_000_000, **more)


def put(*facts: Fact) -> Posted:
    with transaction.atomic():
        return post(SUBJECT, facts, at=AT)


@pytest.mark.spec("SYS-4")
def test_only_the_difference_is_appended() -> None:
    assert put(call(1), call(2)) == Posted(2, 0)
    assert put(call(1), call(2)) == Posted(0, 0)
    assert put(call(2), call(3)) == Posted(1, 1)
    assert [fact for _, fact in standing("thing", [7])[7]] == [call(2), call(3)]
    assert LedgerFact.objects.count() == 4


def test_the_same_fact_twice_is_two_facts() -> None:
    # Trap: a set instead of a multiset loses the second of two equal lines of an order.
    assert put(call(1), call(1)) == Posted(2, 0)
    assert put(call(1)) == Posted(0, 1)
    assert len(standing("thing", [7])[7]) == 1


def test_a_reversal_keeps_the_day_and_every_dimension() -> None:
    fact = call(
        1, team_id=3, territory_id=4, channel="online", amount=5, cost=2, original_amount=9, minutes=8
    )
    put(fact)
    put()
    row = LedgerFact.objects.get(reverses__isnull=False)
    assert (row.day, row.team_id, row.territory_id, row.channel) == (fact.day, 3, 4, "online")
    assert (row.quantity, row.amount, row.cost, row.original_amount, row.minutes) == (
        -1_000_000,
        -5,
        -2,
        -9,
        -8,
    )


def test_a_fact_taken_back_can_stand_again() -> None:
    put(call(1))
    put()
    assert put(call(1)) == Posted(1, 0)


@given(st.lists(st.lists(st.integers(1, 5), max_size=6), min_size=1, max_size=5))
def test_whatever_was_posted_before_the_last_word_stands(words: list[list[int]]) -> None:
    for days in words:
        put(*(call(day) for day in days))
    stand = sorted(fact.day.day for _, fact in standing("thing", [7]).get(7, []))
    assert stand == sorted(words[-1])


def test_posting_needs_the_transaction_of_its_record() -> None:
    inside = transaction.get_connection().in_atomic_block
    assert inside, "the test itself runs in a transaction"
    transaction.get_connection().in_atomic_block = False
    try:
        with pytest.raises(transaction.TransactionManagementError):
            post(SUBJECT, [call(1)], at=AT)
    finally:
        transaction.get_connection().in_atomic_block = True


@pytest.mark.parametrize("kind", ["call.lost", ""])
def test_a_word_outside_the_vocabulary_cannot_be_posted(kind: str) -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        Fact(kind, date(2026, 1, 1))


@pytest.mark.parametrize(("weight", "whole"), [(0, 1), (2, 1), (-1, 3)])
def test_a_weight_is_a_share_of_a_whole(weight: int, whole: int) -> None:
    with pytest.raises(ValueError, match="share of a whole"):
        call(1, weight=weight, weight_total=whole)


@pytest.mark.spec("SYS-4")
@pytest.mark.parametrize("table", ["ledger_fact", "ledger_closing", "ledger_epoch", "audit_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {t} SET id = id + 1000", "DELETE FROM {t}"])
def test_the_database_itself_refuses(table: str, statement: str) -> None:
    begin_epoch(base_currency="EUR")
    put(call(1))
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(t=table))


@pytest.mark.postgres
def test_postgresql_refuses_truncate() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE ledger_fact CASCADE")


@pytest.mark.spec("PAY-5")
def test_closing_keeps_the_watermark_and_goes_forward_only() -> None:
    put(call(1))
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    put(call(1), call(2))
    close(end=date(2026, 3, 1), by=SYSTEM, at=AT)
    assert [(span.start, span.end, span.watermark) for span in closed_spans()] == [
        (None, date(2026, 2, 1), highest_id() - 1),
        (date(2026, 2, 1), date(2026, 3, 1), watermark()),
    ]
    assert is_closed(date(2026, 2, 28))
    assert not is_closed(date(2026, 3, 1))
    with pytest.raises(Refusal, match="closed already"):
        close(end=date(2026, 3, 1), by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("end", "allowed"), [(date(2026, 3, 2), True), (date(2026, 3, 3), False), (date(2027, 3, 1), False)]
)
def test_a_day_still_to_come_cannot_be_closed(end: date, allowed: bool) -> None:
    # Trap: one mistyped year hid every sale until then, for ever.
    if allowed:
        close(end=end, by=SYSTEM, at=AT)
        return
    with pytest.raises(Refusal, match="is not over yet"):
        close(end=end, by=SYSTEM, at=AT)


@pytest.mark.spec("SYS-3")
def test_closing_needs_its_permission() -> None:
    rep = Viewer("rep", Scope.OWN, permissions=STANDARD_ROLES["rep"][1])
    with pytest.raises(Refusal, match="close"):
        close(end=date(2026, 2, 1), by=rep, at=AT)


def _force(statement: str) -> None:
    """Change a row behind the guards, as someone who owns the database file could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            names = ("ledger_fact", "ledger_closing", "audit_entry")
            for name in names:
                cursor.execute(f"DROP TRIGGER {name}_no_update")
        cursor.execute(statement)


@pytest.mark.spec("SYS-4")
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_fact SET amount = 1", "ledger rows up to"),
        ("UPDATE ledger_closing SET watermark = watermark + 1", "the closing itself"),
    ],
)
def test_the_chain_over_closed_periods_shows_what_was_changed(statement: str, said: str) -> None:
    put(call(1))
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    assert list(chain_discrepancies()) == []
    _force(statement)
    assert said in " ".join(str(found) for found in chain_discrepancies())


@pytest.mark.spec("SYS-4")
def test_the_audit_chain_names_the_entry_that_was_changed() -> None:
    for month in (1, 2, 3):
        close(end=date(2026, month, 1), by=SYSTEM, at=AT)
    assert list(broken_links()) == []
    second = AuditEntry.objects.order_by("id")[1]
    _force(f"UPDATE audit_entry SET action = 'nothing' WHERE id = {second.pk}")
    assert next(text.split()[2] for text in broken_links()) == str(second.pk)


@pytest.mark.spec("CUST-14")
def test_an_erased_payload_leaves_the_chain_whole() -> None:
    close(end=date(2026, 2, 1), by=SYSTEM, at=AT)
    AuditEntry.objects.update(payload=None, salt="")
    assert list(broken_links()) == []


def test_the_currency_of_a_ledger_with_facts_stays() -> None:
    begin_epoch(base_currency="EUR")
    assert begin_epoch(base_currency="EUR").pk == require_epoch().pk
    begin_epoch(base_currency="RUB")
    put(call(1))
    with pytest.raises(Refusal, match="kept in RUB"):
        begin_epoch(base_currency="EUR")
    assert Closing.objects.count() == 0
