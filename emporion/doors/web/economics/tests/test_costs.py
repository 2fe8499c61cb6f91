"""Cost lines: entered, changed, removed, taken back and imported (PLAN-9)."""

from datetime import date
from decimal import Decimal as D
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client

from emporion.doors.web.economics.tests.conftest import JUNE, MAY, Firm, spent
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Conflict, Refusal
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, importables
from emporion.kernel.record_removing import remove_record
from emporion.numbers.planning.cost_actions import change_cost_line, create_cost_line
from emporion.numbers.planning.models import CostLine
from emporion.records.pipeline.tests.department import AT, load, rep

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-9")]
TYPED = {
    "code": "RENT",
    "name": "Rent",
    "kind": "amount",
    "value": "1200.50",
    "starts_on": "2026-05-01",
    "last_on": "2026-05-31",
}
ROW = {"code": "R", "name": "Rent", "amount": D(100), "starts_on": MAY, "ends_on": JUNE}


def test_a_cost_is_entered(firm: Firm) -> None:
    """Trap: the last day is typed, the day after it is kept."""
    response = firm.signed_in("director").post("/costs/new/", TYPED)
    assert response.status_code == HTTPStatus.FOUND
    line = CostLine.objects.get()
    assert (line.amount, line.share, line.starts_on, line.ends_on) == (D("1200.5"), None, MAY, JUNE)
    assert AuditEntry.objects.filter(action="cost_line.created").count() == 1


def test_a_share_is_typed_in_per_cent(firm: Firm) -> None:
    client = firm.signed_in("director")
    client.post("/costs/new/", TYPED | {"kind": "share", "value": "2.5", "channel": "online"})
    line = CostLine.objects.get()
    assert (line.share, line.channel) == (D("0.025"), "online")
    form = client.get(f"/costs/{line.pk}/edit/").context["form"]
    assert form["value"].value() == D("2.5")
    assert "2.5% of revenue" in client.get("/costs/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"last_on": "2026-04-30"}, "cannot be before the first"),
        ({"product": "A", "channel": "online"}, "one product, one category, one channel or the whole"),
        ({"replaces_cost": "on"}, "a fixed amount cannot stand instead"),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"value": "1.00001"}, "at most four decimal places"),
        ({"product": "NONE"}, "Nothing that you may open"),
    ],
)
def test_what_cannot_be_is_said_in_the_form(firm: Firm, typed: dict[str, str], said: str) -> None:
    response = firm.signed_in("director").post("/costs/new/", TYPED | typed)
    assert response.status_code == HTTPStatus.OK
    assert said in response.content.decode()
    assert not CostLine.objects.exists()


def test_a_change_is_undone(firm: Firm) -> None:
    spent("rent", amount=D(100))
    line, client = CostLine.objects.get(), firm.signed_in("director")
    client.post(f"/costs/{line.pk}/edit/", TYPED | {"version": line.version})
    line.refresh_from_db()
    assert line.amount == D("1200.5")
    entry = AuditEntry.objects.filter(action="cost_line.changed").latest("id")
    client.post("/undo/", {"entry": entry.pk, "next": "/costs/"})
    line.refresh_from_db()
    assert (line.amount, line.name) == (100, "Rent")


