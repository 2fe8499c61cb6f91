"""A plan goes out as Excel and comes back: only what was changed changes, and nothing that one may not."""

import io
import zipfile
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emporion.doors.web.plans.tests.conftest import Office
from emporion.doors.web.plans.tests.test_plan_pages import cell_of
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.numbers.planning.cell_actions import change_cell, lock_cell, restore_cell
from emporion.numbers.planning.models import Branch, CellChange, Plan
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.tests.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-6", "SYS-1", "TEAM-10")]
Book = dict[str, list[list[Any]]]


def exported(client: Client, office: Office, query: str = "") -> bytes:
    """The file as it is downloaded."""
    answer = client.get(f"{office.address}plan.xlsx{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="plan-{office.plan.pk}.xlsx"'
    return bytes(answer.content)


def read(file: bytes) -> Book:
    """Its sheets by name, as a spreadsheet holds them."""
    book = fastexcel.read_excel(file)
    sheets = {}
    for name in book.sheet_names:
        rows = book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
        sheets[name] = [[cell or "" for cell in row] for row in rows]
    return sheets


def written(book: Book) -> bytes:
    """The sheets saved again by another program."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": True}) as out:
        for name, rows in book.items():
            page = out.add_worksheet(name)
            for number, row in enumerate(rows):
                if name == "emporion":
                    for place, text in enumerate(row):
                        page.write_string(number, place, text)
                else:
                    page.write_row(number, 0, row)
    return file.getvalue()


def put(book: Book, branch: Branch, column: str, value: object, sheet: str = "Revenue") -> None:
    """Types something into a cell."""
    header = book[sheet][0]
    row = next(one for one in book[sheet] if one[0] == str(branch.pk))
    row[header.index(column)] = value


def brought(
    client: Client, office: Office, file: bytes, reason: str = "agreed", name: str = "plan.xlsx"
) -> Any:
    """The page that shows what a file would change."""
    upload = SimpleUploadedFile(name, file)
    return client.post(f"{office.address}bring/", {"file": upload, "reason": reason})


def done(client: Client, office: Office, page: Any) -> Any:
    """Confirms what is shown."""
    return client.post(f"{office.address}bring/do/", {"carried": page.context["carried"]})


def cells(office: Office) -> dict[int, tuple[int, ...]]:
    """Every cell of revenue by branch."""
    book = PlanBook(office.plan, "revenue")
    return {one.pk: book.sheet_of(one.pk).spans for one in Branch.objects.filter(plan=office.plan)}


def test_brought_back_unchanged_nothing_changes(office: Office) -> None:
    """Numbers of fifteen digits and more, a 0 that was planned, and a cell where nobody is, all as they were."""
    change_cell(
        **cell_of(office.branch("dealers", "Dan"), 9), value=D("33.333333"), reason="x", by=SYSTEM, at=AT
    )
    office.plan.metrics.filter(metric="calls").update(total=D("999999999.123456"))
    client = office.signed_in("director")
    for file in (exported(client, office), written(read(exported(client, office)))):
        page = brought(client, office, file)
        assert page.context["read"], page.content.decode()
        assert page.context["changes"] == []
    assert CellChange.objects.count() == 1


def test_one_changed_cell_changes_and_what_is_free_moves(office: Office) -> None:
    client = office.signed_in("director")
    cem, dan = office.branch("dealers", "Cem"), office.branch("dealers", "Dan")
    before = cells(office)
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "10")
    page = brought(client, office, written(book))
    assert [(one["name"], one["days"], one["value"].value) for one in page.context["changes"]] == [
        ("Cem", "September 2026", 10)
    ]
    assert CellChange.objects.count() == 0, "shown, not done"
    done(client, office, page)
    change = CellChange.objects.get()
    assert (change.branch_id, change.value, change.reason) == (cem.pk, 10, "agreed")
    after = cells(office)
    assert after[cem.pk][8] == 10_000_000
    assert after[cem.pk][8] + after[dan.pk][8] == before[cem.pk][8] + before[dan.pk][8]
    moved = {pk for pk in after if after[pk] != before[pk]}
    assert moved == {cem.pk, dan.pk}
    assert AuditEntry.objects.filter(action="plan.cells_brought").count() == 1


def test_what_moves_from_one_to_another_is_brought_at_once(office: Office) -> None:
    """Trap: done one after the other, the first has nobody to take from while the second is locked."""
    cem, dan = office.branch("dealers", "Cem"), office.branch("dealers", "Dan")
    client = office.signed_in("director")
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "100")
    put(book, dan, "2026-09-01", "76")
    done(client, office, brought(client, office, written(book)))
    assert sorted(CellChange.objects.values_list("value", flat=True)) == [76, 100]
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "101")
    refused = done(client, office, brought(client, office, written(book)))
    assert refused.status_code == 400
    assert "every other part is settled" in refused.content.decode()
    assert sorted(CellChange.objects.values_list("value", flat=True)) == [76, 100]


def test_an_emptied_cell_is_calculated_again_and_an_empty_one_stays_so(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    before = cells(office)
    change_cell(**cell_of(cem, 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    client = office.signed_in("director")
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "")
    put(book, cem, "2026-03-01", "")
    page = brought(client, office, written(book), reason="")
    assert [(one["days"], one["value"]) for one in page.context["changes"]] == [("September 2026", None)]
    done(client, office, page)
    assert cells(office) == before


def test_the_reason_of_a_row_comes_before_that_of_the_file_and_one_there_must_be(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    client = office.signed_in("director")
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "1 0,5")
    refused = done(client, office, brought(client, office, written(book), reason=""))
    assert "say why" in refused.content.decode()
    header = book["Revenue"][0]
    for row in book["Revenue"]:
        row.extend([""] * (len(header) - len(row)))
    put(book, cem, "reason", "own reason")
    done(client, office, brought(client, office, written(book)))
    change = CellChange.objects.get()
    assert (change.value, change.reason) == (D("10.5"), "own reason")


@pytest.mark.parametrize("how", ["changed", "locked", "restored"])
def test_a_cell_that_somebody_changed_since_is_refused_by_its_name(office: Office, how: str) -> None:
    cem = office.branch("dealers", "Cem")
    if how == "restored":
        change_cell(**cell_of(cem, 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    client = office.signed_in("director")
    book = read(exported(client, office))
    if how == "changed":
        change_cell(**cell_of(cem, 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    elif how == "locked":
        lock_cell(**cell_of(cem, 9), locked=True, by=SYSTEM, at=AT)
    else:
        restore_cell(**cell_of(cem, 9), by=SYSTEM, at=AT)
    put(book, cem, "2026-09-01", "12")
    text = brought(client, office, written(book)).content.decode()
    assert "Cem, 2026-09-01, revenue" in text
    assert "exported" in text
    assert not CellChange.objects.filter(value=12).exists()


def test_what_only_moved_with_others_since_is_no_conflict(office: Office) -> None:
    client = office.signed_in("director")
    book = read(exported(client, office))
    change_cell(**cell_of(office.branch("dealers", "Dan"), 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    put(book, office.branch("dealers", "Cem"), "2026-12-01", "70")
    assert len(brought(client, office, written(book)).context["changes"]) == 1


def test_somebody_who_comes_between_the_look_and_the_deed_is_not_overwritten(office: Office) -> None:
    cem = office.branch("dealers", "Cem")
    client = office.signed_in("director")
    book = read(exported(client, office))
    put(book, cem, "2026-09-01", "12")
    page = brought(client, office, written(book))
    change_cell(**cell_of(cem, 9), value=D(10), reason="x", by=SYSTEM, at=AT)
    assert done(client, office, page).status_code == 400
    assert CellChange.objects.get().value == 10
    other = office.signed_in("director", "cem")
    assert other.post(f"{office.address}bring/do/", {"carried": page.context["carried"]}).status_code == 400
    assert client.post(f"{office.address}bring/do/", {"carried": "forged"}).status_code == 400


def test_a_file_of_another_plan_is_refused(office: Office) -> None:
    from emporion.numbers.planning.version_actions import replan, sign_plan

    client = office.signed_in("director")
    file = exported(client, office)
    office.plan = sign_plan(plan=office.plan, by=SYSTEM, at=AT)
    assert "is signed" in changed_file(client, office, file)
    new = replan(
        plan=office.plan, code="n", name="N", frozen_until=date(2026, 4, 1), reason="x", by=SYSTEM, at=AT
    )
    text = brought(client, Office(office.department, new), file).content.decode()
    assert "is of the plan 2026, not of n" in text
    later = Office(office.department, new)
    cem = later.branch("dealers", "Cem", new)
    book = read(exported(client, later))
    put(book, cem, "2026-03-01", "12")
    assert "is past and stays as it was" in brought(client, later, written(book)).content.decode()


def changed_file(client: Client, office: Office, file: bytes) -> str:
    """What the page says of a file with one changed cell."""
    book = read(file)
    put(book, office.branch("dealers", "Cem"), "2026-09-01", "12")
    return str(brought(client, office, written(book)).content.decode())


def test_a_head_exports_and_changes_their_own_branches_only(office: Office) -> None:
    """Trap: a row put in by hand with the number of a foreign branch."""
    cem, bob = office.branch("dealers", "Cem"), office.branch("tenders", "Bob")
    director = office.signed_in("director")
    whole = read(exported(director, office))
    head = office.signed_in("head", "hana")
    own = read(exported(head, office))
    names = {row[1] for row in own["Revenue"][2:]}
    assert names == {"North", "Ann", "Bob"}
    assert str(cem.pk) not in {row[2] for row in own["emporion"]}
    put(whole, cem, "2026-09-01", "12")
    assert "no such branch" in brought(head, office, written(whole)).content.decode()
    north = office.branch("dealers", "North")
    put(own, north, "whole", "12")
    assert "only for people below them" in brought(head, office, written(own)).content.decode()
    assert CellChange.objects.count() == 0
    assert bob.pk


def test_a_rep_has_their_own_and_changes_nothing(office: Office) -> None:
    from emporion.kernel.access.models import AccessRole

    role = AccessRole.objects.get(code="rep")
    client = office.signed_in("rep", "ann")
    if "export" not in role.permissions:
        assert client.get(f"{office.address}plan.xlsx").status_code == 403
    AccessRole.objects.filter(code="rep").update(permissions=[*role.permissions, "export"])
    book = read(exported(client, office))
    assert {row[1] for row in book["Revenue"][2:]} == {"Ann"}
    put(book, office.branch("dealers", "Ann"), "2026-09-01", "1")
    assert "only for people below them" in brought(client, office, written(book)).content.decode()
    foreign = office.branch("dealers", "Cem").pk
    assert client.get(f"{office.address}plan.xlsx?branch={foreign}").status_code == 404


def test_an_export_is_on_the_audit_log_and_needs_its_permission(office: Office) -> None:
    exported(office.signed_in("director"), office)
    entry = AuditEntry.objects.get(action="export.made")
    assert entry.subject == "export:plan:2026"
    assert office.signed_in("service").get(f"{office.address}plan.xlsx").status_code in (403, 404)


def test_a_name_that_looks_like_a_formula_is_a_text(office: Office, tmp_path: Path) -> None:
    member = office.branch("dealers", "Cem").member
    assert member is not None
    type(member).objects.filter(pk=member.pk).update(name='=HYPERLINK("http://x","y")')
    Plan.objects.filter(pk=office.plan.pk).update(name="@SUM(1)")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(exported(office.signed_in("director"), office))
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any("<f>" in sheet for sheet in sheets)


def bomb() -> bytes:
    """A workbook that unpacks to far more than it holds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024**2))
    return file.getvalue()


