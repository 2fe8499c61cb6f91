"""What a page knows about who asks."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer


class SignedOut(HttpRequest):
    """A request of a public page."""

    htmx: HtmxDetails
    user: AnonymousUser | User


class PageRequest(HttpRequest):
    """A request of somebody who has signed in; the shell's middleware gives it its viewer."""

    htmx: HtmxDetails
    user: User
    viewer: Viewer
