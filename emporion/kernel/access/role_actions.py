"""Writes about roles."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from emporion.kernel.access.actions import refuse_without_administrator
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class RoleTerms:
    """What a role is: its name, how far it sees, what it may do, and whether it needs a second factor."""

    name: str
    scope: Scope
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    requires_second_factor: bool = False

    def columns(self) -> dict[str, Any]:
        """As they are kept."""
        return {
            "name": self.name,
            "scope": self.scope.value,
            "permissions": _sorted(self.permissions),
            "requires_second_factor": self.requires_second_factor,
        }


def create_role(*, terms: RoleTerms, by: Viewer, at: datetime) -> AccessRole:
    """A role of one's own. Refuses one without a name, and a name in use."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        _refuse_bad_name(terms.name, None)
        role = AccessRole.objects.create(code=_free_code(), **terms.columns())
        record("role.created", by=by, at=at, subject=f"role:{role.pk}", new=terms.columns())
    return role


def change_role(*, role_id: int, terms: RoleTerms, by: Viewer, at: datetime) -> AccessRole:
    """The role on other terms, for all who have it, from their next page on. A standard role keeps its own name.
    Refuses when nobody would be left who administers."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        role = _locked(role_id)
        columns = terms.columns()
        if role.code in STANDARD_ROLES:
            columns["name"] = ""
        else:
            _refuse_bad_name(terms.name, role_id)
        old = {name: getattr(role, name) for name in columns}
        for name, value in columns.items():
            setattr(role, name, value)
        role.save(update_fields=[*columns])
        refuse_without_administrator()
        record("role.changed", by=by, at=at, subject=f"role:{role_id}", old=old, new=columns)
    return role


def reset_role(*, role_id: int, by: Viewer, at: datetime) -> AccessRole:
    """A standard role on the terms it came with. Refuses a role of one's own, which has no others."""
    by.require(Permission.ADMINISTER)
    role = AccessRole.objects.filter(pk=role_id).first()
    if role is None or role.code not in STANDARD_ROLES:
        raise Refusal("no_such_role", "there is no such standard role")
    scope, permissions = STANDARD_ROLES[role.code]
    return change_role(role_id=role_id, terms=RoleTerms("", scope, permissions), by=by, at=at)


def remove_role(*, role_id: int, by: Viewer, at: datetime) -> None:
    """Remove a role of one's own. Refuses a standard one, and one that somebody has."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        role = _locked(role_id)
        if role.code in STANDARD_ROLES:
            raise Refusal("standard_role", "a standard role stays; change what it may do instead")
        if User.objects.filter(access_role=role).exists():
            raise Refusal("role_in_use", "somebody has this role; give them another one first")
        old = {"name": role.name, "scope": role.scope, "permissions": role.permissions}
        role.delete()
        record("role.removed", by=by, at=at, subject=f"role:{role_id}", old=old)


def _locked(role_id: int) -> AccessRole:
    found = AccessRole.objects.select_for_update().filter(pk=role_id).first()
    if found is None:
        raise Refusal("no_such_role", "there is no such role")
    return found


def _refuse_bad_name(name: str, role_id: int | None) -> None:
    if not name.strip():
        raise Refusal("role_without_name", "a role needs a name")
    others = AccessRole.objects.filter(name=name)
    if (others if role_id is None else others.exclude(pk=role_id)).exists():
        raise Refusal("role_name_taken", f"a role called {name!r} exists already")


def _free_code() -> str:
    last = AccessRole.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return f"own-{last + 1}"


def _sorted(permissions: Iterable[Permission]) -> list[str]:
    return sorted(one.value for one in permissions)
