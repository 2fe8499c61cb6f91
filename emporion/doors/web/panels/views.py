"""Pages of numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.kernel.ui.requests import PageRequest


def me(request: PageRequest) -> HttpResponse:
    """One's own page."""
    return render(request, "ui/page.html", {"title": _("My page")})


def department(request: PageRequest) -> HttpResponse:
    """The department."""
    return render(request, "ui/page.html", {"title": _("Department")})


def business(request: PageRequest) -> HttpResponse:
    """The business."""
    return render(request, "ui/page.html", {"title": _("Business")})
