"""Rows as people and programs read them."""

import pytest

from emporion.doors.terminal.output import grouped, print_csv, print_table, say

ROWS = [
    {"member": "Анна", "revenue": "1234567.8900", "share": None},
    {"member": None, "revenue": "-5.0000", "share": "0.500000"},
]


def test_a_table_is_aligned_and_its_thousands_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["member", "revenue", "share"], ROWS, numbers=frozenset({"revenue", "share"}))
    assert capsys.readouterr().out.splitlines() == [
        "member         revenue     share",
        "Анна    1,234,567.8900         –",
        "–              -5.0000  0.500000",
    ]


def test_wide_letters_do_not_push_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(
        ["name", "n"], [{"name": "東京", "n": "1"}, {"name": "abcd", "n": "22"}], numbers=frozenset({"n"})
    )
    assert [line.rstrip()[-2:] for line in capsys.readouterr().out.splitlines()] == [" n", " 1", "22"]


def test_csv_is_raw(capsys: pytest.CaptureFixture[str]) -> None:
    print_csv(["member", "revenue", "share"], ROWS)
    assert capsys.readouterr().out == "member,revenue,share\nАнна,1234567.8900,\n,-5.0000,0.500000\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1234567", "1,234,567"),
        ("0.000001", "0.000001"),
        ("-1000.5000", "-1,000.5000"),
        ("n/a", "n/a"),
        ("1E+3", "1,000"),
    ],
)
def test_numbers_keep_every_digit(text: str, shown: str) -> None:
    assert grouped(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+7 900", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_computes_no_text(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Trap: a customer called =HYPERLINK(…) runs in the spreadsheet of whoever opens the answer."""
    print_csv(["name"], [{"name": text}])
    assert "'" + text in capsys.readouterr().out


def test_a_number_below_zero_is_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    """Trap: an apostrophe before -5.0000 turns a number into text."""
    print_csv(["n", "of"], [{"n": "-5.0000", "of": -12}])
    assert capsys.readouterr().out == "n,of\n-5.0000,-12\n"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\n", "\r", "\x7f", "\x9b31m", "\u202e", "\u2066", "\u2028"])
def test_a_terminal_obeys_no_record(sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Trap: a name clears the screen, forges a line or turns the digits beside it around."""
    print_table(["name"], [{"name": f"a{sign}b"}])
    say(f"kept: a{sign}b")
    out = capsys.readouterr().out
    assert len(out.split("\n")) == 4
    assert sign == "\n" or sign not in out
    assert out.count("a�") == 2