def test_two_people_change_one_cost(firm: Firm) -> None:
    spent("rent", amount=D(100))
    line = CostLine.objects.get()
    change_cost_line(cost_line_id=line.pk, changes={"amount": D(1)}, version=line.version, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        change_cost_line(
            cost_line_id=line.pk, changes={"amount": D(2)}, version=line.version, by=SYSTEM, at=AT
        )


def removed_by_page(client: Client, line: CostLine) -> str:
    response = client.post(f"/costs/{line.pk}/remove/", {"version": line.version})
    return "".join(str(message) for message in get_messages(response.wsgi_request))


def test_a_removed_cost_comes_back(firm: Firm) -> None:
    """Trap: what lies in the recycle bin must not be counted."""
    spent("rent", amount=D(100))
    line, client = CostLine.objects.get(), firm.signed_in("director")
    said = removed_by_page(client, line)
    assert "Undo" in said
    address = "/break-even/?period=2026-05"
    assert client.get(address).context["it"].it.fixed == []
    entry = AuditEntry.objects.filter(action="cost_line.removed").latest("id")
    client.post("/undo/", {"entry": entry.pk, "next": "/costs/"})
    assert [one.line.code for one in client.get(address).context["it"].it.fixed] == ["rent"]


def test_a_product_with_costs_is_not_removed(firm: Firm) -> None:
    spent("packing", per_unit=D(1), product_id=firm.b.pk)
    with pytest.raises(Refusal, match="has costs"):
        remove_record(subject="product", record_id=firm.b.pk, by=SYSTEM, at=AT)


def test_who_may_not_see_costs_changes_none(firm: Firm) -> None:
    spent("rent", amount=D(100))
    line = CostLine.objects.get()
    by = rep(firm.ids.anna)
    with pytest.raises(Refusal):
        create_cost_line(code="X", name="X", amount=D(1), starts_on=MAY, ends_on=JUNE, by=by, at=AT)
    with pytest.raises(Refusal):
        change_cost_line(cost_line_id=line.pk, changes={"amount": D(1)}, by=by, at=AT)
    with pytest.raises(Refusal):
        remove_record(subject="cost_line", record_id=line.pk, by=by, at=AT)
    auditor = firm.signed_in("auditor")
    assert auditor.get("/costs/new/").status_code == HTTPStatus.FORBIDDEN
    assert auditor.get("/costs/").status_code == HTTPStatus.OK


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "impossible",
    [
        {"amount": D(1), "share": D("0.1")},
        {},
        {"share": D("-0.1")},
        {"amount": D(1), "channel": "online", "product": True},
        {"amount": D(1), "replaces_cost": True},
        {"amount": D(1), "ends_on": MAY},
    ],
)
def test_the_database_refuses_it_too(firm: Firm, impossible: dict[str, Any]) -> None:
    told = {"name": "X", "starts_on": MAY, "ends_on": JUNE, **impossible}
    if told.pop("product", False):
        told["product_id"] = firm.a.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLine.objects.create(code="X", **told)


def test_a_file_of_costs(firm: Firm) -> None:
    fates = load(
        "costs",
        ROW,
        {**ROW, "code": "F", "amount": None, "share": D("0.1"), "channel": "online"},
        {**ROW, "code": "N", "amount": None},
        {**ROW, "code": "T", "channel": "online", "product": firm.a.pk},
        {**ROW, "code": "E", "ends_on": MAY},
    )
    assert [(one.fate, one.column) for one in fates] == [
        (Fate.CREATED, ""),
        (Fate.CREATED, ""),
        (Fate.REJECTED, "amount"),
        (Fate.REJECTED, "channel"),
        (Fate.REJECTED, "ends_on"),
    ]
    assert [one.fate for one in load("costs", ROW)] == [Fate.UNCHANGED]
    assert [one.fate for one in load("costs", {**ROW, "amount": D(5)})] == [Fate.CHANGED]


def test_a_part_of_a_row_is_checked_with_what_is_stored(firm: Firm) -> None:
    """Trap: a file with a share alone would leave the stored amount beside it."""
    load("costs", ROW)
    (fate,) = load(
        "costs", {"code": "R", "name": "Rent", "share": D("0.1"), "starts_on": MAY, "ends_on": JUNE}
    )
    assert (fate.fate, fate.column) == (Fate.REJECTED, "amount")


def test_an_import_of_costs_is_undone(firm: Firm) -> None:
    fates = load("costs", ROW, {**ROW, "code": "S"})
    CostLine.objects.filter(code="S").update(touched_at=AT)
    undo = importables()["costs"].undo
    assert undo is not None
    kept = undo([one.record_id for one in fates if one.record_id], SYSTEM, AT)
    assert kept == list(CostLine.objects.values_list("pk", flat=True))
    assert CostLine.objects.get().code == "S"


def test_a_file_is_for_who_may_change_costs(firm: Firm) -> None:
    write = importables()["costs"].write
    assert write is not None
    with pytest.raises(Refusal):
        write(ImportBatch([ImportRow(2, ROW)], rep(firm.ids.anna), AT))


def test_the_list_is_searched_and_narrowed(firm: Firm) -> None:
    spent("rent", amount=D(100))
    spent("fee", share=D("0.1"), channel="online", starts_on=date(2026, 4, 1))
    client = firm.signed_in("director")

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"/costs/?{query}").context["rows"]]

    assert names("kind=fixed") == ["rent"]
    assert names("kind=variable") == ["fee"]
    assert names("q=online") == ["fee"]
    assert names("starts_to=2026-04-30") == ["fee"]
