"""Imports of small tables of our own: counts, rejects, repetition, resumption, undo (SYS-1)."""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from emporion.doors.importing.actions import run_import, write_templates
from emporion.doors.importing.models import ImportRun
from emporion.doors.importing.running import batches, imports, loading
from emporion.doors.importing.tests.our_tables import NOW, TABLES, load, sums, write
from emporion.kernel.access.viewer import Scope, Viewer
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.importable import ImportBatch, RowFate, importables
from emporion.kernel.ledger.models import LedgerFact
from emporion.records.orders.models import Order, OrderLine
from emporion.records.team.models import Member, Team

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db, pytest.mark.both_databases]


def rejects_of(folder: Path, preset: str | Path = "generic") -> list[tuple[str, ...]]:
    path = folder.parent / "rejects.csv"
    load(folder, preset, rejects=path)
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["file"], row["row"], row["column"], row["reason"]) for row in csv.DictReader(file)]


def test_tables_go_in_whatever_their_order(folder: Path) -> None:
    outcome = load(folder)
    assert sums(outcome) == {"created": 17, "changed": 0, "unchanged": 0, "rejected": 0}
    assert outcome.files["orders.csv"] == {
        "read": 3,
        "created": 3,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
    }
    assert outcome.files["order_lines.csv"]["created"] == 4
    assert outcome.watermark == LedgerFact.objects.order_by("-id").values_list("id", flat=True).first()
    assert Team.objects.get(code="T2").parent == Team.objects.get(code="T1")
    assert Order.objects.get(code="O2").total == Decimal("7.5")


def test_a_second_import_changes_nothing(folder: Path) -> None:
    load(folder)
    watermark = LedgerFact.objects.count()
    assert sums(load(folder)) == {"created": 0, "changed": 0, "unchanged": 17, "rejected": 0}
    assert LedgerFact.objects.count() == watermark


def test_a_changed_row_is_changed_alone(folder: Path) -> None:
    load(folder)
    write(folder, {"members": TABLES["members"].replace("Nikos", "Nikolas")})
    assert sums(load(folder)) == {"created": 0, "changed": 1, "unchanged": 16, "rejected": 0}


def test_a_dry_run_tells_all_and_writes_nothing(folder: Path) -> None:
    outcome = load(folder, dry_run=True)
    assert (sums(outcome)["created"], outcome.run_id) == (17, None)
    assert not Member.objects.exists()
    assert not ImportRun.objects.exists()
    assert not LedgerFact.objects.exists()


def test_a_file_of_rejects_that_cannot_be_written_is_told_first(folder: Path) -> None:
    with pytest.raises(Refusal, match="name a file in a folder that exists"):
        load(folder, rejects=folder / "absent" / "rejects.csv")
    assert not Team.objects.exists()


def test_one_file_alone(folder: Path) -> None:
    outcome = load(folder / "members.csv")
    assert list(outcome.files) == ["members.csv"]


def test_permission_is_needed(folder: Path) -> None:
    with pytest.raises(Refusal, match="needs the permission 'import'"):
        run_import("generic", folder, by=Viewer("reader", Scope.ALL), at=NOW)


