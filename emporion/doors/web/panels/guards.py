"""Which pages of numbers are whose."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from emporion.kernel.access.viewer import Scope
from emporion.kernel.errors import Refusal
from emporion.kernel.ui.requests import PageRequest

View = Callable[..., HttpResponse]


def for_leads(view: View) -> View:
    """A page for those who see more than their own work; its numbers are limited to their scope like all others."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.viewer.scope is Scope.OWN:
            raise Refusal("not_permitted", "this page is for those who lead others")
        return view(request, *args, **kwargs)

    return guarded


def for_all_seeing(view: View) -> View:
    """A page about the whole business."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.viewer.sees_all:
            raise Refusal("not_permitted", "this page is for those who see the whole business")
        return view(request, *args, **kwargs)

    return guarded
