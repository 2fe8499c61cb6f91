"""Deals, activities, tasks, people and territories entered and changed on pages, without JavaScript."""

from datetime import timedelta

import pytest
from django.test import Client

from emporion.doors.web.cards.tests.office import Office, browser, open_office
from emporion.kernel.ledger.verifying import discrepancies
from emporion.records.activities.models import Activity, Task
from emporion.records.customers.models import CustomerOwner
from emporion.records.customers.queries import today
from emporion.records.pipeline.models import Deal
from emporion.records.team.models import Absence, Member, Place, Territory
from emporion.records.team.queries import Places

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    """The small department with people who sign in."""
    return open_office()


@pytest.fixture
def anna(office: Office) -> Client:
    """Pages as Anna sees them."""
    return browser("anna")


@pytest.fixture
def dora(office: Office) -> Client:
    """Pages as the director sees them."""
    return browser("dora")


def saved(client: Client, address: str, **said: object) -> str:
    """Sends a form; where it led. The form must have been accepted."""
    answer = client.post(address, said)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.spec("PIPE-5")
def test_a_deal_from_opening_to_contract(anna: Client, office: Office) -> None:
    here, day = office.here, today()
    card = saved(
        anna,
        "/deals/new/",
        name="Cranes",
        customer="ac",
        value="2500.5",
        opened_on=day,
        owner_id=here.anna,
        stage_id=here.call,
    )
    deal = Deal.objects.get(name="Cranes")
    assert card == f"/deals/{deal.pk}/"
    page = anna.get(card).content.decode()
    assert "€2,500.50" in page
    assert "no next step" in page
    saved(anna, f"{card}move/", stage_id=here.offer, entered_on=day, version=deal.version)
    saved(anna, f"{card}worth/", value=3000, starts_on=day, version=deal.version + 1)
    saved(anna, f"{card}contract/", signed_on=day, amount="", version=deal.version + 2)
    saved(
        anna,
        f"{card}move/",
        stage_id=here.lost,
        entered_on=day,
        lost_reason="price",
        version=deal.version + 3,
    )
    deal.refresh_from_db()
    assert (deal.stage_id, deal.lost_reason, deal.contract_signed_on) == (here.lost, "price", day)
    assert "€3,000.00" in anna.get(card).content.decode()
    assert list(discrepancies()) == []


def test_two_people_change_one_deal(anna: Client, office: Office) -> None:
    """Trap: whoever saves second would undo the first without knowing."""
    address = f"/deals/{office.annas_deal}/edit/"
    first = Deal.objects.get(pk=office.annas_deal).version
    saved(browser("hanna"), address, name="Three forklifts", customer="acme", version=first)
    answer = anna.post(address, {"name": "Forklifts, used", "customer": "acme", "version": first})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Forklifts, used" in page
    assert "It is now: Three forklifts" in page
    saved(anna, address, name="Forklifts, used", customer="acme", version=first + 1)
    assert Deal.objects.get(pk=office.annas_deal).name == "Forklifts, used"


@pytest.mark.both_databases
@pytest.mark.spec("PIPE-5")
def test_a_deal_moves_on_the_board_by_buttons_and_back_by_undo(anna: Client, office: Office) -> None:
    deal = Deal.objects.get(pk=office.annas_deal)
    page = anna.get("/deals/board/?needs=step").content.decode()
    assert f'id="deal-{deal.pk}"' in page
    led = saved(
        anna, f"/deals/{deal.pk}/step/", stage=office.here.offer, version=deal.version, query="needs=step"
    )
    assert led == f"/deals/board/?needs=step&pipeline={office.here.pipeline}#deal-{deal.pk}"
    deal.refresh_from_db()
    assert deal.stage_id == office.here.offer
    again = anna.post(f"/deals/{deal.pk}/step/", {"stage": office.here.call, "version": deal.version - 1})
    assert again.status_code == 409
    assert anna.get(f"/deals/{deal.pk}/step/").status_code == 405


