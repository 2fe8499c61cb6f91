"""Customers from files: written once, never over what people have changed, with the facts of the base."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.customers.actions.customers import change_customer
from emporion.records.customers.actions.owning import set_owner
from emporion.records.customers.imports import (
    CONTACTS,
    CUSTOM_FIELDS,
    CUSTOMER_OWNERS,
    CUSTOMER_ZONES,
    CUSTOMERS,
    IMPORTABLES,
)
from emporion.records.customers.models import Contact, Customer, CustomerOwner, CustomerZone, CustomField
from emporion.records.customers.queries import change_history, customer_codes
from emporion.records.customers.rules import SINCE_EVER
from emporion.records.customers.tests.scene import AT, Scene, base_on, day

pytestmark = pytest.mark.both_databases

Row = dict[str, Any]


def load(importable: Importable, *rows: Mapping[str, Any]) -> list[RowFate]:
    """What became of these rows."""
    assert importable.write
    numbered = [ImportRow(number, row) for number, row in enumerate(rows, start=2)]
    fates = importable.write(ImportBatch(numbered, SYSTEM, AT))
    assert list(discrepancies()) == []
    return fates


def fates(found: Sequence[RowFate]) -> list[str]:
    """Only the words."""
    return [fate.fate.value for fate in found]


def undo_change(importable: Importable, fate: RowFate) -> None:
    """Write a changed row again as it was, as undo does."""
    assert fate.previous is not None
    assert fates(load(importable, fate.previous)) == ["changed"]


def owners() -> list[tuple[str, date, str | None]]:
    """Customer, day and owner."""
    rows = CustomerOwner.objects.order_by("customer__code", "starts_on")
    return list(rows.values_list("customer__code", "starts_on", "member__code"))


def zones() -> list[tuple[str, date, str | None]]:
    """Customer, day and territory."""
    rows = CustomerZone.objects.order_by("customer__code", "starts_on")
    return list(rows.values_list("customer__code", "starts_on", "territory__code"))


@pytest.fixture
def andromeda(scene: Scene) -> Row:
    """A row with owner, zone and base."""
    return {
        "code": "C1",
        "name": "Andromeda",
        "owner": scene.anna,
        "territory": scene.north,
        "in_base_from": day(3),
        "source": "fair",
    }


@pytest.mark.spec("CUST-1", "CUST-2")
def test_a_row_makes_customer_owner_zone_and_facts_and_a_second_time_nothing(
    scene: Scene, andromeda: Row
) -> None:
    bare = {"code": "C2", "name": "Bare", "owner": None}
    assert fates(load(CUSTOMERS, andromeda, bare)) == ["created", "created"]
    assert owners() == [("C1", day(3), "anna")]
    assert zones() == [("C1", day(3), "north")]
    fact = LedgerFact.objects.get()
    assert (fact.member_id, fact.team_id, fact.role, fact.member_zone_id) == (
        scene.anna,
        scene.red,
        "farmer",
        scene.north,
    )
    assert (fact.territory_id, fact.source, fact.day, fact.quantity) == (
        scene.north,
        "fair",
        day(3),
        1_000_000,
    )
    assert fates(load(CUSTOMERS, andromeda, bare)) == ["unchanged", "unchanged"]
    assert LedgerFact.objects.count() == 1
    assert Customer.objects.get(code="C1").touched_at is None


@pytest.mark.spec("CUST-1")
def test_without_a_base_the_owner_holds_since_ever(scene: Scene) -> None:
    load(CUSTOMERS, {"code": "C1", "name": "A", "owner": scene.anna})
    assert owners() == [("C1", SINCE_EVER, "anna")]
    load(CUSTOMERS, {"code": "C1", "in_base_from": day(4)})
    assert owners() == [("C1", day(4), "anna")], "the first owner goes along with the base"
    assert base_on(day(4)) == {scene.anna: 1}


@pytest.mark.spec("CUST-2")
def test_a_corrected_row_is_posted_anew_and_undone(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    corrected = {**andromeda, "owner": scene.boris, "in_base_from": day(2), "source": "web"}
    found = load(CUSTOMERS, corrected)
    assert fates(found) == ["changed"]
    assert (base_on(day(2)), base_on(day(2), "source")) == ({scene.boris: 1}, {"web": 1})
    assert fates(load(CUSTOMERS, corrected)) == ["unchanged"]
    undo_change(CUSTOMERS, found[0])
    assert (owners(), zones()) == ([("C1", day(3), "anna")], [("C1", day(3), "north")])
    assert (base_on(day(2)), base_on(day(3))) == ({}, {scene.anna: 1})
    assert fates(load(CUSTOMERS, andromeda)) == ["unchanged"]


def test_only_the_owner_is_new_and_undo_takes_it_away(scene: Scene) -> None:
    """Trap: an empty cell says nothing, so undo cannot write one to take an owner away."""
    load(CUSTOMERS, {"code": "C1", "name": "A", "owner": None, "in_base_from": day(3)})
    before = Customer.objects.get()
    found = load(CUSTOMERS, {"code": "C1", "name": "A", "owner": scene.anna, "in_base_from": day(3)})
    assert (fates(found), owners()) == (["changed"], [("C1", day(3), "anna")])
    assert Customer.objects.get().version == before.version + 1
    undo_change(CUSTOMERS, found[0])
    assert owners() == []
    assert base_on(day(3)) == {None: 1}


def test_an_empty_owner_takes_nobody_away(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    assert fates(load(CUSTOMERS, {**andromeda, "owner": None, "territory": None})) == ["unchanged"]
    assert owners() == [("C1", day(3), "anna")]


def test_what_people_have_changed_stays(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    customer = Customer.objects.get()
    set_owner(customer_id=customer.pk, member_id=scene.boris, starts_on=day(3), by=SYSTEM, at=AT)
    assert fates(load(CUSTOMERS, andromeda)) == ["kept"]
    assert owners() == [("C1", day(3), "boris")]
    change_customer(customer_id=customer.pk, name="Persephone", by=SYSTEM, at=AT)
    assert fates(load(CUSTOMERS, andromeda)) == ["kept"]
    assert Customer.objects.get().name == "Persephone"


@pytest.mark.spec("CUST-1")
def test_holdings_in_the_same_file_in_any_order(scene: Scene) -> None:
    rows: list[Row] = [
        {"code": "low", "name": "Low", "holding": "mid"},
        {"code": "mid", "name": "Mid", "holding": "top"},
        {"code": "top", "name": "Top", "holding": None},
        {"code": "lost", "name": "Lost", "holding": "nowhere"},
    ]
    found = load(CUSTOMERS, *rows)
    assert fates(found) == ["created", "created", "created", "rejected"]
    assert (found[3].column, found[3].record_id) == ("holding", None)
    assert dict(Customer.objects.values_list("code", "holding__code")) == {
        "low": "mid",
        "mid": "top",
        "top": None,
    }
    assert fates(load(CUSTOMERS, *rows))[:3] == ["unchanged"] * 3
    circle = load(CUSTOMERS, {"code": "top", "holding": "low"})
    assert (circle[0].fate, circle[0].column) == (Fate.REJECTED, "holding")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"code": "C1", "name": ""}, "name"),
        ({"code": "C1"}, "name"),
        ({"code": "C1", "name": "A", "country": "Greece"}, "country"),
        ({"code": "C1", "name": "A", "left_base_on": day(3)}, "left_base_on"),
        ({"code": "C1", "name": "A", "in_base_from": day(3), "left_base_on": day(3)}, "left_base_on"),
        ({"code": "C1", "name": "A", "custom": {"colour": "red"}}, "custom"),
        ({"code": "C1", "name": "A", "custom": ["red"]}, "custom"),
        ({"code": "C1", "name": "A", "holding": "C1"}, "holding"),
    ],
)
def test_a_row_that_cannot_be_is_rejected_with_its_column(scene: Scene, row: Row, column: str) -> None:
    found = load(CUSTOMERS, row, {"code": "C2", "name": "B"})
    assert [(fate.number, fate.fate, fate.column) for fate in found] == [
        (2, Fate.REJECTED, column),
        (3, Fate.CREATED, ""),
    ]
    assert found[0].reason
    assert list(customer_codes().values()) == ["C2"]


@pytest.mark.spec("CUST-1")
def test_a_person_is_named_by_the_parts(scene: Scene) -> None:
    person = {"code": "P", "kind": "person", "name": None, "given_name": "Анна", "family_name": "Петрова"}
    unnamed = {"code": "Q", "kind": "person", "given_name": "Eleni"}
    assert fates(load(CUSTOMERS, person, unnamed)) == ["created", "created"]
    assert dict(Customer.objects.values_list("code", "name")) == {"P": "Анна Петрова", "Q": "Eleni"}
    assert fates(load(CUSTOMERS, person, unnamed)) == ["unchanged", "unchanged"]


@pytest.mark.spec("CUST-1")
def test_fields_of_ones_own(scene: Scene) -> None:
    card = {"code": "card", "name": "Loyalty card", "kind": "choice", "choices": "gold | silver"}
    staff = {"code": "staff", "name": "Staff", "kind": "number", "choices": ""}
    assert fates(load(CUSTOM_FIELDS, card, staff, {"code": "x", "name": "x", "kind": "choice"})) == [
        "created",
        "created",
        "rejected",
    ]
    assert fates(load(CUSTOM_FIELDS, card, staff)) == ["unchanged", "unchanged"]
    row = {"code": "C1", "name": "A", "custom": {"Loyalty card": "gold", "staff": ""}}
    load(CUSTOMERS, row)
    assert Customer.objects.get().custom == {"card": "gold"}
    assert fates(load(CUSTOMERS, row)) == ["unchanged"]
    found = load(CUSTOMERS, {"code": "C1", "name": "A", "custom": {"staff": "007"}})
    assert Customer.objects.get().custom == {"card": "gold", "staff": "7"}
    undo_change(CUSTOMERS, found[0])
    assert Customer.objects.get().custom == {"card": "gold"}


def test_changed_choices_are_undone_as_the_list_they_were(scene: Scene) -> None:
    load(CUSTOM_FIELDS, {"code": "card", "name": "Card", "kind": "choice", "choices": "gold"})
    found = load(CUSTOM_FIELDS, {"code": "card", "name": "Card", "kind": "choice", "choices": "gold|silver"})
    undo_change(CUSTOM_FIELDS, found[0])
    assert CustomField.objects.get().choices == ["gold"]


@pytest.mark.spec("CUST-2", "TEAM-1")
def test_later_owners_and_zones_come_by_their_own_files(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    before = Customer.objects.get()
    history = [
        {"customer": before.pk, "starts_on": day(9), "member": scene.boris},
        {"customer": before.pk, "starts_on": day(12), "member": None},
    ]
    assert fates(load(CUSTOMER_OWNERS, *history)) == ["created", "created"]
    found = load(CUSTOMER_ZONES, {"customer": before.pk, "starts_on": day(9), "territory": scene.south})
    assert [base_on(day(n)) for n in (8, 9, 12)] == [{scene.anna: 1}, {scene.boris: 1}, {None: 1}]
    assert base_on(day(9), "territory_id") == {scene.south: 1}
    after = Customer.objects.get()
    assert after.version > before.version, "the dimension tables must read owner and zone again"
    assert fates(load(CUSTOMER_OWNERS, *history)) == ["unchanged", "unchanged"]
    assert fates(load(CUSTOMERS, andromeda)) == ["unchanged"]
    assert CUSTOMER_ZONES.undo
    assert CUSTOMER_ZONES.undo([fate.record_id or 0 for fate in found], SYSTEM, AT) == []
    assert base_on(day(9), "territory_id") == {scene.north: 1}
    assert list(discrepancies()) == []


def test_owners_of_a_customer_people_have_changed_are_kept(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    customer = Customer.objects.get()
    row = {"customer": customer.pk, "starts_on": day(9), "member": scene.boris}
    made = load(CUSTOMER_OWNERS, row)[0].record_id
    change_customer(customer_id=customer.pk, phone="1", by=SYSTEM, at=AT)
    assert fates(load(CUSTOMER_OWNERS, {**row, "member": None})) == ["kept"]
    assert CUSTOMER_OWNERS.undo
    assert CUSTOMER_OWNERS.undo([made or 0, 4711], SYSTEM, AT) == [made]
    assert owners() == [("C1", day(3), "anna"), ("C1", day(9), "boris")]


def test_undo_takes_customers_and_their_facts_back_but_not_what_people_touched(
    scene: Scene, andromeda: Row
) -> None:
    found = load(CUSTOMERS, andromeda, {**andromeda, "code": "C2"})
    ids = [fate.record_id or 0 for fate in found]
    change_customer(customer_id=ids[1], phone="1", by=SYSTEM, at=AT)
    assert CUSTOMERS.undo
    assert CUSTOMERS.undo(ids, SYSTEM, AT) == [ids[1]]
    assert customer_codes() == {ids[1]: "C2"}
    assert base_on(day(3)) == {scene.anna: 1}
    assert list(discrepancies()) == []


@pytest.mark.spec("CUST-1")
def test_contacts_of_customers(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    customer = Customer.objects.get()
    rows = [
        {
            "code": "P1",
            "customer": customer.pk,
            "given_name": "Eleni",
            "decides": True,
            "birthday_month_day": "02-29",
        },
        {"code": "P2", "customer": customer.pk, "birthday_month_day": "31-12"},
    ]
    found = load(CONTACTS, *rows)
    assert (fates(found), found[1].column) == (["created", "rejected"], "birthday_month_day")
    assert Contact.objects.get().decides
    assert fates(load(CONTACTS, rows[0])) == ["unchanged"]
    assert CUSTOMERS.undo
    assert CUSTOMERS.undo([customer.pk], SYSTEM, AT) == [customer.pk], "its contact needs it"


@pytest.mark.spec("CUST-1")
def test_what_an_import_changed_is_in_the_history(scene: Scene, andromeda: Row) -> None:
    load(CUSTOMERS, andromeda)
    load(CUSTOMERS, {"code": "C1", "name": "Persephone"})
    change = change_history(SYSTEM, Customer.objects.get().pk)[0]
    assert change.values == {"name": ["Andromeda", "Persephone"]}


def test_every_column_has_its_place(scene: Scene) -> None:
    """A column that no field keeps would be read and forgotten."""
    for importable in IMPORTABLES:
        assert len({column.name for column in importable.columns}) == len(importable.columns)
        assert all(column.refers_to for column in importable.columns if column.kind is ColumnKind.REFERENCE)
    kept = {field.attname for field in Customer._meta.concrete_fields} - {
        "id",
        "version",
        "created_at",
        "updated_at",
        "touched_at",
        "removed_at",
        "removed_by",
    }
    said = {column.name for column in CUSTOMERS.columns} - {"owner", "territory"}
    assert {name.replace("holding_id", "holding") for name in kept} == said
