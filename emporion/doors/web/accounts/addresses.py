"""Addresses that are told to people: in mails, and in links to be handed over.

Whoever asks for a link to somebody's new password must not choose where it leads. So an address begins as
EMPORION_ADDRESS says; where nobody has set that, with a host that EMPORION_HOSTS lists, at the port we listen on or the
usual one.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.http import is_same_domain


def address_for_people(request: HttpRequest, path: str) -> str:
    """The whole address of that path. Refuses (DisallowedHost) a request for a host that is not listed."""
    return f"{settings.PUBLIC_ADDRESS or _as_asked(request)}{path}"


def is_sure(request: HttpRequest) -> bool:
    """Whether a stranger's request cannot choose the host: an address is set, or it names a host that is listed by more
    than the star for all."""
    name = split_domain_port(request.get_host())[0]
    listed = (one for one in settings.ALLOWED_HOSTS if one != "*")
    return bool(settings.PUBLIC_ADDRESS) or any(is_same_domain(name, one) for one in listed)


def _as_asked(request: HttpRequest) -> str:
    name, port = split_domain_port(
        request.get_host()
    )  # Django holds the name to ALLOWED_HOSTS, never the port
    ours = port and port == request.META.get("SERVER_PORT")
    return f"{request.scheme}://{name}{f':{port}' if ours else ''}"
