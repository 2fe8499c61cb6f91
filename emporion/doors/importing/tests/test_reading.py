"""Files as people send them, good, odd and hostile (SYS-1)."""

import codecs
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from emporion.doors.importing.reading.alphabets import code_page_of
from emporion.doors.importing.reading.opening import open_table
from emporion.doors.importing.reading.tables import FileOptions
from emporion.doors.importing.reading.workbooks import refuse_bomb
from emporion.kernel.errors import Refusal, UnknownName

pytestmark = pytest.mark.spec("SYS-1")

PLAIN = FileOptions()
RUSSIAN = "код;название;город\n1;Ромашка;Москва\n2;Василёк;Тверь\n"
GREEK = "κωδικός;όνομα;πόλη\n1;Παπαδόπουλος;Αθήνα\n2;Ελαιόλαδο;Θεσσαλονίκη\n"
WESTERN = "code;name;city\n1;José Müller;München\n2;François;Besançon\n"


def written(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rows_of(path: Path, options: FileOptions = PLAIN) -> list[list[str]]:
    return [row for chunk in open_table(path, options).chunks() for row in chunk.rows]


def broken_of(path: Path) -> list[tuple[int, str]]:
    return [(row.number, row.reason) for chunk in open_table(path).chunks() for row in chunk.broken]


ENCODINGS = [
    *[
        (RUSSIAN, name)
        for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")
    ],
    *[(GREEK, name) for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-be", "cp1253")],
    *[(WESTERN, name) for name in ("utf-8", "utf-16-be", "utf-32-le", "cp1252")],
    (RUSSIAN, "cp1251"),
]


@pytest.mark.parametrize(("text", "encoding"), ENCODINGS)
def test_the_encoding_is_found(tmp_path: Path, text: str, encoding: str) -> None:
    table = open_table(written(tmp_path, text.encode(encoding)))
    assert table.header == tuple(text.splitlines()[0].split(";"))
    assert rows_of(table.path) == [line.split(";") for line in text.splitlines()[1:]]


SHORT = [
    # The trap: few letters, capitals only, signs of money between them, Latin codes beside them.
    ("ФИО;ИНН", "cp1251"),
    ("ООО «Ромашка»;Ёжик", "cp1251"),
    ("Київ;Їжак", "cp1251"),
    ("Код;Name;Email;Paris;London", "cp1251"),
    ("ΕΙΔΟΣ;ΤΙΜΗ;Φ.Π.Α.", "cp1253"),
    ("Ήλιος ΕΠΕ;1.105,46 €", "cp1253"),
    ("Αριθμός;Ημερομηνία;Πελάτης;Πωλητής;Τιμή", "cp1253"),
    ("Straße;à la carte;Ång", "cp1252"),
    ("12 €;3 €", "cp1252"),
]


@pytest.mark.parametrize(("text", "page"), SHORT)
def test_code_pages_of_short_texts(text: str, page: str) -> None:
    assert code_page_of(text.encode(page)) == page


def test_marks_of_the_other_byte_order(tmp_path: Path) -> None:
    content = codecs.BOM_UTF32_BE + WESTERN.encode("utf-32-be")
    assert rows_of(written(tmp_path, content))[0] == ["1", "José Müller", "München"]
    content = codecs.BOM_UTF16_BE + WESTERN.encode("utf-16-be")
    assert rows_of(written(tmp_path, content))[0] == ["1", "José Müller", "München"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["code", "name", "note"], ["1", "one", "2,5 or 2;5"], ["2", "two", ""]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert rows_of(written(tmp_path, text.encode())) == lines[1:]


def test_a_single_column_is_a_table(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"code\n1\n2\n")) == [["1"], ["2"]]


def test_quotes_newlines_and_line_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, b'code,note\r\n1,"two\r\nlines ""quoted"""\r\n\r\n2,x\r\n')
    chunk = next(open_table(path).chunks())
    assert (chunk.numbers, chunk.rows) == ([2, 5], [["1", 'two\nlines "quoted"'], ["2", "x"]])


def test_old_line_ends(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"a,b\r1,2\r3,4\r")) == [["1", "2"], ["3", "4"]]


def test_lines_above_the_header_and_files_without_one(tmp_path: Path) -> None:
    path = written(tmp_path, b"Report of May\n\ncode,name\n1,one\n")
    table = open_table(path, FileOptions(skip_lines=2))
    assert (table.header, next(table.chunks()).numbers) == (("code", "name"), [4])
    path = written(tmp_path, b"1,one\n2,two\n")
    assert len(rows_of(path, FileOptions(header=("code", "name")))) == 2


def test_ragged_rows_are_rejected_with_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n\n")
    assert broken_of(path) == [(2, "has 2 cells, the header has 3"), (4, "has 4 cells, the header has 3")]
    assert rows_of(path) == [["1", "2", "3"], ["1", "2", "3"]]


