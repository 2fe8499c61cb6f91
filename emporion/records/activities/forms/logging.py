"""Forms that log what was done and open what is to be done. Two taps: the outcome, and "log it"; what
comes next is asked between the two."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.choosing import NOTHING, RecordField, among, offer, select
from emporion.kernel.ui.editing import RecordForm, Stored
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.activities.forms.wording import FIRST_NAMES, KIND_NAMES, OUTCOMES
from emporion.records.activities.models import Activity
from emporion.records.activities.rules import FIRSTS
from emporion.records.customers.queries import today, visible_customers
from emporion.records.pipeline.queries import open_deals, visible_deals
from emporion.records.team.forms import people

MINUTES_A_DAY = 1_440
SHOWN_FIELDS = ("kind", "day", "customer", "deal", "first", "minutes", "decision_maker", "outcome", "note")


def _find_whom(form: PageForm, viewer: Viewer, *, open_only: bool) -> None:
    among(form.fields["customer"], visible_customers(viewer), reverse("customers:options"))
    deals = open_deals(viewer) if open_only else visible_deals(viewer)
    among(form.fields["deal"], deals, reverse("pipeline:options"))


class _About(RecordForm):
    """Whom it is about."""

    customer = RecordField(
        label=_("Customer"), required=False, help_text=_("A part of the name, or the code")
    )
    deal = RecordField(label=_("Deal"), required=False)

    def about(self) -> dict[str, Any]:
        """The keys of whom and what it is about."""
        told = self.cleaned_data
        return {f"{name}_id": None if told[name] is None else told[name].pk for name in ("customer", "deal")}


class LogForm(_About):
    """A call, a meeting or something else that was done, and perhaps the next step that was agreed."""

    first = forms.ChoiceField(label=_("Sort"), required=False)
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        required=False,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=MINUTES_A_DAY)
    decision_maker = forms.BooleanField(label=_("With who decides"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    day = forms.DateField(label=_("Day"), widget=DayInput())
    step_title = forms.CharField(
        label=_("Next step"), required=False, max_length=255, help_text=_("What was agreed with the customer")
    )
    step_due = forms.DateField(label=_("Due"), required=False, widget=DayInput())

    field_order = (
        *("customer", "first", "outcome", "step_title", "step_due", "note"),
        *("day", "minutes", "decision_maker", "deal"),
    )
    beside = ("day", "minutes", "decision_maker", "deal")  # said seldom: folded away

    def __init__(self, viewer: Viewer, kind: str, data: QueryDict | None, **kwargs: Any) -> None:
        firsts = FIRSTS[kind]
        usual = {"call": "repeat", "meeting": "existing"}.get(kind, "")
        super().__init__(
            data, initial={"day": today(), "first": usual, **kwargs.pop("initial", {})}, **kwargs
        )
        self.kind = kind
        _find_whom(self, viewer, open_only=True)
        offer(self.fields["first"], [(one, FIRST_NAMES[one]) for one in firsts])
        offer(self.fields["outcome"], list(OUTCOMES.get(kind, {}).items()))
        for name in ("first", "outcome"):
            if not getattr(self.fields[name], "choices", ()):
                del self.fields[name]

    def shown_at_once(self) -> list[forms.BoundField]:
        """What is asked of every activity, in the order in which one thinks of it."""
        return [one for one in self.visible_fields() if one.name not in self.beside]

    def shown_when_opened(self) -> list[forms.BoundField]:
        """The rest."""
        return [one for one in self.visible_fields() if one.name in self.beside]

    def says_beside(self) -> bool:
        """Whether the rest is to be seen at once: something there is wrong."""
        return any(one.errors for one in self.shown_when_opened())

    def clean(self) -> dict[str, Any] | None:
        """A next step needs its day and its words, and somebody it is agreed with."""
        told = self.cleaned_data
        if told.get("step_due") and not told.get("step_title"):
            self.add_error("step_title", _("Say what is to be done by then."))
        return told


class EditActivityForm(_About):
    """What is said of an activity, changed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_NAMES.items()))
    first = forms.ChoiceField(label=_("Sort"), required=False)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=MINUTES_A_DAY)
    decision_maker = forms.BooleanField(label=_("With who decides"), required=False)
    outcome = forms.CharField(label=_("Outcome"), required=False, max_length=100)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = SHOWN_FIELDS

    def __init__(self, viewer: Viewer, data: QueryDict | None, activity: Activity, stored: Stored) -> None:
        super().__init__(data, stored=stored)
        _find_whom(self, viewer, open_only=False)
        # What it is about stays sayable where the viewer sees the activity and not the customer or the deal.
        for name in ("customer", "deal"):
            kept(self, name, getattr(activity, f"{name}_id"))
        offer(self.fields["first"], [NOTHING, *FIRST_NAMES.items()])


