"""Forms about people with access, and one's own account."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.accounts.choices import offered_languages, zones
from emporion.doors.web.accounts.words import role_name
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.ui.forms import PageForm
from emporion.records.team.models import Member

NOBODY, NEW = "nobody", "new"


_SEEN = _("Whose records they see and whose numbers are theirs.")


class _Person(PageForm):
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)


class InviteForm(_Person):
    """Who gets access."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        help_text=_("For signing in; without one, the e-mail before the @."),
    )
    role = forms.ChoiceField(label=_("Role"))
    member = forms.ChoiceField(
        label=_("Who they are in the team"),
        required=False,
        help_text=_SEEN,
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "role", _roles())
        _choose(self, "language", offered_languages())
        self._offer_members(_free_members())

    def _offer_members(self, free: list[tuple[str, str]]) -> None:
        """Whoever of the team has no sign-in yet, first of all: the only one of them is chosen already, and one of
        several has to be chosen, for nobody is rarely meant."""
        field = self.fields["member"]
        others = [(NEW, _("a new person of the team")), (NOBODY, _("nobody: they only look"))]
        unchosen = [("", _("choose"))] if len(free) > 1 else []
        _choose(self, "member", [*unchosen, *free, *others])
        if len(free) > 1:
            field.required = True
            field.error_messages["required"] = _("Say who they are in the team.")
            field.help_text = format_lazy("{} {}", _SEEN, _("These people have no sign-in yet."))
        elif free:
            self.initial.setdefault("member", free[0][0])
            only = _("%(name)s has no sign-in yet, and is chosen.") % {"name": free[0][1]}
            field.help_text = format_lazy("{} {}", _SEEN, only)

    def clean(self) -> dict[str, Any]:
        """Fills the user name in from the address; refuses when there is neither."""
        given = super().clean() or {}
        name = (given.get("username") or (given.get("email") or "").partition("@")[0]).strip()
        given["username"] = name
        given["member"] = "" if given.get("member") == NOBODY else given.get("member", "")
        if not name and "email" not in self.errors:
            self.add_error("username", _("Give a user name or an e-mail: with one of them they sign in."))
        return given


class UserForm(_Person):
    """What is known of somebody with access, and their role."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "role", [(str(role.pk), role_name(role.code, role.name)) for role in _all_roles()])


class OwnForm(_Person):
    """One's own account. Another address needs the password: a link to a new password would go there."""

    language = forms.ChoiceField(label=_("Language"))
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Hours are shown in it."))
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Needed only when you change the e-mail."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        languages = dict(offered_languages())
        languages.setdefault(user.language, user.language)
        _choose(self, "language", [*languages.items()])
        _choose(self, "zone", [*{user.zone: user.zone, **dict(zones())}.items()])
        if not user.has_usable_password():
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """Refuses another address without the password."""
        given = super().clean() or {}
        changed = "email" in given and given["email"] != self.user.email
        if changed and "password" in self.fields and not self.user.check_password(given.get("password", "")):
            self.add_error("password", _("This is not your password."))
        return given


def _choose(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _all_roles() -> list[AccessRole]:
    return list(AccessRole.objects.order_by("id"))


def _roles() -> list[tuple[str, Any]]:
    return [(role.code, role_name(role.code, role.name)) for role in _all_roles()]


def _free_members() -> list[tuple[str, str]]:
    free = Member.objects.filter(user__isnull=True, left_on__isnull=True).order_by("name", "code")
    return [(str(pk), name or code) for pk, name, code in free.values_list("pk", "name", "code")]
