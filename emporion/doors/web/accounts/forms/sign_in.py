"""The forms of the sign-in library, drawn and worded like ours."""

from typing import Any

from allauth.account import forms as library
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.models import User
from emporion.kernel.ui.forms import PageForm

RULES = _("At least 10 characters: nothing common, not only digits, nothing like your name.")


def _drawn(form: forms.Form, labels: dict[str, Any]) -> None:
    """Every field in our classes, without words in the field that vanish when one types."""
    form.label_suffix = ""
    for name, field in form.fields.items():
        box = isinstance(field.widget, forms.CheckboxInput)
        field.widget.attrs["class"] = "form-check-input" if box else "form-control"
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)


class SignInForm(library.LoginForm):  # type: ignore[misc]  # the library publishes no types
    """Name or address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "login": _("User name or e-mail"),
            "password": _("Your password"),
            "remember": _("Stay signed in on this device"),
        }
        _drawn(self, words)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class ChangePasswordForm(library.ChangePasswordForm):  # type: ignore[misc]  # the library publishes no types
    """The password of now, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Password of now"),
            "password1": _("The new password"),
            "password2": _("The new password again"),
        }
        _drawn(self, words)
        self.fields["password1"].help_text = RULES
        self.fields["oldpassword"].help_text = ""


class ConfirmPasswordForm(library.ReauthenticateForm):  # type: ignore[misc]  # the library publishes no types
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _drawn(self, {"password": _("Your password")})
        self.fields["password"].help_text = ""


class CodeForm(second_factor.AuthenticateForm):  # type: ignore[misc]  # the library publishes no types
    """A code of the second factor, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _drawn(self, {"code": _("Code")})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class ConfirmCodeForm(second_factor.ReauthenticateForm):  # type: ignore[misc]  # the library publishes no types
    """The same, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _drawn(self, {"code": _("Code")})


class ActivateForm(totp.ActivateTOTPForm):  # type: ignore[misc]  # the library publishes no types
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _drawn(self, {"code": _("Code that the app shows")})


class ForgottenForm(PageForm):
    """Whose password is forgotten."""

    login = forms.CharField(label=_("User name or e-mail"), max_length=254)


class NewPasswordForm(PageForm):
    """A new password, twice."""

    password = forms.CharField(
        label=_("The new password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=RULES,
    )
    again = forms.CharField(
        label=_("The new password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user or User()

    def clean(self) -> dict[str, Any]:
        """Refuses two that differ, and one that is easily guessed."""
        given = super().clean() or {}
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("These are two different passwords; type the new one twice."))
        elif password:
            self._refuse_easy(password)
        return given

    def _refuse_easy(self, password: str) -> None:
        try:
            validate_password(password, self.user)
        except forms.ValidationError as refused:
            self.add_error("password", refused)