def test_a_zero_byte_rejects_its_row_only(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n1,2\nx\0y,4\n5,6\n" + b"7,8\n" * 100)
    assert broken_of(path) == [(3, "holds a zero byte, which no text has")]
    assert len(rows_of(path)) == 102


def test_a_line_too_long_rejects_its_row_only(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n1,2\n3," + b"x" * 3_000_000 + b"\n5,6\n")
    assert broken_of(path) == [(3, "is longer than 1,000,000 characters")]
    assert rows_of(path) == [["1", "2"], ["5", "6"]]


def test_a_file_that_is_one_endless_line(tmp_path: Path) -> None:
    """The trap: the line must be refused without being read into memory."""
    path = tmp_path / "file.csv"
    with path.open("wb") as file:
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    with pytest.raises(Refusal, match="first line is longer than 1,000,000 characters"):
        open_table(path)


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n  \n", "is empty"),
    "program": (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\x01\x02\x03\x05" * 50, "a Windows program"),
    "pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "a PDF document"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0\1\2" * 300, "save it as .xlsx"),
    "noise": (bytes(range(1, 32)) * 50, "bytes that no text has"),
    "endless quote": (b'a,b\n1,"' + b"line\n" * 300_000, "a quote that never closes"),
    "cut off": (b'a,b\n1,2\n3,"4', "line 3: a quote opens here and never closes"),
    "no names": (b",,\n,,\n", "has no header"),
    "damaged": (
        b"a,b\n" + "имя,город\n".encode() * 50 + b"x\xff,1\n",
        "line 52: bytes that are not UTF-8",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    content, message = REFUSED[case]
    with pytest.raises(Refusal, match=message) as refused:
        rows_of(written(tmp_path, content))
    assert "\n" not in str(refused.value)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="there is no file"):
        open_table(tmp_path / "absent.csv")
    with pytest.raises(Refusal, match="is not an ordinary file"):
        open_table(tmp_path)


def test_a_wrong_encoding_by_the_mapping_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n\xff,1\n")
    with pytest.raises(Refusal, match="line 2: bytes that are not UTF-8"):
        open_table(path, FileOptions(encoding="utf-8"))
    with pytest.raises(Refusal, match="unknown encoding"):
        open_table(path, FileOptions(encoding="utf-9"))


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"a,b\n")) == []


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        first, second = book.add_worksheet("Orders"), book.add_worksheet("Lines")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        first.write_row(0, 0, ["code", "day", "amount", ""])
        first.write_string(1, 0, "00123")
        first.write_number(1, 1, 41424, day)
        first.write_number(1, 2, 12345678.1234)
        first.write_row(3, 0, ["7", "x", 0.1 + 0.2])
        second.write_row(0, 0, ["order"])
        second.write_row(1, 0, ["00123"])
    return path


def test_a_workbook(tmp_path: Path) -> None:
    """The trap: a spreadsheet's binary fractions must not add digits nobody typed."""
    table = open_table(workbook(tmp_path / "book.xlsx"))
    chunk = next(table.chunks())
    assert table.header == ("code", "day", "amount")
    assert chunk.rows == [["00123", "2013-05-30", "12345678.1234"], ["7", "x", "0.3"]]
    assert chunk.numbers == [2, 4]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx")
    assert rows_of(path, FileOptions(sheet="Lines")) == [["00123"]]
    with pytest.raises(UnknownName, match="did you mean Lines"):
        open_table(path, FileOptions(sheet="Line"))


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, settings: object) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    with pytest.raises(Refusal, match="unpacks to more than 256 MB"):
        open_table(path)


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, settings: object) -> None:
    """The trap: the directory of an archive may claim any size."""
    settings.IMPORT_WORKBOOK_BYTES = 1_000_000  # type: ignore[attr-defined]
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    content = path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 50))
    path.write_bytes(content)
    with pytest.raises(Refusal, match="unpacks to more than 0 MB"):
        refuse_bomb(path)


def test_archives_that_are_no_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "archive.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b")
    with pytest.raises(Refusal, match="is a zip archive, not a workbook"):
        open_table(path)
    whole = workbook(tmp_path / "book.xlsx").read_bytes()
    with pytest.raises(Refusal, match="damaged workbook"):
        open_table(written(tmp_path, whole[: len(whole) // 2], "cut.xlsx"))
    damaged = whole[:60] + b"\xff" * 40 + whole[100:]
    with pytest.raises(Refusal, match="workbook"):
        open_table(written(tmp_path, damaged, "damaged.xlsx"))


@pytest.mark.parametrize("name", ["BOM_UTF16BE", "BOM_UTF16LE", "BOM_UTF32BE", "BOM_UTF32LE", "BOM_UTF8"])
def test_salesforce_fixtures_in_every_encoding(real_data: Path, name: str) -> None:
    folder = real_data / "crm_formats" / "salesforce_dataloader"
    expected = [["row1-1", "row1-2", "row1-3"], ["row2-1", "row2-2", "row2-3"]]
    assert rows_of(folder / f"test_csvtext_{name}.csv") == expected
    assert rows_of(folder / "test_csvtext.csv") == expected
