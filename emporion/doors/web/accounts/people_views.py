"""People with access: the list, inviting, changing, taking access away, looking as somebody."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emporion.doors.web.accounts.actions import Invited, change_access, invite_person, remove_second_factor
from emporion.doors.web.accounts.addresses import address_for_people
from emporion.doors.web.accounts.forms.people import InviteForm, UserForm
from emporion.doors.web.accounts.lockout import is_locked, lift_lock
from emporion.doors.web.accounts.mailing import mail_is_set, mail_link
from emporion.doors.web.accounts.tabs import tabs
from emporion.doors.web.accounts.words import role_name
from emporion.doors.web.shell.looking import VIEWING_AS
from emporion.kernel.access.actions import deactivate_user, end_sessions, note_access, reactivate_user
from emporion.kernel.access.invitations import invite
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.queries import user_of, users
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.cells import Badge
from emporion.kernel.ui.filters import Choice
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.links import card_address
from emporion.kernel.ui.lists import Column, ListPage
from emporion.kernel.ui.requests import PageRequest

SHOWN_LINK = "shown_link"  # in the session: a link to be handed over, shown once
_DETAILS = ("first_name", "last_name", "email")


def state_of(user: User) -> Badge:
    """Whether somebody may sign in, and whether they ever set a password."""
    if not user.is_active:
        return Badge(gettext_lazy("taken away"), "bad")
    if not user.has_usable_password():
        return Badge(gettext_lazy("no password yet"), "warning")
    return Badge(gettext_lazy("may sign in"), "good")


def _role_of(user: User) -> Any:
    return role_name(user.access_role.code, user.access_role.name) if user.access_role else None


class UserList(ListPage):
    """Everyone who may sign in or could once."""

    key = "users"
    subject = "user"
    title = gettext_lazy("People with access")
    empty = gettext_lazy("Whoever is invited to sign in stands here.")
    template_name = "accounts/users.html"
    default_sort = "name"
    create_label = gettext_lazy("Invite")
    columns = (
        Column(
            "name",
            gettext_lazy("Full name"),
            lambda user: user.get_full_name() or user.username,
            ("username",),
        ),
        Column("username", gettext_lazy("User name"), lambda user: user.username, ("username",)),
        Column("role", gettext_lazy("Role"), _role_of, ("access_role__code",)),
        Column("last_login", gettext_lazy("Signed in last"), lambda user: user.last_login, ("last_login",)),
        Column("second_factor", gettext_lazy("Second factor"), lambda user: user.has_second_factor),
        Column("sessions", gettext_lazy("Open sessions"), lambda user: user.session_count, end=True),
        Column("state", gettext_lazy("Access"), state_of, ("is_active",)),
    )
    filters = (
        Choice(
            "role",
            gettext_lazy("Role"),
            lambda _viewer: [
                (str(one.pk), role_name(one.code, one.name)) for one in AccessRole.objects.order_by("id")
            ],
            lambda records, chosen: records.filter(access_role_id=chosen),
        ),
        Choice(
            "access",
            gettext_lazy("Access"),
            lambda _viewer: [("yes", gettext_lazy("may sign in")), ("no", gettext_lazy("taken away"))],
            lambda records, chosen: records.filter(is_active=chosen == "yes"),
        ),
    )

    def records(self, viewer: Viewer) -> QuerySet[Any]:
        """All users, for who administers."""
        return users(viewer)

    def found(self, records: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By any part of their names or address."""
        names = ("username", "first_name", "last_name", "email")
        anywhere = Q()
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": text})
        return records.filter(anywhere)

    def prepare(self, rows: Sequence[Any], viewer: Viewer) -> None:  # noqa: ARG002 - a list's signature
        """Second factors and sessions of these users, in two queries."""
        ids = [row.pk for row in rows]
        protected = set(Authenticator.objects.filter(user__in=ids).values_list("user_id", flat=True))
        counts = Counter(UserSession.objects.filter(user__in=ids).values_list("user_id", flat=True))
        for row in rows:
            row.has_second_factor = row.pk in protected
            row.session_count = counts[row.pk]

    def create_address(self, viewer: Viewer) -> str:  # noqa: ARG002 - a list's signature
        """Where people are invited."""
        return reverse("accounts:invite")

    def address_of(self, row: Model) -> str:
        """The page of a user."""
        return reverse("accounts:user", args=[row.pk])

    def more(self, viewer: Viewer) -> Mapping[str, Any]:
        """The tabs of the settings."""
        return tabs(viewer, "accounts:users")


