"""The rows that wait to be flushed, kept in memory while several pages of different moments read them (SYS-5)."""

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pytest_django import Settings

from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store import ledger_rows as ledger_lines
from emporion.numbers.metrics.store import tail as tail_rows
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.ledger_state import LedgerState, ledger_state
from emporion.numbers.metrics.tests.store_facts import post_calls, some_calls

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-5")]
Read = list[tuple[int, int]]


@pytest.fixture
def read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """What was read from the ledger, as if every transaction had been committed on SQLite."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    monkeypatch.setattr(tail_rows, "connection", SimpleNamespace(in_atomic_block=False, vendor="sqlite"))
    tail_rows._kept.clear()
    spans: Read = []

    def counted(after: int, upto: int) -> pa.Table:
        spans.append((after, upto))
        return ledger_rows(after, upto)

    monkeypatch.setattr(tail_rows, "ledger_rows", counted)
    return spans


def posted(number: int) -> LedgerState:
    """So many calls more, and the ledger as it is then."""
    before = ledger_state(0).highest_id
    post_calls(some_calls(number), first_subject=before + 1)
    return ledger_state(0)


def ids(position: int, state: LedgerState) -> list[int]:
    """The tail's rows, lowest id first."""
    segments = tail_rows.tail(position, state)
    found = [
        row
        for segment in segments
        for (row,) in duck.cursor().sql(f'SELECT id FROM "{segment.relation.name}"').fetchall()
    ]
    assert all(segment.least_id <= segment.highest_id for segment in segments)
    return sorted(found)


def test_a_page_of_an_earlier_moment_neither_sees_nor_doubles_what_came_since(read: Read) -> None:
    """Trap: two pages take turns, one began before a call was logged and one after; rows read for the second are shown
    to the first, and read once more for the second, which counts them twice."""
    earlier, later = posted(3), posted(4)
    first = list(range(earlier.highest_id - 2, earlier.highest_id + 1))
    both = list(range(first[0], later.highest_id + 1))
    start = first[0] - 1
    for _ in range(2):
        assert ids(start, later) == both
        assert ids(start, earlier) == first
    assert read == [(start, later.highest_id)]


def test_a_flush_that_goes_on_takes_rows_off_and_reads_none_again(read: Read) -> None:
    """Trap: each commit of a long flush moves the position, and all that is left is read anew at every one."""
    state = posted(10)
    last = state.highest_id
    assert len(ids(last - 10, state)) == 10
    state = posted(5)
    for position in range(last - 10, state.highest_id + 1):
        assert ids(position, state) == list(range(position + 1, state.highest_id + 1))
    assert len(read) == 2


def test_a_page_that_began_before_a_flush_still_has_its_rows(read: Read) -> None:
    """Trap: rows taken off by a flush are missing for whoever reads the files of before it."""
    state = posted(6)
    last = state.highest_id
    assert ids(last - 2, state) == [last - 1, last]
    assert ids(last - 6, state) == list(range(last - 5, last + 1))
    assert ids(last - 2, state) == [last - 1, last]


def test_many_small_arrivals_stay_few_tables_and_a_large_one_is_not_copied_for_each(read: Read) -> None:
    """Trap: while an import runs, every page copies all rows that wait because a few have come."""
    large = posted(400)
    start = large.highest_id - 400
    name = tail_rows.tail(start, large)[0].relation.name
    for _ in range(30):
        state = posted(2)
        segments = tail_rows.tail(start, state)
        assert len(segments) <= tail_rows.MOST_SEGMENTS
        assert segments[0].relation.name == name
    assert ids(start, state) == list(range(start + 1, state.highest_id + 1))
    assert len(read) == 31


def test_another_row_under_the_same_number_is_read_anew(read: Read) -> None:
    """Trap: after a restore the highest number is the same and the row is not."""
    state = posted(2)
    start = state.highest_id - 2
    ids(start, state)
    ids(start, LedgerState(state.epoch, state.highest_id, (0, "another")))
    assert len(read) == 2


def test_rows_come_whole_whatever_is_asked_at_once(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap: rows on the border of two answers are lost or doubled; a limit is of each answer and not of all."""
    last = posted(9).highest_id
    start = last - 9
    for at_once in (1, 2, 3, 4, 9, 10):
        monkeypatch.setattr(ledger_lines, "LINES_AT_ONCE", at_once)
        for limit in (None, 0, 1, 3, 8, 9, 20):
            found = ledger_rows(start, last, limit)["id"].to_pylist()
            assert found == list(range(start + 1, last + 1))[:limit]
