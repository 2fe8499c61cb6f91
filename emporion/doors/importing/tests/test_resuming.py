"""Imports that are killed and go on, and imports that are taken back (SYS-1)."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from emporion.doors.importing.actions import undo_import
from emporion.doors.importing.models import ImportedRecord, ImportRun, RunState
from emporion.doors.importing.running import batches
from emporion.doors.importing.running.journal import Journal
from emporion.doors.importing.tests.our_tables import NOW, TABLES, load, write
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.digest import net_digest
from emporion.records.customers.models import Customer
from emporion.records.orders.models import Order
from emporion.records.team.models import Member, Team

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db, pytest.mark.both_databases]


class Killed(Exception):
    """Stands for kill -9."""


def killed_after(pieces: int) -> Callable[[str, int, int], None]:
    left = [pieces]

    def progress(_file: str, _done: int, _all: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    return progress


def many(folder: Path) -> Path:
    """Enough rows for many pieces, some of them broken."""
    customers = "".join(f"C{n},Customer {n},M{n % 2 + 1},2024-01-{n % 28 + 1:02}\n" for n in range(3, 40))
    orders = "".join(f"O{n},2024-0{n % 9 + 1}-15,C{n % 40},M{n % 3},\n" for n in range(4, 60))
    lines = "".join(f"O{n},{line},P{line},{n % 5},2.5,\n" for line in (1, 2) for n in range(4, 62))
    added = {"customers": customers, "orders": orders, "order_lines": lines}
    return write(folder, {name: TABLES[name] + text for name, text in added.items()})


def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches.Pace, "FIRST", 7)
    monkeypatch.setattr(batches.Pace, "MOST", 7)
    monkeypatch.setattr(batches.Pace, "LEAST", 7)


def unbroken(folder: Path) -> tuple[str, Mapping[str, Mapping[str, int]]]:
    """What one import without a break comes to; leaves nothing behind."""
    with transaction.atomic():
        outcome = load(folder)
        digest = net_digest()
        transaction.set_rollback(True)
    return digest, outcome.files


def test_killed_after_every_piece_and_resumed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start gets one piece further; in the end state and counts are those of an unbroken run."""
    small_pieces(monkeypatch)
    digest, files = unbroken(many(folder))
    kills = 0
    while True:
        done = ImportRun.objects.values_list("steps_done", "rows_done").first()
        try:
            outcome = load(folder, progress=killed_after(0) if kills % 2 == 0 else killed_after(1))
            break
        except Killed:
            kills += 1
            if kills > 400 or ImportRun.objects.values_list("steps_done", "rows_done").first() == done:
                outcome = load(folder)
                break
    assert outcome.resumed
    assert net_digest() == digest
    assert outcome.files == files
    assert ImportRun.objects.get().state == RunState.DONE


@pytest.mark.parametrize("moment", range(1, 22, 2))
def test_killed_inside_a_transaction(folder: Path, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """What a transaction had written when it was killed is gone, its checkpoint too."""
    small_pieces(monkeypatch)
    digest, files = unbroken(many(folder))
    moved_on, calls = Journal.moved_on, [0]

    def killed_once(self: Journal, *, steps: int, rows: int) -> None:
        moved_on(self, steps=steps, rows=rows)
        calls[0] += 1
        if calls[0] == moment:
            raise Killed

    monkeypatch.setattr(Journal, "moved_on", killed_once)
    with pytest.raises(Killed):
        load(folder)
    outcome = load(folder)
    assert (outcome.resumed, outcome.files, net_digest()) == (True, files, digest)


def test_another_process_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch)
    moved_on = Journal.moved_on

    def overtaken(self: Journal, *, steps: int, rows: int) -> None:
        ImportRun.objects.update(rows_done=10**6)
        moved_on(self, steps=steps, rows=rows)

    monkeypatch.setattr(Journal, "moved_on", overtaken)
    with pytest.raises(Refusal, match="by another process"):
        load(folder)


def test_undo_leaves_nothing(folder: Path) -> None:
    empty = net_digest()
    outcome = load(folder)
    undone = undo_import(outcome.run_id or 0, by=SYSTEM, at=NOW)
    assert (undone.removed, undone.kept) == (13, {})
    assert not Order.objects.exists()
    assert not Team.objects.exists()
    assert net_digest() == empty
    assert not ImportedRecord.objects.exists()
    with pytest.raises(Refusal, match="has been undone already"):
        undo_import(outcome.run_id or 0, by=SYSTEM, at=NOW)


def test_undo_writes_changed_rows_back(folder: Path) -> None:
    load(folder)
    before = net_digest()
    changes = {
        "members": TABLES["members"].replace("Nikos,2021-02-01", "Nikolas,2021-02-03"),
        "teams": "code,name,parent\nT2,North,\nT1,All,\n",
        "order_lines": TABLES["order_lines"].replace("O1,2,P2,1,10,10", "O1,2,P1,4,2.5,10"),
        "orders": TABLES["orders"].replace("O2,2024-03-02,C2,M2,", "O2,2024-03-09,C2,M1,"),
    }
    outcome = load(write(folder, changes))
    assert net_digest() != before
    undone = undo_import(outcome.run_id or 0, by=SYSTEM, at=NOW)
    assert (undone.restored, undone.removed, undone.kept) == (4, 0, {})
    assert net_digest() == before
    assert Member.objects.get(code="M2").hired_on == date(2021, 2, 1)
    assert Team.objects.get(code="T2").parent == Team.objects.get(code="T1")


def test_what_people_have_touched_is_kept(folder: Path) -> None:
    """Neither a second import nor an undo overwrites what was changed by hand."""
    outcome = load(folder)
    Customer.objects.filter(code="C1").update(name="By hand", touched_at=NOW)
    write(folder, {"customers": TABLES["customers"].replace("Ромашка", "Ромашка 2")})
    assert load(folder).files["customers.csv"]["unchanged"] == 2
    assert Customer.objects.get(code="C1").name == "By hand"
    undone = undo_import(outcome.run_id or 0, by=SYSTEM, at=NOW)
    assert list(undone.kept) == ["customers", "members"]
    assert list(Customer.objects.values_list("code", flat=True)) == ["C1"]


def test_a_later_import_must_be_undone_first(folder: Path) -> None:
    first = load(folder)
    write(folder, {"members": TABLES["members"].replace("Nikos", "Nikolas")})
    load(folder)
    with pytest.raises(Refusal, match="undo that one first"):
        undo_import(first.run_id or 0, by=SYSTEM, at=NOW)