BROKEN = {
    "bad day": (
        "members",
        "M3,Eva,30.02.2024\n",
        "hired_on",
        "'30.02.2024' is not a day; write it as 2014-05-30",
    ),
    "empty code": ("members", ",Eva,\n", "code", "is empty"),
    "same code": ("members", "M1,Eva,\n", "code", "line 2 has the same code already"),
    "ragged": ("members", "M3,Eva\n", "", "has 2 cells, the header has 3"),
    "zero byte": ("members", "M3,E\0va,\n", "", "holds a zero byte, which no text has"),
    "unknown team": ("teams", "T3,South,T9\n", "parent", "there is no team with the code 'T9'"),
    "unknown owner": ("customers", "C3,X,M9,\n", "owner", "no member has the code 'M9'"),
    "unknown choice": ("places", "M1,2025-01-01,T1,boss\n", "role", "'boss' is none of"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_row_is_rejected_alone(folder: Path, case: str) -> None:
    table, line, column, reason = BROKEN[case]
    write(folder, {table: TABLES[table] + line})
    (file, row, of, why), *others = rejects_of(folder)
    assert (file, int(row), of, others) == (f"{table}.csv", TABLES[table].count("\n") + 1, column, [])
    assert why.startswith(reason)
    assert Order.objects.count() == 3


BROKEN_LINES = {
    "negative quantity": ("O1,3,P1,-1,5,\n", "order_lines.csv"),
    "unknown product": ("O1,3,P9,1,5,\n", "order_lines.csv"),
    "too precise": ("O1,3,P1,1.0000001,5,\n", "order_lines.csv"),
    "ragged": ("O1,3\n", "order_lines.csv"),
}


@pytest.mark.parametrize("case", BROKEN_LINES)
def test_an_order_is_taken_whole_or_not_at_all(folder: Path, case: str) -> None:
    """The trap: an order without one of its lines is a wrong number that nobody sees."""
    line, _ = BROKEN_LINES[case]
    write(folder, {"order_lines": TABLES["order_lines"] + line})
    found = rejects_of(folder)
    assert {(file, row) for file, row, _, _ in found} == {
        ("orders.csv", "2"), ("order_lines.csv", "2"), ("order_lines.csv", "4"), ("order_lines.csv", "6")
    }  # fmt: skip
    assert sorted(Order.objects.values_list("code", flat=True)) == ["O2", "O3"]
    assert OrderLine.objects.count() == 2


def test_a_line_without_its_order(folder: Path) -> None:
    write(folder, {"order_lines": TABLES["order_lines"] + "O9,1,P1,1,5,\n"})
    assert rejects_of(folder) == [
        ("order_lines.csv", "6", "order", "'O9' is not among the orders of this import")
    ]


def test_the_file_of_rejects_holds_the_row_as_it_was(folder: Path, tmp_path: Path) -> None:
    write(folder, {"members": TABLES["members"] + 'M3,"Eva, née Ω",yesterday\n'})
    load(folder, rejects=tmp_path / "rejects.csv")
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "file,row,column,reason,cell 1,cell 2,cell 3"
    assert lines[1].endswith(',M3,"Eva, née Ω",yesterday')


WRONG_TABLES = {
    "unknown table": ({"custmers": "code,name\n"}, "did you mean customers"),
    "unknown column": ({"members": "code,nmae\nM1,x\n"}, "did you mean name"),
    "needed column": ({"members": "name\nx\n"}, "nothing gives 'code', which every row needs"),
    "column twice": ({"members": "code,name,name\nM1,x,y\n"}, "has the column 'name' 2 times"),
    "empty": ({"members": ""}, "members.csv is empty"),
}


@pytest.mark.parametrize("case", WRONG_TABLES)
def test_a_wrong_table_is_refused_before_anything_is_written(folder: Path, case: str) -> None:
    tables, message = WRONG_TABLES[case]
    write(folder, tables)
    with pytest.raises((Refusal, UnknownName), match=message):
        load(folder)
    assert not Team.objects.exists()


def test_a_header_alone_imports_nothing(folder: Path) -> None:
    write(folder, {"members": "code,name\n", "customers": "code\n", "orders": "code,placed_on\n"})
    for name in ("places", "order_lines"):
        (folder / f"{name}.csv").unlink()
    assert load(folder).files["members.csv"]["read"] == 0


def test_lines_without_a_file_of_orders(folder: Path) -> None:
    (folder / "orders.csv").unlink()
    with pytest.raises(Refusal, match="which need orders too"):
        load(folder)


def test_a_row_that_the_records_refuse_is_found_among_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: one refusal of a whole batch must not turn away its other rows."""
    members = importables()["members"]

    def write_all_but(batch: ImportBatch) -> list[RowFate]:
        if any(row.values["name"] == "Nikos" for row in batch.rows):
            raise Refusal("no_nikos", "Nikos may not come in")
        assert members.write
        return members.write(batch)

    targets = {**importables(), "members": replace(members, write=write_all_but)}
    monkeypatch.setattr(imports, "importables", lambda: targets)
    for name in ("customers", "orders", "order_lines", "places"):
        (folder / f"{name}.csv").unlink()
    assert rejects_of(folder) == [("members.csv", "3", "", "Nikos may not come in")]
    assert Member.objects.get().code == "M1"


def test_templates_can_be_imported_as_they_are(tmp_path: Path) -> None:
    """Every importable has a file that is read, and its columns are explained."""
    written = write_templates(tmp_path / "templates")
    assert {path.stem for path in written if path.suffix == ".csv"} == set(importables())
    outcome = load(tmp_path / "templates", dry_run=True)
    assert set(outcome.files) == {f"{name}.csv" for name in importables()}
    readme = (tmp_path / "templates" / "README.md").read_text(encoding="utf-8")
    assert all(f"## {name}\n" in readme for name in importables())


def test_pace_keeps_transactions_short() -> None:
    pace = batches.Pace()
    pace.start()
    pace.stop(pace.rows)
    assert batches.Pace.LEAST <= pace.rows <= batches.Pace.MOST


def test_columns_that_name_their_own_kind() -> None:
    assert loading.naming_own_kind(importables()["teams"]) == ["parent"]
    assert loading.naming_own_kind(importables()["order_lines"]) == []


def mapped(folder: Path, text: str) -> Path:
    path = folder.parent / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


BY_NAME = """
[[load]]
into = "members"
from = "people.csv"
columns = { code = "no", name = "name" }
[[load]]
into = "customers"
from = "clients.csv"
[load.columns]
code = "no"
name = "name"
owner = { column = "rep", by = "name"%s }
"""


def test_references_by_another_column_than_the_code(tmp_path: Path) -> None:
    """Neither case nor spaces tell names apart; a name that two people bear names neither."""
    folder = tmp_path / "files"
    folder.mkdir()
    write(
        folder,
        {
            "people": "no,name\n7,Anna Petrova\n8,Nikos\n9,NIKOS\n",
            "clients": "no,name,rep\n1,A,anna  PETROVA\n2,B,Nikos\n3,C,Eva\n4,D,\n",
        },
    )
    assert rejects_of(folder, mapped(folder, BY_NAME % "")) == [
        ("clients.csv", "3", "rep", "several records (members) have the name 'NIKOS'"),
        ("clients.csv", "4", "rep", "no member has the name 'Eva'"),
    ]
    emptied = rejects_of(folder, mapped(folder, BY_NAME % ', missing = "empty"'))
    assert [reject[1] for reject in emptied] == ["3"]


def test_a_column_that_names_nobody_is_told_first(folder: Path) -> None:
    text = BY_NAME.replace("people.csv", "members.csv").replace("clients.csv", "customers.csv")
    text = text.replace('"no"', '"code"').replace('"rep"', '"owner"')
    with pytest.raises(UnknownName, match="did you mean name"):
        load(folder, mapped(folder, (text % "").replace('by = "name"', 'by = "nam"')))
    with pytest.raises(Refusal, match="names no other record"):
        load(
            folder,
            mapped(folder, text.replace('name = "name"', 'name = { column = "name", by = "name" }') % ""),
        )


def test_rows_written_in_the_mapping(folder: Path) -> None:
    """Stages of a sale stand in no file; the second time they are there already."""
    text = """
[[load]]
into = "pipelines"
rows = [{ code = "sale", name = "Sale" }]
[[load]]
into = "stages"
rows = [
  { code = "talk", pipeline = "sale", position = 1, is_key = true },
  { code = "won", pipeline = "sale", position = 2, outcome = "won" },
]
[[load]]
into = "members"
from = "members.csv"
same_columns = true
"""
    outcome = load(folder, mapped(folder, text))
    assert outcome.files["mine.toml: stages"]["created"] == 2
    assert sums(load(folder, mapped(folder, text))) == {
        "created": 0,
        "changed": 0,
        "unchanged": 5,
        "rejected": 0,
    }


def test_a_missing_file_is_told_with_the_nearest_name(folder: Path) -> None:
    text = '[[load]]\ninto = "members"\nfrom = "member.csv"\nsame_columns = true\n'
    with pytest.raises(Refusal, match=r"did you mean members\.csv"):
        load(folder, mapped(folder, text))


def test_one_word_for_empty_cells_is_a_word(folder: Path) -> None:
    """The trap: taken letter by letter, NULL would empty the cells N, U and L."""
    write(folder, {"teams": "code,name\nN,NULL\n"})
    text = (
        '[files."*.csv"]\nempty = "NULL"\n[[load]]\ninto = "teams"\nfrom = "teams.csv"\nsame_columns = true\n'
    )
    load(folder, mapped(folder, text))
    assert Team.objects.get(code="N").name == ""
