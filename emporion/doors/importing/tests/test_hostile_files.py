"""Files and mappings by which somebody would read, overwrite, spoof or hang something (SYS-1)."""

import csv
import os
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from emporion.doors.importing.actions import run_import, undo_import, write_templates
from emporion.doors.importing.mapping.evaluation import Cells, Sheets, evaluate
from emporion.doors.importing.mapping.faults import Fault
from emporion.doors.importing.mapping.parsing import parse_rule
from emporion.doors.importing.mapping.patterns import MOST_WAYS, pattern_fault, ways
from emporion.doors.importing.models import ImportReject
from emporion.doors.importing.plain_lines import plain_line
from emporion.doors.importing.reading.opening import open_table
from emporion.doors.importing.reading.workbooks import refuse_bomb
from emporion.doors.importing.running.written_files import as_text
from emporion.doors.importing.tests.our_tables import NOW, load, write
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.records.team.models import Team

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db]

TEAMS = '[[load]]\ninto = "teams"\nfrom = %s\ncolumns = { code = "code", name = "name" }\n'
SECRET = "code,name\nhush,top secret\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file beside the imported folder, which nobody gave to the import."""
    path = tmp_path / "teams.csv"
    path.write_text(SECRET, encoding="utf-8")
    return path


def mapped(folder: Path, text: str) -> Path:
    path = folder.parent / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_table(teams: str, table: str) -> str:
    """A mapping that loads the one file and looks into the other."""
    return TEAMS % f'"{teams}"' + f'[tables.s]\nfile = "{table}"\nkey = "code"\n'


def refusal_of(folder: Path, preset: str | Path = "generic") -> str:
    with pytest.raises(Refusal) as refused:
        load(folder, preset)
    return refused.value.text


@pytest.mark.parametrize("scope", [Scope.OWN, Scope.TEAM, Scope.TERRITORY])
def test_who_does_not_see_all_may_not_import(folder: Path, scope: Scope) -> None:
    """The trap: with the permission alone a seller writes and takes back records of people they do not see."""
    by = Viewer("seller", scope, permissions=frozenset({Permission.IMPORT}))
    with pytest.raises(Refusal, match="an import writes records of everyone"):
        run_import("generic", folder, by=by, at=NOW)
    done = load(folder)
    with pytest.raises(Refusal, match="an import writes records of everyone"):
        undo_import(done.run_id or 0, by=by, at=NOW)
    assert Team.objects.count() == 2


@pytest.mark.parametrize(
    "name", ["/etc/pass*", "../teams.csv", "../*.csv", "sub/../../teams.csv", "..\\\\x", "C:/x"]
)
def test_a_mapping_names_no_file_outside(folder: Path, secret: Path, name: str) -> None:
    """The trap: a mapping from a stranger loads /etc/passwd, or tells its first line in a message."""
    text = refusal_of(folder, mapped(folder, TEAMS % f'"{name}"'))
    assert "within the folder" in text
    table = with_table("teams.csv", name)
    assert "within the folder" in refusal_of(folder, mapped(folder, table))
    assert "hush" not in text


@pytest.mark.parametrize("target", ["teams.csv", "absent.csv"])
def test_a_link_does_not_lead_outside(folder: Path, secret: Path, target: str) -> None:
    """The trap: a folder from a stranger holds a link to a file of the server. There or not, the words are the same."""
    (folder / "teams.csv").unlink()
    (folder / "teams.csv").symlink_to(secret.parent / target)
    expected = f"teams.csv is a link that leads out of the folder {folder}"
    assert refusal_of(folder) == expected
    assert refusal_of(folder, mapped(folder, TEAMS % '"team*.csv"')) == expected
    (folder / "own.csv").write_text("code,name\nA,B\n", encoding="utf-8")
    table = with_table("own.csv", "teams.csv")
    assert refusal_of(folder, mapped(folder, table)) == expected


def test_a_linked_folder_does_not_lead_outside(folder: Path, secret: Path) -> None:
    """The trap: a pattern through a link tells the names of files of the server."""
    (folder / "more").symlink_to(secret.parent)
    text = refusal_of(folder, mapped(folder, TEAMS % '"more/*.csv"'))
    assert text == f"more is a link that leads out of the folder {folder}"


def test_links_within_the_folder_and_files_that_were_named_are_read(folder: Path) -> None:
    (folder / "kept").mkdir()
    (folder / "teams.csv").rename(folder / "kept" / "t.csv")
    (folder / "teams.csv").symlink_to("kept/t.csv")
    load(folder)
    (folder.parent / "teams.csv").symlink_to(folder / "teams.csv")
    assert load(folder.parent / "teams.csv").files["teams.csv"]["unchanged"] == 2


