"""Whom an audit entry names: who did it, and the user or person it is about, by their names.

Where what an entry held was erased as personal data, or nobody of that number is left, the number stays.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from emporion.doors.web.running.audit_words import KINDS, about
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.cells import Cell, Link
from emporion.kernel.ui.links import card_address
from emporion.records.team.models import Member

LONGEST_NUMBER = 18  # digits; what is longer is no row of a database


class NamedPeople:
    """The users and people whom these entries name. Two queries, however many entries."""

    def __init__(self, viewer: Viewer, users: Iterable[User], members: Iterable[Member]) -> None:
        self._opens_users = viewer.may(Permission.ADMINISTER)
        self._users = {user.pk: user for user in users}
        self._by_login = {user.username: user for user in self._users.values()}
        self._members = {member.pk: member for member in members}
        self._member_of = {member.user_id: member for member in self._members.values() if member.user_id}

    @classmethod
    def of(cls, entries: Sequence[AuditEntry], viewer: Viewer) -> Self:
        """Those of these entries."""
        logins = {entry.by for entry in entries}
        user_ids = {number for entry in entries if (number := _number(entry, "user"))}
        users = list(User.objects.filter(Q(username__in=logins) | Q(pk__in=user_ids)))
        member_ids = {number for entry in entries if (number := _number(entry, "member"))}
        members = Member.objects.filter(Q(pk__in=member_ids) | Q(user__in=[user.pk for user in users]))
        return cls(viewer, users, members)

    def by(self, entry: AuditEntry) -> Cell:
        """Who did it: a link to them where the viewer may open one."""
        user = self._by_login.get(entry.by)
        if user is None:
            return who(entry.by)
        return _linked(self._name_of(user), self._user_address(user.pk))

    def about(self, entry: AuditEntry) -> Cell:
        """What it is about: a user or a person by name, everything else by its number; a link to its card."""
        return _linked(self._said(entry), self.address(entry))

    def address(self, entry: AuditEntry) -> str:
        """The card of what it is about; empty where there is none, or not for this viewer."""
        kind, _colon, number = entry.subject.partition(":")
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            return ""
        return self._user_address(int(number)) if kind == "user" else card_address(kind, int(number))

    def _said(self, entry: AuditEntry) -> str:
        kind = entry.subject.partition(":")[0]
        name = "" if _is_erased(entry) else self._name(entry)
        return (
            _("%(kind)s: %(number)s") % {"kind": KINDS[kind], "number": name}
            if name
            else about(entry.subject)
        )

    def _name(self, entry: AuditEntry) -> str:
        if user := self._users.get(_number(entry, "user")):
            return self._name_of(user)
        member = self._members.get(_number(entry, "member"))
        return member.name if member else ""

    def _name_of(self, user: User) -> str:
        return full_name(user, self._member_of.get(user.pk))

    def _user_address(self, pk: int) -> str:
        if pk not in self._users:
            return ""
        if self._opens_users:
            return reverse("accounts:user", kwargs={"pk": pk})
        member = self._member_of.get(pk)
        return card_address("member", member.pk) if member else ""


def full_name(user: User, member: Member | None = None) -> str:
    """A user by their name, or their name in the team, with what they sign in with."""
    name = user.get_full_name() or (member.name if member else "")
    return f"{name} ({user.username})" if name else user.username


def _number(entry: AuditEntry, kind: str) -> int:
    """The number of what an entry is about, where it is of that kind; else 0, which no row has."""
    said, _colon, number = entry.subject.partition(":")
    return int(number) if said == kind and number.isdecimal() and len(number) <= LONGEST_NUMBER else 0


def _is_erased(entry: Any) -> bool:
    """As the list has read it; else whether nothing is left of what it held."""
    return entry.is_erased if hasattr(entry, "is_erased") else entry.payload is None


def _linked(text: str, address: str) -> Cell:
    return Link(text, address) if address else text
