"""The first user of an empty installation: whoever can read the data folder, and nobody else on the network."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from emporion.kernel.access.actions import create_user
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.errors import Refusal

DIRECTOR = "director"


def is_first_run() -> bool:
    """Whether nobody can sign in yet. One query."""
    return not User.objects.exists()


def token_file() -> Path:
    """Where the token is kept."""
    return Path(settings.HOME) / "first-run.token"


def first_run_token() -> str:
    """The token that the first-run page asks for, made when there is none; empty once somebody can sign in. The file
    is its owner's alone."""
    if not is_first_run():
        return ""
    file = token_file()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    made = secrets.token_urlsafe(24)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(made)
    return made


def is_first_run_token(token: str) -> bool:
    """Whether it is that token."""
    known = first_run_token()
    return bool(known) and constant_time_compare(token, known)


def create_first_user(*, token: str, name: str, password: str, at: datetime, **details: str) -> User:
    """The director, who may do everything. Refuses a wrong token, and when somebody can sign in already; of two at
    once one is refused."""
    with transaction.atomic():
        list(AccessRole.objects.select_for_update().filter(code=DIRECTOR))
        if not is_first_run():
            raise Refusal("not_first_run", "somebody can sign in here already; sign in")
        if not is_first_run_token(token):
            raise Refusal("wrong_first_run_token", f"this is not the token kept in {token_file().name}")
        user = create_user(name=name, role=DIRECTOR, by=SYSTEM, at=at, **details)
        user.set_password(password)
        user.save(update_fields=["password"])
        transaction.on_commit(lambda: token_file().unlink(missing_ok=True))
    return user