def test_a_pipe_is_no_file(folder: Path) -> None:
    """The trap: opening a pipe waits for ever."""
    (folder / "teams.csv").unlink()
    os.mkfifo(folder / "teams.csv")
    assert refusal_of(folder).endswith("teams.csv is not an ordinary file")
    assert refusal_of(folder, mapped(folder, TEAMS % '"te*"')).endswith("teams.csv is not an ordinary file")


def workbook(path: Path, row: int, column: int, value: str = "far") -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "name"])
        sheet.write(row, column, value, book.add_format({"bold": True}))
    return path


def test_a_far_cell_is_refused(tmp_path: Path) -> None:
    """The trap: five kilobytes of workbook with a cell in the far corner ask for 100 GB."""
    path = workbook(tmp_path / "far.xlsx", 200_000, 16_000)
    with pytest.raises(Refusal, match="reaches over 200,001 rows by 16,001 columns"):
        open_table(path)


def test_a_far_cell_without_value_counts_for_nothing(tmp_path: Path) -> None:
    """The trap: spreadsheets keep the format of empty cells in whole rows and columns."""
    assert open_table(workbook(tmp_path / "f.xlsx", 200_000, 16_000, "")).header == ("code", "name")


FAR_SHEETS = {
    "no names of places": '<row r="900000">' + "<c><v>1</v></c>" * 30 + "</row>",
    "no number of the row": '<row r="900000"/><row>' + "<c><v>1</v></c>" * 30 + "</row>",
    "another prefix": '<x:row><x:c r="wqk200001"><x:v>1</x:v></x:c></x:row>',
    "text in the cell": "<row><c r='WQK200001'><is><t>1</t></is></c></row>",
    "two cells": '<row><c r="A900000"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
    "beyond the last column": '<row><c r="XFE1"><v>1</v></c></row>',
    "an attribute that looks like an end": '<row><c s=">" r="WQK200001"><v>1</v></c></row>',
}


def sheet(path: Path, rows: str, before: str = "") -> Path:
    text = f'{before}<worksheet xmlns:x="x"><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/odd.bin", text)
    return path


@pytest.mark.parametrize("rows", FAR_SHEETS.values(), ids=FAR_SHEETS)
def test_however_a_far_cell_is_written(tmp_path: Path, rows: str) -> None:
    """The trap: what the sheet says of its own size, and the usual way of writing, are the attacker's to choose."""
    with pytest.raises(Refusal, match=r"rows by .* columns; 20,000,000 cells are the most"):
        refuse_bomb(sheet(tmp_path / "far.xlsx", rows))


def test_a_drawing_that_is_not_whole_is_none_of_our_business(tmp_path: Path) -> None:
    """The trap: comments of cells come with drawings whose XML spreadsheets themselves leave open."""
    path = sheet(tmp_path / "c.xlsx", "<row><c><v>1</v></c></row>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/drawings/vmlDrawing1.vml", "<xml><div><br></div></xml>")
    refuse_bomb(path)


def test_a_workbook_with_entities_or_false_places_is_refused(tmp_path: Path) -> None:
    """The trap: entities that double at each step, or name a file of the server."""
    with pytest.raises(Refusal, match="declares entities"):
        refuse_bomb(sheet(tmp_path / "e.xlsx", "", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))
    for place in ('<row r="99999999"/>', '<row><c r="A99999999"/></row>', '<row><c r="1"/></row>'):
        with pytest.raises(Refusal, match="there is no place"):
            refuse_bomb(sheet(tmp_path / "p.xlsx", place))
    with pytest.raises(Refusal, match="damaged workbook"):
        refuse_bomb(sheet(tmp_path / "b.xlsx", "</nothing>"))
    with pytest.raises(Refusal, match="a sheet that is no XML"):
        refuse_bomb(sheet(tmp_path / "u.xlsx", FAR_SHEETS["text in the cell"], "<br></hr>"))
    with pytest.raises(Refusal, match="a sheet that is no XML"):
        refuse_bomb(sheet(tmp_path / "x.xlsx", FAR_SHEETS["text in the cell"], "junk"))
    with pytest.raises(Refusal, match=r"rows by .* columns"):
        refuse_bomb(sheet(tmp_path / "w.xlsx", FAR_SHEETS["text in the cell"], " " * 3_000_000))


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "(a|a)*b", "((a?){30})a", "(?:a*)*", "(?P<x>[a)]+){9}", "a*a*a*b", "a?" * 40]
)
def test_patterns_that_could_hang_are_refused(folder: Path, pattern: str) -> None:
    """The trap: (a+)+$ against thirty letters runs for years."""
    assert ways(pattern) > MOST_WAYS
    text = TEAMS.replace('"code",', f"{{ column = 'code', extract = '{pattern}' }},", 1) % '"teams.csv"'
    assert "could take hours over one cell" in refusal_of(folder, mapped(folder, text))
    with pytest.raises(Refusal, match="could take hours"):
        parse_rule({"column": "x", "where": [{"column": "x", "matches": pattern}]}, "test")


