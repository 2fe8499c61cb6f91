"""An invitation from its first field to the home of who was invited."""

from typing import Any

import pytest
from django.test import Client

from emporion.doors.web.accounts.tests.conftest import AT, Browser
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.audit.models import AuditEntry
from emporion.records.team.actions import create_member
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
INVITE = "/settings/users/invite/"
PERSON = {"first_name": "Nina", "role": "rep", "language": "en", "username": "nina"}
NEW = {"password": "Lamp-zebra-77y", "again": "Lamp-zebra-77y"}


def field(page: Any) -> str:
    """The choice of who they are in the team."""
    text: str = page.content.decode()
    return text[text.index('name="member"') :].split("</div>", maxsplit=1)[0]


def link_of(client: Client, **more: str) -> str:
    """Invites, and takes the link from the page."""
    page = client.post(INVITE, {**PERSON, "member": "new", **more})["Location"]
    return str(client.get(page).context["shown_link"]).replace("http://localhost", "")


@pytest.fixture(autouse=True)
def no_mail(settings: Any) -> None:
    """The link is shown."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def test_the_only_person_without_a_sign_in_is_chosen_and_named(browser: Browser) -> None:
    """Trap: "nobody" was chosen, and who was invited found a product without a single record."""
    member = create_member(code="M-1", name="Nina Newcomer", by=SYSTEM, at=AT)
    shown = field(browser("director").get(INVITE))
    assert f'value="{member.pk}" selected' in shown
    assert "Nina Newcomer has no sign-in yet, and is chosen." in shown


def test_of_several_one_has_to_be_chosen(browser: Browser) -> None:
    nina, mina = (create_member(code=name, name=name, by=SYSTEM, at=AT) for name in ("Nina", "Mina"))
    client = browser("director")
    shown = field(client.get(INVITE))
    assert '<option value="" selected>' in shown
    assert "These people have no sign-in yet." in shown
    refused = client.post(INVITE, {**PERSON, "member": ""})
    assert "Say who they are in the team." in refused.content.decode()
    assert not User.objects.filter(username="nina").exists()
    assert f'value="{mina.pk}" selected' in field(client.get(f"{INVITE}?member={mina.pk}"))
    client.post(INVITE, {**PERSON, "member": str(nina.pk)})
    assert Member.objects.get(pk=nina.pk).user == User.objects.get(username="nina")


def test_nobody_can_still_be_said(browser: Browser) -> None:
    create_member(code="M-1", name="Nina", by=SYSTEM, at=AT)
    browser("director").post(INVITE, {**PERSON, "member": "nobody"})
    assert not Member.objects.filter(user=User.objects.get(username="nina")).exists()


def test_who_sets_their_first_password_is_signed_in_at_home(browser: Browser) -> None:
    """Trap: a password just typed twice had to be typed once more."""
    link, theirs = link_of(browser("director")), browser()
    answer = theirs.post(link, NEW, follow=True)
    assert next(path for path, _status in answer.redirect_chain) == "/"
    assert answer.status_code == 200
    assert answer.context["viewer"].name == "nina"
    assert "you are signed in" in answer.content.decode()
    assert theirs.get(link).status_code == 400
    events = list(AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2])
    assert events == ["user.signed_in", "user.password_set"]


def test_a_link_to_a_new_password_leads_to_signing_in(browser: Browser, house: dict[str, User]) -> None:
    """Trap: a second factor passed by with a link."""
    client = browser("director")
    page = f"/settings/users/{house['rep'].pk}/"
    client.post(f"{page}act/", {"action": "link"})
    link = str(client.get(page).context["shown_link"]).replace("http://localhost", "")
    answer = browser().post(link, NEW)
    assert answer["Location"] == "/account/login/"


def test_in_the_browser_of_somebody_else_the_invited_person_is_signed_in(browser: Browser) -> None:
    """Trap: the director tries the link they hand over, and goes on as themselves with another's password set."""
    client = browser("director")
    link = link_of(client)
    assert client.post(link, NEW, follow=True).context["viewer"].name == "nina"
