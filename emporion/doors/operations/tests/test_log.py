"""The log says where and how, never what."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import ResolverMatch

from emporion.doors.operations.log_lines import JsonLine, TextLine, request_id
from emporion.doors.operations.middleware import loggable
from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.models import AccessRole, User

pytestmark = pytest.mark.spec("SYS-6")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the product logs, as JSON lines."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine())
    ours = logging.getLogger("emporion")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield written
    ours.removeHandler(handler)
    ours.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_is_one_line_without_what_was_asked_or_who_asked(log: io.StringIO) -> None:
    install_standard_roles()
    user = User.objects.create(username="anna.secret", access_role=AccessRole.objects.get(code="director"))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    answer = client.get("/search/?q=Maria+Papadopoulou")
    (line,) = lines(log)
    assert (line["path"], line["status"], line["user"], line["method"]) == ("/search/", 200, user.pk, "GET")
    assert line["queries"] > 0
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "Papadopoulou" not in log.getvalue()
    assert "anna" not in log.getvalue()


@pytest.mark.django_db
def test_an_error_is_told_by_kind_and_place_under_the_number_on_the_page(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trap: the message of an error quotes the record it broke on."""

    def broken(*_: object, **__: object) -> HttpResponse:
        raise RuntimeError("Maria Papadopoulou, +30 210 1234567")

    monkeypatch.setattr("emporion.doors.operations.views.health", broken)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    answer = client.get("/health/")
    error, line = lines(log)
    assert answer.status_code == line["status"] == 500
    assert (error["level"], error["error"]) == ("error", "RuntimeError")
    assert any("test_log.py" in place and "broken" in place for place in error["at"])
    assert error["request"] == line["request"] == answer.headers["X-Request-ID"]
    assert error["request"] in answer.content.decode()
    assert "Papadopoulou" not in log.getvalue()


@pytest.mark.parametrize(
    ("path", "route", "kwargs", "kept"),
    [
        ("/customers/17/", "customers/<int:pk>/", {"pk": 17}, "/customers/17/"),
        ("/invited/c2VjcmV0/", "invited/<str:token>/", {"token": "c2VjcmV0"}, "/invited/<str:token>/"),
    ],
)
def test_an_address_that_lets_somebody_in_is_not_kept(
    path: str, route: str, kwargs: dict[str, object], kept: str
) -> None:
    request = HttpRequest()
    request.path = path
    request.resolver_match = ResolverMatch(print, (), kwargs, route=route)
    assert loggable(request) == kept


def test_an_address_that_is_no_page_is_not_kept() -> None:
    request = HttpRequest()
    request.path = "/?password=123"
    assert "password" not in loggable(request)


def record(name: str, text: str, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "/x/site-packages/lib/mod.py", 7, text, (), None)
    made.__dict__.update(more)
    return made


def test_texts_of_libraries_are_left_out() -> None:
    line = json.loads(JsonLine().format(record("axes.attempts", "New login failure by {username: anna}")))
    assert line["what"] == "axes.attempts at lib/mod.py:7"


def test_text_for_people_is_the_hour_and_the_facts() -> None:
    token = request_id.set("abc")
    try:
        said = TextLine().format(record("emporion.jobs", "job failed", facts={"task": "flush", "user": None}))
    finally:
        request_id.reset(token)
    assert said.split(" ", 1)[1] == "warning job failed task=flush request=abc"


def test_an_error_in_text_shows_its_places_below() -> None:
    try:
        raise ValueError("a name")
    except ValueError:
        said = TextLine().format(record("emporion.jobs", "broken", exc_info=sys.exc_info()))
    first, *places = said.splitlines()
    assert first.endswith("error=ValueError")
    assert places
    assert "a name" not in said