def archive_of(text: str) -> bytes:
    """A zip file that is no workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", text)
    return file.getvalue()


def other_workbook() -> bytes:
    """A workbook that was never exported from a plan."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Revenue").write_row(0, 0, ["branch", "whole"])
    return file.getvalue()


@pytest.mark.parametrize(
    "file",
    [b"branch;whole\n1;2\n", b"PK\x03\x04broken", archive_of("x"), other_workbook(), b"\0" * 100],
    ids=["csv", "broken zip", "archive", "other workbook", "zeros"],
)
def test_a_hostile_file_is_refused_in_a_line(office: Office, file: bytes) -> None:
    answer = brought(office.signed_in("director"), office, file)
    assert answer.status_code == 200
    assert "notice-error" in answer.content.decode()
    assert not answer.context["read"]


def test_a_bomb_is_not_unpacked(office: Office, settings: Any) -> None:
    answer = brought(office.signed_in("director"), office, bomb())
    assert "notice-error" in answer.content.decode()


@pytest.mark.parametrize("typed", ["a lot", "1e400", "-5", "NaN", "0.1234567", "9" * 30])
def test_what_is_no_number_of_a_plan_is_refused(office: Office, typed: str) -> None:
    client = office.signed_in("director")
    book = read(exported(client, office))
    put(book, office.branch("dealers", "Cem"), "2026-09-01", f" {typed}")
    page = brought(client, office, written(book))
    if page.context["read"]:
        assert done(client, office, page).status_code == 400
    assert CellChange.objects.count() == 0


def test_a_row_twice_with_two_values_is_refused(office: Office) -> None:
    client = office.signed_in("director")
    cem = office.branch("dealers", "Cem")
    book = read(exported(client, office))
    rows = book["Revenue"]
    twin = list(next(one for one in rows if one[0] == str(cem.pk)))
    put(book, cem, "2026-09-01", "12")
    rows.append(twin)
    twin[rows[0].index("2026-09-01")] = "13"
    assert "two values for one cell" in brought(client, office, written(book)).content.decode()


def test_rows_put_in_another_order_are_still_their_branches(office: Office) -> None:
    client = office.signed_in("director")
    book = read(exported(client, office))
    book["Revenue"][2:] = book["Revenue"][:1:-1]
    assert brought(client, office, written(book)).context["changes"] == []
    put(book, office.branch("dealers", "Cem"), "2026-09-01", "12")
    changes = brought(client, office, written(book)).context["changes"]
    assert [one["name"] for one in changes] == ["Cem"]
