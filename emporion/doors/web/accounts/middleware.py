"""A role may require a second factor: without one its people come no further than setting it."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from emporion.kernel.access.models import User

_OPEN = ("/account/", "/appearance/", "/static/", "/health")


class SecondFactorMiddleware:
    """Sends to the page that sets a second factor whoever needs one and has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to the second factor."""
        if not request.path.startswith(_OPEN) and _lacks_second_factor(request):
            messages.warning(request, _("Your role needs a second factor: set it up, then go on."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or user.access_role is None:
        return False
    return user.access_role.requires_second_factor and not is_mfa_enabled(user)
