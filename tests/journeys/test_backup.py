"""Backup, restore, and what a restore refuses: on both databases, by the command."""

import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.journeys.installation import SERVER, Installation, installation

pytestmark = [pytest.mark.spec("SYS-6"), pytest.mark.both_databases]


STANDS = "SELECT kind, count(*), sum(id), sum(amount) FROM ledger_fact GROUP BY kind ORDER BY kind"


@pytest.fixture
def place_for_restore(tmp_path: Path, company: Installation) -> Iterator[Installation]:
    """An empty data folder, and with PostgreSQL an empty database."""
    if not company.database_url:
        yield Installation(tmp_path / "restored" / "home")
        return
    with installation(tmp_path / "restored") as made:
        made.sql("DROP SCHEMA public CASCADE")
        made.sql("CREATE SCHEMA public")
        yield replace(made, home=made.home.parent / "fresh")


def restored(place: Installation, archive: Path, *more: str) -> dict[str, object]:
    place.home.parent.mkdir(exist_ok=True)
    done: dict[str, object] = place.asked("restore", archive, "--json", *more)
    return done


def test_all_that_was_there_is_there_again(company: Installation, place_for_restore: Installation) -> None:
    (company.home / "uploads" / "a").mkdir(parents=True)
    (company.home / "uploads" / "a" / "file.csv").write_text("x")
    made = company.asked("backup", "--json")
    archive = Path(made["file"])
    assert archive.parent == company.home / "backups"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    place = place_for_restore
    done = restored(place, archive)
    assert (done["digest"], done["facts"], done["digest_compared"]) == (made["digest"], made["facts"], True)
    assert place.sql(STANDS) == company.sql(STANDS)
    assert (place.home / "uploads" / "a" / "file.csv").read_text() == "x"
    assert (place.home / "secret.key").read_text() == (company.home / "secret.key").read_text()
    assert not [path for path in place.home.parent.iterdir() if path.name.startswith(".")]
    # What is written next gets numbers of its own.
    place.done("user", "create", "late", "--role", "rep")

    refused = place.emporion("restore", archive)
    assert (refused.code, "not empty" in refused.err) == (1, True)
    again = restored(place, archive, "--replace")
    assert Path(str(again["kept_folder"])).is_dir()
    assert place.sql("SELECT count(*) FROM access_user") == [(0,)]
    if place.database_url:
        kept = place.sql(f"SELECT username FROM {again['kept_schema']}.access_user")
        assert ("late",) in kept


def test_a_backup_while_others_write_is_of_one_moment(
    company: Installation, files: Path, tmp_path: Path
) -> None:
    """Trap: a file copied while it is written is of no moment at all; then verify or the digest would not agree."""
    more = tmp_path / "more"
    subprocess.run(["cp", "-r", files, more], check=True)
    orders = more / "orders.csv"
    orders.write_text(orders.read_text().replace("O", "P"))
    with company.start("import", "generic", more) as writing:
        made = [company.asked("backup", tmp_path / f"{number}.tar.gz", "--json") for number in range(2)]
        writing.communicate()
    assert all(one["digest"] for one in made)
    if not company.database_url:
        restored(Installation(tmp_path / "r" / "home"), Path(made[0]["file"]))


def test_what_is_no_place_or_no_backup_is_refused(company: Installation, tmp_path: Path) -> None:
    made = Path(company.asked("backup", tmp_path / "made.tar.gz", "--json")["file"])
    said = company.emporion("backup", made)
    assert (said.code, "exists already" in said.err) == (1, True)

    place = Installation(tmp_path / "other", company.database_url)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(made.read_bytes()[:-2000])
    said = place.emporion("restore", cut, *(["--replace"] if company.database_url else []))
    assert (said.code, said.err) == (1, f"emporion: {cut} is no backup, or was cut off\n")
    assert not place.home.exists()

    url = "" if company.database_url else "postgres://nobody@127.0.0.1:1/x"
    said = Installation(tmp_path / "third", url).emporion("restore", made)
    assert (said.code, "DATABASE_URL" in said.err) == (1, True)


def test_nothing_can_be_backed_up_where_nothing_is(tmp_path: Path) -> None:
    if SERVER:
        pytest.skip("one database is enough")
    said = Installation(tmp_path / "nothing").emporion("backup")
    assert (said.code, "no database was set up" in said.err) == (1, True)


def test_an_upgrade_backs_up_before(company: Installation) -> None:
    """The database as an older program left it: one step less, and a column less."""
    company.sql("DROP TABLE operations_heartbeat")
    company.sql("DELETE FROM django_migrations WHERE app = 'operations'")
    said = company.done("upgrade").out
    assert "1 step done" in said
    (archive,) = (company.home / "backups").glob("before-upgrade-*.tar.gz")
    assert str(archive) in said
    if company.database_url:
        with psycopg.connect(company.database_url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    done = restored(replace(company, home=company.home.parent / "old"), archive)
    assert (done["upgraded_steps"], done["digest_compared"]) == (1, False)


def test_an_upgrade_without_a_backup(company: Installation) -> None:
    if SERVER:
        pytest.skip("one database is enough")
    company.sql("DROP TABLE operations_heartbeat")
    company.sql("DELETE FROM django_migrations WHERE app = 'operations'")
    company.done("upgrade", "--no-backup")
    assert not (company.home / "backups").exists()


def test_a_folder_that_is_served_is_not_exchanged(company: Installation, tmp_path: Path) -> None:
    import fcntl

    if SERVER:
        pytest.skip("one database is enough")
    made = company.asked("backup", tmp_path / "made.tar.gz", "--json")["file"]
    lock = os.open(company.home / "serve.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_SH)
    try:
        said = company.emporion("restore", made, "--replace")
    finally:
        os.close(lock)
    assert (said.code, "stop emporion serve" in said.err) == (1, True)
