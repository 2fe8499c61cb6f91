"""A list as a file: what stands in a cell, and nothing that a spreadsheet would run (SYS-7, TEAM-10)."""

import csv
import io
from datetime import date
from decimal import Decimal as D

import pytest
from django.test import RequestFactory

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge, Cell, Link, Money, Share
from emporion.kernel.ui.exporting import _with_currencies, file_of, plain
from emporion.kernel.ui.requests import PageRequest


def asking(query: str, *permissions: Permission) -> PageRequest:
    request = RequestFactory().get(f"/orders/?{query}")
    request.viewer = Viewer("anna", Scope.ALL, permissions=frozenset(permissions))  # type: ignore[attr-defined]  # ours
    return request  # type: ignore[return-value]  # the middleware's work is done above


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        (Money(D("12.3400"), "EUR"), D("12.3400")),
        (Money(None, "EUR"), ""),
        (Share(D("1.2")), D("1.2")),
        (Link("Alfa", "/customers/1/"), "Alfa"),
        (Badge("late", "bad"), "late"),
        (None, ""),
        (date(2026, 5, 1), date(2026, 5, 1)),
        (0, 0),
    ],
)
def test_a_file_holds_what_the_cell_holds(cell: Cell, held: object) -> None:
    assert plain(cell) == held


def test_amounts_stand_beside_their_currency() -> None:
    """Trap: 1,000 dollars and 1,800 euros under each other, and nothing says which is which."""
    headings, rows = _with_currencies(
        ["No.", "Amount"],
        [["1", Money(D(1000), "USD")], ["2", Money(D(1800), "EUR")], ["3", Money(None, "EUR")]],
    )
    assert headings == ["No.", "Amount", "Currency"]
    assert [row[2] for row in rows] == ["USD", "EUR", ""]


@pytest.mark.django_db
def test_what_looks_like_a_formula_is_text() -> None:
    answer = file_of(
        asking("format=csv", Permission.EXPORT), "x", ["=1+1"], [["=HYPERLINK(1)"], ["-3 items"], [D(-3)]]
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["'=1+1"], ["'=HYPERLINK(1)"], ["'-3 items"], ["-3"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "written"),
    [
        (";=1+1", ";'=1+1"),
        ("; @SUM(1)", ";' @SUM(1)"),
        ("Alfa;=HYPERLINK(1)", "Alfa;'=HYPERLINK(1)"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0+1", "'\u00a0+1"),
        ("\n=1+1", "'\n=1+1"),
        ("\tAlfa", "'\tAlfa"),
        ("Alfa; Beta", "Alfa; Beta"),
        ("1 = 1", "1 = 1"),
        ("", ""),
    ],
)
def test_a_formula_hides_behind_no_blank_and_no_semicolon(told: str, written: str) -> None:
    """Trap: where the decimal sign is a comma, a spreadsheet parts cells at semicolons, and it passes over blanks
    before the sign of a formula: an apostrophe at the beginning alone leaves =1+1 in a cell of its own."""
    answer = file_of(asking("format=csv", Permission.EXPORT), "x", ["Name"], [[told]])
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows == [["Name"], [written]]


@pytest.mark.django_db
def test_every_export_leaves_its_trace_and_needs_the_right() -> None:
    with pytest.raises(Refusal, match="export"):
        file_of(asking("format=xlsx", Permission.WRITE), "orders", ["No."], [["1"]])
    assert not AuditEntry.objects.exists()
    answer = file_of(asking("format=xlsx&q=alfa", Permission.EXPORT), "orders", ["No."], [["1"]])
    assert answer.content[:2] == b"PK"
    entry = AuditEntry.objects.get()
    assert entry.payload is not None
    assert (entry.action, entry.by, entry.payload["rows"][1]) == ("export.made", "anna", 1)
    assert "alfa" in entry.payload["query"][1]
