"""The fact store beside the ledger: what was flushed and what was not yet are one, and nothing is lost or doubled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.closing import close
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.locks import highest_id
from emporion.kernel.ledger.models import LedgerFact
from emporion.numbers.metrics.store import making
from emporion.numbers.metrics.store import tail as tail_rows
from emporion.numbers.metrics.store.columns import ledger_columns
from emporion.numbers.metrics.store.comparing import store_discrepancies
from emporion.numbers.metrics.store.flushing import Flushed, flush, position, rebuild
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.reading import open_facts
from emporion.numbers.metrics.store.snapshot import current_snapshot
from emporion.numbers.metrics.store.upkeep import compact, vacuum
from emporion.numbers.metrics.tests.store_facts import (
    AT,
    Totals,
    a_call,
    post_calls,
    rows_of,
    seen,
    some_calls,
    totals,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("SYS-5")]
MARCH = (date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    """An empty store and a ledger that has begun."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    return tmp_path / "facts"


def test_a_fact_counts_before_it_is_flushed_and_once_after() -> None:
    post_calls([a_call("2026-03-01", amount=5)])
    before = seen()
    assert before == {("call.made", 1, "2026-03"): (1, 1_000_000, 5)}
    assert flush() == Flushed(rows=1, position=highest_id())
    assert seen() == before
    post_calls([a_call("2026-03-02", amount=7)], first_subject=2)
    assert seen() == {("call.made", 1, "2026-03"): (2, 2_000_000, 12)}


def test_flushing_twice_adds_nothing() -> None:
    post_calls(some_calls(20))
    flush()
    files, before = current_snapshot().files, seen()
    assert flush().rows == 0
    assert current_snapshot().files == files
    assert seen() == before


def test_every_column_is_the_same_from_the_file_and_from_the_tail() -> None:
    """Trap: instants, empty texts and nulls that change on their way through a file."""
    post_calls(some_calls(7))
    columns = [*ledger_columns(), "month"]
    tail = rows_of(open_facts(), columns)
    flush()
    assert rows_of(open_facts(), columns) == tail
    assert LedgerFact.objects.order_by("id").values_list("occurred_at", flat=True)[0] == AT
    assert tail[0][columns.index("occurred_at")] == AT.replace(tzinfo=None)
    assert tail[0][columns.index("month")] == "2026-01"
    assert [row[columns.index("kind")] for row in tail] == ["call.made"] * 7


@pytest.mark.parametrize("flushed", [False, True])
def test_texts_come_through_as_they_are(flushed: bool) -> None:
    """Trap: quotes, commas, line ends and nothing at all look alike in a file of lines."""
    texts = ["", None, '"', "a,b", "line\nend", "%s", "Σωκράτης", "'quoted'", "NULL", " "]
    post_calls([Fact("call.made", date(2026, 3, 1), source=text, role=text) for text in texts])
    if flushed:
        flush()
    assert rows_of(open_facts(), ["source", "role"]) == [(text, text) for text in texts]


def test_numbers_come_through_to_the_last_digit() -> None:
    """Trap: a whole number that passed through a double."""
    amounts = [2**63 - 1, -(2**63) + 1, 2**53 + 1, 0]
    post_calls([Fact("call.made", date(2026, 3, 1), amount=amount, quantity=-amount) for amount in amounts])
    tail = rows_of(open_facts(), ["amount", "quantity"])
    assert tail == [(amount, -amount) for amount in amounts]
    flush()
    assert rows_of(open_facts(), ["amount", "quantity"]) == tail


def test_the_tail_is_read_once_and_then_only_what_is_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trap: a tail kept from an earlier question hides what was posted since."""
    committed = SimpleNamespace(in_atomic_block=False, vendor="sqlite")
    monkeypatch.setattr(tail_rows, "connection", committed)
    read: list[tuple[int, int]] = []

    def counted(after: int, upto: int) -> pa.Table:
        read.append((after, upto))
        return ledger_rows(after, upto)

    monkeypatch.setattr(tail_rows, "ledger_rows", counted)
    for n in range(20):
        post_calls([a_call("2026-03-01", amount=n)], first_subject=n + 1)
        for _ in range(2):
            assert seen() == {("call.made", 1, "2026-03"): (n + 1, (n + 1) * 1_000_000, n * (n + 1) // 2)}
    assert len(read) == 20
    assert all(upto - after == 1 for after, upto in read[1:])
    flush()
    assert seen() == {("call.made", 1, "2026-03"): (20, 20_000_000, 190)}
    assert len(read) == 20


def test_without_a_store_or_a_fact_there_is_an_answer() -> None:
    assert seen() == {}
    assert open_facts().latest_day() is None
    assert position() == 0
    assert list(store_discrepancies()) == []
    assert flush() == Flushed(rows=0, position=0)
    assert seen() == {}


def test_a_flush_that_breaks_off_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap: rows written, position not (doubled), or position written, rows not (lost)."""
    monkeypatch.setattr(making, "ROWS_PER_COMMIT", 10)
    post_calls(some_calls(35))
    whole = seen()

    def break_off(reached: int) -> None:
        raise KeyboardInterrupt(reached)

    for already in (10, 20, 30):
        with pytest.raises(KeyboardInterrupt):
            flush(progress=break_off)
        assert sum(file.rows for file in current_snapshot().files) == already
        assert seen() == whole
    assert flush().rows == 5
    assert seen() == whole
    assert list(store_discrepancies()) == []


