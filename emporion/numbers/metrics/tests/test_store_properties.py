"""Whatever was flushed, merged or made anew in between, a question sees exactly the ledger."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.locks import highest_id
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.posting import post_many
from emporion.numbers.metrics.store import making
from emporion.numbers.metrics.store.comparing import store_discrepancies
from emporion.numbers.metrics.store.flushing import flush, rebuild
from emporion.numbers.metrics.store.reading import open_facts
from emporion.numbers.metrics.store.upkeep import compact, vacuum
from emporion.numbers.metrics.tests.store_facts import AT, Totals, totals

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-5")]

calls = st.builds(
    Fact,
    kind=st.sampled_from(["call.made", "meeting.held"]),
    day=st.dates(date(2026, 1, 28), date(2026, 4, 3)),
    member_id=st.sampled_from([None, 1, 2, 3]),
    customer_id=st.sampled_from([None, 7, 8]),
    quantity=st.sampled_from([-1_000_000, 1_000_000]),
    amount=st.integers(-(10**14), 10**14),
)
# Each step is a list of records (subject, its facts) to post, or something done to the store.
posted = st.dictionaries(st.integers(1, 6), st.lists(calls, max_size=3), max_size=4)
steps = st.lists(
    st.one_of(posted, st.sampled_from([flush, compact, rebuild, vacuum])), min_size=1, max_size=8
)
borders = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 5, 1)))


@given(steps=steps, chunk=st.integers(1, 9), span=st.tuples(borders, borders), back=st.integers(0, 5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_into_files_and_tail_gives_the_ledgers_sums(
    monkeypatch: pytest.MonkeyPatch,
    steps: list[object],
    chunk: int,
    span: tuple[date | None, date | None],
    back: int,
) -> None:
    monkeypatch.setattr(making, "ROWS_PER_COMMIT", chunk)
    with _another_ledger():
        begin_epoch(base_currency="EUR")
        for step in steps:
            _do(step)
        assert totals(open_facts(), *span) == _by_hand(*span, highest_id())
        earlier = max(highest_id() - back, 0)
        assert totals(open_facts(as_of=earlier), *span) == _by_hand(*span, earlier)
        assert list(store_discrepancies()) == []


@contextmanager
def _another_ledger() -> Iterator[None]:
    """What is posted inside is taken back: each example begins with nothing."""
    before = transaction.savepoint()
    with tempfile.TemporaryDirectory() as folder, override_settings(FACTS_FOLDER=Path(folder)):
        yield
    transaction.savepoint_rollback(before)


def _do(step: object) -> None:
    if not isinstance(step, dict):
        step()  # type: ignore[operator]
        return
    # What stands for a record is changed: reversals and new rows.
    with transaction.atomic():
        post_many("activity", step, at=AT)


def _by_hand(start: date | None, end: date | None, watermark: int) -> Totals:
    sums: dict[tuple[str, int | None, str], Counter[str]] = {}
    for fact in LedgerFact.objects.filter(id__lte=watermark):
        if (start is None or fact.day >= start) and (end is None or fact.day < end):
            cell = sums.setdefault((fact.kind, fact.member_id, f"{fact.day:%Y-%m}"), Counter())
            cell["rows"] += 1
            cell["quantity"] += fact.quantity
            cell["amount"] += fact.amount
    return {key: (cell["rows"], cell["quantity"], cell["amount"]) for key, cell in sums.items()}