def kept(form: PageForm, name: str, pk: int | None) -> None:
    """Lets a field find, beside what the viewer may open, the record that stands there already."""
    field = form.fields[name]
    if pk is None or not isinstance(field, RecordField) or field.records is None:
        return
    field.records = field.records | QuerySet(field.records.model).filter(pk=pk)


class TaskForm(_About):
    """Something to be done."""

    title = forms.CharField(label=_("What is to be done"), max_length=255)
    due_on = forms.DateField(label=_("Due"), required=False, widget=DayInput())
    member_id = select(_("Who does it"), required=False)
    is_next_step = forms.BooleanField(label=_("Agreed with the customer as the next step"), required=False)

    field_order = ("title", "due_on", "customer", "deal", "member_id", "is_next_step")

    def __init__(self, viewer: Viewer, data: QueryDict | None, member_id: int | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        _find_whom(self, viewer, open_only=False)
        also = () if member_id is None else (member_id,)
        offer(self.fields["member_id"], [NOTHING, *people(viewer, also)])

    def said(self) -> dict[str, Any]:
        """What the form says, by the task's attributes."""
        told = self.cleaned_data
        own = {name: told[name] for name in ("title", "due_on", "member_id", "is_next_step")}
        return {**own, **self.about()}


class CloseTaskForm(RecordForm):
    """How a task ended, what was done, and what comes next."""

    done_on = forms.DateField(label=_("Day"), widget=DayInput())
    log_kind = forms.ChoiceField(
        label=_("Log as"), required=False, help_text=_("What was done counts as this activity, too")
    )
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    step_title = forms.CharField(label=_("Next step"), required=False, max_length=255)
    step_due = forms.DateField(label=_("Due"), required=False, widget=DayInput())

    def __init__(self, data: QueryDict | None, stored: Stored) -> None:
        super().__init__(data, stored=stored, initial={"done_on": today()})
        offer(self.fields["log_kind"], [NOTHING, *KIND_NAMES.items()])
        outcomes = {code: name for names in OUTCOMES.values() for code, name in names.items()}
        offer(self.fields["outcome"], [NOTHING, *outcomes.items()])

    def clean(self) -> dict[str, Any] | None:
        """An outcome and a note belong to an activity; a due day to a next step."""
        told = self.cleaned_data
        if (told.get("outcome") or told.get("note")) and not told.get("log_kind"):
            self.add_error("log_kind", _("Say what was done, so that its outcome can be kept."))
        if told.get("step_due") and not told.get("step_title"):
            self.add_error("step_title", _("Say what is to be done by then."))
        return told


class GiveTasksForm(PageForm):
    """Whose chosen tasks are to be."""

    member_id = select(_("Give to"))

    def __init__(self, viewer: Viewer, data: QueryDict | None) -> None:
        super().__init__(data)
        offer(self.fields["member_id"], people(viewer))


class DueForm(PageForm):
    """When chosen tasks are due."""

    due_on = forms.DateField(label=_("Due"), widget=DayInput())

    def __init__(self, _viewer: Viewer, data: QueryDict | None) -> None:
        super().__init__(data, initial={"due_on": today()})