@pytest.mark.parametrize(
    "pattern",
    ["^[0-9]+", r"(\d{1,2})\.(\d{1,2})\.(\d{4})", "(ab)+", r"\(a+\)+", "[(a+)+]+", "a{x}", "(foo|bar)? (.*)"],
)
def test_usual_patterns_are_let_in(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


def test_verbose_patterns_are_refused() -> None:
    """The trap: blanks and comments hide what is repeated."""
    assert "verbose" in pattern_fault("(?x)( a + ) +")


def test_patterns_look_at_short_texts_only() -> None:
    """The trap: two repeats over a cell of a million letters take a day."""
    cells = Cells(("x",), [["a" * 1_001], ["ab"]])
    found = evaluate(parse_rule({"column": "x", "extract": "a*b"}, "test"), cells, Sheets())
    assert isinstance(found[0], Fault)
    assert found[1] == "ab"


FORMULAS = ["=1+1", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "\r=1", "-", "=5"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_formula_gets_out(cell: str) -> None:
    """The trap: who opens the rejects in a spreadsheet runs what a stranger has written into a cell."""
    assert as_text(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1", "+30 697", "-1,234.50", "-1.5e3", "+5%", "a=b", "", 7, None])
def test_numbers_and_texts_stay(cell: object) -> None:
    expected = f"'{cell}" if cell == "+30 697" else cell
    assert as_text(cell) == expected


def test_rejects_hold_no_formulas_and_steer_no_screen(folder: Path) -> None:
    """The trap: a reason names a code, and with it whatever steers the terminal or the spreadsheet."""
    write(folder, {"teams": "code,name,parent\n=cmd|calc,\x1b[2J\u202eevil,nope\n"})
    path = folder.parent / "rejects.csv"
    outcome = load(folder, rejects=path)
    with path.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"] == "teams.csv")
    assert row["cell 1"] == "'=cmd|calc"
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", "".join(outcome.first_rejects))
    reject = ImportReject(file="a\x1b]0;x.csv", row=2, column="c\u202e", reason="no\n\u009b31m")
    assert str(reject) == "a\ufffd]0;x.csv, line 2, c\ufffd: no \ufffd31m"
    assert plain_line("Ромашка & Ελιά 🌷") == "Ромашка & Ελιά 🌷"


def test_rejects_do_not_go_through_a_link(folder: Path) -> None:
    """The trap: a link that waits in a shared folder has the import overwrite somebody's file."""
    precious = folder.parent / "precious"
    precious.write_text("mine", encoding="utf-8")
    link = folder.parent / "rejects.csv"
    link.symlink_to(precious)
    with pytest.raises(Refusal, match="not an ordinary file"):
        load(folder, rejects=link)
    os.mkfifo(folder.parent / "pipe.csv")
    with pytest.raises(Refusal, match="not an ordinary file"):
        load(folder, rejects=folder.parent / "pipe.csv")
    assert precious.read_text(encoding="utf-8") == "mine"


def test_templates_overwrite_nothing(folder: Path) -> None:
    """The trap: templates written over the files that were filled in, or through a link over any file."""
    before = (folder / "orders.csv").read_bytes()
    with pytest.raises(Refusal, match=r"holds .*members\.csv, .*orders\.csv.* already"):
        write_templates(folder)
    assert (folder / "orders.csv").read_bytes() == before
    assert not (folder / "README.md").exists()
    other = folder.parent / "other"
    other.mkdir()
    (other / "README.md").symlink_to(folder.parent / "nowhere")
    with pytest.raises(Refusal, match=r"holds README\.md already"):
        write_templates(other)
    with pytest.raises(Refusal, match="is not a folder"):
        write_templates(folder / "orders.csv")


def test_a_cell_up_to_the_promised_length_is_read(tmp_path: Path) -> None:
    """The trap: the csv module has a limit of its own, of 131,072, where the delimiter is guessed."""
    path = tmp_path / "long.csv"
    path.write_text(f"code,name\nA,{'x' * 900_000}\n", encoding="utf-8")
    csv.field_size_limit(131_072)
    assert [len(row[1]) for chunk in open_table(path).chunks() for row in chunk.rows] == [900_000]
    path.write_text('code,name\nA,"' + f"{'x' * 400_000}\n" * 4 + '"\n', encoding="utf-8")
    with pytest.raises(Refusal, match="a cell longer than 1,000,000 characters"):
        open_table(path)