@needs(Permission.ADMINISTER)
def invite_page(request: PageRequest) -> HttpResponse:
    """Gives somebody access."""
    begun = {"language": request.user.language, "role": "rep", **_named_member(request)}
    form = InviteForm(request.POST or None, initial=begun)
    made: list[tuple[User, str]] = []
    if request.method == "POST" and form.is_valid():
        person = Invited(**{name: form.cleaned_data[name] for name in Invited.__dataclass_fields__})
        if form.act(lambda: made.append(invite_person(person=person, by=request.viewer, at=now()))):
            _hand_over(request, *made[0])
            return redirect("accounts:user", pk=made[0][0].pk)
    known = {
        "title": _("Invite"),
        "form": form,
        "submit_label": _("Give access"),
        "back": reverse("accounts:users"),
    }
    return render(request, "accounts/form.html", known | tabs(request.viewer, "accounts:users"))


def _named_member(request: PageRequest) -> dict[str, str]:
    """Who of the team the address names."""
    pk = request.GET.get("member", "")
    return {"member": pk} if pk.isascii() and pk.isdecimal() else {}


@needs(Permission.ADMINISTER)
def user_page(request: PageRequest, pk: int) -> HttpResponse:
    """One user: who they are, their role, how they sign in."""
    user = user_of(request.viewer, pk)
    initial = {name: getattr(user, name) for name in _DETAILS} | {"role": user.access_role_id}
    form = UserForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _changed(request, form, user):
        messages.success(request, _("Changed."))
        return redirect("accounts:user", pk=pk)
    member = getattr(user, "member", None)
    known = {
        "title": user.get_full_name() or user.username,
        "form": form,
        "whose": user,
        "state": state_of(user),
        "member": member,
        "member_address": card_address("member", member.pk if member else None),
        "second_factor": Authenticator.objects.filter(user=user).exists(),
        "sessions": UserSession.objects.filter(user=user).order_by("-last_seen_at"),
        "locked": is_locked(user),
        "is_self": user.pk == request.user.pk,
        "shown_link": request.session.pop(SHOWN_LINK, ""),
    }
    return render(request, "accounts/user.html", known | tabs(request.viewer, "accounts:users"))


def _changed(request: PageRequest, form: UserForm, user: User) -> bool:
    details = {name: form.cleaned_data[name] for name in _DETAILS}
    role_id = int(form.cleaned_data["role"])
    return form.act(
        lambda: change_access(user_id=user.pk, details=details, role_id=role_id, by=request.viewer, at=now())
    )


@require_POST
@needs(Permission.ADMINISTER)
def act_on_user(request: PageRequest, pk: int) -> HttpResponse:
    """One of the buttons on the page of a user."""
    user = user_of(request.viewer, pk)
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Refusal("unknown_step", "this page knows no such step")
    said = act(request, user)
    if said:
        messages.success(request, said)
    return redirect("accounts:user", pk=pk)


def _new_link(request: PageRequest, user: User) -> str:
    _hand_over(request, user, invite(user_id=user.pk, by=request.viewer, at=now()))
    return ""


def _deactivate(request: PageRequest, user: User) -> str:
    deactivate_user(user_id=user.pk, by=request.viewer, at=now())
    return _("The access is taken away, and every session ended.")


def _reactivate(request: PageRequest, user: User) -> str:
    reactivate_user(user_id=user.pk, by=request.viewer, at=now())
    return _("The access is given back.")


def _end_sessions(request: PageRequest, user: User) -> str:
    end_sessions(user_id=user.pk, by=request.viewer, at=now())
    return _("Every session is ended.")


def _lift_lock(request: PageRequest, user: User) -> str:
    lift_lock(user=user, by=request.viewer)
    return _("They may try again at once.")


def _remove_second_factor(request: PageRequest, user: User) -> str:
    remove_second_factor(user_id=user.pk, by=request.viewer, at=now())
    return _("The second factor is removed.")


_ACTS: dict[str, Callable[[PageRequest, User], str]] = {
    "link": _new_link,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "end_sessions": _end_sessions,
    "lift_lock": _lift_lock,
    "remove_second_factor": _remove_second_factor,
}


@require_POST
@needs(Permission.ADMINISTER)
def view_as(request: PageRequest, pk: int) -> HttpResponse:
    """From now on the pages as that user sees them, and nothing can be changed."""
    user = user_of(request.viewer, pk)
    if user.pk == request.user.pk or not user.is_active:
        raise Refusal("not_to_view_as", "look as somebody else who may sign in")
    note_access(event="viewing.started", user_id=user.pk, by=request.viewer, at=now())
    request.session[VIEWING_AS] = user.pk
    return redirect("/")


def _hand_over(request: PageRequest, user: User, token: str) -> None:
    """Mails the link where mail is set and taken; else shows it once, to be handed over."""
    address = address_for_people(request, reverse("account_set_password_by_link", args=[token]))
    if user.email and mail_is_set() and mail_link(user, address, invited=True):
        messages.success(
            request, _("A link to set the password was mailed to %(email)s.") % {"email": user.email}
        )
    else:
        request.session[SHOWN_LINK] = address
