"""Roles: how far each sees and what it may do."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emporion.doors.web.accounts.forms.roles import RoleForm
from emporion.doors.web.accounts.tabs import tabs
from emporion.doors.web.accounts.words import PERMISSIONS, SCOPES, role_name
from emporion.kernel.access.models import AccessRole
from emporion.kernel.access.queries import role_of, roles
from emporion.kernel.access.role_actions import change_role, create_role, remove_role, reset_role
from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import Permission, Scope
from emporion.kernel.clock import now
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest


@needs(Permission.ADMINISTER)
def role_list(request: PageRequest) -> HttpResponse:
    """All roles with what they see and may do."""
    found = roles(request.viewer).annotate(people=Count("user"))
    known = {
        "title": _("Roles"),
        "rows": [_drawn(role) for role in found],
        "permissions": PERMISSIONS.values(),
    }
    return render(request, "accounts/roles.html", known | tabs(request.viewer, "accounts:roles"))


@needs(Permission.ADMINISTER)
def new_role(request: PageRequest) -> HttpResponse:
    """A role of one's own."""
    form = RoleForm(request.POST or None, initial={"scope": Scope.OWN.value})
    if request.method == "POST" and form.is_valid():
        terms = form.terms()
        if form.act(lambda: create_role(terms=terms, by=request.viewer, at=now())):
            messages.success(request, _("The role is made. Give it to people on their pages."))
            return redirect("accounts:roles")
    return _form_page(request, form, _("New role"))


@needs(Permission.ADMINISTER)
def role_page(request: PageRequest, pk: int) -> HttpResponse:
    """One role, to be changed."""
    role = role_of(request.viewer, pk)
    initial = {
        name: getattr(role, name) for name in ("name", "scope", "permissions", "requires_second_factor")
    }
    form = RoleForm(request.POST or None, initial=initial, standard=role.code in STANDARD_ROLES)
    if request.method == "POST" and form.is_valid():
        terms = form.terms()
        if form.act(lambda: change_role(role_id=pk, terms=terms, by=request.viewer, at=now())):
            messages.success(request, _("The role is changed, for everyone who has it."))
            return redirect("accounts:roles")
    return _form_page(request, form, str(role_name(role.code, role.name)), role)


@require_POST
@needs(Permission.ADMINISTER)
def act_on_role(request: PageRequest, pk: int) -> HttpResponse:
    """Removes a role of one's own, or gives a standard one its first terms back."""
    if request.POST.get("action") == "reset":
        reset_role(role_id=pk, by=request.viewer, at=now())
        messages.success(request, _("The role is as it came."))
    else:
        remove_role(role_id=pk, by=request.viewer, at=now())
        messages.success(request, _("The role is removed."))
    return redirect("accounts:roles")


def _form_page(
    request: PageRequest, form: RoleForm, title: str, role: AccessRole | None = None
) -> HttpResponse:
    known = {
        "title": title,
        "form": form,
        "submit_label": _("Keep"),
        "back": reverse("accounts:roles"),
        "role": role,
        "is_standard": role is not None and role.code in STANDARD_ROLES,
    }
    return render(request, "accounts/role.html", known | tabs(request.viewer, "accounts:roles"))


def _drawn(role: Any) -> dict[str, Any]:
    granted = role.granted()
    return {
        "pk": role.pk,
        "name": role_name(role.code, role.name),
        "scope": SCOPES[Scope(role.scope)],
        "may": [one in granted for one in PERMISSIONS],
        "second_factor": role.requires_second_factor,
        "people": role.people,
    }
