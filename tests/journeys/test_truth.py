"""Whoever changes a number behind the product's back is found out, and the database itself refuses to help."""

import re
import sqlite3

import psycopg
import pytest

from tests.journeys.installation import Installation

pytestmark = pytest.mark.spec("SYS-4")
REFUSED = (sqlite3.IntegrityError, psycopg.errors.RaiseException)


@pytest.mark.both_databases
def test_a_true_ledger_verifies(imported: Installation) -> None:
    said = imported.done("ledger", "verify")
    assert re.fullmatch(r"\d+ facts of \d+ records verified\n", said.out)
    told = imported.asked("ledger", "verify", "--json")
    assert told["discrepancies"] == []
    assert told["facts"] == imported.asked("ledger", "status", "--json")["facts"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_fact SET amount = amount + 1 WHERE id = 1",
        "DELETE FROM ledger_fact WHERE id = 1",
        "UPDATE audit_entry SET action = 'nothing' WHERE id = 1",
        "DELETE FROM audit_entry",
    ],
)
@pytest.mark.both_databases
def test_the_database_refuses_to_change_what_was_posted(company: Installation, statement: str) -> None:
    with pytest.raises(REFUSED, match="append-only"):
        company.sql(statement)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE orders_orderline SET amount = amount + 1 "
            "WHERE order_id = (SELECT id FROM orders_order WHERE code = 'O7')",
            "order O7",
        ),
        ("UPDATE orders_order SET placed_on = '2025-01-01' WHERE code = 'O9'", "order O9"),
        (
            "DELETE FROM orders_ordercredit WHERE order_id = (SELECT id FROM orders_order WHERE code = 'O1')",
            "order O1",
        ),
    ],
)
@pytest.mark.both_databases
def test_a_record_changed_behind_its_back_is_named(company: Installation, statement: str, named: str) -> None:
    company.sql(statement)
    said = company.emporion("ledger", "verify")
    assert said.code == 1
    assert named in said.out
    assert len(said.err.splitlines()) == 1
    assert named in "".join(company.emporion("ledger", "verify", "--json").json["discrepancies"])


def test_a_changed_row_under_a_seal_breaks_the_chain(company: Installation) -> None:
    """Trap: whoever drops the trigger, changes record and ledger alike, and puts the trigger back, leaves facts that
    follow from their records."""
    company.done("ledger", "close", "2026-01-31")
    drop = "DROP TRIGGER ledger_fact_no_update" + (" ON ledger_fact" if company.database_url else "")
    company.sql(drop)
    company.sql("UPDATE ledger_fact SET channel = 'seller' WHERE channel = 'online'")
    company.sql("UPDATE orders_order SET channel = 'seller' WHERE channel = 'online'")
    said = company.emporion("ledger", "verify")
    assert said.code == 1
    assert "closing before 2026-02-01" in said.out


def test_a_store_that_lost_a_file_is_named(company: Installation) -> None:
    company.done("ledger", "flush")
    for file in sorted((company.home / "facts").glob("table-*/*/*.parquet"))[:1]:
        file.unlink()
    said = company.emporion("ledger", "verify")
    assert said.code == 1
    assert "ledger rebuild" in said.out + said.err
    company.done("ledger", "rebuild")
    company.done("ledger", "verify")
