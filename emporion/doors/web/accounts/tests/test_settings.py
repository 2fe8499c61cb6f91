"""The first run, settings of the company, the calendar, definitions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from emporion.doors.web.accounts.definition_words import WORDS
from emporion.doors.web.accounts.tests.conftest import PASSWORD, Browser
from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.first_run import first_run_token
from emporion.kernel.access.models import User
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.calendar.queries import calendar
from emporion.kernel.ledger.epoch import begin_epoch, current_epoch
from emporion.kernel.preferences.definitions import DEFINITIONS
from emporion.kernel.preferences.queries import preference, preferences

pytestmark = pytest.mark.django_db
COMPANY = {
    "company_name": "Company N",
    "base_currency": "USD",
    "zone": "Europe/Athens",
    "holidays_country": "GR",
    "languages": ["en", "el"],
    "working_week": ["0", "1", "2", "3", "4", "5"],
}
FIRST = {
    "first_name": "Anna",
    "username": "anna",
    "email": "anna@n.example",
    "password": PASSWORD,
    "again": PASSWORD,
    "language": "el",
    "company_name": "Company N",
    "base_currency": "RUB",
    "zone": "Europe/Athens",
    "holidays_country": "GR",
}


@pytest.fixture
def empty(db: None) -> Client:
    """An installation in which nobody can sign in."""
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    return Client(SERVER_NAME="localhost")


# The first run


@pytest.mark.both_databases
@pytest.mark.spec("SYS-3")
def test_an_empty_installation_is_taken_by_whoever_has_the_token(empty: Client) -> None:
    assert empty.get("/", follow=True).redirect_chain[-1][0] == "/first-run/"
    token = first_run_token()
    assert empty.get(f"/first-run/?token={token}").context["token_known"]
    answer = empty.post("/first-run/", FIRST | {"token": token})
    assert answer.headers["Location"] == "/start/"
    anna = User.objects.get()
    assert (anna.username, anna.language, anna.zone) == ("anna", "el", "Europe/Athens")
    assert preference("company_name") == "Company N"
    epoch = current_epoch()
    assert epoch is not None
    assert epoch.base_currency == "RUB"
    assert empty.get("/start/").status_code == 200
    assert Client(SERVER_NAME="localhost").get("/first-run/").headers["Location"] == "/account/login/"


@pytest.mark.spec("SYS-3")
@pytest.mark.parametrize("token", ["", "guess"])
def test_without_the_token_nobody_takes_it(empty: Client, token: str) -> None:
    answer = empty.post("/first-run/", FIRST | {"token": token})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not User.objects.exists()
    assert preference("company_name") == ""


def test_once_somebody_can_sign_in_there_is_no_first_run(browser: Browser) -> None:
    assert browser().get("/first-run/").status_code == 302
    assert browser().post("/first-run/", FIRST | {"token": "x"}).headers["Location"] == "/account/login/"
    assert not User.objects.filter(username="anna").exists()


def test_the_made_up_company_is_one_tap_away(browser: Browser) -> None:
    assert "Make the made-up company" in browser("director").get("/start/").content.decode()
    browser("director").post("/start/demo/")
    assert DBTaskResult.objects.get().task_path.endswith("make_demo_company")
    assert browser("head").post("/start/demo/").status_code == 403
    assert DBTaskResult.objects.count() == 1


# Company


@pytest.mark.spec("SYS-7")
def test_the_settings_of_the_company_are_kept(browser: Browser) -> None:
    assert browser("director").post("/settings/", COMPANY).status_code == 302
    known = preferences()
    assert known["working_week"] == "1111110"
    assert known["languages"] == "en,el"
    assert known["holidays_country"] == "GR"
    assert known["base_currency"] == "USD"
    assert AuditEntry.objects.filter(action="preference.set", by="director").count() == 6
    chosen = browser("director").get("/settings/").context["form"].initial
    assert chosen["working_week"] == ["0", "1", "2", "3", "4", "5"]


def test_only_offered_languages_can_be_chosen(browser: Browser) -> None:
    browser("director").post("/settings/", COMPANY)
    form = browser("rep").get("/me/").context["form"]
    assert [code for code, _ in form.fields["language"].choices] == ["en", "el"]
    assert 'lang="ru"' not in browser().get("/account/login/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars"},
        {"working_week": []},
        {"languages": []},
        {"holidays_country": "ZZ"},
        {"base_currency": "EU"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_kept(browser: Browser, wrong: Any) -> None:
    answer = browser("director").post("/settings/", COMPANY | wrong)
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert preference("company_name") == ""


# Calendar


@pytest.mark.spec("ACT-7")
def test_a_day_is_shortened_freed_and_set_back_by_page(browser: Browser) -> None:
    client, day = browser("director"), date(2026, 12, 31)
    page = f"/settings/calendar/{day}/"
    answer = client.post(page, {"kind": "short", "percent": "87.5", "name": "New Year's Eve"})
    assert answer.headers["Location"] == "/settings/calendar/?year=2026"
    assert calendar().weight(day) == Decimal("0.875")
    assert client.get(page).context["form"].initial["percent"] == Decimal("87.5")
    assert "New Year&#x27;s Eve" in client.get("/settings/calendar/?year=2026").content.decode()
    client.post(page, {"kind": "free"})
    assert calendar().weight(day) == 0
    client.post(page, {"kind": "usual"})
    assert calendar().weight(day) == 1
    assert client.post(page, {"kind": "usual"}).status_code == 302
    assert "percent" in client.post(page, {"kind": "short"}).context["form"].errors


def test_the_year_shows_the_holidays_of_the_country(browser: Browser) -> None:
    client = browser("director")
    client.post("/settings/", COMPANY)
    assert "Ohi Day" in client.get("/settings/calendar/?year=2026").content.decode()
    assert client.get("/settings/calendar/?year=nonsense").status_code == 200
    assert client.get("/settings/calendar/?year=99999").status_code == 200


# Definitions


def test_every_definition_has_its_words() -> None:
    company = {"company_name", "languages", "zone", "base_currency", "working_week", "holidays_country"}
    assert WORDS.keys() == DEFINITIONS.keys() - company


def test_a_definition_is_changed_and_set_back_and_says_by_whom(browser: Browser) -> None:
    client = browser("director")
    page = "/settings/definitions/active_base_days/"
    shown = client.get(page).content.decode()
    assert "A customer is active who bought in the last 90 days." in shown
    assert "A whole number from 1 to 36,500." in shown
    assert client.post(page, {"value": "60"}).status_code == 302
    assert preference("active_base_days") == 60
    row = client.get("/settings/definitions/").context["rows"][0]
    assert (row["sentence"], row["changed"][0]) == (
        "A customer is active who bought in the last 60 days.",
        "director",
    )
    client.post(page, {"action": "default"})
    assert preference("active_base_days") == 90
    assert "value" in client.post(page, {"value": "0"}).context["form"].errors
    client.post("/settings/definitions/win_rate_base/", {"value": "all"})
    assert preference("win_rate_base") == "all"
