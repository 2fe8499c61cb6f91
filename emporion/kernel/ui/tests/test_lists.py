"""A list over more rows than are counted says so, and adds them all up only when asked to."""

from typing import Any

import pytest
from django.test import RequestFactory

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import now
from emporion.kernel.ui import lists
from emporion.kernel.ui.lists import Column, ListPage, Sum

pytestmark = pytest.mark.django_db


class Entries(ListPage):
    """Audit entries, as rows that are always there."""

    key = "entries"
    subject = "entry"
    title = "Entries"
    empty = "Nothing yet."
    default_sort = "-number"
    columns = (
        Column("number", "Number", lambda entry: entry.pk, ("pk",), end=True),
        Column("what", "What", lambda entry: entry.subject, ("subject",)),
    )
    sums = (Sum("in all", lambda found: found.count()),)

    def records(self, viewer: Viewer) -> Any:
        """All of them."""
        return AuditEntry.objects.all()


def shown(query: str = "") -> dict[str, Any]:
    request: Any = RequestFactory().get(f"/entries/?{query}")
    request.viewer = SYSTEM
    request.user, _made = User.objects.get_or_create(username="anna")
    page = Entries()
    page.asked = lists.Asked(page, request)
    return page.context(request, page.matching(SYSTEM, request.GET))


@pytest.fixture
def entries() -> None:
    for number in range(7):
        record("x.made", by=SYSTEM, at=now(), subject=f"x:{number % 2}", new={"n": number})


def numbers(context: dict[str, Any]) -> list[int]:
    return [row["cells"][0]["value"] for row in context["rows"]]


def test_pages_hold_every_row_once(entries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap: rows that are equal in the sorted column come on two pages, or on none."""
    monkeypatch.setattr(lists, "ON_A_PAGE", 3)
    pages = [numbers(shown(f"sort=what&page={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({number for page in pages for number in page}) == 7


def test_totals_are_over_all_rows_not_over_the_page(entries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ON_A_PAGE", 2)
    assert shown()["totals"] == [{"label": "in all", "value": 7}]


def test_many_rows_are_added_up_when_asked(entries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap: counting and summing everything costs more than showing, on every visit."""
    monkeypatch.setattr(lists, "COUNTED", 5)
    before = shown()
    assert (before["totals"], before["totals_asked"], before["count_said"]) == ([], True, "more than 5")
    assert shown("totals=1")["totals"] == [{"label": "in all", "value": 7}]


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999999999", "sort=nothing", "sort=-"]
)
def test_an_address_that_makes_no_sense_shows_the_list(entries: None, query: str) -> None:
    assert shown(query)["columns"][0]["label"] == "Number"
