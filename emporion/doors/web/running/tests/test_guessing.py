"""What a file becomes is guessed from names, in three languages, and only where it can be one thing (SYS-1)."""

import pytest

from emporion.doors.web.running.files import Preview
from emporion.doors.web.running.guessing import folded, guessed_columns, guessed_table
from emporion.doors.web.running.known_names import known_names
from emporion.doors.web.running.proposing import guessed_rules, ways_to_name
from emporion.kernel.importable import importables

pytestmark = pytest.mark.spec("SYS-1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Дата создания", "data_sozdaniya"),
        ("Менеджер", "MENEDZHER"),
        ("Επωνυμία", "eponymia"),
        ("ΑΦΜ", "α.φ.μ."),
        ("E-Mail", "email"),
        ("Customer No.", "customerNo"),
    ],
)
def test_case_accents_and_the_alphabet_tell_nothing_apart(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("file", "header", "table", "some"),
    [
        (
            "hubspot-crm-exports-all-companies.csv",
            ["Record ID", "Company name", "Company owner", "Phone Number", "City"],
            "customers",
            {"code": "Record ID", "name": "Company name", "owner": "Company owner", "phone": "Phone Number"},
        ),
        (
            "hubspot-crm-exports-all-deals-2026-01-02.csv",
            ["Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount"],
            "deals",
            {"name": "Deal Name", "stage": "Deal Stage", "closed_on": "Close Date", "value": "Amount"},
        ),
        (
            "amocrm_export_2026.csv",
            ["ID", "Название сделки", "Ответственный", "Этап сделки", "Бюджет", "Компания"],
            "deals",
            {"owner": "Ответственный", "stage": "Этап сделки", "value": "Бюджет", "customer": "Компания"},
        ),
        (
            "Контрагенты.xlsx",
            ["Код", "Наименование", "ИНН", "Телефон", "Менеджер"],
            "customers",
            {"code": "Код", "name": "Наименование", "tax_id": "ИНН", "owner": "Менеджер"},
        ),
        (
            "Πελάτες.csv",
            ["Κωδικός", "Επωνυμία", "ΑΦΜ", "Τ.Κ.", "Πωλητής"],
            "customers",
            {"name": "Επωνυμία", "tax_id": "ΑΦΜ", "postal_code": "Τ.Κ.", "owner": "Πωλητής"},
        ),
        (
            "export.csv",
            ["Nomer", "Klient", "Data", "Summa", "Menedzher"],
            "orders",
            {"code": "Nomer", "customer": "Klient", "placed_on": "Data", "seller": "Menedzher"},
        ),
        (
            "OrderDetails.csv",  # trap: the name of another table, orders, is within it
            ["OrderID", "ProductID", "UnitPrice", "Quantity"],
            "order_lines",
            {"order": "OrderID", "product": "ProductID", "quantity": "Quantity"},
        ),
        (
            "pipedrive.csv",
            ["Deal - Title", "Deal - Value", "Deal - Owner"],
            "deals",
            {"name": "Deal - Title"},
        ),
        ("teams.csv", ["code", "name"], "teams", {"code": "code", "name": "name"}),
    ],
)
def test_an_export_is_known(file: str, header: list[str], table: str, some: dict[str, str]) -> None:
    known = known_names()
    assert guessed_table(file, header, known) == table
    found = guessed_columns(known[table], header)
    assert {name: found.get(name) for name in some} == some


@pytest.mark.parametrize(
    ("file", "header"), [("export.csv", ["code", "name"]), ("a.csv", ["a", "b"]), ("", [])]
)
def test_what_could_be_several_tables_is_left_open(file: str, header: list[str]) -> None:
    """Trap: the first table of the list (teams) was taken for whatever nobody knew."""
    assert guessed_table(file, header, known_names()) == ""


def test_two_columns_of_theirs_for_one_of_ours_are_left_open() -> None:
    """Trap: one of two columns is taken by chance. A surer name is still taken; a name that stands twice never is."""
    names = known_names()["customers"]
    assert "phone" not in guessed_columns(names, ["Tel", "Phone number", "City"])
    assert guessed_columns(names, ["Phone", "Phone number"])["phone"] == "Phone"
    assert "city" not in guessed_columns(names, ["City", "City"])


def test_one_column_of_theirs_for_two_of_ours_is_left_open() -> None:
    """Trap: Όνομα is the name of a company and the given name of a person."""
    assert guessed_columns(known_names()["customers"], ["Όνομα"]) == {}


@pytest.mark.parametrize(
    ("header", "cells", "by"),
    [
        ("Owner", ["anna@firm.gr", "nikos@firm.gr"], "email"),
        ("Owner", ["Anna Petrova", "Nikos Pappas"], "name"),
        ("Owner", ["M-1", "M-2"], None),
        ("Owner", ["anna@firm.gr", "M-2"], None),
        ("Owner e-mail", [], "email"),
        ("Owner name", ["Anna"], "name"),
    ],
)
def test_how_a_reference_is_named_is_seen_in_its_cells(header: str, cells: list[str], by: str | None) -> None:
    preview = Preview("customers.csv", ["Code", header], [["C1", cell] for cell in cells])
    rule = guessed_rules(importables()["customers"], preview)["owner"]
    assert (rule["column"], rule.get("by")) == (header, by)


def test_a_reference_is_named_by_what_its_record_has() -> None:
    assert ways_to_name("member") == ["", "name", "email"]
    assert ways_to_name("stage") == ["", "name"]
    assert ways_to_name("order") == [""]


@pytest.mark.parametrize(
    ("cells", "written"),
    [
        (["01.02.2024", "30.05.2014"], "%d.%m.%Y"),
        (["1.2.24"], "%d.%m.%y"),
        (["05/30/2014", "01/02/2014"], "%m/%d/%Y"),
        (["01/02/2014"], None),  # the first of February, or the second of January
        (["2024-02-01"], None),  # as usual
        (["30.05.2014", "soon"], None),
        ([], None),
    ],
)
def test_how_days_are_written_is_seen_where_it_can_be_one_way(cells: list[str], written: str | None) -> None:
    """Trap: 01/02 is guessed, and a year's orders lie in the wrong months."""
    preview = Preview("customers.csv", ["Code", "Customer since"], [["C1", cell] for cell in cells])
    assert guessed_rules(importables()["customers"], preview)["in_base_from"].get("format") == written
