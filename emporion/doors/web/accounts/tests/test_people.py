"""People with access, roles, looking as somebody."""

import socket
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client

from emporion.doors.web.accounts.tests.conftest import AT, Browser
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.records.team.actions import create_member
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
House = dict[str, User]
PERSON = {"first_name": "Nina", "last_name": "Testova", "role": "rep", "language": "ru"}


def test_an_invited_person_gets_a_letter_in_their_language(browser: Browser) -> None:
    client = browser("director")
    answer = client.post("/settings/users/invite/", PERSON | {"email": "nina@n.example", "member": "new"})
    nina = User.objects.get(username="nina")
    assert answer.headers["Location"] == f"/settings/users/{nina.pk}/"
    assert Member.objects.get(user=nina).name == "Nina Testova"
    assert mail.outbox[0].to == ["nina@n.example"]
    assert "http://localhost/account/link/" in mail.outbox[0].body
    assert "account/link" not in client.get(f"/settings/users/{nina.pk}/").content.decode()


def test_a_real_mail_server_gets_a_letter_that_can_be_read(browser: Browser, settings: Any) -> None:
    taken: list[Any] = []

    class Keeping:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the server calls it so
            taken.append(message_from_bytes(envelope.content, policy=policy.default))
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Keeping(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        browser("director").post("/settings/users/invite/", PERSON | {"email": "nina@n.example"})
    finally:
        server.stop()
    (letter,) = taken
    assert letter["To"] == "nina@n.example"
    link = next(line for line in letter.get_content().splitlines() if line.startswith("http"))
    assert Client(SERVER_NAME="localhost").get(link).status_code == 200


def test_without_mail_the_link_is_shown_once(browser: Browser, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    client = browser("director")
    page = client.post("/settings/users/invite/", PERSON | {"username": "nina"}).headers["Location"]
    link = client.get(page).context["shown_link"]
    assert link.startswith("http://localhost/account/link/")
    assert client.get(page).context["shown_link"] == ""
    assert Client(SERVER_NAME="localhost").get(link).status_code == 200


def test_a_mail_server_that_is_away_loses_nothing(browser: Browser, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = browser("director")
    page = client.post("/settings/users/invite/", PERSON | {"email": "nina@n.example"}).headers["Location"]
    assert client.get(page).context["shown_link"]


def test_an_invited_person_becomes_somebody_of_the_team(browser: Browser) -> None:
    member = create_member(code="M-1", name="Nina", by=SYSTEM, at=AT)
    client = browser("director")
    client.post("/settings/users/invite/", PERSON | {"username": "nina", "member": str(member.pk)})
    assert Member.objects.get(pk=member.pk).user.username == "nina"  # type: ignore[union-attr]  # or the test fails
    again = PERSON | {"username": "other", "member": str(member.pk)}
    assert client.post("/settings/users/invite/", again).status_code == 200
    assert not User.objects.filter(username="other").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "rep"}, "__all__"),
        ({"email": "REP@n.example", "username": "nina"}, "__all__"),
        ({}, "username"),
        ({"username": "nina", "role": "emperor"}, "role"),
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed(browser: Browser, given: Any, field: str) -> None:
    answer = browser("director").post("/settings/users/invite/", PERSON | given)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert answer.context["form"].data["first_name"] == "Nina"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "calendar/",
        "calendar/2026-01-01/",
        "definitions/",
        "definitions/active_base_days/",
        "users/",
        "users/invite/",
        "users/1/",
        "roles/",
        "roles/new/",
        "roles/1/",
    ],
)
def test_settings_are_for_who_administers(browser: Browser, path: str) -> None:
    assert browser("head").get(f"/settings/{path}").status_code == 403
    assert browser("rep").post(f"/settings/{path}").status_code in {403, 405}


def test_missing_users_and_roles_are_not_found(browser: Browser) -> None:
    client = browser("director")
    for path in ("users/999999/", "roles/999999/", "definitions/zone/", "calendar/yesterday/"):
        assert client.get(f"/settings/{path}").status_code == 404, path


def test_the_list_tells_roles_sessions_and_who_may_sign_in(browser: Browser, house: House) -> None:
    client = browser("director")
    client.post(f"/settings/users/{house['rep'].pk}/act/", {"action": "deactivate"})
    rows = client.get("/settings/users/?access=no").context["rows"]
    assert [row["name"] for row in rows] == ["rep"]
    assert [row["name"] for row in client.get("/settings/users/?q=HEAD@").context["rows"]] == ["head"]
    assert client.get("/settings/users/?format=csv").content.decode().count("\n") == 4


