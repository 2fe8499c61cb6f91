"""What stands before a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from emporion.kernel.access.viewer import Permission
from emporion.kernel.ui.requests import PageRequest

View = Callable[..., HttpResponse]


def needs(permission: Permission) -> Callable[[View], View]:
    """A view that only those open who hold the permission; others are refused before anything is read.

    The permission stands on the view as `permission`, for the table of who may open what.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.viewer.require(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the table of addresses
        return guarded

    return guard
