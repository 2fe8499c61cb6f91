"""A small company's way through the product by command line, from files to numbers and back."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journeys.installation import Installation
from tests.journeys.small_company import read, revenue_by_hand, write_company

YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


def revenue(place: Installation, *more: object) -> Decimal:
    """The revenue of the year."""
    rows = place.asked("measure", "revenue", *YEAR, "--format", "json", *more)
    assert len(rows) == 1
    return Decimal(rows[0]["revenue"])


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_the_numbers_are_those_of_the_files(imported: Installation, files: Path) -> None:
    assert revenue(imported) == revenue_by_hand(files)
    by_member = imported.asked("measure", "revenue", "--by", "member", *YEAR, "--format", "json")
    assert {row["member_id"]: Decimal(row["revenue"]) for row in by_member} == {
        code or None: revenue_by_hand(files, code)
        for code in {row["seller"] for row in read(files / "orders.csv")}
    }
    assert {row["member"] for row in by_member} == {"Anna", "Boris", "Chloe", "Dmitri", None}


def test_what_nobody_sold_is_the_row_without_a_name(imported: Installation, files: Path) -> None:
    """Trap: orders without a seller vanish from a list by person, and the list no longer sums to the whole."""
    rows = imported.asked("measure", "revenue", "--by", "member", *YEAR, "--format", "json")
    assert sum(Decimal(row["revenue"]) for row in rows) == revenue_by_hand(files)
    assert rows[-1]["member_id"] is None


def test_a_place_counts_as_it_was_then(imported: Installation, files: Path) -> None:
    """Trap: Anna moves to Epirus on 1 March; what she sold before stays Attica's."""
    orders = {row["code"]: row for row in read(files / "orders.csv")}
    moved = sum(
        Decimal(line["quantity"]) * Decimal(line["unit_price"])
        for line in read(files / "order_lines.csv")
        if (order := orders[line["order"]])["seller"] == "M1" and order["placed_on"] >= "2026-03-01"
    )
    assert revenue(imported, "--where", "member_zone=Z2") == moved
    assert revenue(imported, "--where", "member=M1") > moved


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_a_second_import_changes_nothing(company: Installation, files: Path) -> None:
    digest = company.asked("ledger", "digest", "--json")
    again = company.asked("import", "generic", files, "--json")
    assert again["rejected"] == 0
    for counts in again["files"].values():
        assert (counts["created"], counts["changed"]) == (0, 0)
        assert counts["unchanged"] == counts["read"]
    assert company.asked("ledger", "digest", "--json") == digest


@pytest.mark.spec("SYS-1")
def test_a_dry_run_tells_and_writes_nothing(empty: Installation, files: Path) -> None:
    told = empty.asked("import", "generic", files, "--dry-run", "--json")
    assert told["files"]["orders.csv"]["created"] == 40
    status = empty.asked("ledger", "status", "--json")
    assert (status["facts"], status["store_position"]) == (0, 0)
    assert empty.asked("import", "--list", "--json") == []
    assert empty.asked("import", "generic", files, "--json")["files"] == told["files"]


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_an_undone_import_leaves_no_net_fact(company: Installation) -> None:
    nothing = "0" * 64
    assert company.asked("ledger", "digest", "--json")["digest"] != nothing
    run = company.asked("import", "--list", "--json")[0]["run"]
    undone = company.asked("import", "--undo", run, "--json")
    assert undone["kept"] == {}
    assert company.asked("ledger", "digest", "--json")["digest"] == nothing
    assert revenue(company) == 0
    company.done("ledger", "verify")
    said = company.emporion("import", "--undo", run)
    assert said.code == 1
    assert "undone already" in said.err


