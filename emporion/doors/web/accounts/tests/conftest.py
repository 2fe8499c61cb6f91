"""A small house: a director, a head, a rep; and browsers for each."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.epoch import begin_epoch

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "Zebra-lamp-42x"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def _own_limits(settings: object, tmp_path: Path) -> None:
    """Counts of attempts and the token of the first run are each test's own."""
    cache.clear()
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    # What is tested here is not how slowly a password is hashed.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def house(db: None) -> dict[str, User]:
    """By role, a user with a password and an address."""
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    made = {}
    for role in ("director", "head", "rep"):
        user = create_user(name=role, role=role, email=f"{role}@n.example", by=SYSTEM, at=AT)
        user.set_password(PASSWORD)
        user.save()
        made[role] = user
    return made


@pytest.fixture
def browser(house: dict[str, User]) -> Browser:
    """A browser in which somebody has signed in, or nobody."""

    def open_one(role: str = "", **headers: str) -> Client:
        client = Client(SERVER_NAME="localhost", **headers)  # type: ignore[arg-type]  # of the environment
        if role:
            client.force_login(house[role], backend=BACKEND)
        return client

    return open_one
