"""What one page does in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from emporion.kernel.access.actions import change_user, create_user, note_access, set_role
from emporion.kernel.access.first_run import create_first_user
from emporion.kernel.access.invitations import invite
from emporion.kernel.access.models import User
from emporion.kernel.access.queries import user_of
from emporion.kernel.access.viewer import SYSTEM, Permission, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.actions import set_preference
from emporion.kernel.preferences.definitions import Value
from emporion.kernel.preferences.queries import preference, preferences
from emporion.records.team.actions import change_member, create_member
from emporion.records.team.models import Member


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is given access; `member` is the key of a person of the team, "new", or empty."""

    username: str
    role: str
    first_name: str
    last_name: str = ""
    email: str = ""
    language: str = "en"
    member: str = ""


def invite_person(*, person: Invited, by: Viewer, at: datetime) -> tuple[User, str]:
    """Gives somebody access: the user, joined to their place in the team, and what the link must hold by which they
    set their password."""
    by.require(Permission.ADMINISTER)
    with transaction.atomic():
        user = create_user(
            name=person.username,
            role=person.role,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            language=person.language,
            zone=str(preference("zone")),
            by=by,
            at=at,
        )
        _join(user, person.member, by, at)
        return user, invite(user_id=user.pk, by=by, at=at)


def change_access(
    *, user_id: int, details: Mapping[str, str], role_id: int, by: Viewer, at: datetime
) -> None:
    """The user with these details and that role."""
    with transaction.atomic():
        user = change_user(user_id=user_id, changes=details, by=by, at=at)
        if user.access_role_id != role_id:
            set_role(user_id=user_id, role_id=role_id, by=by, at=at)


def remove_second_factor(*, user_id: int, by: Viewer, at: datetime) -> None:
    """Take the second factor of a user away, whose phone is lost; where the role needs one, they set it anew."""
    by.require(Permission.ADMINISTER)
    user_of(by, user_id)
    with transaction.atomic():
        if Authenticator.objects.filter(user_id=user_id).delete()[0]:
            note_access(event="user.second_factor_removed", user_id=user_id, by=by, at=at)


def begin_installation(
    *,
    token: str,
    name: str,
    password: str,
    details: Mapping[str, str],
    settings: Mapping[str, Value],
    at: datetime,
) -> User:
    """The first user and the settings of the company, both or neither."""
    with transaction.atomic():
        user = create_first_user(token=token, name=name, password=password, at=at, **details)
        set_preferences(values=settings, by=SYSTEM, at=at)
    return user


def set_preferences(*, values: Mapping[str, Value], by: Viewer, at: datetime) -> list[str]:
    """Sets those that differ from what they are, all or none; which they were."""
    known = preferences()
    changed = [name for name, value in values.items() if known[name] != value]
    with transaction.atomic():
        for name in changed:
            set_preference(name=name, value=values[name], by=by, at=at)
    return changed


def _join(user: User, member: str, by: Viewer, at: datetime) -> None:
    if member == "new":
        create_member(
            code=user.username, name=user.get_full_name(), email=user.email, user_id=user.pk, by=by, at=at
        )
    elif member:
        found = Member.objects.filter(pk=int(member)).first()
        if found is None or found.user_id is not None:
            raise Refusal("member_has_user", "this person of the team has access already")
        change_member(member_id=found.pk, changes={"user_id": user.pk}, by=by, at=at)
