"""Signing in: names, wrong passwords, forgotten ones, the second factor, sessions, the made-up company."""

from typing import Any

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from emporion.doors.demo.models import DemoCompany, DemoUser
from emporion.doors.web.accounts.tasks import mail_password_link
from emporion.doors.web.accounts.tests.conftest import AT, PASSWORD, Browser
from emporion.kernel.access.actions import deactivate_user
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
LOGIN = "/account/login/"
House = dict[str, User]


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


@pytest.mark.parametrize("login", ["rep", "rep@n.example", "REP@n.example"])
@pytest.mark.both_databases
def test_one_signs_in_by_name_or_by_address(browser: Browser, login: str) -> None:
    client = browser()
    assert sign_in(client, login).headers["Location"] == "/"
    assert client.get("/me/").status_code == 200
    assert AuditEntry.objects.filter(action="user.signed_in", by="rep").count() == 1


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(browser: Browser) -> None:
    """Trap: the answer must not tell who has an account."""
    answers = []
    for login in ("rep", "rep@n.example", "nobody", "nobody@n.example"):
        answer = sign_in(browser(), login, "wrong")
        errors = answer.context["form"].non_field_errors()
        answers.append((answer.status_code, *errors))
    assert set(answers) == {(200, "The name or the password is not right.")}


