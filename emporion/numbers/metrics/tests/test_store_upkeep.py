"""Keeping the store: merging, removing, making anew, and refusing what is not this ledger's."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable
from pytest_django import Settings

from emporion.kernel.ledger.epoch import begin_epoch
from emporion.kernel.ledger.locks import highest_id
from emporion.kernel.ledger.models import Epoch, LedgerFact
from emporion.numbers.metrics.store import making
from emporion.numbers.metrics.store.columns import ledger_columns, stored_schema
from emporion.numbers.metrics.store.comparing import store_discrepancies
from emporion.numbers.metrics.store.flushing import Flushed, flush, position, rebuild
from emporion.numbers.metrics.store.layout import current_table, make_current
from emporion.numbers.metrics.store.ledger_rows import ledger_rows
from emporion.numbers.metrics.store.ledger_state import StoreAhead, mark_of
from emporion.numbers.metrics.store.reading import open_facts
from emporion.numbers.metrics.store.snapshot import current_snapshot
from emporion.numbers.metrics.store.upkeep import compact, vacuum
from emporion.numbers.metrics.tests.store_facts import a_call, post_calls, rows_of, seen, some_calls

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("SYS-5")]
MARCH = (date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    """An empty store and a ledger that has begun."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    begin_epoch(base_currency="EUR")
    return tmp_path / "facts"


def test_a_month_of_many_files_becomes_one_sorted_by_member() -> None:
    for n in range(5):
        post_calls(
            [a_call("2026-03-01", member=m, amount=n * 10 + m) for m in (3, 1, 2)], first_subject=n * 3 + 1
        )
        flush()
    before = seen()
    assert len(current_snapshot().files) == 5
    assert compact() == 1
    (file,) = current_snapshot().files
    stored = duckdb.connect().execute("SELECT member_id, id FROM read_parquet(?)", [file.path]).fetchall()
    assert stored == sorted(stored)
    assert seen() == before
    assert position() == highest_id()
    assert list(store_discrepancies()) == []
    assert compact() == 0


def test_a_large_commit_is_sorted_by_member_inside_its_files() -> None:
    post_calls([a_call("2026-03-01", member=1 + n * 7919 % 100, amount=n) for n in range(5_000)])
    flush()
    for file in current_snapshot().files:
        stored = duckdb.connect().execute("SELECT member_id, id FROM read_parquet(?)", [file.path]).fetchall()
        assert stored == sorted(stored)


def test_many_flushes_are_merged_by_themselves() -> None:
    for n in range(12):
        post_calls([a_call("2026-03-01", amount=n)], first_subject=n + 1)
        flush()
    assert len(current_snapshot().files) < 8
    assert seen() == {("call.made", 1, "2026-03"): (12, 12_000_000, 66)}


def test_vacuum_removes_replaced_files_only_after_their_readers() -> None:
    for n in range(3):
        post_calls([a_call("2026-03-01", amount=n)], first_subject=n + 1)
        flush()
    compact()
    table = current_table()
    assert table
    assert vacuum() == 0
    assert len(list(table.rglob("part-*.parquet"))) == 4
    rebuild()
    assert vacuum(hours=0) == 1
    assert not table.exists()
    assert seen() == {("call.made", 1, "2026-03"): (3, 3_000_000, 3)}


def test_a_store_made_anew_is_the_same_store() -> None:
    for n in range(3):
        post_calls(some_calls(20, first=20 * n), first_subject=20 * n + 1)
        flush()
    before, old = rows_of(open_facts(), ledger_columns()), current_table()
    assert rebuild() == Flushed(rows=60, position=highest_id())
    assert current_table() != old
    assert rows_of(open_facts(), ledger_columns()) == before


def test_a_rebuild_that_breaks_off_leaves_the_old_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "ROWS_PER_COMMIT", 10)
    post_calls(some_calls(30))
    flush()
    before, old = seen(), current_table()

    def break_off(reached: int) -> None:
        raise KeyboardInterrupt(reached)

    with pytest.raises(KeyboardInterrupt):
        rebuild(progress=break_off)
    assert current_table() == old
    assert seen() == before
    assert vacuum(hours=0) == 1


def test_a_store_that_reaches_further_than_the_ledger_is_refused() -> None:
    """Trap: a database restored from yesterday beside a store of today."""
    post_calls(some_calls(3))
    flush()
    table = DeltaTable(str(current_table()))
    making.write(table, ledger_rows(0, highest_id()), making.carrying(highest_id() + 100, 0))
    for use in (open_facts, flush, position):
        with pytest.raises(StoreAhead, match="emporion ledger rebuild"):
            use()
    assert "emporion ledger rebuild" in str(next(store_discrepancies()))
    rebuild()
    assert sum(rows for rows, _, _ in seen().values()) == 3


def test_a_store_of_another_ledger_is_refused() -> None:
    post_calls(some_calls(3))
    folder = making.begin_table("00000000-0000-0000-0000-000000000000")
    make_current(folder)
    with pytest.raises(StoreAhead, match="another ledger"):
        open_facts()
    rebuild()
    assert sum(rows for rows, _, _ in seen().values()) == 3


def test_a_store_whose_last_row_is_another_is_not_written_to() -> None:
    """Trap: a restored database that has meanwhile used the same ids again, for other facts."""
    post_calls(some_calls(3))
    flush()
    table = DeltaTable(str(current_table()))
    making.write(table, ledger_rows(0, 0), making.carrying(highest_id(), 12345))
    with pytest.raises(StoreAhead, match="another row"):
        flush()


def test_an_older_store_without_a_column_is_read_and_made_anew_by_the_next_flush(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post_calls(some_calls(3))
    schema = stored_schema()
    older = schema.remove(schema.get_field_index("rule_version"))
    monkeypatch.setattr(making, "stored_schema", lambda: older)
    folder = making.begin_table(str(Epoch.objects.get().code))
    rows = ledger_rows(0, highest_id()).drop_columns(["rule_version"])
    making.write(DeltaTable(folder), rows, making.carrying(highest_id(), mark_of(highest_id())))
    make_current(folder)
    monkeypatch.undo()
    assert rows_of(open_facts(), ["amount", "rule_version"]) == [(1, None), (2, None), (3, None)]
    flush()
    assert rows_of(open_facts(), ["amount", "rule_version"]) == [(1, 1), (2, 1), (3, 1)]


def test_differences_between_store_and_ledger_are_named() -> None:
    post_calls(some_calls(3))
    flush()
    table = DeltaTable(str(current_table()))
    making.write(table, ledger_rows(0, 1 + min(LedgerFact.objects.values_list("id", flat=True))))
    found = [str(discrepancy) for discrepancy in store_discrepancies()]
    assert "fact store, call.made: rows is 5, in the ledger 3" in found
