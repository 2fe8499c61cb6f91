"""A link by which somebody sets their password: signed, for one use, for three days."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from emporion.kernel.access.actions import locked_user
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal

VALID = timedelta(days=3)
_SALT = "emporion.invitation"


def invite(*, user_id: int, by: Viewer, at: datetime) -> str:
    """What the link must hold by which this user sets a password; links made for them before end. Refuses somebody
    who may not sign in."""
    by.require(Permission.ADMINISTER)
    return _link(user_id, "user.invited", by, at)


def replace_password(*, user_id: int, at: datetime) -> str:
    """The same for somebody who asked for it themselves because they forgot their password. It goes to their own
    mailbox and nowhere else."""
    return _link(user_id, "user.password_forgotten", SYSTEM, at)


def invited(token: str) -> User:
    """Whose link it is. Refuses one that was used, replaced or altered, or is too old, in the same words."""
    user = User.objects.filter(pk=_read(token)[0]).first()
    return _valid(user, token)


def accept_invitation(*, token: str, password: str, at: datetime) -> User:
    """The user of the link with that password, so that the link is used up. Refuses a link that is not valid."""
    with transaction.atomic():
        user = _valid(User.objects.select_for_update().filter(pk=_read(token)[0]).first(), token)
        user.set_password(password)
        user.invited_at = None
        user.save(update_fields=["password", "invited_at"])
        record("user.password_set", by=_themselves(user), at=at, subject=f"user:{user.pk}")
    return user


def _link(user_id: int, event: str, by: Viewer, at: datetime) -> str:
    with transaction.atomic():
        user = locked_user(user_id)
        if not user.is_active:
            raise Refusal("user_inactive", "this user may not sign in; give the access back first")
        user.invited_at = at
        user.save(update_fields=["invited_at"])
        record(event, by=by, at=at, subject=f"user:{user_id}")
    return signing.dumps([user.pk, _state(user)], salt=_SALT)


def _read(token: str) -> tuple[int, str]:
    try:
        found: Any = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        raise _not_valid() from None
    return found[0], found[1]


def _valid(user: User | None, token: str) -> User:
    if user is None or not user.is_active or user.invited_at is None:
        raise _not_valid()
    if not constant_time_compare(_read(token)[1], _state(user)):
        raise _not_valid()
    return user


def _not_valid() -> Refusal:
    return Refusal(
        "invitation_not_valid",
        "this link was used already, or is too old; ask whoever sent it for a new one",
    )


def _state(user: User) -> str:
    """What changes when the link is used or replaced. The moment to the microsecond, as the database keeps it."""
    invited_at = user.invited_at.timestamp() if user.invited_at else 0
    return salted_hmac(_SALT, f"{user.pk}|{user.password}|{invited_at}", algorithm="sha256").hexdigest()[:40]


def _themselves(user: User) -> Viewer:
    return Viewer(user.get_username(), Scope.OWN, user_id=user.pk)