@pytest.mark.spec("PIPE-3")
def test_whose_a_deal_is(dora: Client, office: Office) -> None:
    here, deal = office.here, Deal.objects.get(pk=office.annas_deal)
    shares = {"member_1": here.anna, "weight_1": 1, "member_2": here.boris, "weight_2": 2}
    kinds = {f"credit_{number}": "direct" for number in range(1, 5)}
    saved(dora, f"/deals/{deal.pk}/credit/", version=deal.version, **shares, **kinds)
    assert set(deal.credits.values_list("member_id", "weight")) == {(here.anna, 1), (here.boris, 2)}
    assert "boris, anna" in dora.get("/deals/").content.decode()


@pytest.mark.spec("ACT-1")
def test_a_call_is_logged_in_two_taps_with_its_next_step(anna: Client, office: Office) -> None:
    """From the card of the customer: how it ended, and "log it". Trap: the outcomes were buttons above the fields of
    the next step, and one had sent the form before one saw them."""
    address = f"/activities/log/call/?customer={office.here.acme}"
    page = anna.get(address).content.decode()
    assert 'value="acme"' in page
    order = ('value="no_answer"', 'name="step_title"', 'name="step_due"', "Log it</button>")
    places = [page.index(one) for one in order]
    assert places == sorted(places)
    assert page.count("Log it</button>") == 1
    assert page.index('name="note"') < places[-1]
    shown = {"customer": "acme", "first": "repeat", "day": today()}
    saved(anna, address, outcome="no_answer", **shown)
    call = Activity.objects.latest("id")
    assert (call.kind, call.first, call.outcome, call.customer_id) == (
        "call",
        "repeat",
        "no_answer",
        office.here.acme,
    )
    assert list(call.members.values_list("member_id", flat=True)) == [office.here.anna]
    saved(anna, address, outcome="agreed", step_title="Show the crane", step_due=today(), **shown)
    assert (
        Task.objects.filter(title="Show the crane", is_next_step=True, member_id=office.here.anna).count()
        == 1
    )
    before = Activity.objects.count()
    assert anna.post(address, {**shown, "step_due": today()}).status_code == 200
    assert Activity.objects.count() == before


@pytest.mark.spec("ACT-1")
def test_a_task_is_closed_with_what_was_done_and_what_comes_next(anna: Client, office: Office) -> None:
    task = Task.objects.get(pk=office.annas_task)
    address = f"/tasks/{task.pk}/close/"
    wrong = anna.post(address, {"done_on": today(), "outcome": "agreed", "version": task.version})
    assert "Say what was done" in wrong.content.decode()
    saved(
        anna,
        address,
        done_on=today(),
        log_kind="call",
        outcome="agreed",
        step_title="Visit them",
        step_due=today(),
        version=task.version,
    )
    task.refresh_from_db()
    assert (task.done_on, task.dropped) == (today(), False)
    assert Activity.objects.filter(kind="call", outcome="agreed", customer_id=office.here.acme).count() == 1
    assert "Visit them" in anna.get("/tasks/").content.decode()
    assert "Send prices" not in anna.get("/tasks/").content.decode()
    assert "Send prices" in anna.get("/tasks/?state=done").content.decode()
    saved(anna, f"/tasks/{task.pk}/reopen/", version=task.version)
    assert "Send prices" in anna.get("/tasks/").content.decode()


def test_tasks_are_given_over_and_due_anew_in_bulk(office: Office) -> None:
    hanna = browser("hanna")
    asked = hanna.post("/tasks/bulk/", {"action": "due", "pk": [office.annas_task]}).content.decode()
    assert "1 record chosen" in asked
    chosen = {"all": "1", "query": "state=open&q=prices", "confirmed": "1"}
    back = saved(hanna, "/tasks/bulk/", action="due", due_on=today() + timedelta(days=3), **chosen)
    assert back == "/tasks/?state=open&q=prices"
    saved(hanna, "/tasks/bulk/", action="reassign", member_id=office.hanna, **chosen)
    task = Task.objects.get(pk=office.annas_task)
    assert (task.due_on, task.member_id) == (today() + timedelta(days=3), office.hanna)


def test_what_was_removed_comes_back(anna: Client, office: Office) -> None:
    saved(anna, f"/tasks/{office.annas_task}/remove/")
    page = anna.get("/tasks/").content.decode()
    assert "Undo" in page
    assert anna.get(f"/tasks/{office.annas_task}/").status_code == 404
    entry = page.split('name="entry" value="')[1].split('"')[0]
    saved(anna, "/undo/", entry=entry)
    assert anna.get(f"/tasks/{office.annas_task}/").status_code == 200


