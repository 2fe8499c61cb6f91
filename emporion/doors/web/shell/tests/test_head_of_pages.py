"""What stands on every page: whose product it is, and a search of its own."""

import pytest
from django.test import Client

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.preferences.actions import set_preference

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-8")]


@pytest.fixture
def dora() -> Client:
    """Pages as the director sees them."""
    install_standard_roles()
    user = create_user(name="dora", role="director", by=SYSTEM, at=now())
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def field(page: str, which: str) -> str:
    """The tag of the field with that id."""
    return page[page.index(f'id="{which}"') :].split(">", maxsplit=1)[0]


def test_the_search_of_the_head_keeps_out_of_lists(dora: Client) -> None:
    """Trap: both read `q`, so that what was looked for in a list stood in the search of everything."""
    page = dora.get("/customers/?q=kappa").content.decode()
    assert 'value="kappa"' in field(page, "q")
    assert 'value=""' in field(page, "find")
    assert 'value="kappa"' in field(dora.get("/search/?q=kappa").content.decode(), "find")


def test_the_company_is_named_on_every_page_and_on_paper(dora: Client) -> None:
    """Trap: a setting that was asked for first of all and shown nowhere."""
    assert ">Emporion</a>" in dora.get("/customers/").content.decode()
    set_preference(name="company_name", value="Kappa & Sons", by=SYSTEM, at=now())
    page = dora.get("/customers/").content.decode()
    assert '<a class="brand" href="/">Kappa &amp; Sons</a>' in page
    assert "· Kappa &amp; Sons</title>" in page
    assert '<p class="on-paper">Kappa &amp; Sons</p>' in page
    assert (
        "Kappa &amp; Sons"
        in Client(SERVER_NAME="localhost").get("/account/password/forgotten/").content.decode()
    )
