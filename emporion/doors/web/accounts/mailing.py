"""Mail with a link to set a password."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from emporion.kernel.access.models import User

log = logging.getLogger(__name__)


def mail_is_set() -> bool:
    """Whether mail leaves from here."""
    return not str(settings.EMAIL_BACKEND).endswith("dummy.EmailBackend")


def mail_link(user: User, address: str, *, invited: bool) -> bool:
    """Whether the mail server took it: the link, in the user's language. What it did not take is in the log."""
    with translation.override(user.language):
        subject = _("Your access to Emporion") if invited else _("A new password for Emporion")
        known = {"address": address, "name": user.get_full_name() or user.username, "username": user.username}
        text = render_to_string(f"accounts/mail_{'invited' if invited else 'forgotten'}.txt", known)
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except (OSError, SMTPException) as failure:
        log.warning("mail was not taken: %s", failure)
        return False
    return True