@pytest.mark.spec("SYS-1")
def test_rejects_say_where_and_why(company: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    lines = [
        "code,placed_on,customer,seller,total",
        "X1,2026-02-30,K1,M1,",
        "X2,2026-02-03,K1,M99,",
        "X3,2026-02-03,K1,M1,",
    ]
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    told = company.asked("import", "generic", folder, "--rejects", rejects, "--json")
    assert told["files"]["orders.csv"] == {
        "read": 3,
        "created": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": 2,
    }
    rows = read(rejects)
    assert [(row["file"], row["row"], row["column"]) for row in rows] == [
        ("orders.csv", "2", "placed_on"),
        ("orders.csv", "3", "seller"),
    ]
    assert "M99" in rows[1]["reason"]


@pytest.mark.spec("SYS-1")
def test_the_templates_have_every_column_and_can_be_imported(empty: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    empty.done("import", "--template", folder)
    assert {"orders.csv", "order_lines.csv", "members.csv", "targets.csv"} <= {
        one.name for one in folder.iterdir()
    }
    assert "placed_on" in (folder / "README.md").read_text(encoding="utf-8")
    # Trap: examples that refer to codes no other template has; a stranger's first import would be all rejects.
    told = empty.asked("import", "generic", folder, "--dry-run", "--json")
    assert told["rejected"] == 0
    assert all(file["created"] == file["read"] for file in told["files"].values())


def test_csv_and_table_hold_what_json_holds(imported: Installation) -> None:
    asked = ("measure", "revenue,orders", "--by", "member", "--by", "month", *YEAR)
    as_json = imported.asked(*asked, "--format", "json")
    rows = list(csv.DictReader(io.StringIO(imported.done(*asked, "--format", "csv").out)))
    assert rows == [{name: value or "" for name, value in row.items()} for row in as_json]
    table = imported.done(*asked).out
    assert len(table.splitlines()) == len(as_json) + 1
    assert f"{Decimal(as_json[0]['revenue']):,f}" in table


def test_facts_sum_to_the_number_they_stand_behind(imported: Installation) -> None:
    january = ("--from", "2026-01-01", "--to", "2026-01-31", "--where", "member=M2")
    number = imported.asked("measure", "revenue", *january, "--format", "json")[0]["revenue"]
    facts = imported.asked("facts", "revenue", *january, "--limit", "1000", "--format", "json")
    assert facts
    assert sum(Decimal(fact["amount"]) for fact in facts) == Decimal(number)
    assert {fact["member_id"] for fact in facts} == {"M2"}
    page = imported.asked("facts", "revenue", *january, "--limit", "2", "--offset", "1", "--format", "json")
    assert [fact["id"] for fact in page] == [fact["id"] for fact in facts[1:3]]


@pytest.mark.spec("PLAN-5", "PLAN-8")
def test_plan_and_fact(imported: Installation, files: Path) -> None:
    rows = imported.asked(
        "measure", "plan", "plan_fact", "attainment", "--by", "member", *YEAR, "--format", "json"
    )
    assert [(row["member_id"], row["plan"]) for row in rows] == [
        (f"M{number}", f"{2500 * number}.0000") for number in range(1, 5)
    ]
    spans = ("--from", "2026-01-01", "--to", "2026-02-28", "--where", "member=M3")
    reached = imported.asked("measure", "revenue", *spans, "--format", "json")[0]["revenue"]
    assert rows[2]["plan_fact"] == reached
    assert Decimal(rows[2]["attainment"]) == round(Decimal(reached) / 7500, 6)


def test_what_was_learnt_later_stands_beside_a_closed_month(
    company: Installation, files: Path, tmp_path: Path
) -> None:
    january = ("--from", "2026-01-01", "--to", "2026-01-31")
    before = company.asked("measure", "revenue", *january, "--format", "json")[0]["revenue"]
    company.done("ledger", "close", "2026-01-31")
    folder = tmp_path / "late"
    folder.mkdir()
    (folder / "orders.csv").write_text(
        "code,placed_on,customer,seller\nL1,2026-01-20,K1,M1\n", encoding="utf-8"
    )
    lines = "order,code,product,quantity,unit_price\nL1,1,P1,2,10.5\n"
    (folder / "order_lines.csv").write_text(lines, encoding="utf-8")
    company.done("import", "generic", folder)
    closed = company.asked("measure", "revenue", *january, "--later", "--format", "json")[0]
    assert (closed["revenue"], closed["revenue_later"]) == (before, "21.0000")
    now = company.asked("measure", "revenue", *january, "--now", "--format", "json")[0]["revenue"]
    assert Decimal(now) == Decimal(before) + 21
    again = company.emporion("ledger", "close", "2026-01-31")
    assert again.code == 1
    company.done("ledger", "verify")


def test_as_of_a_watermark_shows_what_was_known_then(company: Installation, tmp_path: Path) -> None:
    then = company.asked("ledger", "status", "--json")["watermark"]
    before = revenue(company)
    company.done("import", "generic", write_company(tmp_path / "more", orders=60))
    assert revenue(company) != before
    assert revenue(company, "--as-of", then) == before


@pytest.mark.spec("TEAM-10", "SYS-3")
def test_a_rep_sees_their_own(company: Installation, files: Path) -> None:
    company.done("user", "create", "anna", "--role", "rep", "--member", "M1")
    assert company.asked("user", "list", "--json") == [{"name": "anna", "role": "rep", "member": "M1"}]
    rows = company.asked("measure", "revenue", "--by", "member", *YEAR, "--as", "anna", "--format", "json")
    everyone = company.asked("measure", "revenue", "--by", "member", *YEAR, "--format", "json")
    mine = {row["member_id"]: Decimal(row["revenue"]) for row in rows}
    assert mine["M1"] == revenue_by_hand(files, "M1")
    assert sum(mine.values()) < sum(Decimal(row["revenue"]) for row in everyone)
    plans = company.asked("measure", "plan", "--by", "member", *YEAR, "--as", "anna", "--format", "json")
    assert [row["member_id"] for row in plans] == ["M1"]
    for forbidden in (
        ("measure", "margin", "--as", "anna"),
        ("ledger", "close", "2026-01-31", "--as", "anna"),
    ):
        said = company.emporion(*forbidden)
        assert said.code == 1
        assert "permission" in said.err


def test_settings_are_kept(company: Installation) -> None:
    company.done("settings", "set", "active_base_days", "30")
    assert company.asked("settings", "get", "active_base_days", "--json") == {"active_base_days": 30}
    said = company.emporion("settings", "set", "base_currency", "USD")
    assert said.code == 1
    assert "EUR" in said.err


@pytest.mark.spec("TEAM-1")
@pytest.mark.both_databases
def test_a_place_corrected_in_the_past_is_posted_anew(company: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "correction"
    folder.mkdir()
    rows = "member,starts_on,team,role,territory\nM1,2026-02-01,T1,closer,Z2\n"
    (folder / "places.csv").write_text(rows, encoding="utf-8")
    whole = revenue(company)
    company.done("import", "generic", folder)
    february = ("--from", "2026-02-01", "--to", "2026-02-28", "--where", "member=M1", "--by", "member_zone")
    zones = company.asked("measure", "revenue", *february, "--format", "json")
    assert [row["member_zone_id"] for row in zones] == ["Z2"]
    assert revenue(company) == whole
    preview = company.asked(
        "ledger", "repost", "M1", "--from", "2026-01-01", "--to", "2026-03-31", "--preview", "--json"
    )
    assert set(preview["changed"].values()) <= {0}
    company.done("ledger", "verify")
