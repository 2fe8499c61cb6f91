"""Writes about who may sign in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F

from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.queries import administrators
from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import zone as known_zone
from emporion.kernel.errors import Refusal

OWN_DETAILS = frozenset({"first_name", "last_name", "email", "language", "zone"})


def install_standard_roles() -> None:
    """Create the standard roles that do not exist; leaves those that do as they are."""
    for code, (scope, permissions) in STANDARD_ROLES.items():
        AccessRole.objects.get_or_create(
            code=code, defaults={"scope": scope.value, "permissions": sorted(p.value for p in permissions)}
        )


def create_user(*, name: str, role: str, by: Viewer, at: datetime, email: str = "", **details: str) -> User:
    """A user without a password yet. Refuses a name or an address in use and an unknown role. `details` are the
    first and last name, the language and the zone."""
    by.require(Permission.ADMINISTER)
    found = AccessRole.objects.filter(code=role).first()
    if found is None:
        raise Refusal("unknown_role", f"no role is called {role!r}")
    if User.objects.filter(username=name).exists():
        raise Refusal("name_taken", f"a user called {name!r} exists already")
    with transaction.atomic():
        user = User(username=name, access_role=found)
        user.set_unusable_password()
        _take_over(user, {"email": email, **details})
        user.save(force_insert=True)
        record("user.created", by=by, at=at, subject=f"user:{user.pk}", new={"name": name, "role": role})
    return user


def change_user(*, user_id: int, changes: Mapping[str, str], by: Viewer, at: datetime) -> User:
    """The user with these details changed: names, address, language, zone. One's own, or anybody's for who
    administers. Refuses an address in use."""
    if user_id != by.user_id:
        by.require(Permission.ADMINISTER)
    with transaction.atomic():
        user = locked_user(user_id)
        old = {name: getattr(user, name) for name in changes}
        _take_over(user, changes)
        user.save(update_fields=[*changes])
        record("user.changed", by=by, at=at, subject=f"user:{user_id}", old=old, new=changes)
    return user


def set_role(*, user_id: int, role_id: int, by: Viewer, at: datetime) -> None:
    """Give a user another role, from their next page on. Refuses when nobody would be left who administers."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        user = locked_user(user_id)
        role = AccessRole.objects.filter(pk=role_id).first()
        if role is None:
            raise Refusal("no_such_role", "there is no such role")
        old = user.access_role.code if user.access_role else None
        user.access_role = role
        user.save(update_fields=["access_role"])
        refuse_without_administrator()
        record(
            "user.role_set",
            by=by,
            at=at,
            subject=f"user:{user_id}",
            old={"role": old},
            new={"role": role.code},
        )


def deactivate_user(*, user_id: int, by: Viewer, at: datetime) -> None:
    """Let a user sign in no more, and end all their sessions at once. Refuses oneself, and the last who administers."""
    by.require(Permission.ADMINISTER)
    if user_id == by.user_id:
        raise Refusal("own_access", "you cannot take your own access away; somebody else who administers can")
    _set_active(user_id, active=False, by=by, at=at)


def reactivate_user(*, user_id: int, by: Viewer, at: datetime) -> None:
    """Let a user sign in again, with the password and the role they had."""
    by.require(Permission.ADMINISTER)
    _set_active(user_id, active=True, by=by, at=at)


def end_sessions(*, user_id: int, by: Viewer, at: datetime) -> None:
    """End all sessions of a user: one's own, or anybody's for who administers."""
    if user_id != by.user_id:
        by.require(Permission.ADMINISTER)
    with transaction.atomic():
        locked_user(user_id)
        _end_sessions(user_id)
        record("user.sessions_ended", by=by, at=at, subject=f"user:{user_id}")


def note_access(*, event: str, user_id: int, by: Viewer, at: datetime) -> None:
    """Keep on the audit log what concerns access to an account: signing in, a changed password or second factor, a
    lifted lock, looking at the pages as somebody else."""
    with transaction.atomic():
        record(event, by=by, at=at, subject=f"user:{user_id}")


def locked_user(user_id: int) -> User:
    """That user, locked until the transaction ends. Refuses one who does not exist."""
    found = User.objects.select_for_update(of=("self",)).filter(pk=user_id).first()
    if found is None:
        raise Refusal("no_such_user", "there is no such user")
    return found


def refuse_without_administrator() -> None:
    """Refuses what would leave an installation that nobody administers. One such change at a time."""
    list(AccessRole.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not administrators().exists():
        raise Refusal(
            "last_administrator",
            "nobody would be left who administers; give that right to somebody else first",
        )


def _take_over(user: User, changes: Mapping[str, Any]) -> None:
    if unknown := changes.keys() - OWN_DETAILS:
        raise Refusal("unknown_field", f"a user has no {', '.join(sorted(unknown))}")
    email = changes.get("email")
    if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refusal("email_taken", "somebody else signs in with this address")
    if "zone" in changes:
        known_zone(changes["zone"])
    for name, value in changes.items():
        setattr(user, name, value)


def _set_active(user_id: int, *, active: bool, by: Viewer, at: datetime) -> None:
    with transaction.atomic():
        user = locked_user(user_id)
        if user.is_active is active:
            return
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            _end_sessions(user_id)
            refuse_without_administrator()
        event = "user.reactivated" if active else "user.deactivated"
        record(event, by=by, at=at, subject=f"user:{user_id}")


def _end_sessions(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(session_epoch=F("session_epoch") + 1)
    UserSession.objects.filter(user_id=user_id).delete()
