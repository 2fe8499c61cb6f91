"""Why rows were not taken: every reason, counted and grouped (SYS-1)."""

from pathlib import Path

import pytest
from django.test import Client

from emporion.doors.web.running import files
from emporion.doors.web.running.models import Upload
from emporion.doors.web.running.reject_reasons import Turned, grouped
from emporion.doors.web.running.tests.conftest import SignIn, table, work

pytestmark = pytest.mark.spec("SYS-1")


def test_the_same_reason_counts_together_whatever_the_cell_says() -> None:
    turned = [
        Turned("a.csv", 5, "Since", "'x' is not a day; write 2014-05-30"),
        Turned("a.csv", 3, "Since", '"it\'s" is not a day; write 2014-05-30'),
        Turned("b.csv", 2, "Since", "'x' is not a day; write 2014-05-30"),
        Turned("a.csv", 9, "", "line 4 has the same code already"),
        Turned("a.csv", 11, "", "line 6 has the same code already"),
    ]
    assert grouped(turned) == [
        Turned("a.csv", 9, "", "line … has the same code already", 2),
        Turned("a.csv", 3, "Since", "… is not a day; write 2014-05-30", 2),
        Turned("b.csv", 2, "Since", "'x' is not a day; write 2014-05-30", 1),
    ]


def test_a_row_with_two_reasons_counts_for_both() -> None:
    """Trap: of a row only the first reason was said, and the second one after the first was mended."""
    turned = [
        Turned("a.csv", 2, "Firm", "is empty · Since: 'x' is not a day"),
        Turned("a.csv", 3, "Firm", "is empty"),
    ]
    assert grouped(turned) == [
        Turned("a.csv", 2, "Firm", "is empty", 2),
        Turned("a.csv", 2, "Since", "'x' is not a day", 1),
    ]


@pytest.mark.django_db
def test_the_pages_say_every_reason(sign_in: SignIn, uploads: Path) -> None:
    """Trap: five of a thousand rows were shown, and of each one reason."""
    director: Client = sign_in("director")
    rows = [f"{number};Firm;{number}.13.2024;M-{number}" for number in range(1, 21)]
    director.post(
        "/import/", {"tables": [table("clients.csv", "No;Firm;Since;Owner", *rows, "99;Alfa;01.02.2024;")]}
    )
    upload = Upload.objects.get()
    columns = {
        f"column-{name}": f"c{place}" for place, name in enumerate(("code", "name", "in_base_from", "owner"))
    }
    chosen = {"into": "customers", "format-in_base_from": "%d.%m.%Y", **columns}
    assert director.post(f"/import/{upload.pk}/columns/0/", chosen).status_code == 302
    director.post(f"/import/{upload.pk}/begin/", {"what": "import"})
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.message) == ("done", "")
    for page in (f"/import/{upload.pk}/", f"/import/runs/{upload.run_id}/"):
        text = director.get(page).content.decode()
        assert "20 rows were not taken" in text
        assert text.count('<td class="end">20</td><td>clients.csv</td>') == 2
        assert "… is not a day" in text
        assert "no member has the code …" in text
        assert f"/import/{upload.pk}/rejects.csv" in text
    written = files.rejects_file(upload).read_text()
    assert "'7.13.2024' is not a day" in written
    assert "Owner: no member has the code 'M-7'" in written
