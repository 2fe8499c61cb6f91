"""The words of a mapping file, each with the trap it exists for (SYS-1)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from emporion.doors.importing.mapping.conversion import reader
from emporion.doors.importing.mapping.evaluation import Cells, FoundRows, Sheets, evaluate, taken
from emporion.doors.importing.mapping.faults import Fault
from emporion.doors.importing.mapping.letters import repaired
from emporion.doors.importing.mapping.parsing import parse_mapping, parse_rule
from emporion.doors.importing.mapping.presets import find_mapping, preset_names
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.importable import Column, ColumnKind

pytestmark = pytest.mark.spec("SYS-1")

ATHENS = ZoneInfo("Europe/Athens")
HEADER = ("first", "last", "email", "shop", "amount")
ROWS = [
    ["Anna", "Petrova", " ANNA@x.gr ", "7", "1"],
    ["", "Nikos", "", "9", "2"],
    ["", "", "", "", ""],
]
SHEETS = Sheets(
    {
        "people": FoundRows("people", ("code", "team"), {"anna@x.gr": ("M1", "north")}),
        "teams": FoundRows("teams", ("",), {"north": ("T-N",)}),
    }
)


def texts(rule: object, rows: Sequence[Sequence[str]] = ROWS) -> list[Any]:
    found = evaluate(parse_rule(rule, "test"), Cells(HEADER, rows), SHEETS)
    return [text if isinstance(text, str) else text.reason for text in found]


def read(kind: ColumnKind, text: str, words: dict[str, Any] | None = None, **column: Any) -> Any:
    formats = parse_rule({"column": "x", **(words or {})}, "test").formats
    value = reader(Column("x", kind, **column), formats, ATHENS)(text)
    return value.reason if isinstance(value, Fault) else value


RULES: list[tuple[object, list[str]]] = [
    ("first", ["Anna", "", ""]),
    ({"value": "x"}, ["x", "x", "x"]),
    ({"text": "{first} {last}"}, ["Anna Petrova", "Nikos", ""]),
    ({"text": "no {shop}"}, ["no 7", "no 9", ""]),
    ({"first_of": ["first", {"text": "Mr {last}"}], "default": "-"}, ["Anna", "Mr Nikos", "-"]),
    ({"column": "email", "case": "lower", "lookup": "people.code"}, ["M1", "", ""]),
    ({"column": "email", "case": "lower", "lookup": ["people.team", "teams"]}, ["T-N", "", ""]),
    ({"column": "shop", "replace": {"7": "seven"}}, ["seven", "9", ""]),
    ({"column": "shop", "when_filled": "company", "default": "person"}, ["company", "company", "person"]),
    ({"column": "last", "lookup": "people.code", "missing": "empty"}, ["", "", ""]),
    ({"column": "email", "remove": ["@x", "ANNA"]}, [".gr", "", ""]),
    ({"column": "email", "extract": "@(.+)$"}, ["x.gr", "", ""]),
    ({"column": "last", "extract": "^[A-N]+"}, ["", "N", ""]),
    ({"column": "last", "where": {"column": "shop", "is": "9"}, "default": "-"}, ["-", "Nikos", "-"]),
    # The trap: a lookup that finds nothing is no fault in rows where the rule does not hold.
    ({"column": "last", "lookup": "people.code", "where": [{"column": "shop", "is": "1"}]}, ["", "", ""]),
    ({"column": "last", "lookup": "people.code", "missing": "keep"}, ["Petrova", "Nikos", ""]),
    (
        {"column": "last", "lookup": "people.code"},
        ["'Petrova' is not in the table 'people'", "'Nikos' is not in the table 'people'", ""],
    ),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_rules(rule: object, expected: list[str]) -> None:
    assert texts(rule) == expected


CONDITIONS: list[tuple[dict[str, Any], list[bool]]] = [
    ({"column": "first", "filled": True}, [True, False, False]),
    ({"column": "first", "filled": False}, [False, True, True]),
    ({"column": "shop", "is": ["7", "9"]}, [True, True, False]),
    ({"column": "shop", "is_not": "7"}, [False, True, True]),
    ({"column": "last", "matches": "^Pet"}, [True, False, False]),
    ({"column": "email", "case": "lower", "lookup": "people.code", "filled": True}, [True, False, False]),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions(tmp_path: Path, condition: dict[str, Any], expected: list[bool]) -> None:
    words = ", ".join(f"{word} = {_toml(value)}" for word, value in condition.items())
    path = tmp_path / "m.toml"
    path.write_text(f'[[load]]\ninto = "customers"\nfrom = "x.csv"\nwhere = [{{ {words} }}]\n')
    assert taken(parse_mapping(path).loads[0].where, Cells(HEADER, ROWS), SHEETS) == expected


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


DAYS: list[tuple[str, dict[str, Any], object]] = [
    ("2014-05-30", {}, date(2014, 5, 30)),
    ("2014-5-3", {}, date(2014, 5, 3)),
    ("2014-05-30 00:00:00", {}, date(2014, 5, 30)),
    ("2014-09-12 11:15:07.263000000", {}, date(2014, 9, 12)),
    ("2020-12-30 3:15:52", {}, date(2020, 12, 30)),
    # The trap: late in the evening in London is the next day in Athens, where the department is.
    ("2010-10-14T22:30:00.000Z", {}, date(2010, 10, 15)),
    ("2010-10-14T22:30:00.000", {}, date(2010, 10, 14)),
    ("7/4/1996", {"format": "%m/%d/%Y"}, date(1996, 7, 4)),
    ("04.07.1996", {"format": ["%m/%d/%Y", "%d.%m.%Y"]}, date(1996, 7, 4)),
    ("1400000000000", {"format": "epoch_ms"}, date(2014, 5, 13)),
    ("2012-11-29", {"plus_days": 1}, date(2012, 11, 30)),
    ("7/4/1996", {}, "'7/4/1996' is not a day; write it as 2014-05-30"),
    ("2014-02-30", {}, "'2014-02-30' is not a day; write it as 2014-05-30"),
    ("30/30/1996", {"format": "%m/%d/%Y"}, "'30/30/1996' is not a day; the mapping reads %m/%d/%Y"),
    ("0001-01-01", {}, "'0001-01-01' is not a day of our times"),
    (
        "99999999999999999999",
        {"format": "epoch_ms"},
        "'99999999999999999999' is not a day; the mapping reads epoch_ms",
    ),
]


@pytest.mark.parametrize(("text", "words", "expected"), DAYS)
def test_days(text: str, words: dict[str, Any], expected: object) -> None:
    assert read(ColumnKind.DAY, text, words) == expected


MOMENTS: list[tuple[str, dict[str, Any], object]] = [
    ("2010-10-14T12:00:00.000Z", {}, datetime(2010, 10, 14, 12, tzinfo=UTC)),
    ("2010-10-14 12:00", {}, datetime(2010, 10, 14, 9, tzinfo=UTC)),
    ("2010-10-14 12:00", {"zone": "America/New_York"}, datetime(2010, 10, 14, 16, tzinfo=UTC)),
    (
        "07/15/2009 02:14:45+0800",
        {"format": "%m/%d/%Y %H:%M:%S%z"},
        datetime(2009, 7, 14, 18, 14, 45, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("text", "words", "expected"), MOMENTS)
def test_moments(text: str, words: dict[str, Any], expected: object) -> None:
    assert read(ColumnKind.INSTANT, text, words) == expected


NUMBERS: list[tuple[str, dict[str, Any], object]] = [
    ("20565.6206", {}, Decimal("20565.6206")),
    ("1.50000000", {}, Decimal("1.5")),
    ("1e3", {}, Decimal(1000)),
    (".5", {}, Decimal("0.5")),
    ("1 234,50", {"decimal": ","}, Decimal("1234.5")),
    ("1.234,50", {"decimal": ",", "thousands": "."}, Decimal("1234.5")),
    ("1,234.50", {"thousands": ","}, Decimal("1234.5")),
    ("12.5 %", {"percent": True}, Decimal("0.125")),
    ("2.99995", {"round": 4}, Decimal("3.0000")),
    ("−5", {}, Decimal(-5)),
    ("1.00001", {}, "'1.00001' has more than 4 decimal places"),
    ("1,5", {}, "'1,5' is not a number"),
    ("NaN", {}, "'NaN' is not a number"),
    ("Infinity", {}, "'Infinity' is not a number"),
    ("1e99", {}, "'1e99' is too large"),
    ("9" * 200, {}, "'" + "9" * 57 + "...' is not a number"),
    ("100000000000000", {}, "'100000000000000' is too large"),
    ("0x10", {}, "'0x10' is not a number"),
]


@pytest.mark.parametrize(("text", "words", "expected"), NUMBERS)
def test_numbers(text: str, words: dict[str, Any], expected: object) -> None:
    """The trap: no number passes through a float, and none is rounded unless the mapping says so."""
    assert read(ColumnKind.EXACT, text, words) == expected


def test_least_values() -> None:
    assert read(ColumnKind.EXACT, "-0.01", minimum=0) == "'-0.01' is less than 0"
    assert read(ColumnKind.WHOLE, "12.0") == 12
    assert read(ColumnKind.WHOLE, "1.5") == "'1.5' is not a whole number"


def test_words_and_choices() -> None:
    assert [read(ColumnKind.YES_NO, word) for word in ("TRUE", "нет", "ναι", "0")] == [
        True,
        False,
        True,
        False,
    ]
    assert read(ColumnKind.YES_NO, "1", {"yes": "0", "no": "1"}) is False
    assert read(ColumnKind.YES_NO, "perhaps") == "'perhaps' is neither yes nor no"
    assert read(ColumnKind.CHOICE, "Closer", choices=("hunter", "closer")) == "closer"
    assert read(ColumnKind.CHOICE, "boss", choices=("hunter", "closer")) == "'boss' is none of hunter, closer"
    assert read(ColumnKind.TEXT, "abc", longest=2) == "is longer than 2 characters: 'abc'"
    assert read(ColumnKind.JSON, "[" * 100_000).endswith("is not JSON")


GROUPED: list[tuple[str, dict[str, Any], object]] = [
    ("1.234.567,89", {"decimal": ",", "thousands": "."}, Decimal("1234567.89")),
    ("12,34,567.5", {"thousands": ","}, Decimal("1234567.5")),
    ("1\u00a0234\u202f567,5", {"decimal": ","}, Decimal("1234567.5")),
    ("1'234.50", {"thousands": "'"}, Decimal("1234.5")),
    ("- 5", {}, Decimal(-5)),
    # The trap: taken out anywhere, the thousands' point of the mapping would make 12345 of a plain 1234.5.
    ("1234.5", {"decimal": ",", "thousands": "."}, None),
    # The trap: where a comma stands before the decimals, a point must be something else: 1.234 is a thousand here.
    ("1.234", {"decimal": ","}, None),
    ("1 5", {}, None),
]


@pytest.mark.parametrize(("text", "words", "expected"), GROUPED)
def test_thousands_stand_between_groups(text: str, words: dict[str, Any], expected: object) -> None:
    found = read(ColumnKind.EXACT, text, words)
    assert found == expected if expected is not None else "is not a number" in found


def test_units_of_others() -> None:
    """Cents, milliseconds and thousands of them become ours exactly, or by a rounding that the mapping names."""
    assert read(ColumnKind.EXACT, "1999", {"divide_by": 100}) == Decimal("19.99")
    assert read(ColumnKind.EXACT, "2.5", {"divide_by": "0.001"}) == Decimal(2500)
    assert read(ColumnKind.WHOLE, "90000", {"divide_by": 60000, "round": 0}) == 2
    assert read(ColumnKind.WHOLE, "90000", {"divide_by": 60000}) == "'90000' is not a whole number"
    assert read(ColumnKind.EXACT, "1", {"divide_by": 3}) == "'1' has more than 4 decimal places"


def test_a_sign_in_a_number_is_told() -> None:
    assert read(ColumnKind.EXACT, "12 €") == "'12 €' is not a number; take '€' out with `remove`"
    assert read(ColumnKind.EXACT, "$12") == "'$12' is not a number; take '$' out with `remove`"


@pytest.mark.parametrize("meant", ["Münster", "Toms Spezialitäten", "Århus", "ÁÉÍ", "Ελλάδα", "Москва"])
def test_damaged_letters_are_repaired(meant: str) -> None:
    """UTF-8 that was read byte by byte as Western; the bytes that code page leaves undefined came through as such."""
    damaged = "".join(_western(byte) for byte in meant.encode())
    assert damaged != meant
    assert repaired(damaged) == meant
    assert repaired(meant) == meant


def _western(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


WRONG = {
    "no toml": ("a = [", "is not a mapping file"),
    "nothing": ('name = "x"', "loads nothing"),
    "unknown word": ('[[load]]\ninto = "orders"\nform = "x.csv"', "did you mean from"),
    "no file": ('[[load]]\ninto = "orders"', "needs `into` .* and `from`"),
    "two sources": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", value = "c" } }',
        "exactly one",
    ),
    "unknown rule": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { colum = "b" } }',
        "did you mean column",
    ),
    "bad template": ('[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { text = "{b" } }', "no template"),
    "bad missing": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", missing = "x" } }',
        "none of",
    ),
    "table without key": (
        '[tables.t]\nfile = "x"\n[[load]]\ninto = "o"\nfrom = "x"',
        "either `file` and `key`",
    ),
    "no test": ('[[load]]\ninto = "o"\nfrom = "x"\nwhere = [{ column = "a" }]', "needs one of is"),
    "bad pattern": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", extract = "(" } }',
        "no regular expression",
    ),
    # The trap: a pattern of another program reads no day at all, and says so a million times.
    "days of Excel": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", format = "dd.mm.yyyy" } }',
        "'dd.mm.yyyy' is no pattern of days",
    ),
    "bad day": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", format = "%d.%Q" } }',
        "'%d.%Q' is no pattern of days",
    ),
    "bad zone": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", zone = "Europe/Atens" } }',
        "did you mean Europe/Athens",
    ),
    "points twice": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", thousands = "." } }',
        "cannot stand both",
    ),
    "divide by nothing": (
        '[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { column = "b", divide_by = 0 } }',
        "number above 0",
    ),
    "lines in quotes": (
        '[files."x"]\nskip_lines = "2"\n[[load]]\ninto = "o"\nfrom = "x"',
        "must be a number of lines, without quotes",
    ),
    "rows and a file": ('[[load]]\ninto = "o"\nfrom = "x"\nrows = [{ code = "1" }]', "or `into` and `rows`"),
    "rows and conditions": (
        '[[load]]\ninto = "o"\nwhere = [{ column = "a", is = "b" }]\nrows = [{ code = "1" }]',
        "nothing to say but `into`",
    ),
    "float": ('[[load]]\ninto = "o"\nfrom = "x"\ncolumns = { a = { value = 1.5 } }', "text in quotes"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_mappings_are_told_with_their_place(tmp_path: Path, case: str) -> None:
    text, message = WRONG[case]
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises((Refusal, UnknownName), match=message):
        find_mapping(path)


def test_presets_are_mapping_files() -> None:
    assert preset_names() == ["adventureworks", "generic"]
    assert all(find_mapping(name)[0].about for name in preset_names())
    with pytest.raises(UnknownName, match="did you mean generic"):
        find_mapping("generik")
