"""Sign-in, invitations, sessions, roles, first run and settings."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """doors.web.accounts."""

    name = "emporion.doors.web.accounts"
    label = "accounts"
