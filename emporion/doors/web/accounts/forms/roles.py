"""The form of a role."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.accounts.words import PERMISSIONS, SCOPES
from emporion.kernel.access.role_actions import RoleTerms
from emporion.kernel.access.viewer import Permission, Scope
from emporion.kernel.ui.forms import PageForm

_CHECK = {"class": "choices"}


class RoleForm(PageForm):
    """How far a role sees and what it may do."""

    name = forms.CharField(label=_("Name of the role"), max_length=100)
    scope = forms.ChoiceField(label=_("What it sees"), widget=forms.RadioSelect(attrs=_CHECK))
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"), required=False, widget=forms.CheckboxSelectMultiple(attrs=_CHECK)
    )
    requires_second_factor = forms.BooleanField(label=_("Needs a second factor at sign-in"), required=False)

    def __init__(self, *args: Any, standard: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope, permissions = self.fields["scope"], self.fields["permissions"]
        if isinstance(scope, forms.ChoiceField) and isinstance(permissions, forms.ChoiceField):
            scope.choices = [(one.value, label) for one, label in SCOPES.items()]
            permissions.choices = [(one.value, label) for one, label in PERMISSIONS.items()]
        if standard:
            del self.fields["name"]

    def terms(self) -> RoleTerms:
        """What was entered."""
        given = self.cleaned_data
        return RoleTerms(
            name=given.get("name", ""),
            scope=Scope(given["scope"]),
            permissions=frozenset(map(Permission, given["permissions"])),
            requires_second_factor=given["requires_second_factor"],
        )
