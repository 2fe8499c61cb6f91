"""Who waits for whom when facts are posted, flushed and closed.

On PostgreSQL a lower id may commit after a higher one. Posters share a lock until they commit; whoever needs a
watermark takes it alone for the instant in which the highest id is read, so that nothing below can still appear.
SQLite has one writer at a time and needs none of it.
"""

from django.db import connection, transaction

from emporion.kernel.ledger.models import LedgerFact

POSTING = 0x454D504F  # "EMPO": the advisory lock that posters share.


def share_posting() -> None:
    """Hold the posters' lock until the transaction ends. Needs a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [POSTING])


def lock_subject(kind: str, subject_id: int) -> None:
    """One poster at a time for one record. Needs a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{subject_id}"])


def stop_posting() -> None:
    """Wait for all posters and let none begin until the transaction ends. Needs a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [POSTING])


def highest_id() -> int:
    """The highest id there is; a watermark only while posting is stopped."""
    return LedgerFact.objects.order_by("-id").values_list("id", flat=True).first() or 0


def watermark() -> int:
    """The highest id below which no fact can still appear."""
    if connection.vendor != "postgresql":
        return highest_id()
    with transaction.atomic():
        stop_posting()
        return highest_id()
