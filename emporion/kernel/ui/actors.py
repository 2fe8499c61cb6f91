"""Who did something, as the audit log names them."""

from django.utils.translation import gettext as _

from emporion.kernel.access.viewer import SYSTEM


def who(name: str) -> str:
    """The product itself, or a person by the name they sign in with."""
    return _("the system") if name == SYSTEM.name else name
