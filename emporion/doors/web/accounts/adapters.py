"""What the sign-in library asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.accounts.lockout import address_of
from emporion.doors.web.accounts.looking import own_viewer
from emporion.kernel.access.actions import note_access
from emporion.kernel.access.models import User
from emporion.kernel.clock import now

# By what the library would mail about, what stands on the audit log instead.
_NOTED = {
    "account/email/password_changed": "user.password_changed",
    "mfa/email/totp_activated": "user.second_factor_set",
    "mfa/email/totp_deactivated": "user.second_factor_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_made",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library publishes no types
    """Nobody signs themselves up; every sign-in and change of a secret is on the audit log."""

    error_messages = {  # noqa: RUF012 - the library's own name
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The name or the password is not right."),
        "email_password_mismatch": _("The name or the password is not right."),
        "invalid_login": _("The name or the password is not right."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour, then try again."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        """No: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from."""
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: wrong passwords are counted once, by name and address (`lockout`)."""

    def post_login(self, request: HttpRequest, user: User, **rest: Any) -> HttpResponse:
        """Where to go, once signed in."""
        note_access(event="user.signed_in", user_id=user.pk, by=own_viewer(user), at=now())
        response: HttpResponse = super().post_login(request, user, **rest)
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,  # noqa: ARG002 - the library's signature
        email: str | None = None,  # noqa: ARG002 - the library's signature
    ) -> None:
        """Keeps on the audit log what happened to the secrets of an account."""
        if event := _NOTED.get(template_prefix):
            note_access(event=event, user_id=user.pk, by=own_viewer(user), at=now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library publishes no types
    """A second factor that the role requires stays."""

    error_messages = {  # noqa: RUF012 - the library's own name
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. It changes every half a minute: take the present one."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether it may be taken away."""
        role = authenticator.user.access_role
        return not (role and role.requires_second_factor)