@pytest.mark.both_databases
def test_five_wrong_passwords_lock_the_name_from_that_address_for_a_quarter_of_an_hour(
    browser: Browser,
) -> None:
    """Trap: name and e-mail are one account: changing between them gives no more attempts."""
    client = browser()
    codes = [sign_in(client, ("rep", "rep@n.example")[n % 2], "wrong").status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    locked = sign_in(client, "rep")
    assert locked.status_code == 429
    assert "15 minutes" in locked.content.decode()
    assert sign_in(browser(REMOTE_ADDR="10.0.0.9"), "rep").status_code == 302
    with time_machine.travel(AT.now(AT.tzinfo).timestamp() + 16 * 60, tick=True):
        assert sign_in(client, "rep").status_code == 302


def test_another_case_gives_no_more_attempts(browser: Browser, house: House) -> None:
    """Trap: names are found in any case, so they are counted, and a lock is lifted, in any case."""
    User.objects.filter(pk=house["rep"].pk).update(username="Rep")
    client = browser()
    codes = [sign_in(client, ("Rep", "rep", "REP")[n % 3], "wrong").status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert sign_in(client, "rep").status_code == 429
    browser("director").post(f"/settings/users/{house['rep'].pk}/act/", {"action": "lift_lock"})
    assert sign_in(client, "rep").status_code == 302


def test_behind_a_proxy_only_the_address_it_tells_is_locked(browser: Browser, settings: Any) -> None:
    """Trap: with no known proxy the header is anybody's word and counts for nothing; with one its last part does."""
    for number in range(5):
        last = sign_in(browser(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}"), "rep", "wrong")
    assert last.status_code == 429
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    here, elsewhere = (browser(HTTP_X_FORWARDED_FOR=f"1.1.1.1, 10.0.1.{number}") for number in (1, 2))
    assert [sign_in(here, "rep", "wrong").status_code for _ in range(5)][-1] == 429
    assert sign_in(here, "rep").status_code == 429
    assert sign_in(elsewhere, "rep").status_code == 302


def test_an_unknown_name_is_locked_just_as_a_known_one(browser: Browser) -> None:
    client = browser()
    assert [sign_in(client, "nobody", "wrong").status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_who_administers_lifts_a_lock(browser: Browser, house: House) -> None:
    client = browser()
    for _ in range(5):
        sign_in(client, "rep", "wrong")
    page, rep = browser("director"), house["rep"].pk
    assert "Lift the lock" in page.get(f"/settings/users/{rep}/").content.decode()
    page.post(f"/settings/users/{rep}/act/", {"action": "lift_lock"})
    assert sign_in(client, "rep").status_code == 302


def test_nobody_signs_themselves_up(browser: Browser) -> None:
    assert browser().get("/account/signup/").status_code == 404
    assert browser("rep").get("/account/signup/").status_code == 404


def test_without_access_one_is_told_so_and_old_sessions_are_dead(browser: Browser, house: House) -> None:
    inside = browser("rep")
    assert inside.get("/me/").status_code == 200
    deactivate_user(user_id=house["rep"].pk, by=SYSTEM, at=AT)
    assert inside.get("/me/").headers["Location"].startswith(LOGIN)
    assert sign_in(browser(), "rep").headers["Location"] == "/account/inactive/"


def test_pages_ask_for_sign_in_and_lead_back(browser: Browser) -> None:
    answer = browser().get("/settings/definitions/")
    assert answer.headers["Location"] == f"{LOGIN}?next=/settings/definitions/"
    client = browser()
    back = client.post(LOGIN, {"login": "rep", "password": PASSWORD, "next": "//evil.example/"})
    assert back.headers["Location"] == "/"


# Passwords


def test_a_forgotten_password_is_replaced_by_a_mailed_link(browser: Browser, house: House) -> None:
    client = browser()
    client.post("/account/password/forgotten/", {"login": "rep"})
    mail_password_link.call(*DBTaskResult.objects.get().args_kwargs["args"])
    (letter,) = mail.outbox
    assert letter.to == ["rep@n.example"]
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    page = client.get(link)
    assert "You will sign in as rep" in page.content.decode()
    new = {"password": "Lamp-zebra-77y", "again": "Lamp-zebra-77y"}
    assert client.post(link, new).headers["Location"] == LOGIN
    assert client.get(link).status_code == 400
    assert sign_in(client, "rep", "Lamp-zebra-77y").status_code == 302


def mailed_start(client: Client, **asked: str) -> str:
    """How the link begins that is mailed to whoever asks for that host."""
    client.post("/account/password/forgotten/", {"login": "rep"}, **asked)  # type: ignore[arg-type]  # of the request
    start = DBTaskResult.objects.get().args_kwargs["args"][1]
    return str(start).partition("/account/")[0]


@pytest.mark.spec("SYS-3")
@pytest.mark.parametrize(
    ("host", "address", "start"),
    [
        ("localhost:8000", "", "http://localhost:8000"),
        ("localhost:6666", "", "http://localhost"),
        ("localhost", "", "http://localhost"),
        ("[::1]:8000", "", "http://[::1]:8000"),
        ("localhost:6666", "https://crm.example.com", "https://crm.example.com"),
    ],
)
def test_who_asks_for_a_link_does_not_choose_where_it_leads(
    browser: Browser, settings: Any, host: str, address: str, start: str
) -> None:
    """Trap: the port of the mailed link came from the Host header, so a stranger sent people's new passwords to another
    program of the same machine."""
    settings.ALLOWED_HOSTS = ["localhost", "[::1]"]
    settings.PUBLIC_ADDRESS = address
    assert mailed_start(browser(), HTTP_HOST=host, SERVER_PORT="8000") == start


@pytest.mark.spec("SYS-3")
def test_where_any_host_may_be_asked_for_no_link_is_mailed(browser: Browser, settings: Any) -> None:
    """Trap: with EMPORION_HOSTS=* the whole address is the stranger's to choose."""
    settings.ALLOWED_HOSTS, settings.PUBLIC_ADDRESS = ["*"], ""
    answer = browser().post("/account/password/forgotten/", {"login": "rep"}, HTTP_HOST="evil.example")
    assert "is on its way" in answer.content.decode()
    assert not DBTaskResult.objects.exists()
    settings.PUBLIC_ADDRESS = "https://crm.example.com"
    assert mailed_start(browser(), HTTP_HOST="evil.example") == "https://crm.example.com"


@pytest.mark.spec("SYS-3")
def test_a_link_to_hand_over_begins_as_set(browser: Browser, house: House, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.PUBLIC_ADDRESS = "https://crm.example.com"
    page = f"/settings/users/{house['rep'].pk}/"
    director = browser("director")
    director.post(f"{page}act/", {"action": "link"})
    assert "https://crm.example.com/account/" in director.get(page).content.decode()


def test_asking_for_a_link_does_the_same_whoever_exists(browser: Browser) -> None:
    """Trap: neither the answer nor the work behind it differs, so its time tells nothing."""
    for login in ("rep", "nobody"):
        answer = browser().post("/account/password/forgotten/", {"login": login})
        assert "is on its way" in answer.content.decode()
    assert DBTaskResult.objects.count() == 2


def test_nobody_is_buried_in_letters(browser: Browser) -> None:
    """Trap: each asking sends a letter and ends the link before it; too many are answered alike and not sent."""
    client = browser()
    for _ in range(9):
        answer = client.post("/account/password/forgotten/", {"login": "rep"})
        assert "is on its way" in answer.content.decode()
    assert DBTaskResult.objects.count() == 5


def test_without_mail_the_page_says_whom_to_ask(browser: Browser, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    answer = browser().post("/account/password/forgotten/", {"login": "rep"}).content.decode()
    assert "No mail leaves from here" in answer
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("password", ["short-7x", "1234567890123", "password123", "rep@n.example"])
def test_an_easy_password_is_refused(browser: Browser, house: House, password: str) -> None:
    browser("director").post(f"/settings/users/{house['rep'].pk}/act/", {"action": "link"})
    mail_password_link.call("rep", "http://localhost/account/link/")
    link = next(line for line in mail.outbox[-1].body.splitlines() if line.startswith("http"))
    answer = browser().post(link, {"password": password, "again": password})
    assert answer.status_code == 200
    assert answer.context["form"].errors["password"]


def test_a_changed_password_ends_the_other_sessions(browser: Browser) -> None:
    here, there = browser("rep"), browser("rep")
    new = {"oldpassword": PASSWORD, "password1": "Lamp-zebra-77y", "password2": "Lamp-zebra-77y"}
    assert here.post("/account/password/", new).headers["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(action="user.password_changed", by="rep").exists()


# Second factor


def code_of(user: User) -> str:
    """The code an authenticator app would show now."""
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = get_adapter().decrypt(kept.data["secret"])
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_a_second_factor_is_set_up_and_then_asked_for(
    browser: Browser, house: House, django_capture_on_commit_callbacks: Any
) -> None:
    client = browser()
    sign_in(client, "rep")
    assert (
        client.get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    )
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/2fa/totp/activate/"})
    form = client.get("/account/2fa/totp/activate/").context["form"]
    code = format_hotp_value(hotp_value(form.secret, next(iter(yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/2fa/totp/activate/", {"code": code})
    assert answer.headers["Location"] == "/account/2fa/recovery-codes/"
    assert AuditEntry.objects.filter(action="user.second_factor_set", by="rep").exists()
    with time_machine.travel(AT.now(AT.tzinfo).timestamp() + 90, tick=True):
        other = browser()
        assert sign_in(other, "rep").headers["Location"].startswith("/account/2fa/authenticate/")
        assert other.get("/me/").status_code == 302
        assert other.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
        assert other.post("/account/2fa/authenticate/", {"code": code_of(house["rep"])}).status_code == 302
        assert other.get("/me/").status_code == 200


def test_codes_cannot_be_guessed_by_trying(browser: Browser, house: House) -> None:
    TOTP.activate(house["rep"], "JBSWY3DPEHPK3PXP")
    client = browser()
    sign_in(client, "rep")
    for _ in range(10):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/account/2fa/authenticate/", {"code": code_of(house["rep"])})
    assert "Too many attempts" in str(answer.context["form"].errors)


def test_a_recovery_code_signs_in_once(browser: Browser, house: House) -> None:
    TOTP.activate(house["rep"], "JBSWY3DPEHPK3PXP")
    code = RecoveryCodes.activate(house["rep"]).get_unused_codes()[0]
    for expected in (302, 200):
        client = browser()
        sign_in(client, "rep")
        assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == expected


def test_a_role_that_needs_a_second_factor_lets_nobody_further_without_one(
    browser: Browser, house: House
) -> None:
    AccessRole.objects.filter(code="rep").update(requires_second_factor=True)
    client = browser("rep")
    assert client.get("/me/").headers["Location"] == "/account/2fa/totp/activate/"
    assert client.post("/saved-views/", {"name": "x"}).headers["Location"] == "/account/2fa/totp/activate/"
    TOTP.activate(house["rep"], "JBSWY3DPEHPK3PXP")
    assert client.get("/me/").status_code == 200
    assert browser("head").get("/me/").status_code == 200


def test_whoever_administers_takes_a_lost_second_factor_away(browser: Browser, house: House) -> None:
    TOTP.activate(house["rep"], "JBSWY3DPEHPK3PXP")
    act = f"/settings/users/{house['rep'].pk}/act/"
    assert browser("head").post(act, {"action": "remove_second_factor"}).status_code == 403
    assert Authenticator.objects.exists()
    browser("director").post(act, {"action": "remove_second_factor"})
    assert not Authenticator.objects.exists()


# Sessions


def test_sessions_are_listed_and_ended_one_by_one(browser: Browser) -> None:
    here, there = browser(), browser(HTTP_USER_AGENT="Phone")
    sign_in(here, "rep")
    sign_in(there, "rep")
    stranger = browser()
    sign_in(stranger, "head")
    rows = here.get("/me/sessions/").context["rows"]
    assert [row["current"] for row in rows] == [True, False]
    other = rows[1]["it"].pk
    assert stranger.post(f"/me/sessions/{other}/end/").status_code == 404
    assert there.get("/me/").status_code == 200
    here.post(f"/me/sessions/{other}/end/")
    assert there.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200


# The made-up company


@pytest.fixture
def demo(house: House) -> None:
    DemoCompany.objects.create(
        seed=1, scale=1, years=1, last_day=AT.date(), language="en", with_stories=True, made_at=AT
    )
    DemoUser.objects.create(user=house["rep"], position=1)


@pytest.mark.usefixtures("demo")
def test_in_the_made_up_company_one_click_signs_in(browser: Browser) -> None:
    client = browser()
    assert 'value="rep"' in client.get(LOGIN).content.decode()
    assert client.post("/demo-sign-in/", {"username": "rep"}).headers["Location"] == "/"
    assert client.get("/me/").context["whose"].username == "rep"
    assert len(client.get("/me/sessions/").context["rows"]) == 1
    assert AuditEntry.objects.filter(action="user.signed_in", by="rep").exists()


@pytest.mark.usefixtures("demo")
def test_one_click_signs_in_only_the_made_up_people(browser: Browser) -> None:
    client = browser()
    assert client.post("/demo-sign-in/", {"username": "director"}).status_code == 404
    assert client.get("/me/").status_code == 302


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"HTTP_X_FORWARDED_FOR": "192.168.1.7"},
        {"HTTP_FORWARDED": "for=192.168.1.7"},
        {"SERVER_NAME": "demo.example"},
    ],
)
def test_from_elsewhere_there_is_no_one_click(browser: Browser, settings: Any, headers: Any) -> None:
    """Trap: behind a proxy every visitor seems to come from the machine itself."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(**{"SERVER_NAME": "localhost"} | headers)
    assert 'value="rep"' not in client.get(LOGIN).content.decode()
    assert client.post("/demo-sign-in/", {"username": "rep"}).status_code == 404


def test_a_real_installation_has_no_one_click(browser: Browser) -> None:
    assert "demo-sign-in" not in browser().get(LOGIN).content.decode()
    assert browser().post("/demo-sign-in/", {"username": "rep"}).status_code == 404