def test_role_and_details_are_changed_on_the_page_of_a_user(browser: Browser, house: House) -> None:
    head = AccessRole.objects.get(code="head")
    page = f"/settings/users/{house['rep'].pk}/"
    form = {"first_name": "Rita", "last_name": "", "email": "rita@n.example", "role": head.pk}
    assert browser("director").post(page, form).status_code == 302
    rep = User.objects.get(pk=house["rep"].pk)
    assert (rep.first_name, rep.email, rep.access_role) == ("Rita", "rita@n.example", head)


def test_the_last_director_cannot_demote_themselves(browser: Browser, house: House) -> None:
    role = AccessRole.objects.get(code="rep").pk
    form = {"first_name": "D", "email": "director@n.example", "role": role}
    answer = browser("director").post(f"/settings/users/{house['director'].pk}/", form)
    assert "nobody would be left" in str(answer.context["form"].errors)


# Roles


def test_a_role_is_made_changed_and_removed_by_page(browser: Browser) -> None:
    client = browser("director")
    form = {"name": "Trainee", "scope": "own", "permissions": ["write"], "requires_second_factor": "on"}
    client.post("/settings/roles/new/", form)
    role = AccessRole.objects.get(name="Trainee")
    assert (role.permissions, role.requires_second_factor) == (["write"], True)
    client.post(f"/settings/roles/{role.pk}/", {"name": "Trainee", "scope": "team"})
    role.refresh_from_db()
    assert (role.scope, role.permissions, role.requires_second_factor) == ("team", [], False)
    assert "Trainee" in client.get("/settings/roles/").content.decode()
    client.post(f"/settings/roles/{role.pk}/act/", {"action": "remove"})
    assert not AccessRole.objects.filter(pk=role.pk).exists()
    standard = AccessRole.objects.get(code="rep").pk
    assert client.post(f"/settings/roles/{standard}/act/", {"action": "remove"}).status_code == 400


# Looking as somebody


def test_looking_as_somebody_sees_what_they_see_and_changes_nothing(browser: Browser, house: House) -> None:
    client = browser("director")
    client.post(f"/settings/users/{house['rep'].pk}/view-as/")
    page = client.get("/me/")
    assert page.context["viewing_as"] == "rep"
    assert "You see the pages as rep does" in page.content.decode()
    assert client.get("/settings/").status_code == 403
    assert client.post("/settings/users/invite/", PERSON | {"username": "nina"}).status_code == 403
    assert not User.objects.filter(username="nina").exists()
    client.post("/viewing-as/stop/")
    assert client.get("/settings/").status_code == 200
    events = AuditEntry.objects.filter(action__startswith="viewing.").order_by("id")
    subject = f"user:{house['rep'].pk}"
    assert [(one.action, one.by, one.subject) for one in events] == [
        ("viewing.started", "director", subject),
        ("viewing.stopped", "director", subject),
    ]


def test_only_who_administers_looks_as_others(browser: Browser, house: House) -> None:
    director = house["director"].pk
    assert browser("head").post(f"/settings/users/{director}/view-as/").status_code == 403
    assert browser("director").post(f"/settings/users/{director}/view-as/").status_code == 400
    assert browser("director").post("/settings/users/999999/view-as/").status_code == 404


# One's own account


def test_one_changes_ones_own_account(browser: Browser, house: House) -> None:
    form = {"first_name": "Rita", "email": "rep@n.example", "language": "el", "zone": "Europe/Athens"}
    assert browser("rep").post("/me/", form).status_code == 302
    rep = User.objects.get(pk=house["rep"].pk)
    assert (rep.first_name, rep.language, rep.zone) == ("Rita", "el", "Europe/Athens")


def test_another_address_needs_the_password(browser: Browser, house: House) -> None:
    """Trap: whoever finds a browser open must not send themselves a link to a new password."""
    form = {"first_name": "Rita", "email": "thief@n.example", "language": "en", "zone": "UTC"}
    client = browser("rep")
    assert "password" in client.post("/me/", form).context["form"].errors
    assert User.objects.get(pk=house["rep"].pk).email == "rep@n.example"
    client.post("/me/", form | {"password": "Zebra-lamp-42x"})
    assert User.objects.get(pk=house["rep"].pk).email == "thief@n.example"
