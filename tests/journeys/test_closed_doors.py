"""What others must not learn, read or break: the data folder, names and codes, and settings gone wrong."""

import os
import stat
from pathlib import Path

import pytest

from tests.journeys.installation import Installation

BEGUN = {"EMPORION_SECRET_KEY": ""}


@pytest.mark.spec("SYS-3")
def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Trap: under the usual umask everybody on the machine reads the customers, and the facts beside the database."""
    before = os.umask(0o022)
    try:
        place = Installation(tmp_path / "home", more=BEGUN)
        place.done("import", "--template", tmp_path / "files")
        place.done("import", "generic", tmp_path / "files")
    finally:
        os.umask(before)
    written = [place.home, *place.home.rglob("*")]
    assert any(path.suffix == ".parquet" for path in written)
    open_to_others = [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    assert stat.S_IMODE(place.home.stat().st_mode) == 0o700


def test_an_empty_key_is_no_key(tmp_path: Path) -> None:
    """Trap: a key file that was cut to nothing signs everything with nothing."""
    place = Installation(tmp_path / "home", more=BEGUN)
    place.home.mkdir()
    (place.home / "secret.key").touch()
    said = place.emporion("upgrade")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert "secret.key is empty" in said.err
    (place.home / "secret.key").write_text("kept\n")
    place.done("upgrade")
    assert (place.home / "secret.key").read_text() == "kept\n"


def test_another_kind_of_database_is_refused_without_its_password(tmp_path: Path) -> None:
    """Trap: mysql://… is taken for PostgreSQL, or quoted with its password."""
    said = Installation(tmp_path / "home", "mysql://anna:s3cret@host/sales").emporion("ledger", "status")
    assert said.code == 1
    assert said.err == "emporion: DATABASE_URL must begin with postgres:// or postgresql://\n"


def test_a_zone_gone_wrong_can_be_put_right(company: Installation) -> None:
    """Trap: to see who may change the zone one needs today, and to know today one needs the zone."""
    company.done("user", "create", "admin", "--role", "director")
    company.done("settings", "set", "zone", "Europe/Athens")
    company.sql("UPDATE preferences_preference SET value = '\"Nowhere\"' WHERE name = 'zone'")
    assert "no time zone" in company.emporion("measure", "revenue", "--as", "admin").err
    company.done("settings", "set", "zone", "Europe/Athens", "--as", "admin")
    company.done("measure", "revenue", "--as", "admin")


@pytest.mark.spec("SYS-3")
@pytest.mark.parametrize(
    ("condition", "kind", "unknown"),
    [
        ("customer=K1", "customer", "K9999"),
        ("member=M1", "member", "M9999"),
        ("owner_now=M1", "member", "M9999"),
        ("order={foreign}", "order", "O9999"),
        ("subject=order:{foreign}", "order", "O9999"),
    ],
)
def test_a_foreign_code_is_as_one_that_is_not(
    seller: Installation, condition: str, kind: str, unknown: str
) -> None:
    """Trap: a refusal that differs, or proposes what is near, tells a seller which customers others have."""
    foreign = seller.sql(
        "SELECT code FROM orders_order WHERE customer_id IN (SELECT id FROM customers_customer WHERE code = 'K1') "
        "AND id NOT IN (SELECT order_id FROM orders_ordercredit c JOIN team_member m ON m.id = c.member_id "
        "WHERE m.code = 'M3') LIMIT 1"
    )[0][0]
    asked = condition.format(foreign=foreign)
    code = asked.partition("=")[2].rpartition(":")[2]
    refused = seller.emporion("measure", "revenue", "--where", asked, "--as", "chloe")
    guessed = seller.emporion("measure", "revenue", "--where", asked.replace(code, unknown), "--as", "chloe")
    assert (refused.code, guessed.code) == (1, 1)
    assert refused.err == f"emporion: no {kind} is called '{code}'\n"
    assert guessed.err == refused.err.replace(code, unknown)
    seller.done("measure", "revenue", "--where", asked)


def test_ones_own_codes_are_known(seller: Installation) -> None:
    """K2 belongs to M3, who is Chloe."""
    for condition in ("customer=K2", "member=M3", "subject=customer:K2", "team=T2", "member=null"):
        seller.done("measure", "revenue", "--where", condition, "--as", "chloe")


def test_who_may_sign_in_is_not_proposed(seller: Installation) -> None:
    """Trap: --as chlo is answered with: did you mean chloe?"""
    said = seller.emporion("measure", "revenue", "--as", "chlo")
    assert said.err == "emporion: no user is called 'chlo'\n"


def test_who_works_here_is_not_told_by_a_refusal(seller: Installation) -> None:
    """Trap: the person was looked up before the right, so a refusal told an existing code from none."""
    span = ("--from", "2026-01-01", "--to", "2026-12-31")
    known, unknown = (
        seller.emporion("ledger", "repost", code, *span, "--as", "chloe") for code in ("M2", "M99")
    )
    assert known.code == unknown.code == 1
    assert known.err == unknown.err == "emporion: chloe may not change the order of the department\n"


@pytest.mark.spec("SYS-3")
def test_imports_are_listed_to_those_who_may_import(seller: Installation) -> None:
    said = seller.emporion("import", "--list", "--as", "chloe")
    assert (said.code, said.out) == (1, "")
    assert "'import'" in said.err


def test_nobody_can_be_asked_for_by_the_word_that_shows_it(imported: Installation) -> None:
    """Trap: the row without a seller shows –, and --where member=– does not find it."""
    found = [
        imported.asked("measure", "revenue", "--where", f"member={word}", "--format", "json")
        for word in ("", "null", "–")
    ]
    assert found[0] == found[1] == found[2]
    assert float(found[0][0]["revenue"]) > 0


@pytest.fixture
def seller(company: Installation) -> Installation:
    """The small company, in which Chloe may sign in as a seller."""
    company.done("user", "create", "chloe", "--role", "rep", "--member", "M3")
    return company