def test_as_of_a_watermark_later_rows_do_not_exist() -> None:
    post_calls(some_calls(10))
    watermark, then = highest_id(), seen()
    post_calls(some_calls(10, first=10), first_subject=11)
    assert seen(as_of=watermark) == then
    flush()
    assert seen(as_of=watermark) == then
    assert seen(as_of=0) == {}
    assert open_facts(as_of=watermark).watermark == watermark
    compact()
    assert seen(as_of=watermark) == then
    assert open_facts(as_of=watermark - 9).latest_day() == date(2026, 1, 1)


@pytest.mark.parametrize("flushed", [False, True])
def test_a_closed_day_shows_what_was_known_when_it_was_closed(flushed: bool) -> None:
    post_calls([a_call("2026-03-31", amount=100), a_call("2026-04-01", amount=1)])
    close(end=date(2026, 4, 1), by=SYSTEM, at=AT)
    post_calls([a_call("2026-03-31", amount=20), a_call("2026-04-01", amount=2)], first_subject=3)
    if flushed:
        flush()
    march, april = ("call.made", 1, "2026-03"), ("call.made", 1, "2026-04")
    assert {key: amount for key, (_, _, amount) in seen("closed").items()} == {march: 100, april: 3}
    assert {key: amount for key, (_, _, amount) in seen("now").items()} == {march: 120, april: 3}
    assert totals(open_facts(), *MARCH) == {march: (1, 1_000_000, 100)}


def test_each_closed_span_keeps_its_own_watermark() -> None:
    post_calls([a_call("2026-02-10", amount=1)])
    close(end=date(2026, 3, 1), by=SYSTEM, at=AT)
    post_calls([a_call("2026-02-10", amount=10), a_call("2026-03-10", amount=2)], first_subject=2)
    close(end=date(2026, 4, 1), by=SYSTEM, at=AT)
    post_calls([a_call("2026-02-10", amount=100), a_call("2026-03-10", amount=20)], first_subject=4)
    flush()
    compact()
    assert {month: amount for (_, _, month), (_, _, amount) in seen().items()} == {"2026-02": 1, "2026-03": 2}


def test_the_last_day_is_that_of_a_visible_fact() -> None:
    post_calls([a_call("2026-03-10")])
    close(end=date(2026, 4, 1), by=SYSTEM, at=AT)
    post_calls([a_call("2026-03-20")], first_subject=2)
    assert open_facts(view="closed").latest_day() == date(2026, 3, 10)
    assert open_facts(view="now").latest_day() == date(2026, 3, 20)


def test_a_period_reads_only_the_files_of_its_months_and_not_the_day_after() -> None:
    post_calls([a_call(day) for day in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")])
    flush()
    query = open_facts()._query(*MARCH, None)
    assert "2026-03" in query
    assert "fact_month=2026-02" not in query
    assert "fact_month=2026-04" not in query
    assert "WHERE" not in query, "a file whose days all count is read without a condition"
    assert totals(open_facts(), *MARCH) == {("call.made", 1, "2026-03"): (2, 2_000_000, 0)}
    in_march = totals(open_facts(), date(2026, 3, 1), date(2026, 3, 31))
    assert in_march == {("call.made", 1, "2026-03"): (1, 1_000_000, 0)}


def test_files_that_cannot_hold_a_member_are_left_out() -> None:
    for member in (1, 5):
        post_calls([a_call("2026-03-01", member=member)], first_subject=member)
        flush()
    post_calls([a_call("2026-03-01", member=None)], first_subject=9)
    flush()
    assert open_facts()._query(None, None, 5).count(".parquet") == 1
    assert totals(open_facts(), member_id=5) == {("call.made", 5, "2026-03"): (1, 1_000_000, 0)}
    assert totals(open_facts(), member_id=3) == {}


def test_a_reader_keeps_what_it_saw_through_a_flush_a_merge_and_a_rebuild() -> None:
    """Trap: a file list of one moment with a tail of another counts rows twice or not at all."""
    post_calls(some_calls(10))
    flush()
    post_calls(some_calls(10, first=10), first_subject=11)
    reader, before = open_facts(), seen()
    flush()
    post_calls(some_calls(10, first=20), first_subject=21)
    compact()
    rebuild()
    vacuum()
    assert totals(reader) == before
    assert len(seen()) >= len(before)
    assert seen() != before


def test_threads_read_at_the_same_time() -> None:
    post_calls(some_calls(50))
    flush()
    post_calls(some_calls(50, first=50), first_subject=51)
    reader, whole = open_facts(), seen()
    months = [(date(2026, month, 1), date(2026, month + 1, 1)) for month in (1, 2, 3)]

    def ask(number: int) -> Totals:
        if number % 2:
            return totals(reader)
        return {key: value for month in months for key, value in totals(reader, *month).items()}

    with ThreadPoolExecutor(8) as threads:
        assert all(answer == whole for answer in threads.map(ask, range(64)))


def test_a_question_costs_two_queries_when_all_is_flushed(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    post_calls(some_calls(3))
    flush()
    with django_assert_num_queries(2):
        seen()