@pytest.mark.spec("TEAM-1")
def test_a_head_enters_a_person_and_moves_them_with_a_preview(office: Office) -> None:
    hanna, here = browser("hanna"), office.here
    new = {"name": "Nina", "code": "nina", "starts_on": today(), "role": "closer"}
    assert "Say in which team" in hanna.post("/people/new/", new).content.decode()
    saved(hanna, "/people/new/", team_id=here.red, **new)
    nina = Member.objects.get(code="nina")
    assert Places.load([nina.pk]).on(nina.pk, today())[:2] == (here.red, "closer")
    assert "Nina" in hanna.get("/people/").content.decode()
    moved = {"starts_on": today() - timedelta(days=40), "role": "farmer", "team_id": here.red}
    page = hanna.post(f"/people/{here.anna}/place/", moved).content.decode()
    assert "of the past will be counted anew" in page
    assert not Place.objects.filter(member_id=here.anna, role="farmer").exists()
    saved(hanna, f"/people/{here.anna}/place/", confirmed="1", **moved)
    assert Place.objects.filter(member_id=here.anna, role="farmer").exists()
    assert list(discrepancies()) == []


@pytest.mark.spec("TEAM-10")
def test_who_leaves_leaves_nothing_orphaned(dora: Client, office: Office) -> None:
    here = office.here
    saved(dora, f"/people/{here.anna}/leave/", left_on=today(), heir_id=here.boris)
    assert CustomerOwner.objects.filter(customer_id=here.acme).latest("starts_on").member_id == here.boris
    assert list(Deal.objects.get(pk=office.annas_deal).credits.values_list("member_id", flat=True)) == [
        here.boris
    ]
    assert Task.objects.get(pk=office.annas_task).member_id == here.boris
    assert ">anna<" not in dora.get("/people/").content.decode()
    assert ">anna<" in dora.get("/people/?state=left").content.decode()


@pytest.mark.spec("TEAM-11")
def test_an_absence_is_written_down_by_the_absent(anna: Client, office: Office) -> None:
    days = {"first": today(), "last": today() + timedelta(days=4), "kind": "holiday"}
    saved(anna, f"/people/{office.here.anna}/absence/", **days)
    absence = Absence.objects.get()
    assert (absence.ends_on - absence.starts_on).days == 5
    assert "away" in anna.get("/people/").content.decode()
    assert "holiday" in anna.get(f"/people/{office.here.anna}/").content.decode()
    twice = anna.post(f"/people/{office.here.anna}/absence/", days)
    assert twice.status_code == 200


@pytest.mark.spec("TEAM-4")
def test_a_territory_is_given_a_manager_and_divided(dora: Client, office: Office) -> None:
    here = office.here
    page = dora.get("/territories/").content.decode()
    assert "nobody answers for it" in page
    north = Territory.objects.get(pk=here.north)
    saved(dora, f"/territories/{north.pk}/manager/", manager_id=office.hanna, version=north.version)
    Place.objects.filter(member_id=here.anna).update(manager_id=office.hanna)
    parts = {"name_1": "Far north", "code_1": "far", "manager_1": here.anna, "name_2": "", "code_2": "x"}
    saved(dora, f"/territories/{north.pk}/divide/", **parts)
    assert Territory.objects.get(code="far").parent_id == north.pk
    assert "Far north" in dora.get(f"/territories/{north.pk}/").content.decode()
    saved(dora, "/territories/new/", name="South", code="south", cut="place", country="gr")
    assert Territory.objects.get(code="south").country == "GR"
    assert "1 customer in the base" not in dora.get(f"/territories/{north.pk}/").content.decode()


@pytest.mark.spec("SYS-1")
def test_lists_are_exported_with_their_words(dora: Client, office: Office) -> None:
    told = dora.get("/deals/?format=csv&q=fork").content.decode("utf-8-sig").splitlines()
    assert told[0].startswith("Deal,Customer,Stage,Worth,Currency,Owner")
    assert told[1].startswith("Forklifts,acme,call,1000")
    assert len(told) == 2
    assert browser("anna").get("/deals/?format=csv").status_code == 403
