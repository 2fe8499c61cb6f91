"""Import by page: brought, mapped, checked, imported, taken back (SYS-1)."""

from pathlib import Path

import pytest
from django.test import Client

from emporion.doors.importing.models import ImportRun, RunState
from emporion.doors.web.running import files
from emporion.doors.web.running.models import Upload, UploadState
from emporion.doors.web.running.tests.conftest import SignIn, table, work
from emporion.kernel.audit.models import AuditEntry
from emporion.records.customers.models import Customer
from emporion.records.team.models import Member

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db]


@pytest.fixture
def director(sign_in: SignIn, uploads: Path) -> Client:
    return sign_in("director")


def brought(client: Client, *tables: object) -> Upload:
    answer = client.post("/import/", {"tables": list(tables)})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.latest("pk")


@pytest.mark.both_databases
def test_files_with_strange_columns_become_customers(director: Client) -> None:
    upload = brought(director, table("clients.csv", "No;Firm;Since", "7;Alfa;30.05.2014", "8;;31.05.2014"))
    page = f"/import/{upload.pk}/"
    assert "Alfa" in director.get(page).content.decode()
    assert (
        director.post(f"{page}begin/", {"what": "check"}).status_code == 400
    )  # nothing says what it becomes
    form = director.get(f"{page}columns/0/?into=customers").content.decode()
    assert "Firm" in form
    chosen = {"into": "customers", "column-code": "c0", "column-name": "c1", "column-in_base_from": "c2"}
    assert (
        director.post(f"{page}columns/0/", {**chosen, "format-in_base_from": "%d.%m.%Y"}).status_code == 302
    )
    director.post(f"{page}begin/", {"what": "import"})
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.message) == (UploadState.DONE, "")
    assert list(Customer.objects.values_list("code", "name")) == [("7", "Alfa")]
    rejects = director.get(f"{page}rejects.csv")
    assert b"8" in b"".join(rejects.streaming_content)  # type: ignore[attr-defined]  # a file
    run = director.get(f"/import/runs/{upload.run_id}/").content.decode()
    assert "1 row was not taken" in run
    director.post(f"/import/runs/{upload.run_id}/undo/")
    work()
    assert ImportRun.objects.get().state == RunState.UNDONE
    assert not Customer.objects.exists()


def test_a_check_that_cannot_be_says_why(director: Client) -> None:
    upload = brought(director, table("nothing.csv", "a,b", "1,2"))
    director.post(f"/import/{upload.pk}/preset/", {"preset": "adventureworks"})
    director.post(f"/import/{upload.pk}/begin/", {"what": "import"})
    work()
    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    assert "Employee.csv" in upload.message or "SalesTerritory.csv" in upload.message
    assert upload.message in director.get(f"/import/{upload.pk}/").content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("name", ["evil.exe", "noname", "a.csv.sh", "..\\..\\x.py"])
def test_what_is_no_table_is_refused(director: Client, uploads: Path, name: str) -> None:
    answer = director.post("/import/", {"tables": [table(name, "MZ")]})
    assert answer.status_code == 200
    assert not Upload.objects.exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/a.csv", "a.csv"),
        ("C:\\files\\b c.csv", "b c.csv"),
        ("Заказы 2026.xlsx", "Заказы 2026.xlsx"),
        ("a;rm -rf.csv", "a_rm -rf.csv"),
    ],
)
def test_names_lead_nowhere(given: str, kept: str) -> None:
    """Trap: a file's name is a path out of its folder."""
    assert files.safe_name(given) == kept


@pytest.mark.parametrize("role", ["rep", "head", "assistant", "auditor"])
def test_only_who_may_import_finds_the_pages(sign_in: SignIn, uploads: Path, role: str) -> None:
    client = sign_in(role)
    for address in (
        "/import/",
        "/import/1/",
        "/import/runs/1/",
        "/import/templates.zip",
        "/import/1/rejects.csv",
    ):
        assert client.get(address).status_code == 403
    assert client.post("/import/1/begin/", {"what": "import"}).status_code == 403


def test_templates_come_in_one_archive(director: Client) -> None:
    archive = b"".join(director.get("/import/templates.zip").streaming_content)  # type: ignore[attr-defined]  # a file
    assert archive[:2] == b"PK"
    assert b"customers.csv" in archive


def test_forgetting_files_removes_them(director: Client, uploads: Path) -> None:
    upload = brought(director, table("customers.csv", "code,name", "C1,Alfa"))
    assert files.folder_of(upload).exists()
    director.post(f"/import/{upload.pk}/remove/")
    assert not files.folder_of(upload).exists()
    assert AuditEntry.objects.filter(action="upload.removed").exists()


def test_an_export_in_another_language_is_known_and_said_so(director: Client) -> None:
    """Trap: the page took it for teams, the first table of the list, and guessed no column."""
    upload = brought(director, table("Контрагенты.csv", "Код;Наименование;Менеджер", "7;Альфа;a@firm.gr"))
    assert "looks like: Customers" in director.get(f"/import/{upload.pk}/").content.decode()
    page = director.get(f"/import/{upload.pk}/columns/0/").content.decode()
    assert '<option value="customers" selected>Customers</option>' in page
    assert "3 columns were guessed by their names" in page
    for number, name in enumerate(("Код", "Наименование", "Менеджер")):
        assert f'<option value="c{number}" selected>{name}</option>' in page
    assert '<option value="email" selected>by e-mail</option>' in page


def test_a_file_nobody_can_know_is_left_to_the_person(director: Client) -> None:
    upload = brought(director, table("export.csv", "a;b", "1;2"))
    page = director.get(f"/import/{upload.pk}/columns/0/").content.decode()
    assert '<option value="">choose</option>' in page
    assert "selected" not in page
    assert "could not be told" in page


def test_a_needed_column_is_asked_for_before_anything_is_kept(director: Client) -> None:
    """Trap: customers without a code were kept as they were, and every row was turned away only afterwards."""
    upload = brought(director, table("customers.csv", "Kundennummer;Firma", "7;Alfa"))
    page = director.post(f"/import/{upload.pk}/columns/0/", {"into": "customers", "column-name": "c1"})
    assert page.status_code == 200
    assert "Say which column of the file it is" in page.content.decode()
    upload.refresh_from_db()
    assert "customers.csv" not in upload.choices


def test_an_owner_is_found_by_their_name(director: Client) -> None:
    """Trap: a column of people's names was always read as their codes, and every row was turned away."""
    Member.objects.create(code="M-1", name="Anna Petrova")
    upload = brought(director, table("clients.csv", "No;Firm;Since;Owner", "7;Alfa;2024-05-30;anna petrova"))
    page = f"/import/{upload.pk}/columns/0/"
    chosen = {"into": "customers", "column-code": "c0", "column-name": "c1", "column-in_base_from": "c2"}
    director.post(page, {**chosen, "column-owner": "c3", "format-owner": "name"})
    assert '<option value="name" selected>by name</option>' in director.get(page).content.decode()
    director.post(f"/import/{upload.pk}/begin/", {"what": "import"})
    work()
    assert list(Customer.objects.values_list("code", "owners__member__code")) == [("7", "M-1")]
