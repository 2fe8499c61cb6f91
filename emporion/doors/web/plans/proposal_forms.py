"""What a side says of a person's plan, span by span, and what goes with a round."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.plans.cell_forms import QuantityInput
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.numbers.planning.plan_queries import Span
from emporion.numbers.planning.proposal_actions import Answer
from emporion.numbers.planning.proposal_queries import Said


class AnswersForm(PageForm):
    """A number and a reason for each span, and a word for the whole round. An empty number is no answer; 0 is one."""

    note = forms.CharField(
        label=_("A word to this round"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Why it differs from what was calculated; or say it beside the month."),
    )
    makes_room = forms.BooleanField(
        label=_("Where the team has no room, the branches above give way"), required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        spans: Sequence[tuple[Span, str]],
        said: Mapping[int, Said],
        may_make_room: bool,
        metric: str,
    ) -> None:
        super().__init__(data)
        self._spans, self._metric = [span for span, _label in spans], metric
        if not may_make_room:
            del self.fields["makes_room"]
        for span, label in spans:
            known = said.get(span.id)
            value = f"{known.value.normalize():f}" if known and known.value is not None else None
            self.fields[f"value_{span.id}"] = QuantityInput(label=label, required=False, initial=value)
            self.fields[f"reason_{span.id}"] = forms.CharField(
                label=_("Reason, %(span)s") % {"span": label},
                max_length=500,
                required=False,
                initial=known.reason if known else "",
            )
        self.dress()

    def answers(self) -> list[Answer]:
        """What was said."""
        said = self.cleaned_data
        return [
            Answer(self._metric, one.starts_on, said[f"value_{one.id}"], said[f"reason_{one.id}"])
            for one in self._spans
        ]


class ReasonForm(PageForm):
    """Why something is taken up again."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class DueForm(PageForm):
    """Until when both sides are to answer."""

    due_on = forms.DateField(
        label=_("Answers until"), required=False, widget=DayInput, help_text=_("Empty: there is no such day.")
    )


class DespiteForm(PageForm):
    """Why a plan is signed though a round is open."""

    despite = forms.CharField(
        label=_("Why it is signed nevertheless"),
        max_length=500,
        help_text=_("Nothing is agreed yet with some of those who were asked."),
    )
