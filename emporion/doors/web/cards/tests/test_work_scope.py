"""Whose work one sees: every page of deals, activities, tasks, people and territories, own and foreign."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emporion.doors.web.cards.tests.office import Office, browser, deal_of, open_office
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.activities.actions import log_activity, open_task
from emporion.records.customers.queries import today
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.rules import Share
from emporion.records.team.models import Member, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
MISSING = 999_999
READ = {"deal", "activity", "task", "person"}


@pytest.fixture
def office(db: None) -> Office:
    """The small department with people who sign in."""
    return open_office()


OF_ONE: tuple[tuple[str, Callable[[Office], int], Callable[[Office], int]], ...] = (
    *(
        (name, lambda office: office.annas_deal, lambda office: office.boris_deal)
        for name in (
            *("cards:deal", "pipeline:edit", "pipeline:move", "pipeline:worth"),
            *("pipeline:contract", "pipeline:credit"),
        )
    ),
    *(
        (name, lambda office: office.annas_call, lambda office: office.boris_call)
        for name in ("cards:activity", "activities:edit")
    ),
    *(
        (name, lambda office: office.annas_task, lambda office: office.boris_task)
        for name in ("cards:task", "activities:edit_task", "activities:close_task")
    ),
    ("team:person", lambda office: office.here.anna, lambda office: office.here.boris),
    ("team:absence", lambda office: office.here.anna, lambda office: office.here.boris),
)


def test_a_foreign_record_is_as_one_that_does_not_exist(office: Office) -> None:
    """Trap: a refusal that differs tells that the record exists."""
    anna = browser("anna")
    for name, own, foreign in OF_ONE:
        assert anna.get(reverse(name, args=[own(office)])).status_code == 200, name
        hidden = anna.get(reverse(name, args=[foreign(office)]))
        missing = anna.get(reverse(name, args=[MISSING]))
        assert (hidden.status_code, missing.status_code) == (404, 404), name


@pytest.mark.parametrize(
    "address",
    [
        "/deals/",
        "/deals/?needs=step",
        "/deals/board/",
        "/activities/",
        "/tasks/",
        "/people/",
        "/deals/options/?deal=pallets",
    ],
)
def test_a_list_holds_nothing_foreign_and_a_head_sees_the_team(office: Office, address: str) -> None:
    foreign = ("Pallets", "bolt", "boris")
    for name in ("anna", "hanna"):
        page = browser(name).get(address).content.decode()
        assert [word for word in foreign if word in page] == [], name
    for word in ("Forklifts", "anna"):
        assert word in browser("hanna").get("/deals/").content.decode()
    assert "Pallets" in browser("dora").get("/deals/").content.decode()


def test_a_search_in_a_list_finds_own_and_nothing_foreign(office: Office) -> None:
    anna = browser("anna")
    assert "1 record" in anna.get("/deals/?q=fork").content.decode()
    assert "0 records" in anna.get("/deals/?q=pall").content.decode()
    assert "0 records" in anna.get("/tasks/?q=bolt").content.decode()


def test_choices_name_nobody_foreign(office: Office) -> None:
    anna = browser("anna")
    here = office.here
    for address in ("/deals/new/", "/tasks/new/", f"/deals/{office.annas_deal}/credit/"):
        assert "boris" not in anna.get(address).content.decode(), address
    asked = {"name": "Cranes", "customer": "bolt", "opened_on": today(), "owner_id": here.anna}
    answer = anna.post("/deals/new/", asked)
    assert "Nothing that you may open is called so." in answer.content.decode()
    forged = anna.post("/deals/new/", {**asked, "customer": "acme", "owner_id": here.boris})
    assert forged.status_code == 200
    assert Deal.objects.count() == 2


def test_bulk_takes_only_what_one_may_open(office: Office) -> None:
    """Trap: ids in a form are words of the sender."""
    asked = {"action": "reassign", "confirmed": "1", "member_id": office.hanna}
    hanna = browser("hanna")
    hanna.post("/deals/bulk/", {**asked, "pk": [office.annas_deal, office.boris_deal]})
    page = hanna.get(f"/deals/{office.annas_deal}/").content.decode()
    assert "hanna</a>" in page
    assert "boris</a>" in browser("dora").get(f"/deals/{office.boris_deal}/").content.decode()


def test_who_only_reads_is_refused_every_form(office: Office) -> None:
    audit = browser("audit")
    assert audit.get(f"/deals/{office.annas_deal}/").status_code == 200
    names = ("pipeline:new", "activities:log_call", "activities:new_task", "team:new", "team:new_territory")
    addresses = [reverse(name) for name in names]
    addresses += [
        reverse(name, args=[own(office)]) for name, own, _foreign in OF_ONE if name.split(":")[1] not in READ
    ]
    assert {audit.get(address).status_code for address in addresses} == {403}
    assert "Log a call" not in audit.get(f"/deals/{office.annas_deal}/").content.decode()


def test_the_order_of_the_department_is_for_who_leads(office: Office) -> None:
    anna, hanna = browser("anna"), browser("hanna")
    for name in ("team:edit", "team:place", "team:leave"):
        assert anna.get(reverse(name, args=[office.here.boris])).status_code == 403
        assert anna.get(reverse(name, args=[MISSING])).status_code == 403
        assert hanna.get(reverse(name, args=[office.here.anna])).status_code == 200
        assert hanna.get(reverse(name, args=[office.here.boris])).status_code == 404
    north = Territory.objects.get(code="north").pk
    for name in ("cards:territory", "team:manage", "team:divide", "team:edit_territory"):
        assert hanna.get(reverse(name, args=[north])).status_code == 404
        assert browser("dora").get(reverse(name, args=[north])).status_code == 200


LISTS = ("/deals/", "/deals/board/", "/activities/", "/tasks/", "/people/", "/territories/")
MOST = 12  # queries


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_no_list_asks_more_with_more_rows(office: Office) -> None:
    few = {address: _queries(address) for address in LISTS}
    here = office.here
    for number in range(49):
        deal = deal_of(here, f"Deal {number}", here.acme, here.anna)
        open_task(title=f"Task {number}", opened_on=today(), deal_id=deal, by=SYSTEM, at=now())
        log_activity(kind="visit", day=today(), deal_id=deal, shares=[Share(here.anna)], by=SYSTEM, at=now())
        Member.objects.create(code=f"m{number}")
        Territory.objects.create(code=f"t{number}", parent_id=here.north)
    many = {address: _queries(address) for address in LISTS}
    assert many == few
    assert max(many.values()) <= MOST


def _queries(address: str) -> int:
    head = browser("dora")
    with CaptureQueriesContext(connection) as asked:
        assert head.get(address).status_code == 200
    return len(asked)
