"""Pages of what went wrong: they look like the product though nothing of it works."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from emporion.doors.web.shell import faults
from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now

pytestmark = pytest.mark.spec("SYS-7", "SYS-8")


def no_database(_execute: Any, *_arguments: Any) -> Any:
    """As when the connection is lost."""
    raise OperationalError("gone")


def request_of(**more: Any) -> Any:
    """A request that came no further than the door: no session, no account."""
    return RequestFactory().get("/anything/", **more)


def looks_like_ours(answer: Any) -> None:
    """Trap: an unstyled page, in English, for a reader who has never seen one."""
    page = answer.content.decode()
    assert "/static/ui/emporion" in page
    assert 'class="shell-top"' in page
    assert 'href="/"' in page
    assert "style=" not in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (faults.broken, 500),
        (faults.not_found, 404),
        (faults.forbidden, 403),
        (faults.not_from_here, 403),
        (faults.not_understood, 400),
    ],
)
@pytest.mark.django_db
def test_each_is_drawn_without_database_and_session(page: Any, status: int) -> None:
    with connection.execute_wrapper(no_database):
        answer = page(request_of())
    assert answer.status_code == status
    looks_like_ours(answer)


@pytest.mark.parametrize(
    ("cookie", "accepted", "language", "said"),
    [
        ("", "el,en;q=0.5", "el", "Κάτι πήγε στραβά"),
        ("ru", "el", "ru", "Произошла ошибка"),
        ("", "", "en", "Something broke"),
        ("xx", "ru-RU,ru", "ru", "Произошла ошибка"),
    ],
)
def test_the_language_is_what_is_known_without_asking(
    cookie: str, accepted: str, language: str, said: str
) -> None:
    request = request_of(HTTP_ACCEPT_LANGUAGE=accepted)
    request.COOKIES["language"] = cookie
    page = faults.broken(request).content.decode()
    assert f'<html lang="{language}"' in page
    assert said in page


@pytest.mark.django_db
def test_an_error_of_ours_speaks_the_language_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole request, to a view that breaks, with the number that stands in the log."""
    install_standard_roles()
    dora = create_user(name="dora", role="director", language="ru", by=SYSTEM, at=now())
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(dora, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["theme"] = "dark"

    def breaks(_viewer: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("emporion.doors.web.shell.views.home_of", breaks)
    answer = client.get("/", headers={"Accept-Language": "el"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert '<html lang="ru" data-bs-theme="dark">' in page
    assert answer["X-Request-ID"] in page
    looks_like_ours(answer)


@pytest.mark.django_db
def test_a_lost_database_is_told_on_a_page_of_ours() -> None:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    with connection.execute_wrapper(no_database):
        answer = client.get("/deals/", headers={"Accept-Language": "ru"})
    assert answer.status_code == 500
    looks_like_ours(answer)
    assert '<html lang="ru"' in answer.content.decode()


@pytest.mark.django_db
def test_what_was_sent_without_the_secret_of_its_page_says_what_to_do() -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "dora", "password": "x"})
    assert answer.status_code == 403
    assert "load it again" in answer.content.decode()
    looks_like_ours(answer)


@pytest.mark.django_db
def test_too_much_at_once_says_so() -> None:
    install_standard_roles()
    dora = create_user(name="dora", role="director", by=SYSTEM, at=now())
    client = Client(SERVER_NAME="localhost")
    client.force_login(dora, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/saved-views/", {f"f{number}": "" for number in range(1_001)})
    assert answer.status_code == 400
    looks_like_ours(answer)
    assert User.objects.count() == 1
