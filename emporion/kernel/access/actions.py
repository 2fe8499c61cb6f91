"""Writes about access."""

from datetime import datetime

from django.db import transaction

from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal


def install_standard_roles() -> None:
    """Create the standard roles that do not exist; leaves those that do as they are."""
    for code, (scope, permissions) in STANDARD_ROLES.items():
        AccessRole.objects.get_or_create(
            code=code, defaults={"scope": scope.value, "permissions": sorted(p.value for p in permissions)}
        )


def create_user(*, name: str, role: str, by: Viewer, at: datetime, email: str = "") -> User:
    """A user without a password yet. Refuses a name in use and an unknown role."""
    by.require(Permission.ADMINISTER)
    found = AccessRole.objects.filter(code=role).first()
    if found is None:
        raise Refusal("unknown_role", f"no role is called {role!r}")
    if User.objects.filter(username=name).exists():
        raise Refusal("name_taken", f"a user called {name!r} exists already")
    with transaction.atomic():
        user = User(username=name, email=email, access_role=found)
        user.set_unusable_password()
        user.save(force_insert=True)
        record("user.created", by=by, at=at, subject=f"user:{user.pk}", new={"name": name, "role": role})
    return user
